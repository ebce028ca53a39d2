import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, dataOf } from '../api/client';
import type { components, paths } from '../api-types';
import { keyed } from '../form/key';
import { searchOf } from './model';

/** A call of the log. */
export type LoggedCall = components['schemas']['Call'];
type Found = paths['/api/v1/calls/caller']['get']['responses'][200]['content']['application/json'];
/** Somebody who may be calling, with his cases. */
export type Caller = Found['items'][number];
export type CallerCase = Caller['cases'][number];
export type CallBody = NonNullable<paths['/api/v1/calls']['post']['requestBody']>['content']['application/json'];

/** Typing pauses that long before anybody is looked for. Milliseconds. */
const PAUSE_MS = 200;

function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = window.setTimeout(() => setSettled(value), PAUSE_MS);
    return () => window.clearTimeout(timer);
  }, [value]);
  return settled;
}

/** Who may be calling, looked for as it is typed. */
export function useCallers(typed: string) {
  const settled = useSettled(typed);
  const search = searchOf(settled);
  const found = useQuery({
    queryKey: ['callers', search],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/calls/caller', { params: { query: search ?? {} }, signal })),
    enabled: search !== null,
    placeholderData: (kept) => (search === null ? undefined : kept),
  });
  // An empty field shows nobody, at once.
  const data = search === null || searchOf(typed) === null ? undefined : found.data;
  return { ...found, data, waiting: settled !== typed || found.isFetching };
}

const RECENT = 10;

/** The newest calls of the desk. */
export function useRecentCalls() {
  return useQuery({
    queryKey: ['calls'],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/calls', { params: { query: { limit: RECENT } }, signal })),
    refetchInterval: 60_000,
  });
}

/** Logs a call; what it has changed is read again. */
export function useLogCall() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ body, key }: { body: CallBody; key: string }) =>
      dataOf(api.POST('/api/v1/calls', { params: keyed(key), body })),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['calls'] });
      void client.invalidateQueries({ queryKey: ['callers'] });
    },
  });
}
