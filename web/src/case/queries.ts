import { useQuery } from '@tanstack/react-query';
import { api, dataOf } from '../api/client';
import { caseKey } from '../incident/queries';

/** While somebody types the last word is a beginning. */
const words = (q: string) => (q.trim() === '' || /^INC-\d{6,}$/i.test(q.trim()) ? q.trim() : `${q.trim()}*`);

/** Cases whose number or words fit; of nothing typed the newest. */
export function useCaseSearch(q: string) {
  return useQuery({
    queryKey: ['case-search', q],
    queryFn: ({ signal }) =>
      dataOf(api.GET('/api/v1/incidents', { params: { query: { q: words(q) || undefined, limit: 20 } }, signal })),
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
