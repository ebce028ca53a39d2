import { useQuery } from '@tanstack/react-query';
import { api, dataOf } from '../api/client';
import { caseKey } from '../incident/queries';

/** Cases whose number or title fits; of nothing typed the newest. */
export function useCaseSearch(q: string) {
  return useQuery({
    queryKey: ['case-search', q],
    queryFn: ({ signal }) =>
      dataOf(api.GET('/api/v1/incidents', { params: { query: { q: q.trim() || undefined, limit: 20 } }, signal })),
    staleTime: 10_000,
    placeholderData: (kept) => kept,
  });
}

/** Tasks that the case has given to people. */
export function useTasks(id: string, enabled: boolean) {
  return useQuery({
    queryKey: [...caseKey(id), 'tasks'],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/incidents/{id}/tasks', { params: { path: { id } }, signal })),
    enabled,
  });
}
