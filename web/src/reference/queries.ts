import { useQuery } from '@tanstack/react-query';
import { api, dataOf } from '../api/client';
import { useMay } from '../session/session';

const HOUR = 3_600_000;

/** Services one may report for; they change with a publication, not during a session's hour. */
export function useServices() {
  return useQuery({
    queryKey: ['services'],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/services', { signal })),
    staleTime: HOUR,
  });
}

/** The words for severities. */
export function useSeverities() {
  return useQuery({
    queryKey: ['severities'],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/definitions/severities', { signal })),
    staleTime: HOUR,
  });
}

/** People whose login or name matches; asked again as the viewer types. */
export function usePeople(q: string, enabled: boolean) {
  return useQuery({
    queryKey: ['people', q],
    queryFn: ({ signal }) =>
      dataOf(api.GET('/api/v1/people', { params: { query: { q: q || undefined, active: 'true' } }, signal })),
    enabled,
    staleTime: 60_000,
    placeholderData: (kept) => kept,
  });
}

/** People to name: whoever may not read all about people finds those of his tenant by two characters or more. */
export function useColleagues(q: string, enabled = true) {
  const wide = useMay()('people:read');
  const everybody = usePeople(q, enabled && wide);
  const near = useQuery({
    queryKey: ['colleagues', q],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/colleagues', { params: { query: { q } }, signal })),
    enabled: enabled && !wide && q.trim().length > 1,
    staleTime: 60_000,
    placeholderData: (kept) => kept,
  });
  const { data, isFetching, error } = wide ? everybody : near;
  const options = (data?.items ?? []).map((p) => ({ value: p.login, label: `${p.displayName} (${p.login})` }));
  return { options, isFetching, error };
}
