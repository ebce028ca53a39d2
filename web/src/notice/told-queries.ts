import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, dataOf } from '../api/client';
import type { components } from '../api-types';
import { keyed } from '../form/key';
import { useTold } from '../live/live';

export type Told = components['schemas']['Notification'];
export type ToldView = 'all' | 'unread' | 'failed';
export const TOLD_VIEWS: readonly ToldView[] = ['all', 'unread', 'failed'];

const ROWS = 50;
/** Should the stream have missed something, ms. */
const EVERY_MS = 60_000;
const UNREAD = ['told', 'unread'];

/** How many the viewer has not seen. */
export function useUnread() {
  return useQuery({
    queryKey: UNREAD,
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/notifications/unread', { signal })),
    refetchInterval: EVERY_MS,
  });
}

/** Reads again when the viewer was told something. */
export function useToldNews(): void {
  const client = useQueryClient();
  useTold(() => void client.invalidateQueries({ queryKey: ['told'] }));
}

/** What the viewer was told, newest first. */
export function useToldList(view: ToldView) {
  return useInfiniteQuery({
    queryKey: ['told', 'list', view],
    queryFn: ({ signal, pageParam }) =>
      dataOf(
        api.GET('/api/v1/notifications', {
          params: {
            query: {
              unread: view === 'unread' ? 'true' : 'false',
              state: view === 'failed' ? ['failed'] : undefined,
              limit: ROWS,
              cursor: pageParam,
            },
          },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  });
}

/** Marks some as seen, or everything up to an instant. */
export function useMarkRead() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { keys: string[] } | { until: string }) =>
      dataOf(api.POST('/api/v1/notifications/read', { params: keyed(), body })),
    onSuccess: (left) => {
      client.setQueryData(UNREAD, left);
      void client.invalidateQueries({ queryKey: ['told', 'list'] });
    },
  });
}
