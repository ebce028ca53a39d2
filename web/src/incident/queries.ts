import {
  type InfiniteData,
  type QueryClient,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import type { IncidentOp } from '../../../domain/incident';
import { get, post } from '../api/client';
import { asProblem } from '../api/problem';
import { serverNow } from '../time/now';
import { type IncidentFilter, isBreaching, queryOf } from './filter';
import type { Alert, Clocks, Incident, IncidentPageOf, Page, TimelineEvent } from './types';

const BASE = '/api/v1/incidents';
const path = (id: string) => `${BASE}/${encodeURIComponent(id)}`;
const ROWS = 50;

type List = IncidentPageOf<Incident>;
const listKey = (f: IncidentFilter) => ['incidents', f] as const;
const caseKey = (id: string) => ['incident', id] as const;

/** Keeps what has been shown until the viewer asks for more or for a new order: nothing moves by itself. */
export function useIncidentList(filter: IncidentFilter) {
  return useInfiniteQuery({
    queryKey: listKey(filter),
    queryFn: ({ signal, pageParam }) => get<List>(BASE, { ...queryOf(filter), limit: ROWS, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => {
      // Sorted by due instant: behind the first that is not at risk there is none.
      if (filter.breaching && last.items.some((v) => !isBreaching(v, serverNow()))) return null;
      return last.nextCursor;
    },
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnMount: 'always',
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
    placeholderData: (kept) => kept,
  });
}

/** Puts a newer view of a case into every list that shows it, at its present place. */
export function patchLists(client: QueryClient, view: Incident): void {
  client.setQueriesData<InfiniteData<List>>({ queryKey: ['incidents'] }, (data) =>
    data?.pages.some((p) => p.items.some((v) => v.id === view.id && v.version < view.version))
      ? { ...data, pages: data.pages.map((p) => ({ ...p, items: p.items.map((v) => (v.id === view.id ? view : v)) })) }
      : data,
  );
}

/** One incident as it stands now; never older than what this page has already been told. */
export async function readIncident(client: QueryClient, id: string, signal?: AbortSignal): Promise<Incident> {
  const read = await get<Incident>(path(id), {}, signal);
  const known = client.getQueryData<Incident>(caseKey(id));
  return known !== undefined && known.version > read.version ? known : read;
}

export function useIncident(id: string) {
  const client = useQueryClient();
  return useQuery({ queryKey: caseKey(id), queryFn: ({ signal }) => readIncident(client, id, signal) });
}

async function wholeTimeline(id: string, signal: AbortSignal): Promise<TimelineEvent[]> {
  const events: TimelineEvent[] = [];
  let cursor: string | null = null;
  do {
    const page: IncidentPageOf<TimelineEvent> = await get(`${path(id)}/timeline`, { limit: 500, cursor }, signal);
    events.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return events;
}

export function useTimeline(id: string) {
  return useQuery({ queryKey: [...caseKey(id), 'timeline'], queryFn: ({ signal }) => wholeTimeline(id, signal) });
}

/** The ledger changes while pages are on their way, without an event of the case: then it is read again. */
export function usePages(id: string) {
  return useQuery({
    queryKey: [...caseKey(id), 'pages'],
    queryFn: ({ signal }) => get<{ items: Page[] }>(`${path(id)}/pages`, {}, signal),
    refetchInterval: (q) => (q.state.data?.items.some((p) => p.outcome === null) ? 5000 : false),
  });
}

export function useAlerts(id: string) {
  return useQuery({
    queryKey: [...caseKey(id), 'alerts'],
    queryFn: ({ signal }) => get<IncidentPageOf<Alert>>(`${path(id)}/alerts`, {}, signal),
  });
}

/** Read again each minute while a clock is live: business time is exact only at the instant of reading. */
export function useClocks(id: string) {
  return useQuery({
    queryKey: [...caseKey(id), 'clocks'],
    queryFn: ({ signal }) => get<Clocks>(`${path(id)}/clocks`, {}, signal),
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

/** Sends a command; the answer is the new view. When the state has moved on, the case is read again. */
export function useCommand() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, op, body, key }: Command) => post<Incident>(`${path(id)}/${op}`, body, key),
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

export interface NewIncident {
  title: string;
  description: string;
  impact?: string;
  urgency?: string;
  service?: string;
}

export function useCreate() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ values, key }: { values: NewIncident; key: string }) => post<Incident>(BASE, values, key),
    onSuccess: (view) => client.setQueryData(caseKey(view.id), view),
  });
}
