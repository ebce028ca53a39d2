import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useRef } from 'react';
import { api, dataOf } from '../api/client';
import type { components } from '../api-types';
import type { Incident } from '../incident/types';
import { useChanges } from '../live/live';
import { serverNow } from '../time/now';
import { READ_EVERY_MS, WORKED_ON } from './model';

export type AlertGroup = components['schemas']['AlertGroup'];

const PAGE = 200;
/** A wall that has to read more than this is told so: the counts are then lower bounds. */
const PAGES_AT_MOST = 10;
/** Between two readings while cases move in quick succession, ms. */
const PACE_MS = 1500;

/** What was read, and when by the server's clock. */
export interface Reading<T> {
  items: T[];
  /** There is more than was read. */
  more: boolean;
  /** Epoch ms. */
  readAt: number;
}

type PageOf<T> = (cursor: string | undefined) => Promise<{ items: T[]; nextCursor: string | null }>;

async function readPages<T>(page: PageOf<T>): Promise<Reading<T>> {
  const items: T[] = [];
  let cursor: string | undefined;
  for (let n = 0; n < PAGES_AT_MOST; n++) {
    const read = await page(cursor);
    items.push(...read.items);
    cursor = read.nextCursor ?? undefined;
    if (cursor === undefined) break;
  }
  return { items, more: cursor !== undefined, readAt: serverNow() };
}

const CASES = ['wall', 'incidents'] as const;

const readCases = (signal: AbortSignal): Promise<Reading<Incident>> =>
  readPages((cursor) =>
    dataOf(
      api.GET('/api/v1/incidents', {
        params: { query: { open: 'true', state: WORKED_ON, sort: 'dueAt', limit: PAGE, cursor } },
        signal,
      }),
    ),
  );

/** Open cases: read when the stream says that one has moved, and regularly in case it says nothing. */
export function useOpenCases() {
  const client = useQueryClient();
  const pace = useRef<{ timer: number | undefined; more: boolean }>({ timer: undefined, more: false });
  const read = useEffectEvent(async () => {
    pace.current.more = false;
    pace.current.timer = -1;
    await client.invalidateQueries({ queryKey: CASES });
    pace.current.timer = window.setTimeout(() => {
      pace.current.timer = undefined;
      if (pace.current.more) void read();
    }, PACE_MS);
  });
  useChanges(() => {
    if (pace.current.timer === undefined) void read();
    else pace.current.more = true;
  });
  useEffect(() => () => window.clearTimeout(pace.current.timer), []);
  return useQuery({ queryKey: CASES, queryFn: ({ signal }) => readCases(signal), refetchInterval: READ_EVERY_MS });
}

/** Alerts that fire while no incident works on them. The stream tells nothing of them: they are asked for. */
export function useLooseGroups() {
  return useQuery({
    queryKey: ['wall', 'groups'],
    queryFn: ({ signal }) =>
      readPages<AlertGroup>((cursor) =>
        dataOf(
          api.GET('/api/v1/intake/groups', {
            params: { query: { firing: 'true', assigned: 'false', limit: PAGE, cursor } },
            signal,
          }),
        ),
      ),
    refetchInterval: READ_EVERY_MS / 2,
  });
}
