import { useSyncExternalStore } from 'react';

/** A width of the window below which something is laid out differently. */
class Breakpoint {
  private readonly media: MediaQueryList;

  constructor(px: number) {
    this.media = window.matchMedia(`(max-width: ${px - 1}px)`);
  }

  subscribe = (listener: () => void): (() => void) => {
    this.media.addEventListener('change', listener);
    return () => this.media.removeEventListener('change', listener);
  };

  get = (): boolean => this.media.matches;
}

const phone = new Breakpoint(768);
const tablet = new Breakpoint(1180);
const laptop = new Breakpoint(1400);

/** Whether the screen is a telephone's: commands at the thumb, nothing side by side. */
export const usePhone = (): boolean => useSyncExternalStore(phone.subscribe, phone.get);
/** Whether a table of seven columns has no room. */
export const useTablet = (): boolean => useSyncExternalStore(tablet.subscribe, tablet.get);
/** Whether columns have to be narrow. */
export const useLaptop = (): boolean => useSyncExternalStore(laptop.subscribe, laptop.get);
