import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { api, dataOf } from '../api/client';
import type { components } from '../api-types';
import { useChanges } from '../live/live';

export type WorkItem = components['schemas']['WorkItem'];
export type WorkKind = WorkItem['kind'];
export const WORK_KINDS: readonly WorkKind[] = ['page', 'approval', 'task', 'case'];

const ROWS = 50;
/** Tasks without a case come and go without a word on the stream of changes. */
const READ_EVERY_MS = 30_000;
/** Between two readings while cases move in quick succession, ms. */
const PACE_MS = 1_500;

/** What waits for the viewer, by the next promise to fall due. */
export function useWork(kind: WorkKind | null) {
  return useInfiniteQuery({
    queryKey: ['work', kind],
    queryFn: ({ signal, pageParam }) =>
      dataOf(
        api.GET('/api/v1/me/work', {
          params: { query: { kind: kind === null ? undefined : [kind], limit: ROWS, cursor: pageParam } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    refetchInterval: READ_EVERY_MS,
    placeholderData: (kept) => kept,
  });
}

/** Reads the inbox again when a case has changed, not for each of a burst. */
export function useWorkNews(): void {
  const client = useQueryClient();
  const waiting = useRef(false);
  useChanges(() => {
    if (waiting.current) return;
    waiting.current = true;
    setTimeout(() => {
      waiting.current = false;
      void client.invalidateQueries({ queryKey: ['work'] });
    }, PACE_MS);
  });
}
