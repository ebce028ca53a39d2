import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, dataOf } from '../api/client';
import type { components } from '../api-types';
import { keyed } from '../form/key';

export type Survey = components['schemas']['Survey'];
export type SurveyResult = components['schemas']['SurveyResult'];
export const SURVEY_GROUPS = ['month', 'item', 'service'] as const;
export type SurveyGroup = (typeof SURVEY_GROUPS)[number];

/** As many open questions stand on the portal; the rest comes up when these are answered. */
const SHOWN = 3;

/** What the viewer was asked about a case, answered or not. */
export function useSurveysOf(caseId: string) {
  return useQuery({
    queryKey: ['surveys', caseId],
    queryFn: ({ signal }) =>
      dataOf(api.GET('/api/v1/surveys', { params: { query: { state: 'all', case: caseId, limit: SHOWN } }, signal })),
  });
}

/** What the viewer was asked and has not answered, newest first. */
export function useOpenSurveys() {
  return useQuery({
    queryKey: ['surveys', 'open'],
    queryFn: ({ signal }) =>
      dataOf(api.GET('/api/v1/surveys', { params: { query: { state: 'open', limit: SHOWN } }, signal })),
  });
}

export function useAnswer() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, key, ...body }: { id: string; key: string; score: number; comment?: string }) =>
      dataOf(api.POST('/api/v1/surveys/{id}/answer', { params: { path: { id }, ...keyed(key) }, body })),
    onSuccess: (answered) => {
      // Those on the portal stay until the viewer has seen the thanks.
      client.setQueriesData<{ items: Survey[] }>({ queryKey: ['surveys'] }, (data) =>
        data?.items === undefined
          ? data
          : { ...data, items: data.items.map((s) => (s.id === answered.id ? answered : s)) },
      );
    },
  });
}

/** Answers counted by group, in pages. */
export function useSurveyResults(by: SurveyGroup, zone: string) {
  return useInfiniteQuery({
    queryKey: ['survey-results', by, zone],
    queryFn: ({ signal, pageParam }) =>
      dataOf(
        api.GET('/api/v1/surveys/results', { params: { query: { by, zone, limit: 50, cursor: pageParam } }, signal }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  });
}
