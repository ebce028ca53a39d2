import type { CaseEvent, CaseTask, PageStep } from './incident';
import type { CalendarRange, ClockView, FailedPage } from './incident-projection';
import type { Approver, RequestFact } from './request';
import type { RequestCommand, RequestStatus } from './request-command';
import type { RequestEffect, RequestEffectKind, RequestEffectOutcome, RequestPeer } from './request-effect';
import type { RequestOutcome, RequestPlan, StepKind } from './request-plan';

type Title = { 'zh-CN': string; en: string };

/** An approval that runs or has run. Instants RFC 3339. */
export interface ApprovalView {
  step: string;
  visit: number;
  title: Title;
  state: 'running' | 'approved' | 'rejected' | 'voided' | 'ended';
  since: string;
  endedAt: string | null;
  /** Of the rung that states the consequence of silence. */
  dueAt: string | null;
  /** Hash a vote has to carry; the content of that hash is what is decided on. */
  shown: string;
  quorum: { need: 'any' | 'all' } | { count: number } | { percent: number };
  order: 'parallel' | 'sequential';
  veto: boolean;
  approvers: (Omit<Approver, 'at'> & { at: string | null })[];
  stranded: boolean;
}

/** A task of a step, as the case shows it; the task row itself stands in the list of tasks. */
export interface RequestTaskView {
  task: string;
  step: string | null;
  kind: string;
  title: Title;
  assignee: string | null;
  candidates: string[];
  team: string;
  since: string;
  dueAt: string | null;
  checklist: { id: string; title: Title; done: boolean }[];
  outcomes: { name: string; title: Title; reason: boolean }[];
  form: string | null;
}

/** One visit of a step: what the drawing of the process shows. */
export interface StepVisitView {
  step: string;
  visit: number;
  kind: StepKind;
  title: Title;
  stage: string;
  state: 'active' | 'done' | 'failed' | 'voided';
  since: string;
  endedAt: string | null;
  by: string | null;
  outcome: string | null;
  /** Values it gave, without secrets. */
  values: Record<string, unknown>;
}

/** A request as API and screen see it (design §6). Instants RFC 3339 UTC. */
export interface RequestView {
  id: string;
  title: string;
  state: RequestStatus;
  tenantId: string;
  item: string;
  process: string;
  service: string;
  team: string;
  requester: string;
  beneficiary: string;
  enteredBy: string | null;
  channel: string;
  parent: { id: string; step: string | null } | null;
  follows: string | null;
  children: { id: string; step: string | null; outcome: RequestOutcome | null }[];
  version: number;
  createdAt: string;
  updatedAt: string;
  endedAt: string | null;
  outcome: RequestOutcome | null;
  content: { hash: string; revision: number; form: string };
  /** The five-word progress line. */
  stages: { name: string; title: Title; state: 'done' | 'current' | 'ahead' }[];
  steps: StepVisitView[];
  approvals: ApprovalView[];
  tasks: RequestTaskView[];
  /** Automatic steps that failed and wait for people. */
  failures: { step: string; title: Title; reason: string; task: string | null; undoing: boolean; skippable: boolean }[];
  undo: { step: string; title: Title; state: string; reason: string | null }[];
  awaiting: {
    what: 'correction' | 'clarification';
    text: string;
    by: string;
    since: string;
    dueAt: string | null;
  } | null;
  suspended: { reason: string; since: string; until: string; by: string } | null;
  /** Who is waited for now: logins, teams. */
  waitingFor: { login: string | null; team: string | null; step: string; since: string }[];
  sharedWith: string[];
  minutes: number;
  withdrawable: boolean;
  waiting: { key: string; kind: RequestEffectKind; about: string; since: string }[];
  nextAt: string | null;
  dueAt: string | null;
  clocks: ClockView[];
  survey: boolean;
  /** Definition versions the case is pinned to (I7). */
  definitions: string[];
}

/** What made a request change; see `IncidentInput`. */
export type RequestInput = { seq: number; at: number; advancedAt: number } & (
  | { kind: 'opened' }
  | { kind: 'time' }
  | { kind: 'command'; command: RequestCommand }
  | { kind: 'page-failed'; page: FailedPage }
  | { kind: 'effect-done'; outcome: RequestEffectOutcome }
  | { kind: 'peer'; message: RequestPeer }
  /** People have left, are away, or have come into groups: running approvals and tasks look again. */
  | {
      kind: 'people-changed';
      logins: string[];
      /** Also looks at those who have work already; requests that were told before this was so must not. */
      assigned?: boolean;
    }
);

/** One projection: snapshot, unconfirmed events and effects, in one transaction (I2). */
export interface RequestProjection {
  number: number;
  view: RequestView;
  facts: RequestFact[];
  planId: string;
  plan: RequestPlan | null;
  calendars: Record<string, number>;
  wanted: CalendarRange | null;
  inputs: RequestInput[];
  events: CaseEvent[];
  steps: PageStep[];
  tasks: CaseTask[];
  effects: RequestEffect[];
}
