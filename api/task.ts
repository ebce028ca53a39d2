import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import type { IncidentClient } from '../activities/incident-client';
import { knownLogins } from '../db/person';
import {
  finishTask,
  giveTask,
  listTasks,
  placeOf,
  type TaskCursor,
  type TaskRecord,
  type TaskSight,
  taskOf,
} from '../db/task-list';
import { DomainError } from '../domain/errors';
import { inScope, type Principal, tenantsWith } from '../domain/principal';
import { engineCall } from './engine-errors';
import { READ, readable } from './incident-parts';
import { hiddenInScope } from './incident-type';
import { cutPage, keyOfCursor } from './page';
import { type Route, route } from './route';
import { taskAssignBody, taskDoneBody, taskPage, taskParams, taskQuery, taskSchema } from './task-schema';

export interface TaskApiDeps {
  db: Knex;
  incidents: Pick<IncidentClient, 'command'>;
  now(): Date;
}

const PATH = '/api/v1/tasks';
const tag = 'task';

/** Tasks that cases and the platform give to people. */
export function taskRoutes(deps: TaskApiDeps): Route[] {
  return [listRoute(deps), readRoute(deps), doneRoute(deps), assignRoute(deps)];
}

/** What a principal may see of tasks: those of cases he may read, and his own. */
export async function taskSight(db: Knex, p: Principal): Promise<TaskSight> {
  const { scope, reporter } = readable(p);
  // Whoever reads only his own cases has no part in the tasks they make.
  const seen = reporter === null ? scope : [];
  return { login: p.login, scope: seen, hiddenTypes: await hiddenInScope(db, p, seen) };
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

function listRoute({ db }: TaskApiDeps): Route {
  return route({
    method: 'get',
    path: PATH,
    tag,
    summary: 'Tasks: yours, of your teams, or of a case; open ones first, by their limit',
    access: READ,
    query: taskQuery,
    response: taskPage,
    async handle({ principal, query: { limit, cursor, case: caseId, ...filter } }) {
      const sight = await taskSight(db, principal);
      const page = { limit: limit + 1, after: placeIn(cursor) };
      return cutPage(await listTasks(db, sight, { ...filter, caseId }, page), limit, (t) => placeOf(t).join(' '));
    },
  });
}

function readRoute({ db }: TaskApiDeps): Route {
  return route({
    method: 'get',
    path: `${PATH}/:id`,
    tag,
    summary: 'One task',
    access: READ,
    params: taskParams,
    response: taskSchema,
    handle: ({ principal, params }) => visibleTask(db, principal, params.id),
  });
}

/** @throws DomainError NotFound also when it is not for him */
async function visibleTask(db: Knex, principal: Principal, id: string): Promise<TaskRecord> {
  const found = await taskOf(db, await taskSight(db, principal), id);
  if (!found) throw new DomainError('NotFound', `There is no task ${id} that you may see.`);
  return found;
}

/** A task he may work on: his own, or one of a tenant whose cases he handles. @throws DomainError NotFound, Forbidden */
async function workableTask(db: Knex, principal: Principal, id: string): Promise<TaskRecord> {
  const task = await visibleTask(db, principal, id);
  if (task.assignee === principal.login || inScope(tenantsWith(principal, 'incident:handle'), task.tenantId))
    return task;
  throw new DomainError('NotFound', `There is no task ${id} that you may work on.`);
}

/** Tasks that end by a command of their case: done any other way, the case would not know. */
const BY_COMMAND: Record<string, string> = {
  'step-approval': 'decide-step',
  assessment: 'assess',
  'fault-report': 'submit-report',
};

function doneRoute(deps: TaskApiDeps): Route {
  return route({
    method: 'post',
    path: `${PATH}/:id/done`,
    tag,
    summary: 'End a task with its result; it stands in the story of its case',
    access: ['incident:handle', 'incident:read-own'],
    idempotency: 'accepted',
    params: taskParams,
    body: taskDoneBody,
    response: taskSchema,
    errors: ['InvalidTransition', 'EngineUnavailable'],
    async handle({ principal, params, body, log }) {
      const task = await workableTask(deps.db, principal, params.id);
      const repeated = task.doneBy === principal.login && task.result === body.result;
      if (repeated) return task;
      if (task.state !== 'open') throw new DomainError('InvalidTransition', `The task ${task.id} is done already.`);
      const command = BY_COMMAND[task.kind];
      if (command !== undefined)
        throw new DomainError('InvalidTransition', `This task ends by the command ${command} of its case.`);
      await tellCase(deps, task, principal, `done:${body.result}`, `${task.title}: ${body.result}`);
      const at = deps.now().toISOString();
      if (!(await finishTask(deps.db, task.id, { at, by: principal.login, result: body.result })))
        throw new DomainError('InvalidTransition', `The task ${task.id} has just been done by somebody else.`);
      log.info({ by: principal.login, task: task.id, case: task.caseId }, 'task done');
      return visibleTask(deps.db, principal, task.id);
    },
  });
}

function assignRoute(deps: TaskApiDeps): Route {
  return route({
    method: 'post',
    path: `${PATH}/:id/assign`,
    tag,
    summary: 'Give a task to somebody, or back to a team',
    access: ['incident:handle', 'incident:read-own'],
    idempotency: 'accepted',
    params: taskParams,
    body: taskAssignBody,
    response: taskSchema,
    errors: ['InvalidTransition', 'EngineUnavailable'],
    async handle({ principal, params, body, idempotencyKey, log }) {
      const task = await workableTask(deps.db, principal, params.id);
      if (task.state !== 'open') throw new DomainError('InvalidTransition', `The task ${task.id} is done already.`);
      await refuseUnknown(deps.db, task, body.assignee);
      const to = { assignee: body.assignee === undefined ? null : body.assignee, team: body.team };
      const name = [to.assignee, to.team].filter(Boolean).join(', ') || (task.team ?? '');
      await tellCase(deps, task, principal, `to:${idempotencyKey ?? randomUUID()}`, `${task.title} → ${name}`);
      if (!(await giveTask(deps.db, task.id, to)))
        throw new DomainError('InvalidTransition', `The task ${task.id} has just been done by somebody else.`);
      log.info({ by: principal.login, task: task.id, to }, 'task given');
      return (await taskOf(deps.db, { login: principal.login, scope: 'all', hiddenTypes: [] }, task.id)) ?? task;
    },
  });
}

async function refuseUnknown(db: Knex, task: TaskRecord, login: string | null | undefined): Promise<void> {
  if (!login || (await knownLogins(db, task.tenantId, [login])).has(login)) return;
  throw new DomainError('ValidationFailed', 'Nobody can be given the task by this name.', [
    { path: 'body.assignee', message: `nobody active who may see this case has the login "${login}"` },
  ]);
}

/**
 * Every action of people stands in the story of the case (R2.3), as an internal note. A case that has ended takes no notes any
 * more: its aftermath is kept with the task.
 */
async function tellCase(
  { incidents }: TaskApiDeps,
  task: TaskRecord,
  principal: Principal,
  what: string,
  text: string,
): Promise<void> {
  const { caseId } = task;
  if (caseId === null) return;
  const key = `task:${task.id}:${principal.login}:${what}`.slice(0, 400);
  const note = { op: 'note', key, actor: principal.login, text, visibility: 'internal' } as const;
  await engineCall(() => incidents.command(caseId, note)).catch((error: unknown) => {
    const over = error instanceof DomainError && (error.code === 'NotFound' || error.code === 'InvalidTransition');
    if (!over) throw error;
  });
}
