import { type QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Permission } from '../../../domain/roles';
import { del, get, patch, post } from '../api/client';
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

/** What a one-time link sets; what is left out stays as it is. */
export interface Setup {
  token: string;
  displayName?: string;
  email?: string;
  password: string;
}

/** Uses a set-up link: sets the password and signs in. */
export function useSetup() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (setup: Setup) => {
      await post('/api/v1/setup', setup);
      return get<Session>(PATH);
    },
    onSuccess: (session) => client.setQueryData(KEY, session),
  });
}

/** A way to reach a person; the order of the list is the order of trying. */
export interface ContactMethod {
  kind: 'email' | 'webhook';
  address: string;
  /** Whether messages carry a signature; the secret itself is never told. */
  signed: boolean;
}

/** One's own account. */
export interface Me {
  login: string;
  displayName: string;
  email: string | null;
  locale: string;
  zone: string;
  contactMethods: ContactMethod[];
}

/** What one may change of oneself; what is left out stays. */
export interface MeChange {
  displayName?: string;
  email?: string | null;
  locale?: string;
  zone?: string;
  contactMethods?: { kind: ContactMethod['kind']; address: string; secret?: string }[];
  password?: { current: string; next: string };
}

const ME = '/api/v1/me';

export function useMe() {
  return useQuery({ queryKey: ['me'], queryFn: ({ signal }) => get<Me>(ME, {}, signal) });
}

export function useChangeMe() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: MeChange) => patch<Me>(ME, change),
    onSuccess: (me) => {
      client.setQueryData(['me'], me);
      void client.invalidateQueries({ queryKey: KEY });
    },
  });
}
