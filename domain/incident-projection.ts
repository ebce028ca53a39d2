import type { WorkingTime } from './calendar';
import type { AlertSummary, CaseEvent, CaseTask, PageStep, StepRun, SupplierCase } from './incident';
import type { IncidentCommand, IncidentStatus, Relation } from './incident-command';
import type { CaseEffect, EffectKind, EffectOutcome, PeerMessage } from './incident-effect';
import type { Impact, IncidentPlan, Line, Urgency } from './incident-plan';
import type { ClockState, Severity, SlaFact } from './sla';

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

/** A clock beside the promises: of a stage, of a supplier. Seconds, RFC 3339. */
export interface SideClock {
  since: string;
  goalSeconds: number;
  elapsedSeconds: number;
  dueAt: string | null;
  clock: ClockState;
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
  type: string | null;
  line: Line | null;
  stage: (SideClock & { n: number; line: Line }) | null;
  assessment: { since: string; dueAt: string; fromLine: Line } | null;
  parent: string | null;
  children: { id: string; state: IncidentStatus }[];
  links: { target: string; relation: Relation }[];
  mergedInto: string | null;
  merged: string[];
  major: { since: string; by: string; commander: string; communications: string } | null;
  supplier: (SideClock & { name: string; reference: string | null; state: SupplierCase['state'] }) | null;
  runs: {
    id: string;
    runbook: string;
    step: string;
    state: StepRun['state'];
    requestedBy: string;
    since: string;
    limitAt: string;
  }[];
  report: { submittedAt: string; by: string; seq: number } | null;
  /** Not closed without a fault report (R3.6). */
  reportRequired: boolean;
  firstHandler: string | null;
  resolvingLine: Line | null;
  contacts: number;
  reopens: number;
  waiting: { key: string; kind: EffectKind; about: string; since: string }[];
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
  | { kind: 'effect-done'; outcome: EffectOutcome }
  | { kind: 'peer'; message: PeerMessage }
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
  effects: CaseEffect[];
}
