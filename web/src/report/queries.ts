import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { DocumentFormat, DocumentLocale } from '../../../domain/document';
import { api, dataOf } from '../api/client';
import type { components } from '../api-types';
import { keyed } from '../form/key';
import { caseKey } from '../incident/queries';

export type ReportOfCase = components['schemas']['FaultReportOfCase'];
export type CaseDocument = components['schemas']['Document'];

/** The report as submitted, or the draft that the case makes, in the viewer's language. */
export function useReport(id: string, locale: DocumentLocale) {
  return useQuery({
    queryKey: [...caseKey(id), 'report', locale],
    queryFn: ({ signal }) =>
      dataOf(api.GET('/api/v1/incidents/{id}/report', { params: { path: { id }, query: { locale } }, signal })),
  });
}

const documentsKey = (id: string) => [...caseKey(id), 'documents'] as const;
const isUnfinished = ({ state }: CaseDocument) => state === 'queued' || state === 'rendering';
const POLL_MS = 1000;

/** Documents of a case, newest first; looked after while one is being made. */
export function useDocuments(id: string) {
  return useQuery({
    queryKey: documentsKey(id),
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/incidents/{id}/documents', { params: { path: { id } }, signal })),
    refetchInterval: (q) => (q.state.data?.items.some(isUnfinished) ? POLL_MS : false),
  });
}

/** Has a document made; it stands in the list at once. */
export function useRequestDocument(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ key, ...body }: { format: DocumentFormat; locale: DocumentLocale; key: string }) =>
      dataOf(
        api.POST('/api/v1/incidents/{id}/documents', {
          params: { path: { id }, ...keyed(key) },
          body,
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: documentsKey(id) }),
  });
}

/** Where a document is downloaded from. */
export const documentUrl = (id: string): string => `/api/v1/documents/${id}/content`;
