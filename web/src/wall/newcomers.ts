import { useEffect, useRef, useState } from 'react';
import { newcomersOf } from './model';

/** As long is a row marked as new, ms; the style sheet fades the mark in the same time. */
const NEW_FOR_MS = 6000;

/** Those that have come since the page was opened, for a few seconds each. @param ids null until first read */
export function useNewcomers(ids: readonly string[] | null): ReadonlySet<string> {
  const known = useRef<Set<string> | null>(null);
  const [fresh, setFresh] = useState<ReadonlySet<string>>(new Set());
  const timers = useRef(new Set<number>());
  useEffect(() => {
    if (ids === null) return;
    const come = newcomersOf(ids, known.current);
    known.current = new Set([...(known.current ?? []), ...ids]);
    if (come.length === 0) return;
    setFresh((f) => new Set([...f, ...come]));
    const timer = window.setTimeout(() => {
      timers.current.delete(timer);
      setFresh((f) => new Set([...f].filter((id) => !come.includes(id))));
    }, NEW_FOR_MS);
    timers.current.add(timer);
  }, [ids]);
  useEffect(() => {
    const running = timers.current;
    return () => {
      for (const timer of running) window.clearTimeout(timer);
    };
  }, []);
  return fresh;
}
