import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, dataOf } from '../api/client';
import type { components, paths } from '../api-types';
import { keyed } from '../form/key';

export type Heartbeat = components['schemas']['Heartbeat'];
type Json<Operation> = Operation extends { requestBody: { content: { 'application/json': infer B } } } ? B : never;
export type NewHeartbeat = Json<paths['/api/v1/heartbeats']['post']>;
export type HeartbeatChange = Json<paths['/api/v1/heartbeats/{id}']['patch']>;

const KEY = ['heartbeats'];
/** A beat makes no event of a case: they are asked for again so often, ms. */
const EVERY_MS = 15_000;

export function useHeartbeats() {
  return useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/heartbeats', { signal })),
    refetchInterval: EVERY_MS,
  });
}

function useHeartbeatMutation<V, R>(mutationFn: (v: V) => Promise<R>) {
  const client = useQueryClient();
  return useMutation({ mutationFn, onSettled: () => client.invalidateQueries({ queryKey: KEY }) });
}

/** Answers with the key, this once. */
export const useCreateHeartbeat = () =>
  useHeartbeatMutation(({ body, key }: { body: NewHeartbeat; key: string }) =>
    dataOf(api.POST('/api/v1/heartbeats', { params: keyed(key), body })),
  );

export const useChangeHeartbeat = () =>
  useHeartbeatMutation(({ id, body }: { id: string; body: HeartbeatChange }) =>
    dataOf(api.PATCH('/api/v1/heartbeats/{id}', { params: { path: { id } }, body })),
  );

/** Answers with the new key, this once; the old one has ended. */
export const useRotateHeartbeat = () =>
  useHeartbeatMutation(({ id, key }: { id: string; key: string }) =>
    dataOf(api.POST('/api/v1/heartbeats/{id}/rotate', { params: { path: { id }, ...keyed(key) } })),
  );

export const useDeleteHeartbeat = () =>
  useHeartbeatMutation((id: string) => api.DELETE('/api/v1/heartbeats/{id}', { params: { path: { id } } }));
