import type { AssignmentRule } from './assignment';
import type { EscalationPlan, PageTarget } from './escalation';
import type { ClockPlan, Goal, Severity } from './sla';

export type Impact = 'high' | 'medium' | 'low';
export type Urgency = 'high' | 'medium' | 'low';
export const LEVELS_OF_IMPACT: readonly Impact[] = ['high', 'medium', 'low'];

/** Support lines of R2.4; five at most. */
export type Line = 1 | 2 | 3 | 4 | 5;
export const LINES: readonly Line[] = [1, 2, 3, 4, 5];

/** A support line with its own limit; a goal counts on the calendar and stands while the case is paused. */
export interface LinePlan {
  line: Line;
  team: string;
  limits: Record<Severity, Goal>;
  calendarId: string;
  assignment: AssignmentRule;
}

/** A kind of incident (R2.1): who gets it first and on which line it begins. */
export interface TypePlan {
  name: string;
  line: Line;
  first: PageTarget | null;
  /** Overrules the line's rule where it is stated. */
  assignment: AssignmentRule | null;
}

/** Who decides when a stage has overrun its limit (R2.4). Wall-clock seconds. */
export interface AssessorPlan {
  notify: PageTarget[];
  team: string;
  /** Time for the decision; then `overdue` is paged, again after each such time. */
  limitSeconds: number;
  overdue: PageTarget[];
}

/** A supplier and its own clock (R3.5). */
export interface SupplierPlan {
  name: string;
  calendarId: string;
  goals: Record<Severity, Goal>;
  overdue: PageTarget[];
}

/** Steps of a runbook that this process may run (R5.3); what they call stands in the definition of that version. */
export interface RunbookPlan {
  name: string;
  /** Definition version: `kind/name@version`. */
  id: string;
  steps: {
    name: string;
    approval: boolean;
    /** Role whose holders approve; never the one who asked (I5). */
    approvers: string;
    /** How long approval is waited for, and how long the call may take. Wall-clock seconds. */
    approvalSeconds: number;
    limitSeconds: number;
    /** Severities at which it is asked for by the case itself at its opening. */
    automaticFor: Severity[];
  }[];
}

/** When a fault report is due (R3.6). */
export interface ReportPlan {
  types: string[];
  /** Severities whose case is not closed without it. */
  requiredFor: Severity[];
  /** Paged each day while a required report is missing at the time of closing. */
  remind: PageTarget[];
  analyst: PageTarget[];
  analystTeam: string;
}

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
  /** What follows is absent in plans of cases that began before there was such a thing. First type = default. */
  types?: TypePlan[];
  lines?: LinePlan[];
  assessor?: AssessorPlan;
  suppliers?: SupplierPlan[];
  runbooks?: RunbookPlan[];
  report?: ReportPlan;
  /** Paged when a case is raised to major, besides its commander and communications manager. */
  major?: { notify: PageTarget[] };
  /** Other escalation policies while a calendar is open (R3.3: a different policy by time range); the first open one counts. */
  timeRanges?: { calendarId: string; escalation: EscalationPlan }[];
}
