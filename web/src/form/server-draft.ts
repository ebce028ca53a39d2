import { useCallback, useEffect, useRef, useState } from 'react';
import { api, dataOf } from '../api/client';
import { Problem } from '../api/problem';
import { serverNow } from '../time/now';

/** How a draft stands: being read, kept on the server, on its way there, or not kept because nobody answers. */
export type DraftState = 'loading' | 'kept' | 'saving' | 'failed';

/** What is being typed, kept on the server: there again after a reload and on another machine. */
export interface ServerDraft<T> {
  values: T;
  state: DraftState;
  /** When what is shown was last kept, epoch ms; null: there is no draft. */
  savedAt: number | null;
  /** Takes over at once and keeps it soon. */
  save(change: Partial<T>): void;
  /** The words have been sent: they are thrown away. */
  clear(): void;
}

/** Typing pauses that long before it is kept; what could not be kept is tried again that much later. Milliseconds. */
const PAUSE_MS = 500;
const AGAIN_MS = 5000;

const at = (key: string) => ({ params: { path: { key } } });

async function read(key: string): Promise<{ body: Record<string, unknown>; updatedAt: string } | null> {
  try {
    return await dataOf(api.GET('/api/v1/drafts/{key}', at(key)));
  } catch (e) {
    if (e instanceof Problem && e.status === 404) return null;
    throw e;
  }
}

/** Sends one after the other: an older draft never arrives behind a newer one. */
class Keeper {
  private queue: Promise<unknown> = Promise.resolve();
  private timer: number | undefined;
  private wanted: object | null = null;

  constructor(
    private readonly key: string,
    private readonly tell: (state: DraftState) => void,
    private readonly stamp: () => void,
  ) {}

  keep(values: object, after = PAUSE_MS): void {
    this.wanted = values;
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.send(), after);
  }

  /** What waits is sent now. */
  flush(): void {
    window.clearTimeout(this.timer);
    this.send();
  }

  drop(): void {
    window.clearTimeout(this.timer);
    this.wanted = null;
    this.queue = this.queue
      .then(() => api.DELETE('/api/v1/drafts/{key}', at(this.key)))
      .catch(() => this.tell('failed'));
  }

  private send(): void {
    const body = this.wanted;
    if (body === null) return;
    this.wanted = null;
    const put = () =>
      api.PUT('/api/v1/drafts/{key}', { ...at(this.key), body: { body: { ...body } }, keepalive: true });
    this.queue = this.queue.then(put).then(
      () => {
        this.stamp();
        this.tell(this.wanted === null ? 'kept' : 'saving');
      },
      () => {
        this.tell('failed');
        if (this.wanted === null) this.keep(body, AGAIN_MS);
      },
    );
  }
}

/**
 * A draft of the signed-in person under a key. What was kept before comes in when it has been read, unless something has been
 * typed meanwhile.
 * @param key lower case, see `/api/v1/drafts/{key}`
 * @param empty what a new draft holds; a stable object
 */
export function useServerDraft<T extends object>(key: string, empty: T): ServerDraft<T> {
  const [values, setValues] = useState<T>(empty);
  const [state, setState] = useState<DraftState>('loading');
  const [savedAt, setSavedAt] = useState<number | null>(null);
  const touched = useRef(false);
  const latest = useRef(values);
  const keeper = useRef<Keeper | null>(null);
  useEffect(() => {
    const mine = new Keeper(key, setState, () => setSavedAt(serverNow()));
    keeper.current = mine;
    let gone = false;
    const take = (draft: Awaited<ReturnType<typeof read>>) => {
      if (gone) return;
      setState((now) => (now === 'loading' ? 'kept' : now));
      if (draft === null || touched.current) return;
      setSavedAt(Date.parse(draft.updatedAt));
      latest.current = { ...empty, ...draft.body };
      setValues(latest.current);
    };
    read(key).then(take, () => !gone && setState('failed'));
    const leave = () => mine.flush();
    window.addEventListener('pagehide', leave);
    return () => {
      gone = true;
      window.removeEventListener('pagehide', leave);
      mine.flush();
    };
  }, [key, empty]);
  const save = useCallback((change: Partial<T>) => {
    touched.current = true;
    latest.current = { ...latest.current, ...change };
    setValues(latest.current);
    setState('saving');
    keeper.current?.keep(latest.current);
  }, []);
  const clear = useCallback(() => {
    latest.current = empty;
    setValues(empty);
    setState('kept');
    setSavedAt(null);
    keeper.current?.drop();
  }, [empty]);
  return { values, state, savedAt, save, clear };
}
