import { useInfiniteQuery } from '@tanstack/react-query';
import { HELD_REASONS, type HeldReason } from '../../../domain/alert-hold';
import { api, dataOf } from '../api/client';

const ROWS = 50;
const EVERY_MS = 15_000;

/** Which held alerts are shown; the URL says the same. */
export interface HeldFilter {
  reason: HeldReason | undefined;
  /** Id of a silence or name of a rule. */
  by: string | undefined;
}

export const heldFilterOf = (params: URLSearchParams): HeldFilter => ({
  reason: HELD_REASONS.find((r) => r === params.get('reason')),
  by: params.get('by') ?? undefined,
});

export function useHeld(filter: HeldFilter) {
  return useInfiniteQuery({
    queryKey: ['groups', 'held', filter],
    queryFn: ({ signal, pageParam }) =>
      dataOf(
        api.GET('/api/v1/intake/held', { params: { query: { ...filter, limit: ROWS, cursor: pageParam } }, signal }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    refetchInterval: EVERY_MS,
  });
}

export function useDropped() {
  return useInfiniteQuery({
    queryKey: ['groups', 'dropped'],
    queryFn: ({ signal, pageParam }) =>
      dataOf(api.GET('/api/v1/intake/dropped', { params: { query: { limit: ROWS, cursor: pageParam } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    refetchInterval: EVERY_MS,
  });
}
