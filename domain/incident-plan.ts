import type { EscalationPlan, PageTarget } from './escalation';
import type { ClockPlan, Severity } from './sla';

export type Impact = 'high' | 'medium' | 'low';
export type Urgency = 'high' | 'medium' | 'low';
export const LEVELS_OF_IMPACT: readonly Impact[] = ['high', 'medium', 'low'];

/**
 * Everything of the definitions that a running incident needs, compiled from immutable versions and pinned by the case
 * (I7). No texts, no forms. Size matters: it stands in the history of every incident.
 */
export interface IncidentPlan {
  /** Versions it was compiled from: `kind/name@version`, a shared one (of all tenants) with `*` and a slash before it. */
  versions: string[];
  service: { id: string; owner: PageTarget; team: string };
  matrix: Record<Impact, Record<Urgency, Severity>>;
  clocks: ClockPlan[];
  /** Calendars of this plan that never close; no activity is needed to expand them. */
  alwaysOpen: string[];
  escalation: EscalationPlan;
  /** Allowed pause reasons. */
  pauseReasons: string[];
  /** Longest pause without a stated end, seconds; then the case resumes by itself (I3). */
  pauseLimitSeconds: number;
  /**
   * Total seconds a case may spend paused for a reason while it has that severity: 0 refuses the reason, and when the
   * total is used up the case resumes by itself, so that no pause lasts for ever (I3).
   */
  pauseLimits: Record<string, Record<Severity, number>>;
  /** A resolved incident closes itself at close of business of the n-th working day of this calendar. */
  autoClose: { businessDays: number; calendarId: string };
  /** Severities that get a repair task at creation (R3.2). */
  repairTaskFor: Severity[];
}
