import { useQuery } from '@tanstack/react-query';
import { api, dataOf } from '../api/client';

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
