import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, dataOf } from '../api/client';
import type { components, paths } from '../api-types';
import { keyed } from '../form/key';

export type Notice = components['schemas']['Notice'];
export type NewNotice = paths['/api/v1/notices']['post']['requestBody']['content']['application/json'];
export type NoticeChange = paths['/api/v1/notices/{id}']['patch']['requestBody']['content']['application/json'];
export const NOTICE_STATES = ['current', 'coming', 'over', 'all'] as const;
export type NoticeState = (typeof NOTICE_STATES)[number];

const ROWS = 50;
/** Notices come and go by the clock, without an event: read again so often, ms. */
const EVERY_MS = 60_000;

/** What stands on the viewer's board now; pinned ones first, then the newest. */
export const useBoard = () => useNotices({ view: 'board', state: 'all' });
/** What a publisher may change, in a state. */
export const useManaged = (state: NoticeState) => useNotices({ view: 'manage', state });

function useNotices(query: { view: 'board' | 'manage'; state: NoticeState }) {
  return useInfiniteQuery({
    queryKey: ['notices', query],
    queryFn: ({ signal, pageParam }) =>
      dataOf(api.GET('/api/v1/notices', { params: { query: { ...query, limit: ROWS, cursor: pageParam } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    refetchInterval: EVERY_MS,
  });
}

function useChanged() {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: ['notices'] });
}

export function usePublish() {
  const changed = useChanged();
  return useMutation({
    mutationFn: ({ body, key }: { body: NewNotice; key: string }) =>
      dataOf(api.POST('/api/v1/notices', { params: keyed(key), body })),
    onSuccess: changed,
  });
}

/** Changes only what the viewer has seen: `version` is that of the notice in front of him. */
export function useChangeNotice() {
  const changed = useChanged();
  return useMutation({
    mutationFn: ({ id, version, body }: { id: string; version: number; body: NoticeChange }) =>
      dataOf(
        api.PATCH('/api/v1/notices/{id}', {
          params: { path: { id } },
          headers: { 'If-Match': `"${version}"` },
          body,
        }),
      ),
    onSettled: changed,
  });
}

export function useEndNotice() {
  const changed = useChanged();
  return useMutation({
    mutationFn: (id: string) => dataOf(api.POST('/api/v1/notices/{id}/end', { params: { path: { id }, ...keyed() } })),
    onSettled: changed,
  });
}
