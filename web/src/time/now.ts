import { useSyncExternalStore } from 'react';

/** Server clock minus this browser's, ms: a tablet five minutes off must not show a promise as broken. */
let skew = 0;

/** Learns the skew from the `Date` header of an answer; the header counts whole seconds, so small differences are none. */
export function learnServerTime(header: string | null): void {
  const server = header === null ? Number.NaN : Date.parse(header);
  if (Number.isNaN(server)) return;
  const difference = server + 500 - Date.now();
  skew = Math.abs(difference) < 2000 ? 0 : difference;
}

/** The server's present, epoch ms. */
export const serverNow = (): number => Date.now() + skew;

const listeners = new Set<() => void>();
let second = Math.floor(Date.now() / 1000);
let timer: number | undefined;

function tick(): void {
  second = Math.floor(serverNow() / 1000);
  for (const l of listeners) l();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= window.setInterval(tick, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    window.clearInterval(timer);
    timer = undefined;
  };
}

/** The server's present, renewed each so many seconds; one timer for the whole page. Epoch ms. */
export function useNow(everySeconds: 1 | 10 | 60 = 1): number {
  return useSyncExternalStore(subscribe, () => Math.floor(second / everySeconds) * everySeconds * 1000);
}
