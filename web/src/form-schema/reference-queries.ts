import { useQuery } from '@tanstack/react-query';
import { read } from '../request/http';

/** A team as people know it. */
export interface TeamChoice {
  name: string;
  title: Record<'zh-CN' | 'en', string>;
}

/** Teams there are. */
export function useTeams() {
  return useQuery({
    queryKey: ['teams'],
    queryFn: ({ signal }) => read<{ items: TeamChoice[] }>('/api/v1/teams', {}, signal),
    staleTime: 60_000,
  });
}

/** Configuration items by name or id; asked again as one types. */
export function useCis(q: string, type: string | undefined) {
  return useQuery({
    queryKey: ['cis', 'choice', q, type ?? ''],
    queryFn: ({ signal }) =>
      read<{ items: { id: string; name: string }[] }>('/api/v1/cis', { q: q || undefined, type, limit: 20 }, signal),
    staleTime: 60_000,
    placeholderData: (kept) => kept,
  });
}
