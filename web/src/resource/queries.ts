import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, dataOf } from '../api/client';
import type { components, paths } from '../api-types';
import { keyed, newKey } from '../form/key';

export type Pool = components['schemas']['Pool'];
export type Reservation = components['schemas']['PoolReservation'];
export type Ci = components['schemas']['Ci'];
export type CiRevision = components['schemas']['CiRevision'];
export type CiType = components['schemas']['CiType'];
export type Run = components['schemas']['ProvisioningRun'];
export type OneTimeSecret = components['schemas']['OneTimeSecret'];
type Json<Operation> = Operation extends { requestBody: { content: { 'application/json': infer B } } } ? B : never;
export type NewPool = Json<paths['/api/v1/pools']['post']>;
export type PoolChange = Json<paths['/api/v1/pools/{id}']['patch']>;
export type NewCi = Json<paths['/api/v1/cis']['post']>;
export type CiChange = Json<paths['/api/v1/cis/{id}']['patch']>;
export type RunResult = Json<paths['/api/v1/provisioning-runs/{id}/done']['post']>;

const ROWS = 50;
const pages = {
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (last: { nextCursor: string | null }) => last.nextCursor ?? undefined,
};
const tag = (version: number) => ({ 'If-Match': `"${version}"` });

/** Anything that changes something of a kind; it is read again whatever came of it. */
function useChanging<V, R>(kinds: readonly string[], mutationFn: (v: V) => Promise<R>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn,
    onSettled: () => Promise.all(kinds.map((kind) => client.invalidateQueries({ queryKey: [kind] }))),
  });
}

export function usePools() {
  return useInfiniteQuery({
    ...pages,
    queryKey: ['pools'],
    queryFn: ({ signal, pageParam }) =>
      dataOf(api.GET('/api/v1/pools', { params: { query: { limit: ROWS, cursor: pageParam } }, signal })),
  });
}

export function useReservations(id: string) {
  return useInfiniteQuery({
    ...pages,
    queryKey: ['pools', id, 'reservations'],
    queryFn: ({ signal, pageParam }) => {
      const params = { path: { id }, query: { limit: ROWS, cursor: pageParam } };
      return dataOf(api.GET('/api/v1/pools/{id}/reservations', { params, signal }));
    },
  });
}

export const useCreatePool = () =>
  useChanging(['pools'], ({ body, key }: { body: NewPool; key: string }) =>
    dataOf(api.POST('/api/v1/pools', { params: keyed(key), body })),
  );

export const useChangePool = () =>
  useChanging(['pools'], ({ pool, body }: { pool: Pool; body: PoolChange }) =>
    dataOf(api.PATCH('/api/v1/pools/{id}', { params: { path: { id: pool.id } }, headers: tag(pool.version), body })),
  );

export function useCiTypes() {
  return useQuery({
    queryKey: ['ci-types'],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/ci-types', { signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export interface CiFilter {
  q?: string;
  type?: string;
  status?: Ci['status'];
}

export function useCis(filter: CiFilter) {
  return useInfiniteQuery({
    ...pages,
    queryKey: ['cis', filter],
    queryFn: ({ signal, pageParam }) =>
      dataOf(api.GET('/api/v1/cis', { params: { query: { ...filter, limit: ROWS, cursor: pageParam } }, signal })),
  });
}

export function useCi(id: string) {
  return useQuery({
    queryKey: ['cis', id],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/cis/{id}', { params: { path: { id } }, signal })),
  });
}

export function useRevisions(id: string) {
  return useInfiniteQuery({
    ...pages,
    queryKey: ['cis', id, 'revisions'],
    queryFn: ({ signal, pageParam }) => {
      const params = { path: { id }, query: { limit: ROWS, cursor: pageParam } };
      return dataOf(api.GET('/api/v1/cis/{id}/revisions', { params, signal }));
    },
  });
}

export const useCreateCi = () =>
  useChanging(['cis'], ({ body, key }: { body: NewCi; key: string }) =>
    dataOf(api.POST('/api/v1/cis', { params: keyed(key), body })),
  );

export const useChangeCi = () =>
  useChanging(['cis'], ({ ci, body }: { ci: Ci; body: CiChange }) =>
    dataOf(api.PATCH('/api/v1/cis/{id}', { params: { path: { id: ci.id } }, headers: tag(ci.revision), body })),
  );

export const useRetireCi = () =>
  useChanging(['cis'], ({ ci, reason }: { ci: Ci; reason: string }) =>
    dataOf(
      api.POST('/api/v1/cis/{id}/retire', {
        params: { path: { id: ci.id }, ...keyed() },
        headers: tag(ci.revision),
        body: { reason },
      }),
    ),
  );

export const useRestoreCi = () =>
  useChanging(['cis'], ({ ci, revision, reason }: { ci: Ci; revision: number; reason: string }) =>
    dataOf(
      api.POST('/api/v1/cis/{id}/restore', {
        params: { path: { id: ci.id }, ...keyed() },
        headers: tag(ci.revision),
        body: { revision, reason },
      }),
    ),
  );

export function useRuns() {
  return useInfiniteQuery({
    ...pages,
    queryKey: ['runs'],
    queryFn: ({ signal, pageParam }) =>
      dataOf(api.GET('/api/v1/provisioning-runs', { params: { query: { limit: ROWS, cursor: pageParam } }, signal })),
    refetchInterval: 30_000,
  });
}

export const useFinishRun = () =>
  useChanging(['runs', 'work', 'tasks'], ({ id, body, key }: { id: string; body: RunResult; key: string }) =>
    dataOf(api.POST('/api/v1/provisioning-runs/{id}/done', { params: { path: { id }, ...keyed(key) }, body })),
  );

export const useFailRun = () =>
  useChanging(['runs', 'work', 'tasks'], ({ id, reason }: { id: string; reason: string }) =>
    dataOf(
      api.POST('/api/v1/provisioning-runs/{id}/fail', {
        params: { path: { id }, ...keyed(newKey()) },
        body: { reason },
      }),
    ),
  );

export function useOneTimeSecret(token: string) {
  return useQuery({
    queryKey: ['one-time-secret', token],
    queryFn: ({ signal }) =>
      dataOf(api.GET('/api/v1/one-time-secrets/{token}', { params: { path: { token } }, signal })),
    retry: false,
  });
}

/** Shows it, once: the answer lives in the page alone and is not kept for another visit. */
export function useReveal(token: string) {
  return useMutation({
    mutationFn: () => dataOf(api.POST('/api/v1/one-time-secrets/{token}', { params: { path: { token } } })),
    gcTime: 0,
  });
}
