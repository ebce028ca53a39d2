import { useQuery } from '@tanstack/react-query';
import { api, dataOf } from '../api/client';

/** Hand-overs are seen within this time, ms. */
export const DUTIES_EVERY_MS = 60_000;

/** Who answers now, rota by rota; asked again each minute while `enabled`. */
export function useDuties(enabled = true) {
  return useQuery({
    queryKey: ['oncall'],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/oncall/now', { signal })),
    refetchInterval: DUTIES_EVERY_MS,
    enabled,
  });
}
