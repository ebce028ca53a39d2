import type { components, paths } from '../api-types';

/** An incident with the commands its state allows. */
export type Incident = components['schemas']['Incident'];
export type IncidentList = paths['/api/v1/incidents']['get']['responses'][200]['content']['application/json'];
type Timeline = paths['/api/v1/incidents/{id}/timeline']['get']['responses'][200]['content']['application/json'];
export type Clocks = paths['/api/v1/incidents/{id}/clocks']['get']['responses'][200]['content']['application/json'];

/** An entry of the timeline; `at` is RFC 3339. */
export type TimelineEvent = Timeline['items'][number];
export type Alert = components['schemas']['Alert'];

/** A row of the page ledger: one step, one person, one method, one outcome in the end. */
export interface Page {
  key: string;
  step: string;
  level: number;
  visit: number;
  plannedAt: string;
  personId: string | null;
  person: string | null;
  method: string | null;
  /** Null while it is on its way. */
  outcome: string | null;
  reason: string | null;
  settledAt: string | null;
  attempts: number;
  messageId: string | null;
  fallback: boolean;
}
