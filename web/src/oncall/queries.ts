import { useQuery } from '@tanstack/react-query';
import { api, dataOf } from '../api/client';

/** Who answers now, rota by rota; asked again each minute. */
export function useDuties(enabled = true) {
  return useQuery({
    queryKey: ['oncall'],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/oncall/now', { signal })),
    refetchInterval: 60_000,
    enabled,
  });
}
