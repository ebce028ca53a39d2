import type { WorkingTime } from './calendar';
import type { PageTarget } from './escalation';
import type { Impact, IncidentPlan, Urgency } from './incident-plan';
import type { ClockState, Severity, SlaFact } from './sla';

/**
 * Life of an incident (R2.3): `new` until somebody acknowledges, `pending` while a named reason stops work,
 * `resolved` until it is closed (by a person, or by itself after n working days). `closed` and `cancelled` are final.
 */
export type IncidentStatus = 'new' | 'acknowledged' | 'pending' | 'resolved' | 'closed' | 'cancelled';
export const INCIDENT_STATES: readonly IncidentStatus[] = [
  'new',
  'acknowledged',
  'pending',
  'resolved',
  'closed',
  'cancelled',
];

/** Who acts: a person's login, `system` for the case itself, `source:<name>` for monitoring. */
export type Actor = string;

/** What a person or an API caller may do to an incident; `key` is the caller's idempotency key. */
export type IncidentCommand = { key: string; actor: Actor } & (
  | { op: 'acknowledge' }
  | { op: 'assign'; assignee?: string | null; team?: string }
  | { op: 'prioritise'; impact: Impact; urgency: Urgency; reason: string }
  | { op: 'plan'; text: string }
  | { op: 'pend'; reason: string; note?: string; until?: number }
  | { op: 'resume' }
  | { op: 'note'; text: string }
  | { op: 'resolve'; resolution: string }
  | { op: 'reopen'; reason: string }
  | { op: 'close' }
  | { op: 'cancel'; reason: string }
);
export type IncidentOp = IncidentCommand['op'];

/** In which states each command is lawful; the only table of transitions (409 otherwise). */
export const TRANSITIONS: Record<IncidentOp, readonly IncidentStatus[]> = {
  acknowledge: ['new'],
  assign: ['new', 'acknowledged', 'pending'],
  prioritise: ['new', 'acknowledged', 'pending'],
  plan: ['new', 'acknowledged', 'pending'],
  pend: ['acknowledged'],
  resume: ['pending'],
  note: ['new', 'acknowledged', 'pending', 'resolved'],
  resolve: ['new', 'acknowledged', 'pending'],
  reopen: ['resolved'],
  close: ['resolved'],
  cancel: ['new', 'acknowledged', 'pending'],
};

/** What happened, as it stands in `case_event`; `at` is epoch ms of the workflow's clock (I13). */
export interface CaseEvent {
  seq: number;
  kind: string;
  at: number;
  actor: Actor;
  body: Record<string, unknown>;
}

/** A step of paging decided by the workflow; the projection resolves its targets to people (I4). */
export interface PageStep {
  /** `case:step:visit`; person and method are appended for the ledger. */
  key: string;
  /** Seq of the event that caused it. */
  seq: number;
  /** `level-1`…`level-5`, `leader`, `reminder-<n>`, or `next-<n>` after a failed page. */
  step: string;
  visit: number;
  level: number;
  at: number;
  targets: PageTarget[];
  /** Recorded but not paged: a later step was due as well when the case woke (I9). */
  superseded?: boolean;
  /** After a final failure: this person's methods behind that position. */
  next?: { personId: string; position: number };
}

/** A task the case gives to people (repair task of R3.2). */
export interface CaseTask {
  id: string;
  seq: number;
  kind: string;
  title: string;
  assignee: string | null;
  team: string;
  at: number;
}

/** What monitoring last said of the group that feeds this incident. */
export interface AlertSummary {
  groupId: string;
  /** Version of the alert group this was read at; confirmed back by the projection. */
  version: number;
  firing: number;
  total: number;
}

/** Argument of the workflow when a case begins. */
export interface IncidentOpening {
  id: string;
  number: number;
  tenantId: string;
  title: string;
  description: string;
  impact: Impact;
  urgency: Urgency;
  service: string;
  reporter: Actor;
  source: string;
  /** Case it follows up: the closed incident of the same alert group. */
  follows?: string;
  alerts?: AlertSummary;
  plan: IncidentPlan;
  planId: string;
}

/** All a running incident remembers; also the argument of continue-as-new. Instants are epoch ms. */
export interface IncidentState extends Omit<IncidentOpening, 'alerts'> {
  seq: number;
  status: IncidentStatus;
  severity: Severity;
  team: string;
  assignee: string | null;
  openedAt: number;
  updatedAt: number;
  acknowledgedAt: number | null;
  plannedAt: number | null;
  resolvedAt: number | null;
  closedAt: number | null;
  resolution: string | null;
  pause: { reason: string; since: number; until: number } | null;
  alerts: AlertSummary | null;
  facts: SlaFact[];
  calendars: Record<string, WorkingTime>;
  /** Counts openings: 1, then +1 for each reopening; levels are reached once per visit. */
  visit: number;
  visitAt: number;
  level: number;
  /** Last instant somebody was paged by a level or a reminder. */
  pagedAt: number;
  reminders: number;
  /** Keys of pages whose final failure is recorded. */
  failedPages?: string[];
  /** Names of clocks whose breach is recorded. */
  breached: string[];
  autoCloseAt: number | null;
  /** Next moment at which the case acts by itself (I3). */
  nextAt: number | null;
  /** What no projection has confirmed yet (I2). */
  unconfirmed: { events: CaseEvent[]; steps: PageStep[]; tasks: CaseTask[] };
  /** Newest idempotency keys, for repeats that reach a later run. */
  recent: string[];
  commands: number;
}

/** A clock as shown; `asOf` of the view is the instant the elapsed time was read at. Seconds, RFC 3339. */
export interface ClockView {
  name: string;
  state: ClockState;
  goalSeconds: number;
  elapsedSeconds: number;
  dueAt: string | null;
  startedAt: string;
  stoppedAt: string | null;
  breachedAt: string | null;
  provisional: boolean;
  calendar: string;
}

/** An incident as API and screen see it (design §6). Instants RFC 3339 UTC. */
export interface IncidentView {
  id: string;
  title: string;
  description: string;
  state: IncidentStatus;
  severity: Severity;
  impact: Impact;
  urgency: Urgency;
  tenantId: string;
  service: string;
  team: string;
  assignee: string | null;
  reporter: string;
  source: string;
  follows: string | null;
  version: number;
  createdAt: string;
  updatedAt: string;
  acknowledgedAt: string | null;
  plannedAt: string | null;
  resolvedAt: string | null;
  closedAt: string | null;
  resolution: string | null;
  pause: { reason: string; since: string; until: string } | null;
  alerts: { groupId: string; firing: number; total: number } | null;
  escalationLevel: number;
  visit: number;
  nextAt: string | null;
  dueAt: string | null;
  clocks: ClockView[];
  /** Definition versions the case is pinned to (I7). */
  definitions: string[];
}

/**
 * What made a case change, with the instants it was applied and time was advanced at: enough to tell the same story again.
 * `seq` = number of the first event it causes.
 */
export type IncidentInput = { seq: number; at: number; advancedAt: number } & (
  | { kind: 'opened' }
  | { kind: 'time' }
  | { kind: 'command'; command: IncidentCommand }
  | { kind: 'alerts'; alerts: AlertSummary }
  | { kind: 'page-failed'; page: FailedPage }
);

/** A page of the ledger that could not be delivered, signalled by the sender. */
export interface FailedPage {
  key: string;
  step: string;
  level: number;
  personId: string;
  position: number;
  method: string;
  reason: string;
}

/** What a projection answers. */
export interface ProjectionAnswer {
  /** The calendars the case wanted, expanded. */
  calendars: WorkingTime[];
  /**
   * Set when another attempt at the same workflow task has committed another story: its inputs. Nothing was written; the
   * case has to take that story over before it goes on.
   */
  committed: IncidentInput[] | null;
}

/** Calendars to expand and the range, epoch ms. */
export interface CalendarRange {
  tenantId: string;
  ids: string[];
  from: number;
  until: number;
}

/** One projection: snapshot, unconfirmed events and effects, in one transaction (I2). */
export interface IncidentProjection {
  number: number;
  view: IncidentView;
  facts: SlaFact[];
  planId: string;
  /** Only where the projection needs it: with the first event, and to resolve page targets. */
  plan: IncidentPlan | null;
  /** Versions of the calendars used by the fold, so that a reader can re-run it; 0 = never closes. */
  calendars: Record<string, number>;
  alertVersion: number | null;
  /** Calendars the case will need and does not have: the projection expands them on the way (no activity of their own). */
  wanted: CalendarRange | null;
  /** Inputs that are not in the engine's history yet, kept beside the row until the next ones. */
  inputs: IncidentInput[];
  events: CaseEvent[];
  steps: PageStep[];
  tasks: CaseTask[];
}
