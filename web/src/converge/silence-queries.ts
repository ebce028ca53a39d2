import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Matcher } from '../../../domain/alert-matcher';
import { api, dataOf } from '../api/client';
import type { components, paths } from '../api-types';
import { keyed } from '../form/key';

export type Silence = components['schemas']['Silence'];
export type PlacedAlert = components['schemas']['PlacedAlert'];
export type NewSilence = paths['/api/v1/silences']['post']['requestBody']['content']['application/json'];
/** What a silence chooses by: conditions, or one host. */
export type SilenceChoice = { matchers: Matcher[] } | { host: string };

const ROWS = 50;
/** Windows open and close, and what is held changes, without an event: read again so often, ms. */
const EVERY_MS = 30_000;

export function useSilences(expired: boolean, kind: Silence['kind'] | undefined) {
  return useInfiniteQuery({
    queryKey: ['silences', { expired, kind }],
    queryFn: ({ signal, pageParam }) =>
      dataOf(
        api.GET('/api/v1/silences', {
          params: { query: { expired: expired ? 'true' : 'false', kind, limit: ROWS, cursor: pageParam } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    refetchInterval: EVERY_MS,
  });
}

/** One silence, to make another like it. */
export function useSilence(id: string | null) {
  return useQuery({
    queryKey: ['silences', id],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/silences/{id}', { params: { path: { id: id ?? '' } }, signal })),
    enabled: id !== null,
  });
}

/** Which alerts it would hold now; nothing is written. Null asks for nothing. */
export function usePreview(choice: SilenceChoice | null) {
  return useQuery({
    queryKey: ['silences', 'preview', choice],
    queryFn: ({ signal }) => dataOf(api.POST('/api/v1/silences/preview', { body: choice ?? {}, signal })),
    enabled: choice !== null,
    placeholderData: (kept) => (choice === null ? undefined : kept),
    staleTime: EVERY_MS,
  });
}

/** What is held changes with every silence: groups and the wall are asked for again too. */
function useChanged(): () => void {
  const client = useQueryClient();
  return () => {
    for (const queryKey of [['silences'], ['groups'], ['wall', 'groups']]) void client.invalidateQueries({ queryKey });
  };
}

export function useCreateSilence() {
  const changed = useChanged();
  return useMutation({
    mutationFn: ({ body, key }: { body: NewSilence; key: string }) =>
      dataOf(api.POST('/api/v1/silences', { params: keyed(key), body })),
    onSuccess: changed,
  });
}

export function useEndSilence() {
  const changed = useChanged();
  return useMutation({
    mutationFn: (id: string) =>
      dataOf(
        api.POST('/api/v1/silences/{id}/end', {
          params: { path: { id }, ...keyed() },
        }),
      ),
    onSettled: changed,
  });
}
