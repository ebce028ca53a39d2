import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, dataOf } from '../api/client';
import { asProblem } from '../api/problem';
import type { components } from '../api-types';
import { keyed } from '../form/key';

/** One vote that is asked for, with everything needed to decide. */
export type Dossier = components['schemas']['ApprovalDossier'];
export type LinkView = components['schemas']['ApprovalLink'];
export type Voting = Dossier['approval'];

/** Names a question: the same step asks anew in a new visit. */
export const questionOf = ({ request, approval }: Dossier): string =>
  `${request.id}/${approval.step}.${approval.visit}`;

const ROWS = 20;
const LIST = ['approvals'] as const;

/** What waits for the viewer's vote, the first to fall due first. */
export function useApprovals() {
  return useInfiniteQuery({
    queryKey: LIST,
    queryFn: ({ signal, pageParam }) =>
      dataOf(api.GET('/api/v1/approvals', { params: { query: { limit: ROWS, cursor: pageParam } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  });
}

/** The questions of one request as they stand now; none when the viewer is not asked any more. @throws Problem */
export async function askedNow(id: string): Promise<Dossier[]> {
  const page = await dataOf(api.GET('/api/v1/approvals', { params: { query: { request: id } } }));
  return page.items;
}

/** A command of a voter. */
export type VoterCommand = { id: string; key: string } & (
  | { op: 'vote'; body: { step: string; decision: 'approve' | 'reject'; comment?: string; shown: string } }
  | { op: 'return'; body: { step: string; comment: string } }
  | { op: 'ask'; body: { question: string } }
  | { op: 'delegate'; body: { step: string; to: string; reason: string } }
);
export type VoterOp = VoterCommand['op'];

/** Sends it; refused ones throw. @throws Problem */
export function sendCommand(c: VoterCommand): Promise<unknown> {
  const params = { path: { id: c.id }, ...keyed(c.key) };
  switch (c.op) {
    case 'vote':
      return dataOf(api.POST('/api/v1/requests/{id}/vote', { params, body: c.body }));
    case 'return':
      return dataOf(api.POST('/api/v1/requests/{id}/return', { params, body: c.body }));
    case 'ask':
      return dataOf(api.POST('/api/v1/requests/{id}/ask', { params, body: c.body }));
    case 'delegate':
      return dataOf(api.POST('/api/v1/requests/{id}/delegate', { params, body: c.body }));
  }
}

/** What is refused because things have moved on is read again, and shown as it stands. */
export function useVoterCommand() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: sendCommand,
    onSettled: (_done, _error, { id }) =>
      Promise.all([
        client.invalidateQueries({ queryKey: LIST }),
        client.invalidateQueries({ queryKey: ['work'] }),
        client.invalidateQueries({ queryKey: ['request', id] }),
      ]),
  });
}

/** What a link of a mail is about; nobody need be signed in. */
export function useLink(token: string) {
  return useQuery({
    queryKey: ['approval-link', token],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/approval-links/{token}', { params: { path: { token } }, signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Decides by the link. When it is refused, what it is good for now is read again. */
export function useLinkDecision(token: string) {
  const client = useQueryClient();
  const key = ['approval-link', token];
  return useMutation({
    mutationFn: (body: { decision: 'approve' | 'reject'; comment?: string }) =>
      dataOf(api.POST('/api/v1/approval-links/{token}', { params: { path: { token } }, body })),
    onSuccess: (view) => client.setQueryData<LinkView>(key, view),
    onError: (e) => {
      if (asProblem(e).status === 409) void client.invalidateQueries({ queryKey: key });
    },
  });
}
