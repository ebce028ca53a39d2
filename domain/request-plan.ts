import type { PageTarget } from './escalation';
import type { ClockPlan } from './sla';

/** A length of time: on the wall clock, or counted on the calendar of the process. */
export type Span = { seconds: number } | { businessSeconds: number } | { businessDays: number };

/**
 * Whom a step of a request is for. Those of {@link PageTarget} are resolved by an activity, as are managers and teams;
 * `requester`, `beneficiary`, `field` (a login in the form) and `performer` (who did a step) the case knows itself.
 */
export type RequestTarget =
  | Exclude<PageTarget, { kind: 'assignee' }>
  | { kind: 'requester' }
  | { kind: 'beneficiary' }
  /** Superior of the beneficiary, so many levels up. */
  | { kind: 'manager'; levels: number }
  | { kind: 'team'; team: string }
  | { kind: 'field'; path: string }
  | { kind: 'performer'; step: string };

/** A condition in CEL; see `domain/condition.ts`. */
export type Condition = string;

/** What happens to a step that waits for people, so long after it began (its pauses not counted). */
export interface Rung {
  after: Span;
  act: RungAct;
}
export type RungAct =
  | { kind: 'remind' }
  /** Absent people are replaced by their substitutes; whoever has none stays asked. */
  | { kind: 'substitute' }
  /** The superiors of those who have not answered are asked as well. */
  | { kind: 'manager' }
  | { kind: 'ask'; targets: RequestTarget[] }
  /** The stated consequence of silence (I5): never an approval. */
  | { kind: 'reject' }
  | { kind: 'return' }
  | { kind: 'end'; outcome: RequestOutcome };

/** How a request ends. */
export type RequestOutcome = 'fulfilled' | 'rejected' | 'withdrawn' | 'cancelled' | 'reclassified';
export const REQUEST_OUTCOMES = ['fulfilled', 'rejected', 'withdrawn', 'cancelled', 'reclassified'] as const;

interface StepBase {
  id: string;
  title: { 'zh-CN': string; en: string };
  /** Name of the stage of the progress line it belongs to. */
  stage: string;
  /** The step after it; null at the end of a parallel branch. */
  next: string | null;
}

/** Approval (I5). The requester and the beneficiary are never among the approvers. */
export interface ApprovalStep extends StepBase {
  kind: 'approval';
  approvers: { target: RequestTarget; when?: Condition }[];
  quorum: { need: 'any' | 'all' } | { count: number } | { percent: number };
  order: 'parallel' | 'sequential';
  /** One refusal refuses; otherwise the step is refused as soon as the quorum cannot be reached any more. */
  veto: boolean;
  /** Steps whose voters may not vote here again (double approval). */
  apartFrom: string[];
  onReject: 'end' | 'return';
  ladder: Rung[];
  /** Who is asked when the resolvers find nobody; with nobody there either the desk gets a task. */
  fallback: RequestTarget[];
}

/** Work of people; with `form` what they enter is checked against that form. */
export interface TaskStep extends StepBase {
  kind: 'task' | 'form';
  actors: RequestTarget[];
  /** Queue it lies in while nobody has it. */
  team: string;
  checklist: { id: string; title: { 'zh-CN': string; en: string } }[];
  /** Named results to choose from; `reason` makes a comment mandatory. Empty: it is simply done. */
  outcomes: { name: string; title: { 'zh-CN': string; en: string }; reason: boolean }[];
  form: string | null;
  ladder: Rung[];
  fallback: RequestTarget[];
}

/** A call of one of the actions of `domain/request-action.ts`; arguments are CEL. */
export interface ActionCall {
  action: string;
  with: Record<string, Condition>;
}

/** Automatic step; what it needs is tried again until `limitSeconds` are over, then people choose (retry, skip, enter result). */
export interface AutoStep extends StepBase {
  kind: 'auto';
  call: ActionCall;
  limitSeconds: number;
  /** Undoes it when the request is refused, returned or cancelled later: in reverse order of the steps done. */
  compensate: ActionCall | null;
  /** Who gets the task when it fails. */
  onFailure: { actors: RequestTarget[]; team: string; ladder: Rung[] };
  /** Whether people may pass over it. */
  skippable: boolean;
}

export interface WaitStep extends StepBase {
  kind: 'wait';
  /** Over when it holds, looked at whenever the case changes. */
  until: Condition | null;
  /** Over at that instant: CEL that gives RFC 3339 text or a date. */
  at: Condition | null;
  /** Over after that time in any case. */
  limit: Span;
}

/** Tells people something; goes on at once. */
export interface NotifyStep extends StepBase {
  kind: 'notify';
  targets: RequestTarget[];
  text: { 'zh-CN': string; en: string };
}

export interface ChoiceStep extends StepBase {
  kind: 'choice';
  branches: { when: Condition; next: string | null }[];
  otherwise: string | null;
}

/** All branches run; `next` follows when each of them has come to its end (a step with `next: null`). */
export interface ParallelStep extends StepBase {
  kind: 'parallel';
  branches: string[];
}

/** Another request, with a life of its own; waited for unless it is told not to. */
export interface SubprocessStep extends StepBase {
  kind: 'subprocess';
  /** Catalogue item. */
  item: string;
  /** Fields of its form. */
  with: Record<string, Condition>;
  wait: boolean;
}

export interface EndStep extends StepBase {
  kind: 'end';
  outcome: RequestOutcome;
}

export type StepPlan =
  | ApprovalStep
  | TaskStep
  | AutoStep
  | WaitStep
  | NotifyStep
  | ChoiceStep
  | ParallelStep
  | SubprocessStep
  | EndStep;
export type StepKind = StepPlan['kind'];

/** A clock between two moments of a request. */
export interface RequestClockPlan {
  name: string;
  /** Step whose start starts it; null: the opening. */
  from: string | null;
  /** Step whose end stops it; null: the end of the request. */
  to: string | null;
  /** Counted only where it holds when it starts. */
  when: Condition | null;
  /** Goals and pauses as the fold knows them; the same goal for every severity. */
  clock: ClockPlan;
}

/** Event → condition → action, in order (design §3). `event` and `request` are bound beside what conditions know. */
export interface TriggerPlan {
  name: string;
  order: number;
  /** Kinds of events. */
  on: string[];
  when: Condition | null;
  do: TriggerAction[];
}
export type TriggerAction =
  | { kind: 'notify'; targets: RequestTarget[]; text: { 'zh-CN': string; en: string } }
  | { kind: 'comment'; text: string; visibility: 'internal' | 'public' }
  | { kind: 'set-team'; team: string }
  | { kind: 'add-task'; id: string; title: { 'zh-CN': string; en: string }; actors: RequestTarget[]; team: string }
  | { kind: 'open-request'; item: string; with: Record<string, Condition> };

/** What a request pins when it is submitted (I7): policy of its process and catalogue item; no forms, no texts but titles. */
export interface RequestPlan {
  /** `kind/name@version` of everything that went into it. */
  versions: string[];
  process: string;
  item: string;
  service: { id: string; owner: PageTarget; team: string };
  /** Form that opens the request; `kind/name@version`. */
  form: string;
  /** Paths of the form that conditions and arguments name; only these travel with the case. */
  facts: string[];
  calendarId: string;
  /** Calendars that never close. */
  alwaysOpen: string[];
  stages: { name: string; title: { 'zh-CN': string; en: string } }[];
  first: string;
  steps: Record<string, StepPlan>;
  clocks: RequestClockPlan[];
  triggers: TriggerPlan[];
  /** Once one of these steps has begun the requester can no longer withdraw it himself. */
  withdrawUntil: string[];
  /** How long the requester has for a correction or an answer; then he is reminded, at last the request is cancelled. */
  correction: { ladder: Rung[] };
  /** Who is told when nobody else is found: the desk. */
  fallback: PageTarget[];
  /** Asks the requester for his opinion at the end. */
  survey: boolean;
}
