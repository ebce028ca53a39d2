import type { Knex } from 'knex';
import type { ProvisioningRun } from '../domain/provisioning';
import type { RequestEffect } from '../domain/request-effect';
import { enqueue } from './queue';

/** Lane of the actions of requests. */
export const REQUEST_ACTION_LANE = 'request-action';

export type ActEffect = RequestEffect & { kind: 'act' };

/** How an action ended, as the case is told. */
export type ActionEnd = { ok: true; result: Record<string, unknown> } | { ok: false; reason: string };

/** An action as it stands. */
export interface StoredAction {
  key: string;
  tenantId: string;
  caseId: string;
  action: string;
  state: 'running' | 'waiting' | 'manual' | 'done' | 'failed';
  result: Record<string, unknown> | null;
  reason: string | null;
  /** Seconds that are left of its time, by the clock of the database; see `beginAction`. */
  left: number;
}

const COLUMNS = `key, tenant_id as "tenantId", case_id as "caseId", action, state, result, reason, 
  extract(epoch from lapses_at - clock_timestamp())::float8 as "left"`;

/**
 * Notes that an action is about to be carried out, or finds what it has come to. What is left of its time is measured from
 * here on by the database: the clock of the case may be another one (I13).
 */
export async function beginAction(
  db: Knex,
  of: { tenantId: string; caseId: string },
  effect: ActEffect,
): Promise<StoredAction> {
  const { key, step, visit, action, at, limitAt } = effect;
  const result: { rows: StoredAction[] } = await db.raw(
    `insert into request_action (key, tenant_id, case_id, step, visit, action, state, at, lapses_at)
     values (?, ?, ?, ?, ?, ?, 'running', ?, now() + make_interval(secs => ?))
     on conflict (key) do update set key = excluded.key returning ${COLUMNS}`,
    [key, of.tenantId, of.caseId, step, visit, action, new Date(at).toISOString(), Math.max(1, (limitAt - at) / 1000)],
  );
  const [row] = result.rows;
  if (!row) throw new Error(`action ${key} is gone`);
  return row;
}

export async function actionOf(db: Knex, key: string): Promise<StoredAction | null> {
  const result: { rows: StoredAction[] } = await db.raw(`select ${COLUMNS} from request_action where key = ?`, [key]);
  return result.rows[0] ?? null;
}

/**
 * Notes that an action waits for a run of a provisioner: for a call to us, or for people. To be called in a transaction.
 * @returns how the run has ended meanwhile, or null
 */
export async function actionWaits(
  trx: Knex,
  key: string,
  state: 'waiting' | 'manual',
  runId: string,
): Promise<ActionEnd | null> {
  // Whoever ends the run holds this lock: he either finds the action waiting, or has ended the run before.
  const run: Pick<ProvisioningRun, 'state' | 'operation' | 'resource' | 'details' | 'reason'> | undefined = await trx(
    'provisioning_run',
  )
    .where({ id: runId })
    .forUpdate()
    .first('state', 'operation', 'resource', 'details', 'reason');
  await trx('request_action').where({ key, state: 'running' }).update({ state, run_id: runId });
  return run === undefined ? null : runEnd(run);
}

/** What a run that has ended means for the action that wanted it; null while it goes on. */
export function runEnd(
  run: Pick<ProvisioningRun, 'state' | 'operation' | 'resource' | 'details' | 'reason'>,
): ActionEnd | null {
  if (run.state === 'done') return { ok: true, result: { resource: run.resource, details: run.details ?? {} } };
  if (run.state === 'removed') return { ok: true, result: {} };
  if (run.state === 'failed' || run.state === 'cancelled') return { ok: false, reason: run.reason ?? run.state };
  return null;
}

/** Whether an action that waited for a run has been given up. */
export async function runGivenUp(db: Knex, runId: string): Promise<boolean> {
  return (await db('request_action').where({ run_id: runId, state: 'failed' }).first('key')) !== undefined;
}

/** Keeps how an action ended; the first end stands. @returns the one that stands */
export async function endAction(trx: Knex, key: string, end: ActionEnd): Promise<ActionEnd> {
  await trx('request_action')
    .where({ key })
    .whereNotIn('state', ['done', 'failed'])
    .update({
      state: end.ok ? 'done' : 'failed',
      result: end.ok ? JSON.stringify(end.result) : null,
      reason: end.ok ? null : end.reason,
      ended_at: trx.fn.now(),
    });
  return endOf(await actionOf(trx, key)) ?? end;
}

export function endOf(action: StoredAction | null): ActionEnd | null {
  if (action?.state === 'done') return { ok: true, result: action.result ?? {} };
  if (action?.state === 'failed') return { ok: false, reason: action.reason ?? 'failed' };
  return null;
}

/** Kind of an outbox row that has a case told how an action ended. */
export const ANSWER_KIND = 'action-answer';

/**
 * Ends the actions that waited for a run, and has their cases told; in the transaction that ends the run.
 * @returns how many there were
 */
export async function endActionsOfRun(trx: Knex, runId: string, end: ActionEnd): Promise<number> {
  const rows: { key: string; tenant_id: string; case_id: string }[] = await trx('request_action')
    .where({ run_id: runId })
    .whereIn('state', ['waiting', 'manual'])
    .select('key', 'tenant_id', 'case_id');
  for (const row of rows) await endAndTell(trx, { key: row.key, tenantId: row.tenant_id, caseId: row.case_id }, end);
  return rows.length;
}

async function endAndTell(
  trx: Knex,
  { key, tenantId, caseId }: { key: string; tenantId: string; caseId: string },
  end: ActionEnd,
): Promise<void> {
  await endAction(trx, key, end);
  const payload = { key };
  const row = { key: `${key}/answer`, tenantId, caseId, kind: ANSWER_KIND, payload, lane: REQUEST_ACTION_LANE };
  await enqueue(trx, row);
}

/**
 * Ends actions that wait for people although their request is being taken back: nothing has been made yet, and the request waits
 * for their answer before it goes on undoing. @returns how many
 */
export async function endUnwanted(db: Knex, reason: string): Promise<number> {
  const unwanted: { key: string; tenant_id: string; case_id: string }[] = await db('request_action as a')
    .join('request as r', 'r.id', 'a.case_id')
    .join('provisioning_run as p', 'p.id', 'a.run_id')
    .where({ 'a.state': 'manual', 'r.state': 'rolling-back', 'p.state': 'open', 'p.operation': 'create' })
    .limit(100)
    .select('a.key', 'a.tenant_id', 'a.case_id');
  for (const row of unwanted)
    await db.transaction(async (trx) => {
      await cancelRun(trx, row.key);
      await endAndTell(trx, { key: row.key, tenantId: row.tenant_id, caseId: row.case_id }, { ok: false, reason });
    });
  return unwanted.length;
}

/** Nobody is to make it any more: the run and its task end. */
async function cancelRun(trx: Knex, key: string): Promise<void> {
  await trx.raw(
    `with gone as (
       update provisioning_run p set state = 'cancelled', reason = 'the request is being taken back', ended_at = now()
       from request_action a where a.key = ? and p.id = a.run_id and p.state = 'open' returning p.id, p.case_id
     ) update task t set state = 'done', done_at = now() from gone g
       where t.id = g.case_id || '/provisioning-' || g.id and t.state = 'open'`,
    [key],
  );
}

/** Gives up actions that waited for too long, page by page (I12). @returns how many */
export async function lapseActions(db: Knex, reason: string, limit = 100): Promise<number> {
  for (let ended = 0; ; ) {
    const due: { key: string; tenant_id: string; case_id: string }[] = await db('request_action')
      .whereIn('state', ['waiting', 'manual'])
      .where('lapses_at', '<=', db.fn.now())
      .orderBy('lapses_at')
      .limit(limit)
      .select('key', 'tenant_id', 'case_id');
    for (const row of due)
      await db.transaction((trx) =>
        endAndTell(trx, { key: row.key, tenantId: row.tenant_id, caseId: row.case_id }, { ok: false, reason }),
      );
    ended += due.length;
    if (due.length < limit) return ended;
  }
}
