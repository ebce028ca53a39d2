import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, dataOf } from '../api/client';
import type { components } from '../api-types';
import { keyed } from '../form/key';
import { type IncidentFilter, paramsOf, queryOf, savedOf } from '../incident/filter';
import { serverNow } from '../time/now';

/** A view of the list: shipped, shared or one's own. */
export type SavedView = components['schemas']['SavedView'];

const KEY = ['saved-views'];
/** The document gives the filter of a view as the list's own parameters; they are put together in `savedOf`. */
const bodyOf = (filter: IncidentFilter) => ({ filter: savedOf(filter) as object as never, columns: filter.columns });

async function allViews(signal: AbortSignal): Promise<SavedView[]> {
  const views: SavedView[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await dataOf(api.GET('/api/v1/saved-views', { params: { query: { limit: 200, cursor } }, signal }));
    views.push(...page.items);
    if (page.nextCursor === null) return views;
    cursor = page.nextCursor;
  }
}

/** Every view the viewer has: the shipped ones in their order, then the others by name. */
export function useSavedViews() {
  return useQuery({
    queryKey: KEY,
    queryFn: async ({ signal }) => {
      const views = await allViews(signal);
      const kept = views.filter((v) => !v.shipped).sort((a, b) => a.name.localeCompare(b.name));
      return [...views.filter((v) => v.shipped), ...kept];
    },
    staleTime: 300_000,
  });
}

export const COUNTS = ['incident-count'];

/** How many a filter lets through, bounded by the API; null where it does not count. */
export function useCount(filter: IncidentFilter, enabled: boolean) {
  return useQuery({
    queryKey: [...COUNTS, paramsOf({ ...filter, columns: null }).toString()],
    queryFn: ({ signal }) =>
      dataOf(api.GET('/api/v1/incidents/count', { params: { query: queryOf(filter, serverNow()) }, signal })),
    enabled,
    staleTime: 30_000,
    refetchInterval: 120_000,
  });
}

/** Keeps the present view under a name. */
export function useKeepView() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ name, shared, filter }: { name: string; shared: boolean; filter: IncidentFilter }) =>
      dataOf(
        api.POST('/api/v1/saved-views', {
          params: keyed(),
          body: { name, shared, ...bodyOf(filter) },
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: KEY }),
  });
}

/** Renames a view, or makes it show what is on the screen. */
export function useChangeView() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ view, name, filter }: { view: SavedView; name?: string; filter?: IncidentFilter }) =>
      dataOf(
        api.PATCH('/api/v1/saved-views/{id}', {
          params: { path: { id: view.id } },
          headers: { 'If-Match': `"${view.version}"` },
          body: { ...(name !== undefined && { name }), ...(filter !== undefined && bodyOf(filter)) },
        }),
      ),
    onSettled: () => client.invalidateQueries({ queryKey: KEY }),
  });
}

export function useRemoveView() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.DELETE('/api/v1/saved-views/{id}', { params: { path: { id } } }),
    onSettled: () => client.invalidateQueries({ queryKey: KEY }),
  });
}
