import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, dataOf } from '../api/client';
import type { components, paths } from '../api-types';
import { keyed } from '../form/key';

export type Mailbox = components['schemas']['Mailbox'];
export type Mail = components['schemas']['Mail'];
export type MailOutcome = NonNullable<Mail['outcome']>;
type Json<Operation> = Operation extends { requestBody: { content: { 'application/json': infer B } } } ? B : never;
export type NewMailbox = Json<paths['/api/v1/intake/mailboxes']['post']>;
export type MailboxChange = Json<paths['/api/v1/intake/mailboxes/{id}']['patch']>;
export type MailboxTest = Json<paths['/api/v1/intake/mailboxes/test']['post']>;

/** Health changes by itself; ms. */
const AGAIN = 10_000;
const ROWS = 50;
export function useMailboxes() {
  return useQuery({
    queryKey: ['mailboxes'],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/intake/mailboxes', { signal })),
    refetchInterval: AGAIN,
  });
}

export function useOutgoing() {
  return useQuery({
    queryKey: ['mailboxes', 'outgoing'],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/intake/mails/outgoing', { signal })),
    refetchInterval: AGAIN,
  });
}

/** Anything that changes mailboxes or mails; both are read again whatever came of it. */
function useMailMutation<V, R>(mutationFn: (v: V) => Promise<R>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn,
    onSettled: () => Promise.all(['mailboxes', 'mails'].map((key) => client.invalidateQueries({ queryKey: [key] }))),
  });
}

export const useCreateMailbox = () =>
  useMailMutation(({ body, key }: { body: NewMailbox; key: string }) =>
    dataOf(api.POST('/api/v1/intake/mailboxes', { params: keyed(key), body })),
  );

export const useChangeMailbox = () =>
  useMailMutation(({ id, body }: { id: string; body: MailboxChange }) =>
    dataOf(api.PATCH('/api/v1/intake/mailboxes/{id}', { params: { path: { id } }, body })),
  );

/** Signs in and changes nothing. */
export function useTestMailbox() {
  return useMutation({
    mutationFn: (body: MailboxTest) => dataOf(api.POST('/api/v1/intake/mailboxes/test', { params: keyed(), body })),
  });
}

export interface MailFilter {
  mailbox?: string;
  outcome?: MailOutcome;
  waiting?: 'true';
  q?: string;
}

export function useMails(filter: MailFilter) {
  return useInfiniteQuery({
    queryKey: ['mails', filter],
    queryFn: ({ signal, pageParam }) =>
      dataOf(
        api.GET('/api/v1/intake/mails', { params: { query: { ...filter, limit: ROWS, cursor: pageParam } }, signal }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  });
}

export const useRetryMail = () =>
  useMailMutation((id: string) =>
    api.POST('/api/v1/intake/mails/{id}/retry', { params: { path: { id }, ...keyed() } }),
  );

export const useSettleMail = () =>
  useMailMutation((id: string) =>
    api.POST('/api/v1/intake/mails/{id}/settle', { params: { path: { id }, ...keyed() } }),
  );
