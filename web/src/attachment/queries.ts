import { useQuery } from '@tanstack/react-query';
import { api, dataOf } from '../api/client';
import { caseKey } from '../incident/queries';

/** Files of a case as far as the viewer may see them, with what may be added. */
export function useAttachments(id: string) {
  return useQuery({
    queryKey: [...caseKey(id), 'attachments'],
    queryFn: ({ signal }) =>
      dataOf(api.GET('/api/v1/incidents/{id}/attachments', { params: { path: { id } }, signal })),
  });
}
