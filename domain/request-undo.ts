import type { Actor } from './incident-command';
import type { ActiveAuto, RequestState, Undo } from './request';
import type { ActionName } from './request-action';
import { autoPlan, endChoice, giveChoice, share } from './request-auto';
import type { RequestCommandOf } from './request-command';
import { argumentsOf } from './request-context';
import { armed } from './request-deadline';
import type { RequestEffectOutcome } from './request-effect';
import { cut, drop, keep } from './request-leave';
import { type Move, STAY } from './request-move';
import { tell } from './request-people';
import type { RequestOutcome } from './request-plan';
import { fact, record, want } from './request-record';
import { cutChildren, openChildren, tellParentEnded } from './request-subprocess';

type Acted = Extract<RequestEffectOutcome, { kind: 'act' }>;

/** Something was done that may have to be undone: what undoes it is settled now, with what is known now. */
export function oweUndo(s: RequestState, step: string, visit: number): void {
  const compensate = autoPlan(s, step)?.compensate;
  if (!compensate) return;
  s.undo.push({
    step,
    visit,
    state: 'due',
    reason: null,
    task: null,
    action: compensate.action as ActionName,
    arguments: argumentsOf(s, compensate.with),
    attempt: 0,
    rungs: [],
  });
}

/** Actions and openings of steps whose answer has not come: what they bring about must not be left behind. */
const isBusy = (s: RequestState): boolean =>
  s.waiting.some((w) => w.kind === 'act' || (w.kind === 'open-request' && w.about.startsWith('child:')));
const isRunning = (a: { kind: string }): a is ActiveAuto => a.kind === 'auto' && (a as ActiveAuto).failed === null;

/** Whether anything stands between the request and its end. */
export function hasToUndo(s: RequestState, to: RequestOutcome | 'correction'): boolean {
  return isBusy(s) || (to !== 'fulfilled' && s.undo.some((u) => u.state === 'due'));
}

/**
 * Everything stops, and what was done is undone in reverse order. A fulfilled request keeps what was done; only what branches
 * that were cut off may still bring about is undone.
 */
export function beginUndoing(
  s: RequestState,
  to: RequestOutcome | 'correction',
  reason: string,
  by: Actor,
  now: number,
): Move[] {
  if (to === 'fulfilled') s.undo = s.undo.filter((u) => u.state !== 'due');
  const steps = s.undo.filter((u) => u.state === 'due').map((u) => u.step);
  s.rollingBack = { to, reason, by };
  s.suspended = null;
  if (hasToUndo(s, to)) record(s, 'rolling_back', by, now, { to, reason, steps: steps.reverse() });
  if (to === 'correction') fact(s, 'returned', now);
  const needless = to === 'correction' ? openChildren(s) : to === 'fulfilled' ? cutChildren(s) : [];
  tellParentEnded(s, needless, now);
  for (const a of [...s.active]) if (!isRunning(a)) cut(s, a, by, now);
  return goOnUndoing(s, now);
}

/** The next thing is undone once all before it is; nothing left means that all is. */
export function goOnUndoing(s: RequestState, now: number): Move[] {
  if (!s.rollingBack || isBusy(s) || s.undo.some((u) => u.state === 'running' || u.state === 'failed')) return STAY;
  const next = s.undo.findLast((u) => u.state === 'due');
  if (!next) return [{ kind: 'undone' }];
  start(s, next, 'system', now);
  return STAY;
}

function start(s: RequestState, u: Undo, by: Actor, now: number): void {
  u.attempt += 1;
  u.state = 'running';
  u.reason = null;
  const { step, visit, action } = u;
  record(s, 'undo_started', by, now, { step, visit, action, attempt: u.attempt });
  endChoice(s, u, now);
  const limitAt = now + (autoPlan(s, step)?.limitSeconds ?? 3600) * 1000;
  const call = { kind: 'act' as const, step, visit, action, arguments: u.arguments, undoes: step, limitAt };
  want(s, now, call, `undo:${step}.${visit}`, `${s.id}:${step}:${visit}:undo.${u.attempt}`);
}

/** An undoing has ended; a failed one waits for people, nothing behind it is undone before. */
export function undone(s: RequestState, place: string, o: Acted, now: number): Move[] {
  const u = s.undo.find((x) => x.state === 'running' && `${x.step}.${x.visit}` === place);
  if (!u) return STAY;
  const { step, visit } = u;
  if (o.ok) {
    u.state = 'done';
    if (u.action === 'materials.unshare') s.sharedWith = s.sharedWith.filter((role) => role !== u.arguments.role);
    record(s, 'undo_done', 'system', now, { step, visit });
    return goOnUndoing(s, now);
  }
  u.state = 'failed';
  u.reason = o.reason;
  record(s, 'undo_failed', 'system', now, { step, visit, attempt: u.attempt, reason: o.reason });
  const plan = autoPlan(s, step);
  if (!plan) return STAY;
  u.task = giveChoice(s, step, `undo-${step}.${visit}`, plan.onFailure.team, now);
  u.rungs = armed(s, plan.onFailure.ladder, now);
  tell(s, `stalled-${step}`, visit, plan.onFailure.actors, now);
  return STAY;
}

/** An undoing that waits for the choice of people. */
export const failedUndo = (s: RequestState, step: string): Undo | null =>
  s.undo.find((u) => u.step === step && u.state === 'failed') ?? null;

/** People choose how a failed undoing goes on. */
export function undoChosen(
  s: RequestState,
  u: Undo,
  c: RequestCommandOf<'retry-step' | 'skip-step'>,
  now: number,
): Move[] {
  if (c.op === 'retry-step') {
    start(s, u, c.actor, now);
    return STAY;
  }
  u.state = 'skipped';
  u.reason = c.reason;
  record(s, 'undo_skipped', c.actor, now, { step: u.step, visit: u.visit, reason: c.reason });
  endChoice(s, u, now);
  return goOnUndoing(s, now);
}

/** The action of a step that was left meanwhile has answered: what it did is undone as well. */
export function actionDoneLate(s: RequestState, a: ActiveAuto, o: Acted, now: number): Move[] {
  const { step, visit, since } = a;
  if (o.ok) {
    record(s, 'action_done', 'system', now, { step, visit, result: o.result });
    keep(s, { step, visit, kind: 'auto', since }, { by: 'system', outcome: 'done', values: o.result }, now);
    share(s, step, o.result);
    oweUndo(s, step, visit);
    drop(s, a, now);
  } else {
    record(s, 'action_failed', 'system', now, { step, visit, attempt: a.attempt, reason: o.reason });
    cut(s, a, 'system', now);
  }
  return goOnUndoing(s, now);
}
