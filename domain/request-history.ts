import type { ConditionEnv } from './condition';
import type { RequestStatus } from './request-command';
import { CUT } from './request-leave';
import { REQUEST_OUTCOMES, type RequestOutcome } from './request-plan';
import type { TriggerEvent } from './request-trigger';

/** An event as it stands in the story of a request. */
export interface RecordedEvent extends TriggerEvent {
  seq: number;
}

/** What is kept of a request, enough to tell what its conditions knew at each moment. */
export interface RequestHistory {
  id: string;
  title: string;
  item: string;
  requester: string;
  beneficiary: string;
  /** Facts of the requester; his roles and the level of his tenant are not kept with the story: those of today. */
  person: { tenant: { id: string; securityLevel: number }; roles: string[] };
  /** In the order of `seq`. */
  events: readonly RecordedEvent[];
  /** Facts of what was filled in, by hash; one that is missing counts as empty. */
  contents: Readonly<Record<string, Record<string, unknown>>>;
}

/** One change of a request: what was recorded at one instant without the doing of triggers, and what was known behind it. */
export interface RecordedChange {
  at: number;
  events: RecordedEvent[];
  env: Omit<ConditionEnv, 'event'>;
}

interface Known {
  content: string;
  steps: Record<string, Record<string, unknown>>;
  active: Map<string, { kind: string; visit: unknown; failed: boolean; opened: boolean }>;
  /** Where it goes once all is undone, and the steps that are still to be undone or may still bring something about. */
  rolling: { to: string; left: Set<string> } | null;
  /** What was done counts no more as soon as it is undone. */
  voids: boolean;
  awaits: 'correction' | 'clarification' | null;
  suspended: boolean;
  ended: RequestOutcome | null;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const isOutcome = (kind: string): kind is RequestOutcome => REQUEST_OUTCOMES.some((o) => o === kind);
const isOfUndoing = (kind: string) => kind === 'vote_voided' || kind === 'rolling_back' || kind.startsWith('undo_');
/** On its way to an end it is at it only when the story says so. */
const isRolling = ({ rolling: r }: Known) => r !== null && (r.to !== 'correction' || r.left.size > 0);

/** Whether triggers made it: they made it then, they need not now. */
function isOfTriggers({ kind, body }: RecordedEvent): boolean {
  if (kind === 'trigger_fired' || kind === 'trigger_stopped') return true;
  if (kind === 'task_created') return body.kind === 'request-extra';
  return (kind === 'commented' || kind === 'notified') && body.trigger !== undefined;
}

function settleVoid(k: Known): void {
  if (!k.voids || isRolling(k)) return;
  k.voids = false;
  k.rolling = null;
  k.active.clear();
  k.steps = {};
}

function learn(k: Known, e: RecordedEvent): void {
  const { kind, body } = e;
  const step = text(body.step);
  if (!isOfUndoing(kind)) settleVoid(k);
  if (isOutcome(kind)) return endsWith(k, kind, e);
  switch (kind) {
    case 'opened':
      k.content = text(body.content);
      break;
    case 'edited':
    case 'resubmitted':
      k.content = text(body.hash);
      k.awaits = null;
      if (kind === 'edited') sendBack(k);
      break;
    case 'returned':
      k.awaits = 'correction';
      sendBack(k);
      break;
    case 'step_started':
      k.active.set(step, { kind: text(body.kind), visit: body.visit, failed: false, opened: false });
      break;
    case 'step_done':
      k.active.delete(step);
      k.steps[step] = { ...(body.values as object | undefined), outcome: body.outcome, by: e.actor, visit: body.visit };
      break;
    case 'action_failed':
    case 'action_retried':
      set(k, step, { failed: kind === 'action_failed' });
      k.rolling?.left.delete(step);
      break;
    case 'action_done':
      k.rolling?.left.delete(step);
      break;
    case 'child_opened':
      set(k, step, { opened: true });
      k.rolling?.left.delete(step);
      break;
    case 'rolling_back':
      rollBack(k, e);
      break;
    case 'undo_started':
      k.rolling?.left.add(step);
      break;
    case 'undo_done':
    case 'undo_skipped':
      k.rolling?.left.delete(step);
      break;
    case 'clarification_asked':
    case 'clarification_answered':
      k.awaits = kind === 'clarification_asked' ? 'clarification' : null;
      break;
    case 'suspended':
    case 'resumed':
      k.suspended = kind === 'suspended';
  }
}

function set(k: Known, step: string, more: { failed?: boolean; opened?: boolean }): void {
  const a = k.active.get(step);
  if (a) k.active.set(step, { ...a, ...more });
}

/** What was done counts until all is undone. */
function sendBack(k: Known): void {
  k.voids = true;
}

/** Everything stops but what has been asked for outside and is not answered. */
function rollBack(k: Known, e: RecordedEvent): void {
  const busy = [...k.active].filter(
    ([, a]) => (a.kind === 'auto' && !a.failed) || (a.kind === 'subprocess' && !a.opened),
  );
  const listed = Array.isArray(e.body.steps) ? e.body.steps.map(text) : [];
  k.rolling = { to: text(e.body.to), left: new Set([...listed, ...busy.map(([step]) => step)]) };
  k.suspended = false;
  cutAll(k, e.actor, (a) => a.kind === 'auto' && !a.failed);
}

function cutAll(k: Known, by: string, but: (a: { kind: string; failed: boolean }) => boolean): void {
  for (const [step, a] of [...k.active]) {
    if (but(a)) continue;
    k.steps[step] = { outcome: CUT, by, visit: a.visit };
    k.active.delete(step);
  }
}

function endsWith(k: Known, outcome: RequestOutcome, e: RecordedEvent): void {
  cutAll(k, e.actor, () => false);
  k.rolling = null;
  k.ended = outcome;
}

/** As `statusOf` tells it of a request that runs. */
function statusOf(k: Known): RequestStatus {
  if (k.ended !== null) return k.ended;
  if (isRolling(k)) return 'rolling-back';
  if (k.suspended) return 'suspended';
  if (k.awaits !== null) return k.awaits;
  return [...k.active.values()].some((a) => a.kind === 'approval') ? 'in-approval' : 'in-progress';
}

function envOf(h: RequestHistory, k: Known): RecordedChange['env'] {
  return {
    form: h.contents[k.content] ?? {},
    requester: { login: h.requester, ...h.person },
    beneficiary: { login: h.beneficiary },
    steps: { ...k.steps },
    request: { id: h.id, title: h.title, item: h.item, state: statusOf(k) },
  };
}

/**
 * The changes of a request one by one, read from its story alone. Triggers look at a change when all of it has happened, so
 * conditions know what was known behind its last event. Two moves of time at one instant look like one change, unless a
 * trigger fired between them.
 */
export function recordedChanges(h: RequestHistory): RecordedChange[] {
  const k: Known = {
    content: '',
    steps: {},
    active: new Map(),
    rolling: null,
    voids: false,
    awaits: null,
    suspended: false,
    ended: null,
  };
  const changes: RecordedChange[] = [];
  for (const [i, event] of h.events.entries()) {
    if (isOfTriggers(event)) continue;
    const before = h.events[i - 1];
    if (!before || before.at !== event.at || isOfTriggers(before))
      changes.push({ at: event.at, events: [], env: envOf(h, k) });
    const change = changes.at(-1);
    if (!change) continue;
    change.events.push(event);
    learn(k, event);
    const next = h.events[i + 1];
    if (next?.at !== event.at || isOfTriggers(next)) settleVoid(k);
    change.env = envOf(h, k);
  }
  return changes;
}
