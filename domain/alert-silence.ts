import type { Matcher } from './alert-matcher';

/** What a silence is for: a choice of alerts, one host, or announced work. All three hold alerts in the same way. */
export type SilenceKind = 'silence' | 'host' | 'maintenance';
export const SILENCE_KINDS: readonly SilenceKind[] = ['silence', 'host', 'maintenance'];

/** Windows that come again: RRULE (RFC 5545) from a local beginning, each of a length by the wall clock. */
export interface Recurrence {
  /** `FREQ=WEEKLY;BYDAY=SU` */
  rrule: string;
  /** Local beginning of the first window, `2026-01-31T02:00`. */
  start: string;
  /** ISO 8601, `PT2H`. */
  duration: string;
  /** IANA. */
  zone: string;
}

/** A silence as it is stored. Instants epoch ms. */
export interface Silence {
  id: string;
  tenantId: string;
  kind: SilenceKind;
  matchers: Matcher[];
  startsAt: number;
  /** Null: a recurrence without an end. */
  endsAt: number | null;
  recurrence: Recurrence | null;
  comment: string;
  author: string;
  createdAt: number;
  endedAt: number | null;
  endedBy: string | null;
}

/** `scheduled`: between two windows of a recurrence. */
export type SilenceState = 'pending' | 'active' | 'scheduled' | 'expired';

/** Whether something holds at an instant, and when that changes next; null = never. */
export interface Phase {
  active: boolean;
  until: number | null;
}
