import type { Knex } from 'knex';
import type { z } from 'zod';
import { type TaskRecord, tasksById } from '../db/task-list';
import { taskPartsOf } from '../db/task-log';
import { isRequestTask } from '../db/task-request';
import { DomainError } from '../domain/errors';
import type { Principal } from '../domain/principal';
import { REQUEST_TRANSITIONS } from '../domain/request-command';
import { refuseStranger, visibleRequest } from './request-access';
import { type Route, route } from './route';
import { taskSight, WORK_ON_TASKS, worksOn } from './task';
import { actOnTask, checkPlain, requestCommandOf, type TaskActDeps, type TaskAction } from './task-act';
import { TASK_OUTCOMES, taskBatchBody, taskBatchSchema } from './task-schema';

type Batch = z.infer<typeof taskBatchSchema>;
type Item = Batch['items'][number];
type Verdict = Pick<Item, 'outcome' | 'code' | 'blocker' | 'reason'>;

/** Commands of as many cases are under way at a time. */
const AT_A_TIME = 8;

/** One action for many tasks, each judged and carried out as if it came alone; a repeat with the same key changes nothing. */
export function taskBatchRoutes(deps: TaskActDeps): Route[] {
  return [
    route({
      method: 'post',
      path: '/api/v1/tasks/batches',
      tag: 'task',
      summary: 'Take, hand over or end many tasks; with preview: what would and would not happen, and why',
      access: WORK_ON_TASKS,
      idempotency: 'required',
      body: taskBatchBody,
      response: taskBatchSchema,
      async handle({ principal, body: { op, body, ids, preview }, idempotencyKey, log }) {
        const action = { ...body, op } as TaskAction;
        const once = [...new Set(ids)];
        const tasks = await tasksById(deps.db, await taskSight(deps.db, principal), once);
        const one = async (id: string): Promise<Item> => {
          const task = tasks.get(id);
          if (!task || !(await worksOn(deps.db, principal, task)))
            return { ...nothing(id), ...refused(notThere(id), 'wont') };
          const key = `${idempotencyKey ?? ''}:${id}`;
          const { title, titles, caseId, assignee } = task;
          const known = { id, title, titles, caseId, assignee };
          return { ...known, ...(await verdict(deps, { principal, task, action, key }, preview)) };
        };
        const items: Item[] = [];
        for (let i = 0; i < once.length; i += AT_A_TIME)
          items.push(...(await Promise.all(once.slice(i, i + AT_A_TIME).map(one))));
        const counts = Object.fromEntries(
          TASK_OUTCOMES.map((o) => [o, items.filter((item) => item.outcome === o).length]),
        ) as Batch['counts'];
        log.info({ by: principal.login, op, total: items.length, preview, counts }, 'batch of tasks');
        return { total: items.length, counts, items };
      },
    }),
  ];
}

const nothing = (id: string) => ({ id, title: null, titles: null, caseId: null, assignee: null });
const notThere = (id: string) => new DomainError('NotFound', `There is no task ${id} that you may work on.`);

function refused(error: DomainError, outcome: 'wont' | 'refused', intent?: Intent): Verdict {
  const reason = [error.message, ...error.errors.map((e) => e.message)].join(' ');
  return { outcome, code: error.code, blocker: intent ? blockerOf(error, intent) : null, reason };
}

/** What stands in the way, for those who do not read our sentences. */
function blockerOf({ code }: DomainError, { principal, task, action }: Intent): Verdict['blocker'] {
  if (task.state !== 'open') return 'done';
  if (code === 'InvalidTransition' && task.assignee !== null && task.assignee !== principal.login) return 'taken';
  if (code === 'ValidationFailed') return action.op === 'done' ? 'page' : null;
  return code === 'InvalidTransition' ? 'case' : null;
}

type Intent = Parameters<typeof actOnTask>[1];
const FINE = { code: null, blocker: null, reason: null };

async function verdict(deps: TaskActDeps, intent: Intent, preview: boolean): Promise<Verdict> {
  try {
    await judge(deps.db, intent);
  } catch (error) {
    // Done by an earlier try of this batch: the task itself says so below.
    const again = !preview && error instanceof DomainError && error.code === 'InvalidTransition';
    if (!(error instanceof DomainError)) throw error;
    if (!again) return refused(error, 'wont', intent);
  }
  if (preview) return { outcome: 'will', ...FINE };
  try {
    await actOnTask(deps, intent);
    return { outcome: 'done', ...FINE };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    if (error.code !== 'EngineUnavailable') return refused(error, 'refused', intent);
    return { outcome: 'failed', code: error.code, blocker: null, reason: error.message };
  }
}

/** Says why an action would not happen. @throws DomainError as the action itself would */
async function judge(db: Knex, { principal, task, action }: Intent): Promise<void> {
  if (!isRequestTask(task.kind) || task.caseId === null) return checkPlain(db, { principal, task, action });
  await judgeRequest(db, { principal, task, action, caseId: task.caseId });
}

async function judgeRequest(
  db: Knex,
  intent: { principal: Principal; task: TaskRecord; action: TaskAction; caseId: string },
): Promise<void> {
  const { principal, task, action, caseId } = intent;
  const no = (why: string) => new DomainError('InvalidTransition', why);
  const { op, body } = requestCommandOf(task, action);
  const { view } = await visibleRequest(db, principal, caseId);
  await refuseStranger(db, principal, view, { op, body });
  if (task.state !== 'open') throw no(`The task ${task.id} is done already.`);
  if (!REQUEST_TRANSITIONS[op].includes(view.state)) throw no(`${view.id} is ${view.state}: ${op} is not possible.`);
  if (op !== 'assign-task' && task.assignee !== null && task.assignee !== principal.login)
    throw no(`${task.assignee} has this task.`);
  if (op !== 'complete-task') return;
  if (task.assignee === null && task.candidates.length > 0 && !task.candidates.includes(principal.login))
    throw new DomainError('Forbidden', `The task is for ${task.candidates.join(', ')}.`);
  if (IN_CASE.includes(task.kind)) throw no(`How the task ends is said in ${view.id}.`);
  await judgeEnd(db, task, action);
}

/** They end by what people choose about a failed step, or by naming who decides. */
const IN_CASE: readonly string[] = ['request-choice', 'request-stranded'];

/** What a task needs that only its own page asks for. */
async function judgeEnd(db: Knex, task: TaskRecord, action: TaskAction): Promise<void> {
  const parts = await taskPartsOf(db, task.id);
  const invalid = (path: string, message: string) =>
    new DomainError('ValidationFailed', `Not valid: ${path}.`, [{ path, message }]);
  if (parts.form !== null) throw invalid('body.data', 'a form is to be filled in: open the task');
  const left = parts.checklist.filter((i) => !i.done).map((i) => i.id);
  if (parts.outcomes.length === 0 && left.length === 0) return;
  if (parts.outcomes.length === 0) throw invalid('body', `not done yet: ${left.join(', ')}`);
  const chosen = action.op === 'done' ? parts.outcomes.find((o) => o.name === action.outcome) : undefined;
  if (!chosen) throw invalid('body.outcome', `must be one of: ${parts.outcomes.map((o) => o.name).join(', ')}`);
  if (chosen.reason && action.op === 'done' && !action.result)
    throw invalid('body.result', 'this outcome needs a reason');
  // An ending with a reason is lawful with things undone.
  if (!chosen.reason && left.length > 0) throw invalid('body', `not done yet: ${left.join(', ')}`);
}
