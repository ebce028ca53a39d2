import { useQuery } from '@tanstack/react-query';
import type { Severity } from '../../../domain/sla';
import { get } from '../api/client';
import type { Language } from '../theme/preferences';

/** A text in both languages. */
export type Text = Record<Language, string>;

export interface Service {
  id: string;
  name: Text;
  team: string;
  pauseReasons: { value: string; label: Text }[];
}

const HOUR = 3_600_000;

/** Services one may report for; they change with a publication, not during a session's hour. */
export function useServices() {
  return useQuery({
    queryKey: ['services'],
    queryFn: ({ signal }) => get<{ items: Service[] }>('/api/v1/services', {}, signal),
    staleTime: HOUR,
  });
}

export interface SeverityLabel {
  severity: Severity;
  label: Text;
  meaning: Text;
}

export function useSeverities() {
  return useQuery({
    queryKey: ['severities'],
    queryFn: ({ signal }) => get<{ items: SeverityLabel[] }>('/api/v1/definitions/severities', {}, signal),
    staleTime: HOUR,
  });
}

export interface PersonRef {
  login: string;
  displayName: string;
}

/** People whose login or name matches; asked again as the viewer types. */
export function usePeople(q: string, enabled: boolean) {
  return useQuery({
    queryKey: ['people', q],
    queryFn: ({ signal }) => get<{ items: PersonRef[] }>('/api/v1/people', { q }, signal),
    enabled,
    staleTime: 60_000,
    placeholderData: (kept) => kept,
  });
}
