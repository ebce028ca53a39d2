import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { asProblem } from '../api/problem';
import { useChanges, useLive } from '../live/live';
import { useSession } from '../session/session';
import { belongs, type RequestFilter } from './filter';
import { patchRequests, readRequest } from './queries';

/** Changes of a burst are read together after this pause; more than so many are only counted. */
const GATHER_MS = 400;
const READ_AT_MOST = 20;

interface News {
  /** Requests that belong into the view and are not in it yet. */
  fresh: ReadonlySet<string>;
  /** Rows that have changed where they stand. */
  changed: ReadonlySet<string>;
  /** More has happened than was looked at one by one, or the connection had a gap. */
  unknown: boolean;
}
const NONE: News = { fresh: new Set(), changed: new Set(), unknown: false };

/** Follows the stream for one list: rows are renewed where they stand; what would move them is only counted. */
export function useRequestNews(filter: RequestFilter, ids: readonly string[]) {
  const client = useQueryClient();
  const login = useSession().data?.login ?? '';
  const { gaps } = useLive();
  const [news, setNews] = useState<News>(NONE);
  const waiting = useRef(new Set<string>());
  const timer = useRef<number>(undefined);
  const look = useEffectEvent(async (id: string) => {
    try {
      const view = await readRequest(client, id);
      patchRequests(client, view);
      if (ids.includes(id)) setNews((n) => ({ ...n, changed: new Set([...n.changed, id]) }));
      else if (belongs(filter, view, login)) setNews((n) => ({ ...n, fresh: new Set([...n.fresh, id]) }));
    } catch (e) {
      // Another's request is none of this viewer's business; anything else means that something was missed.
      if (asProblem(e).status !== 404) setNews((n) => ({ ...n, unknown: true }));
    }
  });
  const gather = useEffectEvent(() => {
    const burst = [...waiting.current];
    waiting.current.clear();
    timer.current = undefined;
    if (burst.length > READ_AT_MOST) setNews((n) => ({ ...n, unknown: true }));
    for (const id of burst.slice(0, READ_AT_MOST)) void look(id);
  });
  useChanges(({ id }) => {
    if (!id.startsWith('REQ-')) return;
    waiting.current.add(id);
    timer.current ??= window.setTimeout(() => gather(), GATHER_MS);
  });
  useEffect(() => {
    if (gaps > 0) setNews((n) => ({ ...n, unknown: true }));
  }, [gaps]);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  return { news, forget: () => setNews(NONE) };
}
