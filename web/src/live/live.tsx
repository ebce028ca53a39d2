import { useQueryClient } from '@tanstack/react-query';
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useEffectEvent,
  useMemo,
  useRef,
  useState,
} from 'react';
import { type CaseChange, type LiveStatus, LiveStream } from './stream';

interface Live {
  status: LiveStatus;
  /** How often the connection has come back after a break. */
  gaps: number;
  subscribe(listener: (change: CaseChange) => void): () => void;
  /** Calls back when the viewer was told something. */
  onTold(listener: () => void): () => void;
  retry(): void;
}

const LiveContext = createContext<Live>({
  status: 'connecting',
  gaps: 0,
  subscribe: () => () => undefined,
  onTold: () => () => undefined,
  retry: () => undefined,
});

/**
 * Holds the one stream of changes of this page. After a gap everything shown is asked for again, but for lists: they say
 * that they may be out of date, and move when asked.
 */
export function LiveProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const [status, setStatus] = useState<LiveStatus>('connecting');
  const [gaps, setGaps] = useState(0);
  const listeners = useRef(new Set<(c: CaseChange) => void>());
  const told = useRef(new Set<() => void>());
  const stream = useRef<LiveStream>(null);
  useEffect(() => {
    const s = new LiveStream('/api/v1/events', {
      status: setStatus,
      change: (c) => {
        for (const l of listeners.current) l(c);
      },
      told: () => {
        for (const l of told.current) l();
      },
      gap: () => {
        setGaps((n) => n + 1);
        void client.invalidateQueries({ predicate: (q) => q.queryKey[0] !== 'incidents' });
      },
    });
    stream.current = s;
    return () => s.close();
  }, [client]);
  const subscribe = useCallback((listener: (c: CaseChange) => void) => {
    listeners.current.add(listener);
    return () => {
      listeners.current.delete(listener);
    };
  }, []);
  const onTold = useCallback((listener: () => void) => {
    told.current.add(listener);
    return () => {
      told.current.delete(listener);
    };
  }, []);
  const retry = useCallback(() => stream.current?.connect(), []);
  const live = useMemo(() => ({ status, gaps, subscribe, onTold, retry }), [status, gaps, subscribe, onTold, retry]);
  return <LiveContext value={live}>{children}</LiveContext>;
}

export const useLive = (): Live => useContext(LiveContext);

/** Calls back whenever the viewer was told something, or what became of it is known. */
export function useTold(onTold: () => void): void {
  const { onTold: subscribe } = useLive();
  const heard = useEffectEvent(onTold);
  useEffect(() => subscribe(() => heard()), [subscribe]);
}

/** Calls back for every change of a case that the viewer may see. */
export function useChanges(onChange: (change: CaseChange) => void): void {
  const { subscribe } = useLive();
  const changed = useEffectEvent(onChange);
  useEffect(() => subscribe((c) => changed(c)), [subscribe]);
}
