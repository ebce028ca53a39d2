import { useSyncExternalStore } from 'react';

const media = window.matchMedia('(max-width: 767px)');
function watch(listener: () => void): () => void {
  media.addEventListener('change', listener);
  return () => media.removeEventListener('change', listener);
}

/** Whether the screen is too narrow for a table. */
export const usePhone = (): boolean => useSyncExternalStore(watch, () => media.matches);
