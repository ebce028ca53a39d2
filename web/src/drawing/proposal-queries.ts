import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, dataOf } from '../api/client';
import type { paths } from '../api-types';
import { keyed } from '../form/key';

type One = paths['/api/v1/definition-proposals/{id}']['get'];
/** A proposed change with what differs. */
export type ProposalRead = One['responses'][200]['content']['application/json'];
export type DifferenceRead = ProposalRead['changes'][number]['differences'][number];
export type NewProposal = NonNullable<
  paths['/api/v1/definition-proposals']['post']['requestBody']
>['content']['application/json'];

const ROOT = 'definition-proposals';

/** Proposals, newest first. */
export function useProposals() {
  return useInfiniteQuery({
    queryKey: [ROOT],
    queryFn: ({ signal, pageParam }) =>
      dataOf(api.GET('/api/v1/definition-proposals', { params: { query: { limit: 50, cursor: pageParam } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  });
}

export function useProposal(id: string) {
  return useQuery({
    queryKey: [ROOT, id],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/definition-proposals/{id}', { params: { path: { id } }, signal })),
  });
}

/** What publishes changes the definitions too. */
function useProposalMutation<V, R>(mutationFn: (v: V) => Promise<R>) {
  const client = useQueryClient();
  const keys = [ROOT, 'definitions', 'definition', 'catalogue'];
  return useMutation({
    mutationFn,
    onSettled: () => Promise.all(keys.map((key) => client.invalidateQueries({ queryKey: [key] }))),
  });
}

export const usePropose = () =>
  useProposalMutation(({ body, key }: { body: NewProposal; key: string }) =>
    dataOf(api.POST('/api/v1/definition-proposals', { params: keyed(key), body })),
  );

export const useApprove = () =>
  useProposalMutation((id: string) =>
    dataOf(api.POST('/api/v1/definition-proposals/{id}/approve', { params: { path: { id }, ...keyed() } })),
  );

export const useRefuse = () =>
  useProposalMutation(({ id, reason }: { id: string; reason: string }) =>
    dataOf(
      api.POST('/api/v1/definition-proposals/{id}/refuse', { params: { path: { id }, ...keyed() }, body: { reason } }),
    ),
  );

/** How two versions differ, by structure. */
export function useDifferences(kind: string, name: string, from: number, to: number, enabled: boolean) {
  type Kind = paths['/api/v1/definitions/{kind}/{name}/diff']['get']['parameters']['path']['kind'];
  return useQuery({
    queryKey: ['definition', kind, name, 'diff', from, to],
    queryFn: ({ signal }) =>
      dataOf(
        api.GET('/api/v1/definitions/{kind}/{name}/diff', {
          params: { path: { kind: kind as Kind, name }, query: { from, to } },
          signal,
        }),
      ),
    enabled,
    staleTime: Number.POSITIVE_INFINITY,
  });
}
