import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { IncidentOp } from '../../../domain/incident-command';
import { api, dataOf } from '../api/client';
import type { components } from '../api-types';
import { keyed } from '../form/key';
import { type IncidentFilter, queryOf } from '../incident/filter';
import { serverNow } from '../time/now';
import { COUNTS } from './queries';

export type Batch = components['schemas']['Batch'];
export type BatchItem = components['schemas']['BatchItem'];
export type Outcome = BatchItem['outcome'];
/** What a batch is about: rows that were ticked, or everything the filter lets through. */
export type Selection = { ids: string[] } | { filter: IncidentFilter };

const batchKey = (id: string) => ['batch', id] as const;

function selectionOf(selection: Selection) {
  if ('ids' in selection) return { ids: selection.ids };
  const { dueBefore: _, ...filter } = queryOf(selection.filter, serverNow());
  return { filter };
}

/** Judges what a command would do to each case; nothing is sent to them yet. */
export function usePreview() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (wish: { op: IncidentOp; body: object; selection: Selection; key: string }) =>
      dataOf(
        api.POST('/api/v1/incidents/batches', {
          params: keyed(wish.key),
          // Which operations there are for many is said by the API as well as by the menu.
          body: { op: wish.op as never, body: wish.body as never, preview: true, ...selectionOf(wish.selection) },
        }),
      ),
    onSuccess: (batch) => client.setQueryData(batchKey(batch.id), batch),
  });
}

/** Carries out what the preview has shown as possible. */
export function useRun() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => dataOf(api.POST('/api/v1/batches/{id}/run', { params: { path: { id } } })),
    onSuccess: (batch) => client.setQueryData(batchKey(batch.id), batch),
  });
}

/** A batch, read again and again while it runs. */
export function useBatch(id: string) {
  return useQuery({
    queryKey: batchKey(id),
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/batches/{id}', { params: { path: { id } }, signal })),
    refetchInterval: (q) => (q.state.data?.state === 'running' ? 1_000 : false),
    staleTime: 1_000,
  });
}

/** Cases of a batch with certain outcomes, page by page. */
export function useItems(batch: Batch, outcomes: Outcome[]) {
  const total = outcomes.reduce((sum, o) => sum + batch.counts[o], 0);
  return useInfiniteQuery({
    queryKey: [...batchKey(batch.id), 'items', outcomes.join(), batch.state, total],
    queryFn: ({ signal, pageParam }) => {
      const query = { outcome: outcomes, limit: 50, cursor: pageParam };
      return dataOf(api.GET('/api/v1/batches/{id}/items', { params: { path: { id: batch.id }, query }, signal }));
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    enabled: total > 0,
  });
}

/** After a batch every list, case and count may be out of date. */
export function useRenew(): () => void {
  const client = useQueryClient();
  return () => {
    for (const queryKey of [['incidents'], ['incident'], COUNTS]) void client.invalidateQueries({ queryKey });
  };
}
