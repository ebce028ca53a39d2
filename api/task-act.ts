import type { Knex } from 'knex';
import type { IncidentClient } from '../activities/incident-client';
import type { RequestClient } from '../activities/request-client';
import { claimKey, requestHash } from '../db/idempotency';
import { knownLogins } from '../db/person';
import { claimTask, finishTask, giveTask, type TaskRecord } from '../db/task-list';
import { addTaskLog, checkTaskItem } from '../db/task-log';
import { isRequestTask } from '../db/task-request';
import { DomainError } from '../domain/errors';
import type { Principal } from '../domain/principal';
import { carryOutRequest } from './request-command';
import { requestBodies } from './request-commands';
import { tellCase } from './task-tell';
import { fieldErrors } from './validate';

/** What people do to a task, whoever keeps it. */
export type TaskAction =
  | { op: 'claim' }
  | { op: 'assign'; assignee?: string | null; team?: string; note?: string }
  | { op: 'check'; item: string; done: boolean }
  | { op: 'log'; minutes: number; text: string }
  | {
      op: 'done';
      result?: string;
      outcome?: string;
      comment?: string;
      data?: Record<string, unknown>;
      attachments?: string[];
    };
export type TaskOp = TaskAction['op'];

export interface TaskActDeps {
  db: Knex;
  incidents: Pick<IncidentClient, 'command'>;
  requests: Pick<RequestClient, 'command'>;
  now(): Date;
}

/** Somebody wants something to be done to a task; `key` = the same intent again. */
export interface TaskIntent {
  principal: Principal;
  task: TaskRecord;
  action: TaskAction;
  key: string;
}

/** Tasks that end by a command of their case: done any other way, the case would not know. */
const BY_COMMAND: Record<string, string> = {
  provisioning: 'done or fail (of its provisioning run)',
  'step-approval': 'decide-step',
  assessment: 'assess',
  'fault-report': 'submit-report',
};

/**
 * Refuses what cannot be done to a task of no request, before anything is done.
 * @throws DomainError InvalidTransition, ValidationFailed
 */
export async function checkPlain(db: Knex, { principal, task, action }: Omit<TaskIntent, 'key'>): Promise<void> {
  if (task.state !== 'open') throw new DomainError('InvalidTransition', `The task ${task.id} is done already.`);
  if (action.op === 'claim' && task.assignee !== null && task.assignee !== principal.login)
    throw new DomainError('InvalidTransition', `${task.assignee} has this task.`);
  if (action.op === 'assign') await refuseUnknown(db, task, action.assignee);
  if (action.op !== 'done') return;
  const command = BY_COMMAND[task.kind];
  if (command !== undefined)
    throw new DomainError('InvalidTransition', `This task ends by the command ${command} of its case.`);
  if (resultOf(action) === '')
    throw new DomainError('ValidationFailed', 'Not valid: body.result.', [
      { path: 'body.result', message: 'is required' },
    ]);
}

const resultOf = (a: TaskAction & { op: 'done' }): string => a.result ?? a.comment ?? '';

async function refuseUnknown(db: Knex, task: TaskRecord, login: string | null | undefined): Promise<void> {
  if (!login || (await knownLogins(db, task.tenantId, [login])).has(login)) return;
  throw new DomainError('ValidationFailed', 'Nobody can be given the task by this name.', [
    { path: 'body.assignee', message: `nobody active who may see this case has the login "${login}"` },
  ]);
}

/** The command of a request that an action is. @throws DomainError ValidationFailed with every field */
export function requestCommandOf({ id }: Pick<TaskRecord, 'id'>, action: TaskAction) {
  const { op, body } = commandOf(id, action);
  const parsed = requestBodies[op].safeParse(body);
  if (!parsed.success) {
    const errors = fieldErrors(parsed.error.issues, 'body');
    throw new DomainError('ValidationFailed', `Not valid: ${errors.map((e) => e.path).join(', ')}.`, errors);
  }
  return { op, body: parsed.data as Record<string, unknown> };
}

function commandOf(task: string, action: TaskAction) {
  const { op, ...fields } = action;
  switch (action.op) {
    case 'claim':
      return { op: 'claim-task', body: { task } } as const;
    case 'assign': {
      const { assignee = null, team, note } = action;
      return { op: 'assign-task', body: { task, assignee, team, note } } as const;
    }
    case 'check':
      return { op: 'check-item', body: { task, ...fields } } as const;
    case 'log':
      return { op: 'log-work', body: { task, ...fields } } as const;
    case 'done': {
      const { outcome, data, attachments } = action;
      const comment = resultOf(action) || undefined;
      return { op: 'complete-task', body: { task, outcome, comment, data, attachments } } as const;
    }
  }
}

/**
 * Does it: by the command of its case where the task lives in a request, else to the task itself, which tells its case.
 * @returns false when the case has accepted it and cannot show it yet
 * @throws DomainError NotFound, Forbidden, ValidationFailed, InvalidTransition, EngineUnavailable
 */
export async function actOnTask(deps: TaskActDeps, intent: TaskIntent): Promise<boolean> {
  const { principal, task, action, key } = intent;
  if (isRequestTask(task.kind) && task.caseId !== null) {
    const { op, body } = requestCommandOf(task, action);
    const answer = await carryOutRequest(deps, {
      principal,
      id: task.caseId,
      op,
      body,
      key: `${principal.login}:${op}:${key}`,
    });
    return answer.projected;
  }
  if (await repeated(deps.db, intent)) return true;
  await checkPlain(deps.db, intent);
  await PLAIN[action.op](deps, intent as never);
  return true;
}

/** Ended by the same person with the same words: the answer to that was lost. */
const repeated = async (_: Knex, { principal, task, action }: TaskIntent): Promise<boolean> =>
  action.op === 'done' && task.doneBy === principal.login && task.result === resultOf(action);

type Plain<O extends TaskOp> = (
  deps: TaskActDeps,
  intent: Omit<TaskIntent, 'action'> & { action: TaskAction & { op: O } },
) => Promise<void>;

const gone = (task: TaskRecord) =>
  new DomainError('InvalidTransition', `The task ${task.id} has just been taken or done by somebody else.`);

/** Runs once for a key. */
async function once(
  deps: TaskActDeps,
  { principal, task, action, key }: TaskIntent,
  run: (trx: Knex) => Promise<void>,
) {
  await deps.db.transaction(async (trx) => {
    const who = { tenantId: task.tenantId, principal: principal.login, now: deps.now().toISOString() };
    const hash = requestHash(`task ${action.op}`, task.id, action);
    const claim = { ...who, key: `task:${action.op}:${key}`.slice(0, 200), requestHash: hash, caseId: task.id };
    if ((await claimKey(trx, claim)).fresh) await run(trx);
  });
}

const PLAIN: { [O in TaskOp]: Plain<O> } = {
  async claim(deps, intent) {
    const { principal, task, key } = intent;
    if (task.assignee === principal.login) return;
    await tellCase(deps, intent, `claim:${key}`, `${task.title} → ${principal.login}`);
    const [at, by] = [deps.now().toISOString(), principal.login];
    await deps.db.transaction(async (trx) => {
      if (!(await claimTask(trx, task.id, by))) throw gone(task);
      await addTaskLog(trx, task, { at, by, kind: 'claimed', text: '', assignee: by });
    });
  },

  async assign(deps, intent) {
    const { principal, task, action, key } = intent;
    const assignee = action.assignee ?? null;
    const team = action.team ?? task.team;
    const name = [assignee, action.team].filter(Boolean).join(', ') || (team ?? '');
    const mentions = assignee !== null && assignee !== principal.login ? [assignee] : [];
    const text = [`${task.title} → ${name}`, action.note].filter(Boolean).join('\n');
    const told = await tellCase(deps, intent, `to:${key}`, text, mentions);
    await once(deps, intent, async (trx) => {
      if (!(await giveTask(trx, task.id, { assignee, team: action.team }))) throw gone(task);
      const entry = {
        at: deps.now().toISOString(),
        by: principal.login,
        kind: 'given',
        text: action.note ?? '',
      } as const;
      await addTaskLog(trx, task, { ...entry, assignee, team, told: told && assignee !== null });
    });
  },

  async check(deps, intent) {
    const { principal, task, action } = intent;
    const entry = { at: deps.now().toISOString(), by: principal.login, kind: 'checked', text: action.item } as const;
    await once(deps, intent, async (trx) => {
      if (!(await checkTaskItem(trx, task.id, action.item, action.done)))
        throw new DomainError('ValidationFailed', `The list of this task has no item ${action.item}.`, [
          { path: 'body.item', message: 'is no item of the list of this task' },
        ]);
      await addTaskLog(trx, task, entry);
    });
  },

  async log(deps, intent) {
    const { principal, task, action, key } = intent;
    const { minutes, text } = action;
    await tellCase(deps, intent, `log:${key}`, `${task.title} (${minutes} min): ${text}`);
    const entry = { at: deps.now().toISOString(), by: principal.login, kind: 'work', minutes, text } as const;
    await once(deps, intent, (trx) => addTaskLog(trx, task, entry));
  },

  async done(deps, intent) {
    const { principal, task, action } = intent;
    const [at, by, result] = [deps.now().toISOString(), principal.login, resultOf(action)];
    await tellCase(deps, intent, `done:${result}`, `${task.title}: ${result}`);
    await deps.db.transaction(async (trx) => {
      if (!(await finishTask(trx, task.id, { at, by, result }))) throw gone(task);
      await addTaskLog(trx, task, { at, by, kind: 'done', text: result });
    });
  },
};
