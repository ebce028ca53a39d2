import { WorkflowNotFoundError } from '@temporalio/client';
import type { Knex } from 'knex';
import type { Logger } from 'pino';
import { DONE, exponential, type Lane, type OutboxRow, type Verdict } from '../db/queue';
import { requestInside } from '../db/request';
import { effectAnswer, keepAnswer } from '../db/request-effect-answer';
import type { SurveyRequest } from '../db/survey';
import { insertEffectTask } from '../db/task';
import { DomainError } from '../domain/errors';
import type { RequestEffect, RequestEffectOutcome } from '../domain/request-effect';
import { REQUEST_EFFECT_LANE } from './request';
import type { RequestClient } from './request-client';
import { type PeopleDeps, resolvePeople } from './request-effect-people';

/** A request that another one wants opened; `key` makes it happen once. `at` ISO 8601, the opener's clock. */
export interface ChildOrder {
  tenantId: string;
  key: string;
  at: string;
  item: string;
  data: Record<string, unknown>;
  requester: string;
  beneficiary: string;
  parent: { id: string; step: string | null };
}

export interface RequestEffectDeps extends PeopleDeps {
  log: Logger;
  requests: Pick<RequestClient, 'effectDone' | 'tellPeer'>;
  /** Opens a request of a catalogue item. @throws DomainError ValidationFailed when that is not possible as ordered */
  openRequest(order: ChildOrder): Promise<{ id: string }>;
  askSurvey(trx: Knex, survey: SurveyRequest): Promise<void>;
}

/**
 * Lane of what requests want outside themselves, but for their actions: each effect once for its key, answered by signal; a
 * repeat is answered as before.
 */
export function requestEffectLane(deps: RequestEffectDeps): Lane {
  return {
    name: REQUEST_EFFECT_LANE,
    table: 'outbox',
    batch: 8,
    concurrency: 3,
    leaseSeconds: 60,
    // Some four hours: longer than any outage that is not a disaster.
    maxAttempts: 60,
    backoff: exponential(1, 300),
    handle: async (rows: OutboxRow[]) =>
      new Map(await Promise.all(rows.map(async (row) => [row.id, await one(deps, row)] as const))),
    onDead: (row, error) => giveUp(deps, row, error),
  };
}

type Effect = Exclude<RequestEffect, { kind: 'act' }>;
interface Of {
  tenantId: string;
  caseId: string;
}
const KINDS: readonly string[] = [
  'resolve-people',
  'open-request',
  'tell-request',
  'survey',
] satisfies Effect['kind'][];

/** Rows are written by the projection of this release or an earlier one: only the outside is checked. */
function effectOf({ caseId, tenantId, payload }: OutboxRow): { of: Of; effect: Effect } | null {
  const effect = payload as Effect | null;
  if (caseId === null || typeof effect !== 'object' || effect === null || !KINDS.includes(effect.kind)) return null;
  return { of: { tenantId, caseId }, effect };
}

async function one(deps: RequestEffectDeps, row: OutboxRow): Promise<Verdict> {
  const read = effectOf(row);
  if (!read) return { kind: 'dead', error: `row ${row.key} is no effect of a request` };
  try {
    await act(deps, read.of, read.effect);
    return DONE;
  } catch (error) {
    deps.log.warn({ err: error, case: row.caseId, effect: row.key }, 'effect not done; tried again');
    return { kind: 'retry', error: error instanceof Error ? error.message : String(error) };
  }
}

async function act(deps: RequestEffectDeps, of: Of, effect: Effect): Promise<void> {
  if (effect.kind === 'survey') {
    const { key, at, to } = effect;
    return deps.askSurvey(deps.db, { key, ...of, to, at });
  }
  const before = await effectAnswer(deps.db, effect.key);
  await answer(
    deps,
    of,
    before ?? (await keepAnswer(deps.db, { ...of, at: effect.at }, await carryOut(deps, of, effect))),
  );
}

function carryOut(
  deps: RequestEffectDeps,
  of: Of,
  effect: Exclude<Effect, { kind: 'survey' }>,
): Promise<RequestEffectOutcome> {
  switch (effect.kind) {
    case 'resolve-people':
      return resolvePeople(deps, of, effect);
    case 'open-request':
      return open(deps, of, effect);
    case 'tell-request':
      return tell(deps, of, effect);
  }
}

async function open(
  deps: RequestEffectDeps,
  { tenantId, caseId }: Of,
  effect: Effect & { kind: 'open-request' },
): Promise<RequestEffectOutcome> {
  const { key, step, item, data, requester, beneficiary } = effect;
  const at = new Date(effect.at).toISOString();
  const parent = { id: caseId, step };
  try {
    const { id } = await deps.openRequest({ tenantId, key, at, item, data, requester, beneficiary, parent });
    return { key, kind: 'open-request', ok: true, id };
  } catch (error) {
    // What is refused as ordered is refused tomorrow too; anything else is tried again.
    if (!(error instanceof DomainError) || error.code !== 'ValidationFailed') throw error;
    const fields = (error.errors ?? []).map((e) => `${e.path} ${e.message}`).join('; ');
    return { key, kind: 'open-request', ok: false, reason: fields || error.message };
  }
}

async function tell(
  { db, requests }: RequestEffectDeps,
  { tenantId }: Of,
  effect: Effect & { kind: 'tell-request' },
): Promise<RequestEffectOutcome> {
  const { key, to, message } = effect;
  const other = await requestInside(db, to);
  if (other && other.view.tenantId !== tenantId) return { key, kind: 'tell-request', ok: false, reason: 'unknown' };
  try {
    await requests.tellPeer(to, message);
    return { key, kind: 'tell-request', ok: true };
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    if (!other) return { key, kind: 'tell-request', ok: false, reason: 'unknown' };
    // It may have ended since its row was read; an open case that no workflow moves is being mended (I3).
    const now = await requestInside(db, to);
    if (now?.view.endedAt === null) throw new Error(`${to} is open but does not run`);
    return { key, kind: 'tell-request', ok: false, reason: 'ended' };
  }
}

/** Tells the request that wanted it; one that is over meanwhile needs to know no more. */
async function answer({ requests, log }: RequestEffectDeps, { caseId }: Of, outcome: RequestEffectOutcome) {
  try {
    await requests.effectDone(caseId, outcome);
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    log.info({ case: caseId, effect: outcome.key }, 'an effect was answered after its request had ended');
  }
}

/** After the last attempt: the request hears that it failed, so that nothing stays pending for ever, and people get a task. */
async function giveUp(deps: RequestEffectDeps, row: OutboxRow, error: string): Promise<void> {
  const read = effectOf(row);
  if (!read) return;
  const { of, effect } = read;
  const outcome = failed(effect, error);
  if (outcome) await answer(deps, of, await keepAnswer(deps.db, { ...of, at: effect.at }, outcome));
  await insertEffectTask(deps.db, { ...of, key: effect.key, at: effect.at, kind: effect.kind });
}

function failed({ key, kind }: Effect, reason: string): RequestEffectOutcome | null {
  switch (kind) {
    case 'resolve-people':
      return { key, kind, people: [], empty: [reason], fallback: false };
    case 'open-request':
    case 'tell-request':
      return { key, kind, ok: false, reason };
    case 'survey':
      return null;
  }
}
