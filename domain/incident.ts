import type { WorkingTime } from './calendar';
import type { PageTarget } from './escalation';
import type { Actor, Channel, IncidentStatus, Relation } from './incident-command';
import type { CaseEffect, WaitingEffect } from './incident-effect';
import type { Impact, IncidentPlan, Line, Urgency } from './incident-plan';
import type { Goal, Severity, SlaFact } from './sla';

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
  /**
   * `level-1`…`level-5`, `reminder-<n>` (escalation: an answer makes them pointless); `leader`, `mention-<n>`, `assessor-<n>`,
   * `supplier-<n>`, `approval-<n>`, `major-<n>`, `report-<n>`, `analysis-<n>` (notices); `<step>/next-<n>` after a failed page.
   */
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

/**
 * A task the case gives to people (repair task of R3.2, assessment, fault report …), or the end of one: with `done` the task
 * of that id is over.
 */
export interface CaseTask {
  id: string;
  seq: number;
  done?: boolean;
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
  /** Priority of the worst firing alert; a worse one than the case's raises it. */
  impact?: Impact;
  urgency?: Urgency;
  /** RFC 3339: alerts were held (silence, mute, inhibition) since then and have only now reached the case. */
  heldSince?: string;
  /** The resolve policy of the alert rules says that the case is over with its alerts. */
  resolve?: boolean;
}

/** Stay of a case on a support line (R2.4). Instants epoch ms. */
export interface Stage {
  /** Counts the stages of the case. */
  n: number;
  line: Line;
  since: number;
  /** Index of the first fact that belongs to it. */
  from: number;
  severity: Severity;
  /** Set by the assessor; else the line's own limit by severity. */
  limit: Goal | null;
}

/** The case lies with the level assessor: who had it before, and when he is reminded. */
export interface Assessment {
  since: number;
  stage: number;
  fromLine: Line;
  team: string;
  assignee: string | null;
  reminders: number;
  remindAt: number;
}

/** A major incident and the people who lead it (R3.2). */
export interface Major {
  since: number;
  by: Actor;
  commander: string;
  communications: string;
}

/** The case at a supplier (R3.5): its ticket number, its clock. */
export interface SupplierCase {
  name: string;
  reference: string | null;
  since: number;
  from: number;
  severity: Severity;
  state: 'asked' | 'answered' | 'solved' | 'withdrawn';
  endedAt: number | null;
  overdue: boolean;
}

/** One run of a runbook step (R5.3). */
export interface StepRun {
  id: string;
  runbook: string;
  step: string;
  state: 'awaiting-approval' | 'running' | 'succeeded' | 'failed' | 'refused' | 'expired';
  requestedBy: Actor;
  since: number;
  /** When waiting for approval, or for an answer, is over. */
  limitAt: number;
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
  /** Who has entered the case for him; the reporter himself if absent. */
  enteredBy?: Actor;
  source: string;
  /** Type of the process definition; the first one if absent. */
  type?: string;
  /** How the requester reached the desk; absent: nobody did (monitoring). */
  channel?: Channel;
  /** Case it follows up: the closed incident of the same alert group. */
  follows?: string;
  alerts?: AlertSummary;
  plan: IncidentPlan;
  planId: string;
}

/** All a running incident remembers; also the argument of continue-as-new. Instants are epoch ms. */
export interface IncidentState extends Omit<IncidentOpening, 'alerts' | 'type'> {
  type: string | null;
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
  line: Line | null;
  stage: Stage | null;
  assessment: Assessment | null;
  parent: string | null;
  /** Children and their states as last told. */
  children: Record<string, IncidentStatus>;
  links: { target: string; relation: Relation }[];
  mergedInto: string | null;
  /** Key of the effect that asked that case to carry this one. */
  mergeKey: string | null;
  /** When a merged case asks the other one whether it is still there. */
  askAt: number | null;
  merged: string[];
  major: Major | null;
  supplier: SupplierCase | null;
  runs: StepRun[];
  report: { at: number; by: Actor; seq: number } | null;
  reportReminders: number;
  /** Facts for later figures: who handled it first, the line that resolved it, contacts of the requester, reopenings. */
  firstHandler: string | null;
  resolvingLine: Line | null;
  contacts: number;
  reopens: number;
  /** Effects that nobody has answered yet. */
  waiting: WaitingEffect[];
  /** What no projection has confirmed yet (I2). */
  unconfirmed: { events: CaseEvent[]; steps: PageStep[]; tasks: CaseTask[]; effects: CaseEffect[] };
  /** Newest idempotency keys, for repeats that reach a later run. */
  recent: string[];
  commands: number;
}
