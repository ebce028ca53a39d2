import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, dataOf } from '../api/client';
import type { paths } from '../api-types';
import { keyed } from '../form/key';

type Page = paths['/api/v1/intake/rejected']['get']['responses'][200]['content']['application/json'];
export type RejectedInput = Page['items'][number];

const ROWS = 25;

export function useRejected(state: RejectedInput['state'] | undefined) {
  return useInfiniteQuery({
    queryKey: ['rejected', state],
    queryFn: ({ signal, pageParam }) =>
      dataOf(
        api.GET('/api/v1/intake/rejected', { params: { query: { state, limit: ROWS, cursor: pageParam } }, signal }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  });
}

/** Sends input again, corrected or as it was; what is refused again is answered with its errors. */
export function useReplay() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, body }: { id: string; body: string | undefined }) =>
      dataOf(
        api.POST('/api/v1/intake/rejected/{id}/replay', {
          params: { path: { id }, ...keyed() },
          body: { body },
        }),
      ),
    onSettled: () => client.invalidateQueries({ queryKey: ['rejected'] }),
  });
}

/** Has input processed again that was accepted and could not be. */
export function useRetryInput() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.POST('/api/v1/intake/rejected/{id}/retry', { params: { path: { id } } }),
    onSettled: () => client.invalidateQueries({ queryKey: ['rejected'] }),
  });
}
