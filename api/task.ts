import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import type { z } from 'zod';
import { listTasks, placeOf, type TaskCursor, type TaskRecord, type TaskSight, taskOf } from '../db/task-list';
import { taskLogOf, taskPartsOf } from '../db/task-log';
import { isRequestTask, worksInTeams } from '../db/task-request';
import { DomainError } from '../domain/errors';
import { inScope, type Principal, tenantsWith } from '../domain/principal';
import type { Permission } from '../domain/roles';
import { readable } from './incident-parts';
import { hiddenInScope } from './incident-type';
import { cutPage, keyOfCursor, pageQuery } from './page';
import { type Route, route } from './route';
import { actOnTask, type TaskActDeps, type TaskAction, type TaskOp } from './task-act';
import {
  taskAssignBody,
  taskCheckBody,
  taskDetailSchema,
  taskDoneBody,
  taskLogBody,
  taskLogPage,
  taskPage,
  taskParams,
  taskQuery,
  taskSchema,
} from './task-schema';

const PATH = '/api/v1/tasks';
const tag = 'task';

/** Tasks that cases and the platform give to people. */
export function taskRoutes(deps: TaskActDeps): Route[] {
  return [listRoute(deps), readRoute(deps), logRoute(deps), ...actionRoutes(deps)];
}

/** Who may look at tasks; whoever reads only his own cases sees what is given to him. */
export const READ_TASKS: readonly Permission[] = ['incident:read', 'incident:read-own', 'request:read-own'];
/** Who may do something about a task: those who handle cases, and whoever has it. */
export const WORK_ON_TASKS: readonly Permission[] = [
  'incident:handle',
  'request:handle',
  'incident:read-own',
  'request:read-own',
];

/** What a principal may see of tasks: those of cases he may read, and his own. */
export async function taskSight(db: Knex, p: Principal): Promise<TaskSight> {
  const { scope, reporter } = readable(p);
  // Whoever reads only his own cases has no part in the tasks they make.
  const seen = reporter === null ? scope : [];
  return {
    login: p.login,
    scope: seen,
    requests: tenantsWith(p, 'request:read'),
    ownRequests: tenantsWith(p, 'request:read-own'),
    hiddenTypes: await hiddenInScope(db, p, seen),
  };
}

const badCursor = () =>
  new DomainError('ValidationFailed', 'The cursor is not one of ours.', [
    { path: 'query.cursor', message: 'must be the nextCursor of an earlier page' },
  ]);

const isInstant = (text: string) => text === 'infinity' || !Number.isNaN(Date.parse(text));

/** The place a cursor stands for. @throws DomainError ValidationFailed */
function placeIn(cursor: string | undefined): TaskCursor | undefined {
  const key = keyOfCursor(cursor);
  if (key === undefined) return undefined;
  const [done = '', due = '', created = '', ...id] = key.split(' ');
  if (!isInstant(due) || !isInstant(created) || id.length === 0) throw badCursor();
  return [done === 'true', due, created, id.join(' ')];
}

function listRoute({ db }: TaskActDeps): Route {
  return route({
    method: 'get',
    path: PATH,
    tag,
    summary: 'Tasks: yours, of your teams, or of a case; open ones first, by their limit',
    access: READ_TASKS,
    query: taskQuery,
    response: taskPage,
    async handle({ principal, query: { limit, cursor, case: caseId, ...filter } }) {
      const sight = await taskSight(db, principal);
      const page = { limit: limit + 1, after: placeIn(cursor) };
      return cutPage(await listTasks(db, sight, { ...filter, caseId }, page), limit, (t) => placeOf(t).join(' '));
    },
  });
}

function readRoute({ db }: TaskActDeps): Route {
  return route({
    method: 'get',
    path: `${PATH}/:id`,
    tag,
    summary: 'One task with its checklist, the ways it can end, and the minutes logged',
    access: READ_TASKS,
    params: taskParams,
    response: taskDetailSchema,
    handle: ({ principal, params }) => taskDetail(db, principal, params.id),
  });
}

async function taskDetail(db: Knex, principal: Principal, id: string): Promise<z.infer<typeof taskDetailSchema>> {
  const task = await visibleTask(db, principal, id);
  const mayWork = task.state === 'open' && (await worksOn(db, principal, task));
  return { ...task, ...(await taskPartsOf(db, id)), mayWork };
}

/** @throws DomainError NotFound also when it is not for him */
export async function visibleTask(db: Knex, principal: Principal, id: string): Promise<TaskRecord> {
  const found = await taskOf(db, await taskSight(db, principal), id);
  if (!found) throw new DomainError('NotFound', `There is no task ${id} that you may see.`);
  return found;
}

/** Whether a task is his to work on: he has it, it is meant for him or a team of his, or he handles the cases of its tenant. */
export async function worksOn(db: Knex, p: Principal, task: TaskRecord): Promise<boolean> {
  if (task.assignee === p.login || task.candidates.includes(p.login)) return true;
  const handled = (permission: Permission) => inScope(tenantsWith(p, permission), task.tenantId);
  if (task.caseId?.startsWith('INC-')) return handled('incident:handle');
  if (handled('request:handle')) return true;
  if (!isRequestTask(task.kind)) return handled('incident:handle');
  return task.candidates.length === 0 && task.team !== null && worksInTeams(db, p.login, task.tenantId, [task.team]);
}

function logRoute({ db }: TaskActDeps): Route {
  return route({
    method: 'get',
    path: `${PATH}/:id/log`,
    tag,
    summary: 'What was done about a task, oldest first: work, hand-overs, ticks',
    access: READ_TASKS,
    params: taskParams,
    query: pageQuery,
    response: taskLogPage,
    async handle({ principal, params, query: { limit, cursor } }) {
      const task = await visibleTask(db, principal, params.id);
      const after = Number(keyOfCursor(cursor) ?? 0);
      if (!Number.isSafeInteger(after)) throw badCursor();
      return cutPage(await taskLogOf(db, task, { limit: limit + 1, after }), limit, (e) => String(e.id));
    },
  });
}

/** What each action is, in words, and its body. */
const ACTIONS = {
  claim: { summary: 'Take a task that nobody has', body: undefined },
  assign: { summary: 'Hand a task over to somebody, or back to a team; the receiver is told', body: taskAssignBody },
  check: { summary: 'Tick an item of the list of a task, or untick it', body: taskCheckBody },
  log: { summary: 'Log work on a task', body: taskLogBody },
  done: { summary: 'End a task with its result; it stands in the story of its case', body: taskDoneBody },
} satisfies Record<TaskOp, { summary: string; body: z.ZodType | undefined }>;

function actionRoutes(deps: TaskActDeps): Route[] {
  return (Object.keys(ACTIONS) as TaskOp[]).map((op) =>
    route({
      method: 'post',
      path: `${PATH}/:id/${op}`,
      tag,
      summary: ACTIONS[op].summary,
      access: WORK_ON_TASKS,
      idempotency: 'accepted',
      params: taskParams,
      body: ACTIONS[op].body as z.ZodType<object> | undefined,
      response: taskSchema,
      errors: ['InvalidTransition', 'EngineUnavailable'],
      async handle({ principal, params, body, idempotencyKey, log, res }) {
        const task = await visibleTask(deps.db, principal, params.id);
        if (!(await worksOn(deps.db, principal, task)))
          throw new DomainError('NotFound', `There is no task ${task.id} that you may work on.`);
        const action = { ...body, op } as TaskAction;
        const shown = await actOnTask(deps, { principal, task, action, key: idempotencyKey ?? randomUUID() });
        if (!shown) res.status(202);
        log.info({ by: principal.login, task: task.id, case: task.caseId, op }, 'task moved');
        return (await taskOf(deps.db, EVERYTHING, task.id)) ?? task;
      },
    }),
  );
}

/** Whoever hands a task over may not see it any more, but does see what he has done. */
const EVERYTHING: TaskSight = { login: '', scope: 'all', requests: 'all', ownRequests: [], hiddenTypes: [] };
