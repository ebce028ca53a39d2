import type { Actor } from './incident-command';
import type { ActiveStep, Approver, RequestState, StepResult } from './request';
import { endTask, fact, record } from './request-record';

/** What a step has given when it is left. */
export interface Leaving {
  by: Actor;
  outcome: string | null;
  values?: Record<string, unknown>;
  approvers?: Approver[];
}

/** An active step is done: its result is kept, its tasks are over. */
export function leave(s: RequestState, a: ActiveStep, how: Leaving, now: number): void {
  const { by, outcome, values = {}, approvers } = how;
  keep(s, { step: a.step, visit: a.visit, kind: a.kind, since: a.since }, how, now);
  fact(s, 'left', now, { step: a.step });
  record(s, 'step_done', by, now, { step: a.step, visit: a.visit, outcome, values: approvers ? {} : values });
  drop(s, a, now);
}

/** Keeps what a step has given. */
export function keep(
  s: RequestState,
  a: { step: string; visit: number; kind: string; since: number },
  { by, outcome, values = {}, approvers }: Leaving,
  now: number,
): StepResult {
  const result: StepResult = {
    step: a.step,
    visit: a.visit,
    kind: a.kind,
    startedAt: a.since,
    endedAt: now,
    by,
    outcome,
    values,
    ...(approvers && { approvers }),
  };
  s.results.push(result);
  return result;
}

/** Outcome of a step that was cut off: the request has ended or gone back meanwhile. */
export const CUT = 'ended';

/** An active step is cut off; who was asked in it and what was said stays to be seen. */
export function cut(s: RequestState, a: ActiveStep, by: Actor, now: number): void {
  const shown = a.kind === 'approval' ? { approvers: a.approvers, values: { shown: a.shown } } : {};
  keep(s, { step: a.step, visit: a.visit, kind: a.kind, since: a.since }, { by, outcome: CUT, ...shown }, now);
  drop(s, a, now);
}

/** Takes a step from the active ones; its tasks are over because of the newest event, nobody is looked up for it any more. */
export function drop(s: RequestState, a: ActiveStep, now: number): void {
  s.active = s.active.filter((x) => x !== a);
  const place = `${a.step}.${a.visit}`;
  s.waiting = s.waiting.filter((w) => w.kind !== 'resolve-people' || w.about.split(':')[1] !== place);
  if (a.kind === 'task' || a.kind === 'form') endTask(s, `request-${a.kind}`, a.task, now);
  endTasksOf(s, a.step, now);
}

/** Ends the tasks that a step has brought: missing approvers, the choice after a failure. */
export function endTasksOf(s: RequestState, step: string, now: number): void {
  for (const t of s.extraTasks) if (t.step === step) endTask(s, t.kind, t.task, now);
  s.extraTasks = s.extraTasks.filter((t) => t.step !== step);
}
