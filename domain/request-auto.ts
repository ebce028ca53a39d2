import type { Actor } from './incident-command';
import type { ActiveAuto, RequestState, RungDue } from './request';
import type { ActionName } from './request-action';
import type { RequestCommandOf } from './request-command';
import { argumentsOf } from './request-context';
import { armed } from './request-deadline';
import type { RequestEffectOutcome } from './request-effect';
import type { RequestEventKind } from './request-event';
import { type Move, STAY } from './request-move';
import { tell } from './request-people';
import type { AutoStep } from './request-plan';
import { addTask, endTask, record, want } from './request-record';

type Done = Extract<RequestEffectOutcome, { kind: 'act' }>;

/** The plan of an automatic step. */
export function autoPlan(s: RequestState, step: string): AutoStep | null {
  const plan = s.plan.steps[step];
  return plan?.kind === 'auto' ? plan : null;
}

/** An automatic step begins: its action is asked for. */
export function enterAuto(s: RequestState, plan: AutoStep, visit: number, within: string | null, now: number): Move[] {
  const active: ActiveAuto = {
    kind: 'auto',
    step: plan.id,
    visit,
    since: now,
    within,
    failed: null,
    attempt: 0,
    limitAt: now,
    task: null,
    rungs: [],
  };
  s.active.push(active);
  attempt(s, plan, active, 'action_started', 'system', now);
  return STAY;
}

/** One more attempt, under a key of its own: a lane answers each key once. */
function attempt(
  s: RequestState,
  plan: AutoStep,
  a: ActiveAuto,
  event: RequestEventKind,
  by: Actor,
  now: number,
): void {
  a.attempt += 1;
  a.limitAt = now + plan.limitSeconds * 1000;
  a.failed = null;
  const { action } = plan.call;
  record(s, event, by, now, { step: a.step, visit: a.visit, action, attempt: a.attempt });
  endChoice(s, a, now);
  const call = {
    kind: 'act' as const,
    step: a.step,
    visit: a.visit,
    action: action as ActionName,
    arguments: argumentsOf(s, plan.call.with),
    undoes: null,
    limitAt: a.limitAt,
  };
  want(s, now, call, `act:${a.step}.${a.visit}`, `${s.id}:${a.step}:${a.visit}.${a.attempt}`);
}

/** What the action of an active step came to. */
export function actionDone(s: RequestState, a: ActiveAuto, o: Done, now: number): Move[] {
  if (!o.ok) {
    actionFailed(s, a, o.reason, now);
    return STAY;
  }
  record(s, 'action_done', 'system', now, { step: a.step, visit: a.visit, result: o.result });
  share(s, a.step, o.result);
  return [{ kind: 'done', step: a.step, by: 'system', outcome: 'done', values: o.result }];
}

/** With whom a step shares the request is the request's own to know: its readers are told from it. */
export function share(s: RequestState, step: string, result: Record<string, unknown>): void {
  const role = autoPlan(s, step)?.call.action === 'materials.share' ? result.shared : undefined;
  if (typeof role === 'string') s.sharedWith = [...new Set([...s.sharedWith, role])];
}

function actionFailed(s: RequestState, a: ActiveAuto, reason: string, now: number): void {
  const plan = autoPlan(s, a.step);
  a.failed = reason;
  record(s, 'action_failed', 'system', now, { step: a.step, visit: a.visit, attempt: a.attempt, reason });
  if (!plan) return;
  a.task = giveChoice(s, a.step, `${a.step}.${a.visit}`, plan.onFailure.team, now);
  a.rungs = armed(s, plan.onFailure.ladder, now);
  tell(s, `stalled-${a.step}`, a.visit, plan.onFailure.actors, now);
}

/** People choose what follows a failure: retry, skip, enter the result. */
export function giveChoice(s: RequestState, step: string, id: string, team: string, now: number): string {
  const task = addTask(s, 'request-choice', id, { team, step }, now);
  const title = s.plan.steps[step]?.title ?? { 'zh-CN': s.title, en: s.title };
  s.extraTasks.push({ task, kind: 'request-choice', title, assignee: null, candidates: [], team, since: now, step });
  return task;
}

/** The choice is made: its task is over, because of the newest event. */
export function endChoice(s: RequestState, a: { task: string | null; rungs?: RungDue[] }, now: number): void {
  if (a.task !== null) endTask(s, 'request-choice', a.task, now);
  s.extraTasks = s.extraTasks.filter((t) => t.task !== a.task);
  a.task = null;
  if (a.rungs) a.rungs = [];
}

/** People choose how a failed automatic step goes on. */
export function autoChosen(
  s: RequestState,
  a: ActiveAuto,
  c: RequestCommandOf<'retry-step' | 'skip-step' | 'enter-result'>,
  now: number,
): Move[] {
  const plan = autoPlan(s, a.step);
  if (c.op === 'retry-step') {
    if (plan) attempt(s, plan, a, 'action_retried', c.actor, now);
    return STAY;
  }
  const about = { step: a.step, visit: a.visit, reason: c.reason };
  if (c.op === 'skip-step') record(s, 'action_skipped', c.actor, now, about);
  else record(s, 'result_entered', c.actor, now, { ...about, result: c.result });
  if (c.op === 'enter-result') share(s, a.step, c.result);
  endChoice(s, a, now);
  const skipped = c.op === 'skip-step';
  return [
    {
      kind: 'done',
      step: a.step,
      by: c.actor,
      outcome: skipped ? 'skipped' : 'entered',
      values: skipped ? {} : c.result,
    },
  ];
}
