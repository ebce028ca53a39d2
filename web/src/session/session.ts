import { type QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Permission } from '../../../domain/roles';
import { api, dataOf } from '../api/client';
import { Problem } from '../api/problem';
import type { components, paths } from '../api-types';

/** Who is signed in here; permissions are what may be done in at least one tenant. */
export type Session = components['schemas']['Session'];
/** One's own account. */
export type Me = components['schemas']['Person'];
type Body<Operation> = Operation extends { requestBody: { content: { 'application/json': infer B } } } ? B : never;
/** What one may change of oneself; what is left out stays. */
export type MeChange = Body<paths['/api/v1/me']['patch']>;
/** What a one-time link sets; what is left out stays as it is. */
export type Setup = Body<paths['/api/v1/setup']['post']>;

const KEY = ['session'];
const readSession = (signal?: AbortSignal) => dataOf(api.GET('/api/v1/session', { signal }));

async function sessionOrNull(signal: AbortSignal): Promise<Session | null> {
  try {
    return await readSession(signal);
  } catch (e) {
    if (e instanceof Problem && e.status === 401) return null;
    throw e;
  }
}

/** The session, null when nobody is signed in. */
export function useSession() {
  return useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => sessionOrNull(signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Whether the viewer holds a permission, or any of several; false while nobody is signed in. */
export function useMay(): (...any: Permission[]) => boolean {
  const held: readonly string[] = useSession().data?.permissions ?? [];
  return (...any) => any.some((p) => held.includes(p));
}

/** To be called when the API says that the session has ended: the sign-in page takes over. */
export function sessionEnded(client: QueryClient): void {
  client.setQueryData(KEY, null);
}

export function useSignIn() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { login: string; password: string }) => dataOf(api.POST('/api/v1/session', { body })),
    onSuccess: (session) => client.setQueryData(KEY, session),
  });
}

/** Forgets everything of the account that this page has read; whoever came by a provider signs out there too. */
export function useSignOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => dataOf(api.POST('/api/v1/oidc/sign-out')),
    onSuccess: ({ url }) => {
      client.clear();
      sessionEnded(client);
      if (url !== null) window.location.assign(url);
    },
  });
}

/** Uses a set-up link: sets the password and signs in. */
export function useSetup() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (body: Setup) => {
      await dataOf(api.POST('/api/v1/setup', { body }));
      return readSession();
    },
    onSuccess: (session) => client.setQueryData(KEY, session),
  });
}

export function useMe() {
  return useQuery({ queryKey: ['me'], queryFn: ({ signal }) => dataOf(api.GET('/api/v1/me', { signal })) });
}

export function useChangeMe() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: MeChange) => dataOf(api.PATCH('/api/v1/me', { body: change })),
    onSuccess: (me) => {
      client.setQueryData(['me'], me);
      void client.invalidateQueries({ queryKey: KEY });
    },
  });
}
