import { WorkflowNotFoundError } from '@temporalio/client';
import { PoolShort } from '../db/pool-reservation';
import { DONE, enqueue, exponential, type Lane, type OutboxRow, type Verdict } from '../db/queue';
import {
  type ActEffect,
  type ActionEnd,
  ANSWER_KIND,
  actionOf,
  actionWaits,
  beginAction,
  endAction,
  endOf,
  REQUEST_ACTION_LANE,
} from '../db/request-action';
import { insertEffectTask } from '../db/task';
import { DomainError, type ErrorCode } from '../domain/errors';
import { ACTION_NAMES, type ActionName } from '../domain/request-action';
import type { RequestEffectOutcome } from '../domain/request-effect';
import { ROLES } from '../domain/roles';
import { Impossible } from './case-effect-step';
import { deprovision, giveUpRun, provision } from './provisioning';
import { objectOf, optionalText, textOf } from './request-action-arguments';
import { allocateCapacity, releaseCapacity, reserveCapacity } from './request-action-capacity';
import { recordCi, restoreCi, retireCi, updateCi } from './request-action-ci';
import { renderDocument } from './request-action-document';
import { type Act, type Acted, type ActionDeps, NOTHING } from './request-action-run';
import { handOver, revoke } from './request-action-secret';

export interface RequestActionDeps extends ActionDeps {
  /** Tells a request how an action ended. @throws WorkflowNotFoundError when it is over */
  answer(caseId: string, outcome: RequestEffectOutcome): Promise<void>;
}

/** Lane of provisioners: a slow target delays no other action. */
export const PROVISIONING_LANE = 'provisioning';

/** Lanes that carry out what automatic steps want; each once for its key, and answered until the request has it. */
export function requestActionLanes(deps: RequestActionDeps): Lane[] {
  const lane = {
    table: 'outbox',
    batch: 1,
    leaseSeconds: 60,
    // What ends it is its own limit; this only keeps a row that cannot even be begun from going on for ever.
    maxAttempts: 2_000,
    backoff: exponential(1, 60),
    handle: async (rows: OutboxRow[]) =>
      new Map(await Promise.all(rows.map(async (row) => [row.id, await one(deps, row)] as const))),
    onDead: (row: OutboxRow, error: string) => giveUp(deps, row, error),
  } as const;
  return [
    { ...lane, name: REQUEST_ACTION_LANE, concurrency: 4 },
    { ...lane, name: PROVISIONING_LANE, concurrency: 8 },
  ];
}

type Actions = Record<ActionName, (deps: ActionDeps, act: Act) => Promise<Acted>>;

const ACTIONS: Actions = {
  'capacity.reserve': reserveCapacity,
  'capacity.allocate': allocateCapacity,
  'capacity.release': releaseCapacity,
  provision: (deps, act) => {
    const args = act.effect.arguments;
    const what = { provisioner: textOf(args, 'provisioner'), spec: objectOf(args, 'spec') };
    return provision(deps, { ...act, step: act.effect.step }, what);
  },
  deprovision: async (deps, act) => {
    const resource = optionalText(act.effect.arguments, 'resource');
    if (resource === null) return NOTHING;
    const provisioner = textOf(act.effect.arguments, 'provisioner');
    return deprovision(deps, { ...act, step: act.effect.step }, { provisioner, resource });
  },
  'ci.record': recordCi,
  'ci.update': updateCi,
  'ci.restore': restoreCi,
  'ci.retire': retireCi,
  'secret.hand-over': handOver,
  'secret.revoke': revoke,
  // The case itself keeps with whom it is shared.
  'materials.share': async (_, act) => ({ kind: 'done', result: { shared: roleOf(act) } }),
  'materials.unshare': async () => NOTHING,
  'document.render': renderDocument,
};

function roleOf({ effect }: Act): string {
  const name = textOf(effect.arguments, 'role');
  if (ROLES.some((role) => role.name === name)) return name;
  throw new Impossible(`there is no role "${name}"`);
}

async function one(deps: RequestActionDeps, row: OutboxRow): Promise<Verdict> {
  if (row.kind === ANSWER_KIND) return answerKept(deps, row);
  const act = actOf(row);
  if (!act) return { kind: 'dead', error: `row ${row.key} is no action of a request` };
  const action = await beginAction(deps.db, act, act.effect);
  const ended = endOf(action);
  if (ended) return tell(deps, act, ended);
  // Whoever ends it has it told by a row of its own.
  if (action.state !== 'running') return DONE;
  if (action.left <= 0) return end(deps, act, await lapsed(deps, act, row.lastError));
  if (act.effect.undoes === null && (await isOver(deps, act.caseId))) return DONE;
  if (PROVISIONED.includes(act.effect.action) && row.key === act.effect.key) return handOn(deps, act);
  const acted = await carryOut(deps, act);
  if (acted.kind !== 'later') return settle(deps, act, acted);
  deps.log.warn({ case: act.caseId, effect: act.effect.key, err: acted.error }, 'action not done; tried again');
  return { kind: 'retry', error: acted.error, afterSeconds: within(action.left, exponential(1, 60)(row.attempts)) };
}

/** Not later than the end of its time. */
const within = (left: number, seconds: number) => Math.max(0.05, Math.min(left, seconds));

const PROVISIONED: readonly ActionName[] = ['provision', 'deprovision'];

async function handOn({ db }: RequestActionDeps, { tenantId, caseId, effect }: Act): Promise<Verdict> {
  const row = { key: `${effect.key}/run`, tenantId, caseId, kind: 'act', payload: effect, lane: PROVISIONING_LANE };
  await db.transaction((trx) => enqueue(trx, row));
  return DONE;
}

/** Rows are written by the projection of this release or an earlier one: only the outside is checked. */
function actOf({ caseId, tenantId, payload }: OutboxRow): Act | null {
  const effect = payload as ActEffect | null;
  if (caseId === null || typeof effect !== 'object' || effect === null || effect.kind !== 'act') return null;
  if (!ACTION_NAMES.includes(effect.action)) return null;
  const key = `${caseId}:${effect.step}:${effect.visit}${effect.undoes === null ? '' : `:undo:${effect.action}`}`;
  return { tenantId, caseId, effect, key, at: new Date(effect.at).toISOString() };
}

/** A request that is over wants nothing more; its row may be behind, never ahead. */
async function isOver({ db }: Pick<ActionDeps, 'db'>, caseId: string): Promise<boolean> {
  const row: { open: boolean } | undefined = await db('request').where({ id: caseId }).first('open');
  return row?.open === false;
}

/** Refusals that stay refusals however often it is tried. */
const FINAL: readonly ErrorCode[] = ['ValidationFailed', 'NotFound', 'Conflict', 'Forbidden', 'PreconditionFailed'];

async function carryOut(deps: RequestActionDeps, act: Act): Promise<Acted> {
  try {
    return await ACTIONS[act.effect.action](deps, act);
  } catch (error) {
    const final =
      error instanceof Impossible ||
      error instanceof PoolShort ||
      (error instanceof DomainError && FINAL.includes(error.code));
    if (final) return { kind: 'failed', reason: error.message };
    return { kind: 'later', error: error instanceof Error ? error.message : String(error) };
  }
}

async function settle(deps: RequestActionDeps, act: Act, acted: Exclude<Acted, { kind: 'later' }>): Promise<Verdict> {
  const { key } = act.effect;
  switch (acted.kind) {
    case 'done':
      return end(deps, act, { ok: true, result: acted.result });
    case 'failed':
      return end(deps, act, { ok: false, reason: acted.reason });
    case 'manual':
    case 'callback': {
      const state = acted.kind === 'manual' ? 'manual' : 'waiting';
      const ended = await deps.db.transaction((trx) => actionWaits(trx, key, state, acted.runId));
      return ended ? end(deps, act, ended) : DONE;
    }
    case 'poll':
      return { kind: 'defer', seconds: acted.seconds };
  }
}

async function lapsed(deps: RequestActionDeps, act: Act, lastError: string | null): Promise<ActionEnd> {
  const why = lastError === null ? '' : `; at last: ${lastError}`;
  const said = `not done within its time${why}`;
  const provisioned = PROVISIONED.includes(act.effect.action);
  return { ok: false, reason: provisioned ? await giveUpRun(deps.db, act.key, said) : said };
}

async function end(deps: RequestActionDeps, act: Act, how: ActionEnd): Promise<Verdict> {
  return tell(deps, act, await endAction(deps.db, act.effect.key, how));
}

/** Tells the request that wanted it; one that is over meanwhile needs to know no more. */
async function tell(
  { answer, log }: RequestActionDeps,
  { caseId, effect: { key } }: { caseId: string; effect: { key: string } },
  how: ActionEnd,
): Promise<Verdict> {
  try {
    await answer(caseId, { key, kind: 'act', ...how });
    return DONE;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) {
      log.info({ case: caseId, effect: key }, 'an action was answered after its request had ended');
      return DONE;
    }
    log.warn({ err: error, case: caseId, effect: key }, 'the answer of an action did not arrive; told again');
    return { kind: 'retry', error: error instanceof Error ? error.message : String(error) };
  }
}

/** What a callback, a person or the end of its time has decided. */
async function answerKept(deps: RequestActionDeps, row: OutboxRow): Promise<Verdict> {
  const { key } = row.payload as { key: string };
  const how = endOf(await actionOf(deps.db, key));
  if (!how || row.caseId === null) return { kind: 'dead', error: `action ${key} has not ended` };
  return tell(deps, { caseId: row.caseId, effect: { key } }, how);
}

/** After the last attempt: the request hears that it failed, and people get a task. */
async function giveUp(deps: RequestActionDeps, row: OutboxRow, error: string): Promise<void> {
  const act = row.kind === ANSWER_KIND ? null : actOf(row);
  if (!act) return;
  const { tenantId, caseId, effect } = act;
  const how = await endAction(deps.db, effect.key, { ok: false, reason: error });
  const verdict = await tell(deps, act, how);
  if (verdict.kind === 'retry') throw new Error(verdict.error);
  await insertEffectTask(deps.db, { tenantId, caseId, key: effect.key, at: effect.at, kind: effect.action });
}
