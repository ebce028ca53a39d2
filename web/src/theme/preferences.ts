import { useLayoutEffect, useSyncExternalStore } from 'react';

export type Language = 'zh-CN' | 'en';
export type ThemeChoice = 'system' | 'light' | 'dark';
export const LANGUAGES: readonly Language[] = ['zh-CN', 'en'];
export const THEMES: readonly ThemeChoice[] = ['system', 'light', 'dark'];

/** A choice of this browser, kept in localStorage and shared by all its tabs. */
class Preference<T extends string> {
  private readonly listeners = new Set<() => void>();
  private kept: T | null;

  constructor(
    private readonly key: string,
    private readonly allowed: readonly T[],
  ) {
    this.kept = this.read();
    window.addEventListener('storage', (e) => {
      if (e.key === this.key) this.changed();
    });
  }

  private read(): T | null {
    const raw = window.localStorage.getItem(this.key);
    return this.allowed.find((v) => v === raw) ?? null;
  }

  private changed(): void {
    this.kept = this.read();
    for (const l of this.listeners) l();
  }

  get = (): T | null => this.kept;

  set = (value: T): void => {
    window.localStorage.setItem(this.key, value);
    this.changed();
  };

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
}

/** Null until chosen here: then the account's locale or the browser's decides. */
export const languagePreference = new Preference<Language>('continuo.language', LANGUAGES);
export const themePreference = new Preference<ThemeChoice>('continuo.theme', THEMES);

/** Language of the browser, as far as we speak it. */
export function browserLanguage(): Language {
  return navigator.languages.some((l) => l.toLowerCase().startsWith('zh')) ? 'zh-CN' : 'en';
}

const media = window.matchMedia('(prefers-color-scheme: dark)');
const stillness = window.matchMedia('(prefers-reduced-motion: reduce)');
const watching = (list: MediaQueryList) => (listener: () => void) => {
  list.addEventListener('change', listener);
  return () => list.removeEventListener('change', listener);
};
const watchMedia = watching(media);
const watchStillness = watching(stillness);

/** Whether the operating system asks that nothing moves (WCAG 2.3.3). */
export const useStillness = (): boolean => useSyncExternalStore(watchStillness, () => stillness.matches);

/** What the viewer chose for the theme; `system` follows the operating system. */
export function useThemeChoice(): ThemeChoice {
  return useSyncExternalStore(themePreference.subscribe, themePreference.get) ?? 'system';
}

/** A place that is dark as long as the viewer has chosen nothing, as a screen on a wall at night is. */
class DarkPlace {
  private readonly listeners = new Set<() => void>();
  private here = false;

  get = (): boolean => this.here;

  enter = (): (() => void) => {
    this.set(true);
    return () => this.set(false);
  };

  private set(here: boolean): void {
    this.here = here;
    for (const l of this.listeners) l();
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
}

const darkPlace = new DarkPlace();

/** Makes the place that calls it dark unless the viewer has chosen a theme. */
export function useDarkByDefault(): void {
  useLayoutEffect(() => darkPlace.enter(), []);
}

/** Whether to draw dark now. */
export function useDark(): boolean {
  const system = useSyncExternalStore(watchMedia, () => media.matches);
  const byPlace = useSyncExternalStore(darkPlace.subscribe, darkPlace.get);
  const chosen = useSyncExternalStore(themePreference.subscribe, themePreference.get);
  if (chosen === null && byPlace) return true;
  return chosen === null || chosen === 'system' ? system : chosen === 'dark';
}
