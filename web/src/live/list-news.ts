import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { asProblem } from '../api/problem';
import { useChanges, useLive } from './live';

/** Changes of a burst are read together after this pause; more than so many are only counted. */
const GATHER_MS = 400;
const READ_AT_MOST = 20;

interface News {
  /** Cases that belong into the view and are not in it yet. */
  fresh: ReadonlySet<string>;
  /** Rows that have changed where they stand; order and membership may be out of date. */
  changed: ReadonlySet<string>;
  /** More has happened than was looked at one by one, or the connection had a gap. */
  unknown: boolean;
}
const NONE: News = { fresh: new Set(), changed: new Set(), unknown: false };

interface Watched<View> {
  /** Cases shown by the list. */
  ids: readonly string[];
  /** Of the cases that the list is about: `INC-`, `REQ-`. */
  prefix: string;
  /** Reads a case as it stands and renews its row. @throws Problem */
  renew: (id: string) => Promise<View>;
  /** Whether a case that is not shown belongs into the list. */
  belongs: (view: View) => boolean;
}

/**
 * Follows the stream for one list: rows are renewed where they stand, and what would move them is only counted until the
 * viewer asks for it.
 */
export function useListNews<View>({ ids, prefix, renew, belongs }: Watched<View>) {
  const { gaps } = useLive();
  const [news, setNews] = useState<News>(NONE);
  const waiting = useRef(new Set<string>());
  const timer = useRef<number>(undefined);
  const tell = (add: Partial<Record<'fresh' | 'changed', string>> & { unknown?: boolean }) =>
    setNews((n) => ({
      fresh: add.fresh === undefined ? n.fresh : new Set([...n.fresh, add.fresh]),
      changed: add.changed === undefined ? n.changed : new Set([...n.changed, add.changed]),
      unknown: n.unknown || add.unknown === true,
    }));

  const look = useEffectEvent(async (id: string) => {
    try {
      const view = await renew(id);
      if (ids.includes(id)) tell({ changed: id });
      else if (belongs(view)) tell({ fresh: id });
    } catch (e) {
      // Another's case is none of this viewer's business; anything else means that something was missed.
      if (asProblem(e).status !== 404) tell({ unknown: true });
    }
  });
  const gather = useEffectEvent(() => {
    const burst = [...waiting.current];
    waiting.current.clear();
    timer.current = undefined;
    if (burst.length > READ_AT_MOST) tell({ unknown: true });
    const read = burst.length > READ_AT_MOST ? burst.filter((id) => ids.includes(id)).slice(0, READ_AT_MOST) : burst;
    for (const id of read) void look(id);
  });

  useChanges(({ id }) => {
    if (!id.startsWith(prefix)) return;
    waiting.current.add(id);
    timer.current ??= window.setTimeout(() => gather(), GATHER_MS);
  });
  useEffect(() => {
    if (gaps > 0) setNews((n) => ({ ...n, unknown: true }));
  }, [gaps]);
  useEffect(() => () => window.clearTimeout(timer.current), []);

  return { news, forget: () => setNews(NONE) };
}
