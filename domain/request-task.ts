import type { ActiveTask, RequestState } from './request';
import type { RequestCommandOf } from './request-command';
import { armed } from './request-deadline';
import type { RequestEffectOutcome } from './request-effect';
import { type Move, STAY } from './request-move';
import { knownTargets, people } from './request-people';
import type { TaskStep } from './request-plan';
import { addTask, page, record, want } from './request-record';

type Found = Extract<RequestEffectOutcome, { kind: 'resolve-people' }>;
/** A task beside those of steps. */
export type ExtraTask = RequestState['extraTasks'][number];

/** The plan of a step of work. */
export function taskPlan(s: RequestState, step: string): TaskStep | null {
  const plan = s.plan.steps[step];
  return plan?.kind === 'task' || plan?.kind === 'form' ? plan : null;
}

/** Work begins: it lies in the queue of its team until it is known who is meant. */
export function enterTask(s: RequestState, plan: TaskStep, visit: number, within: string | null, now: number): Move[] {
  const task = addTask(s, `request-${plan.kind}`, `${plan.id}.${visit}`, { team: plan.team, step: plan.id }, now);
  s.active.push({
    kind: plan.kind,
    step: plan.id,
    visit,
    since: now,
    within,
    task,
    assignee: null,
    team: plan.team,
    candidates: [],
    checked: [],
    rungs: armed(s, plan.ladder, now),
  });
  seekPeople(s, plan, `task:${plan.id}.${visit}`, now);
  return STAY;
}

/** Asks who is meant, because of the newest event. */
export function seekPeople(s: RequestState, plan: TaskStep, about: string, now: number): void {
  want(
    s,
    now,
    {
      kind: 'resolve-people',
      step: plan.id,
      targets: knownTargets(s, plan.actors),
      of: [s.beneficiary],
      fallback: knownTargets(s, plan.fallback),
      exclude: [],
    },
    about,
  );
}

/** It is known who is meant; one alone has it at once. With nobody found it stays with its team, and the desk hears of it. */
export function actorsFound(s: RequestState, a: ActiveTask, o: Found, now: number): void {
  const found = [...new Set(o.people.map((p) => p.login))];
  a.candidates = found;
  if (a.assignee === null && found.length === 1) a.assignee = found[0] ?? null;
  const { task, step, assignee, team } = a;
  record(s, 'task_assigned', 'system', now, { task, step, assignee, team, candidates: found, empty: o.empty });
  if (found.length > 0) page(s, `task-${step}`, a.visit, people(whoHas(a)), now);
  else page(s, `stalled-${step}`, a.visit, s.plan.fallback, now);
}

/** Nobody has a task any more: one who is left for it has it at once, else all of them hear of it; with nobody, the desk. */
export function release(s: RequestState, t: ActiveTask | ExtraTask, candidates: string[], now: number): void {
  const { task, step, team, assignee: from } = t;
  t.candidates = candidates;
  t.assignee = candidates.length === 1 ? (candidates[0] ?? null) : null;
  record(s, 'task_assigned', 'system', now, { task, step, assignee: t.assignee, team, candidates, from });
  const name = step ?? task.replace(/^.*\/|\.\d+$/g, '');
  const visit = 'visit' in t ? t.visit : 1;
  if (candidates.length > 0) page(s, `${step === null ? 'notice' : 'task'}-${name}`, visit, people(candidates), now);
  else page(s, `stalled-${name}`, visit, s.plan.fallback, now);
}

/** Whether somebody has the work because its actors meant him, and they do so no more. */
const hasLost = ({ assignee, candidates, beside = [] }: ActiveTask, found: readonly string[]): boolean =>
  assignee !== null && candidates.includes(assignee) && !beside.includes(assignee) && !found.includes(assignee);

/**
 * People were looked up again, as some have left or come: whoever is new hears of it. Who has the work keeps it, unless the
 * part by which it was his is no longer his.
 */
export function actorsFoundAgain(s: RequestState, a: ActiveTask, o: Found, now: number): void {
  const found = [...new Set(o.people.map((p) => p.login))];
  if (hasLost(a, found)) return release(s, a, found, now);
  const before = new Set(a.candidates);
  const same = found.length === before.size && found.every((login) => before.has(login));
  if (same || a.assignee !== null || found.length === 0) return;
  a.candidates = found;
  const { task, step, team } = a;
  record(s, 'task_assigned', 'system', now, { task, step, assignee: null, team, candidates: found });
  const fresh = found.filter((login) => !before.has(login));
  if (fresh.length > 0) page(s, `task-${step}`, a.visit, people(fresh), now);
}

/** Who has the work, or may take it. */
export function whoHas(a: Pick<ActiveTask, 'assignee' | 'candidates'>): string[] {
  return a.assignee === null ? a.candidates : [a.assignee];
}

/** The task of a step, or one beside the steps, by its id. */
export function taskOf(s: RequestState, task: string): ActiveTask | ExtraTask | null {
  const own = s.active.find((a): a is ActiveTask => (a.kind === 'task' || a.kind === 'form') && a.task === task);
  return own ?? s.extraTasks.find((t) => t.task === task) ?? null;
}

/** Somebody takes a task or hands it over. */
export function assign(
  s: RequestState,
  c: RequestCommandOf<'claim-task'> | RequestCommandOf<'assign-task'>,
  now: number,
): void {
  const t = taskOf(s, c.task);
  if (!t) return;
  const { task, step } = t;
  if (c.op === 'claim-task') {
    t.assignee = c.actor;
    record(s, 'task_claimed', c.actor, now, { task, step, assignee: c.actor });
    return;
  }
  t.assignee = c.assignee;
  t.team = c.team ?? t.team;
  // Handed back to a queue it is everybody's there, not only theirs to whom it was first given.
  if (c.team !== undefined && c.assignee === null) t.candidates = [];
  record(s, 'task_assigned', c.actor, now, { task, step, assignee: c.assignee, team: t.team, note: c.note });
  if (c.assignee !== null && c.assignee !== c.actor && step !== null)
    page(s, `task-${step}`, s.visits[step] ?? 1, people([c.assignee]), now);
}

/** An item of a checklist is done, or not after all. */
export function checkItem(s: RequestState, c: RequestCommandOf<'check-item'>, now: number): void {
  const t = taskOf(s, c.task);
  if (!t || !('checked' in t)) return;
  t.checked = [...t.checked.filter((id) => id !== c.item), ...(c.done ? [c.item] : [])];
  record(s, 'item_checked', c.actor, now, { task: c.task, step: t.step, item: c.item, done: c.done });
}

/** Work is done. What was entered in its form is kept under its hash; the values that conditions name travel. */
export function complete(s: RequestState, c: RequestCommandOf<'complete-task'>, now: number): Move[] {
  const t = taskOf(s, c.task);
  if (!t) return STAY;
  const { task, step } = t;
  const outcome = c.outcome ?? 'done';
  const content = c.content?.hash ?? null;
  record(s, 'task_done', c.actor, now, { task, step, outcome, comment: c.comment ?? null, content });
  if ('checked' in t) {
    const values = {
      ...c.content?.facts,
      ...(c.comment !== undefined && { comment: c.comment }),
      ...(content && { content }),
    };
    return [{ kind: 'done', step: t.step, by: c.actor, outcome, values }];
  }
  s.extraTasks = s.extraTasks.filter((x) => x !== t);
  s.unconfirmed.tasks.push({
    id: task,
    seq: s.seq,
    kind: t.kind,
    title: s.title,
    assignee: null,
    team: t.team,
    at: now,
    done: true,
  });
  return STAY;
}
