import { useQueryClient } from '@tanstack/react-query';
import { useListNews } from '../live/list-news';
import { useSession } from '../session/session';
import { belongs, type RequestFilter } from './filter';
import { patchRequests, readRequest } from './queries';

/** Follows the stream for a list of requests; see `useListNews`. */
export function useRequestNews(filter: RequestFilter, ids: readonly string[]) {
  const client = useQueryClient();
  const login = useSession().data?.login ?? '';
  return useListNews({
    ids,
    prefix: 'REQ-',
    renew: async (id) => {
      const view = await readRequest(client, id);
      patchRequests(client, view);
      return view;
    },
    belongs: (view) => belongs(filter, view, login),
  });
}
