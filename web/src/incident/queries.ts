import {
  type InfiniteData,
  type QueryClient,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import type { IncidentOp } from '../../../domain/incident-command';
import type { Impact, Urgency } from '../../../domain/incident-plan';
import { api, dataOf } from '../api/client';
import { asProblem } from '../api/problem';
import { whole } from '../api/whole';
import { keyed } from '../form/key';
import { serverNow } from '../time/now';
import { type IncidentFilter, queryOf } from './filter';
import type { Alert, Incident, IncidentList, Page, TimelineEvent } from './types';

const ROWS = 50;

/** Columns are a matter of the screen. */
const listKey = (f: IncidentFilter) => ['incidents', { ...f, columns: null }] as const;
/** Everything read of a case stands below this key. */
export const caseKey = (id: string) => ['incident', id] as const;

/** Keeps what has been shown until the viewer asks for more or for a new order: nothing moves by itself. */
export function useIncidentList(filter: IncidentFilter) {
  return useInfiniteQuery({
    queryKey: listKey(filter),
    queryFn: ({ signal, pageParam }) =>
      dataOf(
        api.GET('/api/v1/incidents', {
          params: { query: { ...queryOf(filter, serverNow()), sort: filter.sort, limit: ROWS, cursor: pageParam } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnMount: 'always',
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
    placeholderData: (kept) => kept,
  });
}

/** Puts a newer view of a case into every list that shows it, at its present place. */
export function patchLists(client: QueryClient, view: Incident): void {
  client.setQueriesData<InfiniteData<IncidentList>>({ queryKey: ['incidents'] }, (data) =>
    data?.pages.some((p) => p.items.some((v) => v.id === view.id && v.version < view.version))
      ? { ...data, pages: data.pages.map((p) => ({ ...p, items: p.items.map((v) => (v.id === view.id ? view : v)) })) }
      : data,
  );
}

/** One incident as it stands now; never older than what this page has already been told. */
export async function readIncident(client: QueryClient, id: string, signal?: AbortSignal): Promise<Incident> {
  const read = await dataOf(api.GET('/api/v1/incidents/{id}', { params: { path: { id } }, signal }));
  const known = client.getQueryData<Incident>(caseKey(id));
  return known !== undefined && known.version > read.version ? known : read;
}

export function useIncident(id: string) {
  const client = useQueryClient();
  return useQuery({ queryKey: caseKey(id), queryFn: ({ signal }) => readIncident(client, id, signal) });
}

const timelineOf = (id: string, signal: AbortSignal): Promise<TimelineEvent[]> =>
  whole((cursor) => {
    const query = { limit: 500, ...(cursor === undefined ? {} : { cursor: Number(cursor) }) };
    return dataOf(api.GET('/api/v1/incidents/{id}/timeline', { params: { path: { id }, query }, signal }));
  });

const alertsOf = (id: string, signal: AbortSignal): Promise<Alert[]> =>
  whole((cursor) =>
    dataOf(
      api.GET('/api/v1/incidents/{id}/alerts', { params: { path: { id }, query: { limit: 200, cursor } }, signal }),
    ),
  );

/** The document leaves the rows of the ledger open; db/page.ts writes them in this shape. */
async function pagesOf(id: string, signal: AbortSignal): Promise<Page[]> {
  const { items } = await dataOf(api.GET('/api/v1/incidents/{id}/pages', { params: { path: { id } }, signal }));
  return items as unknown as Page[];
}

export function useTimeline(id: string) {
  return useQuery({ queryKey: [...caseKey(id), 'timeline'], queryFn: ({ signal }) => timelineOf(id, signal) });
}

/** The ledger changes while pages are on their way, without an event of the case: then it is read again. */
export function usePages(id: string) {
  return useQuery({
    queryKey: [...caseKey(id), 'pages'],
    queryFn: ({ signal }) => pagesOf(id, signal),
    refetchInterval: (q) => (q.state.data?.some((p) => p.outcome === null) ? 5000 : false),
  });
}

export function useAlerts(id: string) {
  return useQuery({
    queryKey: [...caseKey(id), 'alerts'],
    queryFn: ({ signal }) => alertsOf(id, signal),
  });
}

/** Read again each minute while a clock is live: business time is exact only at the instant of reading. */
export function useClocks(id: string) {
  return useQuery({
    queryKey: [...caseKey(id), 'clocks'],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/incidents/{id}/clocks', { params: { path: { id } }, signal })),
    refetchInterval: (q) => (q.state.data?.items.some((c) => c.stoppedAt === null) ? 60_000 : false),
  });
}

export interface Command {
  id: string;
  op: IncidentOp;
  body: object;
  /** The same for every repeat of this intent. */
  key: string;
}

/** All commands answer alike; their bodies are checked by the forms and by the API. */
function send({ id, op, body, key }: Command): Promise<Incident> {
  const path = `/api/v1/incidents/{id}/${op}` as '/api/v1/incidents/{id}/note';
  const params = { path: { id }, ...keyed(key) };
  return dataOf(api.POST(path, { params, body: body as { text: string } }));
}

/** Sends a command; the answer is the new view. When the state has moved on, the case is read again. */
export function useCommand() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: send,
    onSuccess: (view, { id }) => {
      client.setQueryData(caseKey(id), view);
      patchLists(client, view);
      void client.invalidateQueries({ queryKey: caseKey(id), predicate: (q) => q.queryKey.length > 2 });
    },
    onError: (e, { id }) => {
      if (asProblem(e).status === 409) void client.invalidateQueries({ queryKey: caseKey(id) });
    },
  });
}

/** What the form of a new incident holds, complete or not. */
export interface NewIncident {
  title: string;
  description: string;
  impact?: Impact;
  urgency?: Urgency;
  service?: string;
}

export function useCreate() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ values, key }: { values: NewIncident; key: string }) =>
      dataOf(
        api.POST('/api/v1/incidents', {
          params: keyed(key),
          // The form has asked for every field; what it may have missed the API names.
          body: values as Required<NewIncident>,
        }),
      ),
    onSuccess: (view) => client.setQueryData(caseKey(view.id), view),
  });
}
