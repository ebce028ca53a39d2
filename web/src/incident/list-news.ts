import { useQueryClient } from '@tanstack/react-query';
import { useListNews } from '../live/list-news';
import { useSession } from '../session/session';
import { serverNow } from '../time/now';
import { belongs, type IncidentFilter } from './filter';
import { patchLists, readIncident } from './queries';

/** Follows the stream for a list of incidents; see `useListNews`. */
export function useIncidentNews(filter: IncidentFilter, ids: readonly string[]) {
  const client = useQueryClient();
  const login = useSession().data?.login ?? '';
  return useListNews({
    ids,
    prefix: 'INC-',
    renew: async (id) => {
      const view = await readIncident(client, id);
      patchLists(client, view);
      return view;
    },
    belongs: (view) => belongs(filter, view, serverNow(), login),
  });
}
