import { type QueryKey, useQueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useRef } from 'react';
import { useChanges } from './live';

/** At most so often is a case read again while it changes in quick succession. Milliseconds. */
const PACE_MS = 1500;

/** Reads everything below `queryKey` again when a case has moved on: at once the first time, then at a bearable pace. */
export function useFollow(id: string, queryKey: QueryKey): void {
  const client = useQueryClient();
  const pace = useRef<{ timer: number | undefined; more: boolean }>({ timer: undefined, more: false });
  const read = useEffectEvent(() => {
    const p = pace.current;
    p.more = false;
    void client.invalidateQueries({ queryKey });
    p.timer = window.setTimeout(() => {
      p.timer = undefined;
      if (p.more) read();
    }, PACE_MS);
  });
  useChanges((c) => {
    if (c.id !== id) return;
    if (pace.current.timer === undefined) read();
    else pace.current.more = true;
  });
  useEffect(() => () => window.clearTimeout(pace.current.timer), []);
}
