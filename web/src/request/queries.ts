import {
  type InfiniteData,
  type QueryClient,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import type { RequestOp } from '../../../domain/request-command';
import type { RequestView } from '../../../domain/request-projection';
import { api, dataOf } from '../api/client';
import { asProblem } from '../api/problem';
import { whole } from '../api/whole';
import type { FormSchema } from '../form-schema/schema';
import type { Clocks, Page, TimelineEvent } from '../incident/types';
import { queryOf, type RequestFilter } from './filter';
import { read, send } from './http';
import type { PlanDrawn, RequestContent, RequestPage } from './types';

const ROWS = 50;
const base = '/api/v1/requests';
const listKey = (f: RequestFilter) => ['requests', f] as const;
/** Everything read of a request stands below this key. */
export const requestKey = (id: string) => ['request', id] as const;

/** Keeps what has been shown until the viewer asks for more or for a new order: nothing moves by itself. */
export function useRequestList(filter: RequestFilter) {
  return useInfiniteQuery({
    queryKey: listKey(filter),
    queryFn: ({ signal, pageParam }) =>
      read<RequestPage>(base, { ...queryOf(filter), limit: ROWS, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnMount: 'always',
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
    placeholderData: (kept) => kept,
  });
}

/** Puts a newer view of a request into every list that shows it, at its present place. */
export function patchRequests(client: QueryClient, view: RequestView): void {
  client.setQueriesData<InfiniteData<RequestPage>>({ queryKey: ['requests'] }, (data) =>
    data?.pages.some((p) => p.items.some((v) => v.id === view.id && v.version < view.version))
      ? { ...data, pages: data.pages.map((p) => ({ ...p, items: p.items.map((v) => (v.id === view.id ? view : v)) })) }
      : data,
  );
}

/** One request as it stands now; never older than what this page has already been told. */
export async function readRequest(client: QueryClient, id: string, signal?: AbortSignal): Promise<RequestView> {
  const view = await read<RequestView>(`${base}/${id}`, {}, signal);
  const known = client.getQueryData<RequestView>(requestKey(id));
  return known !== undefined && known.version > view.version ? known : view;
}

export function useRequest(id: string) {
  const client = useQueryClient();
  // What a command or the submission has answered may be older than what has happened while the page came.
  return useQuery({
    queryKey: requestKey(id),
    queryFn: ({ signal }) => readRequest(client, id, signal),
    refetchOnMount: 'always',
  });
}

export function useRequestTimeline(id: string) {
  return useQuery({
    queryKey: [...requestKey(id), 'timeline'],
    queryFn: ({ signal }) =>
      whole((cursor) =>
        read<{ items: TimelineEvent[]; nextCursor: string | null }>(
          `${base}/${id}/timeline`,
          { limit: 500, cursor },
          signal,
        ),
      ),
  });
}

/** The ledger changes while pages are on their way, without an event of the case: then it is read again. */
export function useRequestPages(id: string, enabled: boolean) {
  return useQuery({
    queryKey: [...requestKey(id), 'pages'],
    queryFn: async ({ signal }) => (await read<{ items: Page[] }>(`${base}/${id}/pages`, {}, signal)).items,
    enabled,
    refetchInterval: (q) => (q.state.data?.some((p) => p.outcome === null) ? 5000 : false),
  });
}

export function useRequestClocks(id: string) {
  return useQuery({
    queryKey: [...requestKey(id), 'clocks'],
    queryFn: ({ signal }) => read<Clocks>(`${base}/${id}/clocks`, {}, signal),
    refetchInterval: (q) => (q.state.data?.items.some((c) => c.stoppedAt === null) ? 60_000 : false),
  });
}

/** What was filled in under a hash; it never changes. */
export function useContent(id: string, hash: string, enabled = true) {
  return useQuery({
    queryKey: [...requestKey(id), 'content', hash],
    queryFn: ({ signal }) => read<RequestContent>(`${base}/${id}/content`, { hash }, signal),
    staleTime: Number.POSITIVE_INFINITY,
    enabled,
  });
}

/** The plan that a request is pinned to; it never changes. */
export function usePlan(id: string) {
  return useQuery({
    queryKey: [...requestKey(id), 'plan'],
    queryFn: ({ signal }) => read<PlanDrawn>(`${base}/${id}/drawing`, {}, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Documents made of a request, newest first; looked after while one is being made. */
export function useRequestDocuments(id: string) {
  return useQuery({
    queryKey: [...requestKey(id), 'documents'],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/requests/{id}/documents', { params: { path: { id } }, signal })),
    refetchInterval: (q) =>
      q.state.data?.items.some((d) => d.state === 'queued' || d.state === 'rendering') ? 2000 : false,
  });
}

/** A form in one of its versions; without one the version in use. */
export function useForm(name: string, version?: number) {
  return useQuery({
    queryKey: ['form', name, version ?? 'current'],
    queryFn: ({ signal }) =>
      read<{ schema: FormSchema }>(`/api/v1/forms/${encodeURIComponent(name)}`, { version }, signal),
    staleTime: version === undefined ? 60_000 : Number.POSITIVE_INFINITY,
  });
}

export interface Command {
  id: string;
  op: RequestOp;
  body: object;
  /** The same for every repeat of this intent. */
  key: string;
}

/** Sends a command; the answer is the new view. When the state has moved on, the request is read again. */
export function useRequestCommand() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, op, body, key }: Command) => send<RequestView>(`${base}/${id}/${op}`, body, key),
    onSuccess: (view, { id }) => {
      client.setQueryData(requestKey(id), view);
      patchRequests(client, view);
      void client.invalidateQueries({ queryKey: requestKey(id), predicate: (q) => q.queryKey.length > 2 });
    },
    onError: (e, { id }) => {
      if (asProblem(e).status === 409) void client.invalidateQueries({ queryKey: requestKey(id) });
    },
  });
}

/** What is sent to open a request. */
export interface NewRequest {
  item: string;
  title?: string;
  data: object;
  attachments?: readonly string[];
  beneficiary?: string;
  requester?: string;
  follows?: string;
}

export function useSubmit() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ body, key }: { body: NewRequest; key: string }) => send<RequestView>(base, body, key),
    onSuccess: (view) => {
      client.setQueryData(requestKey(view.id), view);
      void client.invalidateQueries({ queryKey: ['requests'] });
    },
  });
}
