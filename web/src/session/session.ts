import { type QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Permission } from '../../../domain/roles';
import { del, get, post } from '../api/client';
import { Problem } from '../api/problem';

/** Who is signed in here. */
export interface Session {
  login: string;
  displayName: string;
  tenantId: string;
  roles: string[];
  permissions: Permission[];
  locale: string | null;
  /** IANA zone of the account; null: the browser's. */
  zone: string | null;
}

const KEY = ['session'];
const PATH = '/api/v1/session';

async function readSession(signal: AbortSignal): Promise<Session | null> {
  try {
    return await get<Session>(PATH, {}, signal);
  } catch (e) {
    if (e instanceof Problem && e.status === 401) return null;
    throw e;
  }
}

/** The session, null when nobody is signed in. */
export function useSession() {
  return useQuery({ queryKey: KEY, queryFn: ({ signal }) => readSession(signal), staleTime: Number.POSITIVE_INFINITY });
}

/** Whether the viewer holds a permission, or any of several; false while nobody is signed in. */
export function useMay(): (...any: Permission[]) => boolean {
  const held = useSession().data?.permissions ?? [];
  return (...any) => any.some((p) => held.includes(p));
}

/** To be called when the API says that the session has ended: the sign-in page takes over. */
export function sessionEnded(client: QueryClient): void {
  client.setQueryData(KEY, null);
}

export function useSignIn() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (credentials: { login: string; password: string }) => {
      await post(PATH, credentials);
      return get<Session>(PATH);
    },
    onSuccess: (session) => client.setQueryData(KEY, session),
  });
}

/** Forgets everything of the account that this page has read. */
export function useSignOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => del(PATH),
    onSuccess: () => {
      client.clear();
      sessionEnded(client);
    },
  });
}

export interface Setup {
  token: string;
  displayName: string;
  email: string;
  password: string;
}

/** First start: gives the one administrator a name and a password. */
export function useSetup() {
  return useMutation({ mutationFn: (setup: Setup) => post<{ login?: string } | undefined>('/api/v1/setup', setup) });
}
