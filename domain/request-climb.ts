import { barredFrom } from './approval';
import type { ActiveApproval, ActiveStep, ActiveTask, RequestState, RungDue, Undo } from './request';
import { approvalPlan, silent } from './request-approval';
import { dueRungs, withoutRungs } from './request-ladder';
import { type Move, STAY } from './request-move';
import { knownTargets, people, requesterTargets, tell } from './request-people';
import type { RequestTarget, Rung, RungAct } from './request-plan';
import { page, record, want } from './request-record';
import { whoHas } from './request-task';

/** Something that waits for people, with its ladder. */
interface Waiting {
  ladder: readonly Rung[];
  holder: { rungs: RungDue[] };
  /** Name of the step; null for the requester's correction or answer. */
  step: string | null;
  visit: number;
  of: ActiveStep | Undo | null;
}

function waitingOf(s: RequestState): Waiting[] {
  const steps = s.active.flatMap((a): Waiting[] => {
    const plan = s.plan.steps[a.step];
    if (!plan || !('rungs' in a) || a.kind === 'wait') return [];
    const ladder = plan.kind === 'auto' ? plan.onFailure.ladder : 'ladder' in plan ? plan.ladder : [];
    return [{ ladder, holder: a, step: a.step, visit: a.visit, of: a }];
  });
  const undo = s.undo.flatMap((u): Waiting[] => {
    const plan = s.plan.steps[u.step];
    if (plan?.kind !== 'auto') return [];
    return [{ ladder: plan.onFailure.ladder, holder: u, step: u.step, visit: u.visit, of: u }];
  });
  const { ladder } = s.plan.correction;
  const own: Waiting[] = s.awaiting ? [{ ladder, holder: s.awaiting, step: null, visit: 1, of: null }] : [];
  return [...steps, ...undo, ...own];
}

const isFinal = (act: RungAct): boolean => act.kind === 'reject' || act.kind === 'return' || act.kind === 'end';

/**
 * Acts on the rungs that are due at the first thing that has any. After an outage several are: a stated consequence counts and
 * the others are superseded; else every rung asks its people, and only the last one reminds (I9).
 * @returns null when nothing is due
 */
export function climb(s: RequestState, now: number): Move[] | null {
  const w = waitingOf(s).find(({ holder }) => dueRungs(holder.rungs, now).length > 0);
  if (!w) return null;
  const due = dueRungs(w.holder.rungs, now);
  w.holder.rungs = withoutRungs(w.holder.rungs, due);
  const acts = due.flatMap((n) => {
    const act = w.ladder[n]?.act;
    return act ? [{ n, act }] : [];
  });
  // While what was done is being undone there is no other end to come to: people go on being reminded.
  const final = s.rollingBack ? undefined : acts.find(({ act }) => isFinal(act));
  for (const { n, act } of acts) {
    const superseded = final ? n !== final.n : act.kind === 'remind' && n !== acts.at(-1)?.n;
    record(s, 'rung_reached', 'system', now, { step: w.step, rung: n + 1, act: act.kind, superseded });
    if (final && n === final.n) return consequence(s, w, act, now);
    if (superseded) page(s, pageOf(s, w), w.visit, [], now, { superseded: true });
    else askMore(s, w, act, now);
  }
  return STAY;
}

function consequence(s: RequestState, w: Waiting, act: RungAct, now: number): Move[] {
  const reason = w.step === null ? `no answer from the requester` : `no answer at step "${w.step}"`;
  if (w.of && 'kind' in w.of && w.of.kind === 'approval' && act.kind !== 'remind')
    record(s, 'approval_decided', 'system', now, { step: w.step, visit: w.visit, outcome: 'expired' });
  if (act.kind === 'return' && w.step !== null) return [{ kind: 'return', by: 'system', text: reason }];
  const outcome = act.kind === 'end' ? act.outcome : act.kind === 'reject' ? 'rejected' : 'cancelled';
  return [{ kind: 'end', outcome, by: 'system', reason }];
}

/** Name of the page that asks for what is waited for. */
function pageOf(s: RequestState, w: Waiting): string {
  if (w.step === null) return s.awaiting?.what === 'clarification' ? 'question' : 'correction';
  if (w.of && 'kind' in w.of && w.of.kind === 'approval') return `vote-${w.step}`;
  return w.of && 'kind' in w.of && w.of.kind !== 'auto' ? `task-${w.step}` : `stalled-${w.step}`;
}

function askMore(s: RequestState, w: Waiting, act: RungAct, now: number): void {
  if (w.of && 'kind' in w.of && w.of.kind === 'approval') return askVoters(s, w.of, act, now);
  if (w.of && 'kind' in w.of && (w.of.kind === 'task' || w.of.kind === 'form')) return askWorkers(s, w.of, act, now);
  const name = pageOf(s, w);
  if (w.step === null) {
    if (act.kind === 'ask') return tell(s, name, w.visit, act.targets, now);
    if (act.kind === 'manager') return tell(s, name, w.visit, [{ kind: 'manager', levels: 1 }], now);
    return page(s, name, w.visit, requesterTargets(s), now);
  }
  const plan = s.plan.steps[w.step];
  const actors = plan?.kind === 'auto' ? plan.onFailure.actors : [];
  tell(s, name, w.visit, act.kind === 'ask' ? act.targets : actors, now);
  // Whose superiors are meant cannot be told of a group: the desk hears of it instead.
  if (act.kind === 'manager') page(s, name, w.visit, s.plan.fallback, now);
}

const named = (logins: readonly string[]): RequestTarget[] => logins.map((login) => ({ kind: 'person', login }));

function seek(
  s: RequestState,
  a: ActiveApproval | ActiveTask,
  about: string,
  targets: RequestTarget[],
  of: string[],
  now: number,
): void {
  const plan = approvalPlan(s, a.step);
  const exclude = plan ? barredFrom(plan, s) : [];
  const effect = { kind: 'resolve-people' as const, step: a.step, targets, of, fallback: [], exclude };
  want(s, now, effect, about);
}

function askVoters(s: RequestState, a: ActiveApproval, act: RungAct, now: number): void {
  const place = `${a.step}.${a.visit}`;
  const logins = silent(a);
  if (act.kind === 'ask') return seek(s, a, `ask:${place}`, knownTargets(s, act.targets), [s.beneficiary], now);
  if (act.kind === 'substitute' && logins.length > 0) return seek(s, a, `substitute:${place}`, named(logins), [], now);
  if (act.kind === 'manager') {
    for (const login of logins) seek(s, a, `manager:${place}:${login}`, [{ kind: 'manager', levels: 1 }], [login], now);
    return;
  }
  if (logins.length > 0) page(s, `vote-${a.step}`, a.visit, people(logins), now);
  if (a.stranded) page(s, `stalled-${a.step}`, a.visit, s.plan.fallback, now);
}

function askWorkers(s: RequestState, a: ActiveTask, act: RungAct, now: number): void {
  const place = `${a.step}.${a.visit}`;
  const logins = whoHas(a);
  if (act.kind === 'ask') return seek(s, a, `workers:${place}`, knownTargets(s, act.targets), [s.beneficiary], now);
  if (act.kind === 'substitute' && logins.length > 0) return seek(s, a, `away:${place}`, named(logins), [], now);
  if (act.kind === 'manager' && logins.length > 0)
    return seek(s, a, `above:${place}`, [{ kind: 'manager', levels: 1 }], logins, now);
  page(s, `task-${a.step}`, a.visit, logins.length > 0 ? people(logins) : s.plan.fallback, now);
}
