import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { api, dataOf } from '../api/client';
import type { components } from '../api-types';
import type { Alert } from '../incident/types';
import { type GroupFilter, groupQueryOf } from './group-filter';

export type AlertGroup = components['schemas']['AlertGroup'];

const ROWS = 50;
/** The stream tells of cases only: monitoring is asked again so often, ms. */
const EVERY_MS = 15_000;

export function useAlertGroups(filter: GroupFilter) {
  return useInfiniteQuery({
    queryKey: ['groups', filter],
    queryFn: ({ signal, pageParam }) =>
      dataOf(
        api.GET('/api/v1/intake/groups', {
          params: { query: { ...groupQueryOf(filter), limit: ROWS, cursor: pageParam } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    refetchInterval: EVERY_MS,
  });
}

/** All alerts of a group: it is read to its end (I12). */
async function alertsOf(id: string, signal: AbortSignal): Promise<Alert[]> {
  const items: Alert[] = [];
  let cursor: string | undefined;
  do {
    const read = await dataOf(
      api.GET('/api/v1/intake/groups/{id}/alerts', {
        params: { path: { id }, query: { limit: 200, cursor } },
        signal,
      }),
    );
    items.push(...read.items);
    cursor = read.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return items;
}

export function useGroupAlerts(id: string) {
  return useQuery({
    queryKey: ['groups', id, 'alerts'],
    queryFn: ({ signal }) => alertsOf(id, signal),
    refetchInterval: EVERY_MS,
  });
}
