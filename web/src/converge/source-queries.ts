import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, dataOf } from '../api/client';
import type { components, paths } from '../api-types';
import { keyed } from '../form/key';

export type IntakeSource = components['schemas']['IntakeSource'];
type Json<Operation> = Operation extends { requestBody: { content: { 'application/json': infer B } } } ? B : never;
export type NewSource = Json<paths['/api/v1/intake/sources']['post']>;
export type SourceChange = Json<paths['/api/v1/intake/sources/{id}']['patch']>;
export type TryAnswer =
  paths['/api/v1/intake/sources/{id}/try']['post']['responses'][200]['content']['application/json'];

const KEY = ['sources'];

export function useSources() {
  return useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/intake/sources', { signal })),
  });
}

/** Anything that changes sources; the list is read again whatever came of it. */
function useSourceMutation<V, R>(mutationFn: (v: V) => Promise<R>) {
  const client = useQueryClient();
  return useMutation({ mutationFn, onSettled: () => client.invalidateQueries({ queryKey: KEY }) });
}

/** Answers with the token, this once. */
export const useCreateSource = () =>
  useSourceMutation(({ body, key }: { body: NewSource; key: string }) =>
    dataOf(api.POST('/api/v1/intake/sources', { params: keyed(key), body })),
  );

export const useChangeSource = () =>
  useSourceMutation(({ id, body }: { id: string; body: SourceChange }) =>
    dataOf(api.PATCH('/api/v1/intake/sources/{id}', { params: { path: { id } }, body })),
  );

/** Answers with the new token, this once; the old one has ended. */
export const useRotateSource = () =>
  useSourceMutation(({ id, key }: { id: string; key: string }) =>
    dataOf(api.POST('/api/v1/intake/sources/{id}/rotate', { params: { path: { id }, ...keyed(key) } })),
  );

export const useRevokeSource = () =>
  useSourceMutation((id: string) => api.DELETE('/api/v1/intake/sources/{id}', { params: { path: { id } } }));

/** What a push would do; nothing is written. */
export function useTry() {
  return useMutation({
    mutationFn: ({ id, body, at }: { id: string; body: string; at: string | undefined }) =>
      dataOf(api.POST('/api/v1/intake/sources/{id}/try', { params: { path: { id } }, body: { body, at } })),
  });
}
