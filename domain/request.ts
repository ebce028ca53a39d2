import type { WorkingTime } from './calendar';
import type { CaseEvent, CaseTask, PageStep } from './incident';
import type { Actor, Channel } from './incident-command';
import type { ActionName } from './request-action';
import type { ContentRef, RequestStatus } from './request-command';
import type { RequestEffect, RequestEffectKind, RequestEffectOutcome, RequestPeer } from './request-effect';
import type { RequestOutcome, RequestPlan, Span } from './request-plan';

/** Argument of the workflow when a request is submitted. Its content is committed before (I1). */
export interface RequestOpening {
  id: string;
  number: number;
  tenantId: string;
  /** Kept in Postgres only where it may hold personal data; the title is chosen by the requester. */
  title: string;
  requester: Actor;
  /** For whom it is asked (on behalf of); the requester himself otherwise. */
  beneficiary: Actor;
  /** Who has entered it, if not the requester. */
  enteredBy?: Actor;
  channel: Channel;
  /** Facts of people that conditions may name. */
  person: { tenant: { id: string; securityLevel: number }; roles: string[] };
  content: ContentRef;
  /** Request this one is a part of, and its step. */
  parent?: { id: string; step: string | null };
  /** Case it follows up or was classified from. */
  follows?: string;
  plan: RequestPlan;
  planId: string;
}

/** One voter of a running approval. */
export interface Approver {
  login: string;
  /** `asked` now; `next` in a sequence; `replaced` by substitute or delegate; `gone`: no longer among the approvers. */
  state: 'asked' | 'next' | 'approved' | 'rejected' | 'replaced' | 'gone';
  /** Why he is asked: for whom he stands in. */
  for: string | null;
  as: 'approver' | 'substitute' | 'delegate' | 'manager' | 'fallback' | 'added';
  comment: string | null;
  /** Epoch ms of the vote. */
  at: number | null;
}

/** Deadline of a rung of a step that waits for people; gone from the list once it has been acted on. See `request-ladder.ts`. */
export interface RungDue {
  /** Position in the ladder, from 0. */
  n: number;
  /** Epoch ms; null: cannot be told yet (calendar not expanded that far), or the clock of the step stands. */
  at: number | null;
  /** While the clock of the step stands: counted ms that are left; null where that cannot be told. */
  leftMs: number | null;
  after: Span;
  since: number;
  /** Instants at which the clock stopped and went on, in turn. */
  stood: number[];
}

interface ActiveBase {
  step: string;
  visit: number;
  since: number;
  /** Parallel step whose branch it belongs to. */
  within: string | null;
}
export interface ActiveApproval extends ActiveBase {
  kind: 'approval';
  approvers: Approver[];
  /** Hash of the content that is voted on. */
  shown: string;
  rungs: RungDue[];
  /** Nobody was found: the desk names approvers by a task. */
  stranded: boolean;
}
export interface ActiveTask extends ActiveBase {
  kind: 'task' | 'form';
  task: string;
  assignee: Actor | null;
  team: string;
  /** Logins it was resolved to; empty: the team's. */
  candidates: string[];
  /** Those of them that its actors do not mean: substitutes, and whoever was asked later. */
  beside?: string[];
  checked: string[];
  rungs: RungDue[];
}
export interface ActiveAuto extends ActiveBase {
  kind: 'auto';
  /** Reason of the final failure; people choose what next. */
  failed: string | null;
  attempt: number;
  limitAt: number;
  task: string | null;
  rungs: RungDue[];
}
export interface ActiveWait extends ActiveBase {
  kind: 'wait';
  /** Epoch ms. */
  at: number | null;
  limitAt: number | null;
  /** The limit as a ladder of one rung: it stands while the case does. */
  rungs: RungDue[];
}
export interface ActiveParallel extends ActiveBase {
  kind: 'parallel';
  /** Branches that have not come to their end. */
  open: number;
}
export interface ActiveSubprocess extends ActiveBase {
  kind: 'subprocess';
  child: string | null;
  failed: string | null;
  task: string | null;
}
export type ActiveStep = ActiveApproval | ActiveTask | ActiveAuto | ActiveWait | ActiveParallel | ActiveSubprocess;

/** What a step has given: kept for conditions (`steps.<id>.…`), drawing and compensation. */
export interface StepResult {
  step: string;
  visit: number;
  kind: string;
  startedAt: number;
  endedAt: number;
  /** Who ended it; `system` for automatic ones. */
  by: Actor;
  outcome: string | null;
  values: Record<string, unknown>;
  /** Of an approval: the votes. */
  approvers?: Approver[];
  /** The content has changed since, or the request went back: it counts no more. */
  voided?: boolean;
}

/** Something done that may have to be undone. */
export interface Undo {
  step: string;
  visit: number;
  state: 'due' | 'running' | 'done' | 'failed' | 'skipped';
  reason: string | null;
  task: string | null;
  /** What undoes it, with arguments as they were when it was done: a content that changes later has no say. */
  action: ActionName;
  arguments: Record<string, unknown>;
  /** Counts attempts, for keys. */
  attempt: number;
  /** Of its failure. */
  rungs: RungDue[];
}

/** A fact of the clocks of a request (I6). */
export interface RequestFact {
  at: number;
  /** `left` = the step is done; `returned` = all that was done counts no more, it begins again. */
  kind: 'opened' | 'entered' | 'left' | 'paused' | 'resumed' | 'returned' | 'ended';
  step?: string;
  /** Of a pause; the outcome of an end. */
  reason?: string;
  /** Names of the clocks that start with it: their condition held. */
  starts?: string[];
}

/** All a running request remembers; also the argument of continue-as-new. Instants are epoch ms. */
export interface RequestState extends RequestOpening {
  seq: number;
  status: RequestStatus;
  team: string;
  openedAt: number;
  updatedAt: number;
  endedAt: number | null;
  /** Counts contents: 1, then +1 for each edit or correction. */
  revision: number;
  active: ActiveStep[];
  results: StepResult[];
  undo: Undo[];
  /** Set while everything is being undone: what follows then. */
  rollingBack: { to: RequestOutcome | 'correction'; reason: string; by: Actor } | null;
  outcome: RequestOutcome | null;
  /** Waits for the requester: a correction or an answer. */
  awaiting: {
    what: 'correction' | 'clarification';
    text: string;
    by: Actor;
    since: number;
    /** Counts askings. */
    n: number;
    rungs: RungDue[];
  } | null;
  suspended: { reason: string; since: number; until: number; by: Actor } | null;
  /** Visits by step, for idempotency keys. */
  visits: Record<string, number>;
  facts: RequestFact[];
  calendars: Record<string, WorkingTime>;
  breached: string[];
  children: { id: string; step: string | null; outcome: RequestOutcome | null }[];
  /** Tasks that triggers or stranded approvals have added, beside those of steps. */
  extraTasks: {
    task: string;
    kind: string;
    title: { 'zh-CN': string; en: string };
    assignee: Actor | null;
    /** Logins it was resolved to; empty: the team's. */
    candidates: string[];
    team: string;
    since: number;
    step: string | null;
  }[];
  sharedWith: string[];
  /** Minutes of work logged. */
  minutes: number;
  nextAt: number | null;
  waiting: { key: string; kind: RequestEffectKind; about: string; since: number }[];
  unconfirmed: { events: CaseEvent[]; steps: PageStep[]; tasks: CaseTask[]; effects: RequestEffect[] };
  failedPages: string[];
  /** Counts pages by name and visit, tasks by id: the n-th has the suffix `.n`. */
  pages: Record<string, number>;
  /** Seq of the newest event that triggers have been looked at for. */
  triggered: number;
  /** Answers that came while the case was stopped, or before what they belong to was known: taken when it goes on. */
  postponed: ({ kind: 'effect-done'; outcome: RequestEffectOutcome } | { kind: 'peer'; message: RequestPeer })[];
  recent: string[];
  commands: number;
}
