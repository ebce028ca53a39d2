import type { IncidentOp, IncidentView } from '../../../domain/incident';
import type { PromiseClock } from '../promise/model';

/** An incident with the commands its state allows. */
export type Incident = IncidentView & { allowed: IncidentOp[] };

export interface IncidentPageOf<T> {
  items: T[];
  nextCursor: string | null;
}

/** An entry of the timeline; `at` is RFC 3339. */
export interface TimelineEvent {
  seq: number;
  kind: string;
  at: string;
  actor: string;
  body: Record<string, unknown>;
}

/** A row of the page ledger: one step, one person, one method, one outcome in the end. */
export interface Page {
  key: string;
  step: string;
  level: number;
  visit: number;
  plannedAt: string;
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

export interface Alert {
  fingerprint: string;
  status: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  startsAt: string | null;
  endsAt: string | null;
  pushes: number;
  firstReceivedAt?: string;
  generatorUrl?: string | null;
}

export interface Clocks {
  asOf: string;
  items: PromiseClock[];
}
