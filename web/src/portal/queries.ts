import { useQuery } from '@tanstack/react-query';
import { read } from '../request/http';
import type { Catalogue, Item, ItemSummary } from './types';

const MINUTE = 60_000;

/** The catalogue as the viewer sees it. */
export function useCatalogueTree(enabled = true) {
  return useQuery({
    queryKey: ['catalogue'],
    queryFn: ({ signal }) => read<Catalogue>('/api/v1/catalogue', {}, signal),
    staleTime: MINUTE,
    enabled,
  });
}

/** Items by words of their titles, descriptions and keywords. */
export function useItemSearch(q: string) {
  return useQuery({
    queryKey: ['catalogue', 'search', q],
    queryFn: ({ signal }) => read<{ items: ItemSummary[] }>('/api/v1/catalogue/search', { q }, signal),
    enabled: q !== '',
    staleTime: MINUTE,
    placeholderData: (kept) => kept,
  });
}

/** One item with its form. One that cannot be asked for any more is not found: it is not asked for again. */
export function useItem(name: string, enabled = true) {
  return useQuery({
    queryKey: ['catalogue', 'item', name],
    queryFn: ({ signal }) => read<Item>(`/api/v1/catalogue/items/${encodeURIComponent(name)}`, {}, signal),
    staleTime: MINUTE,
    enabled,
  });
}
