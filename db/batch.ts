import type { Knex } from 'knex';
import type { IncidentView } from '../domain/incident-projection';
import type { TenantScope } from '../domain/principal';
import type { SlaFact } from '../domain/sla';
import { enqueue } from './queue';
import { inTenants } from './tenant';

/** Lane that carries out batches. */
export const BATCH_LANE = 'batch';

/**
 * What became of one case of a batch: `will` and `wont` are judged before anything is sent, `waiting` is queued, `done`,
 * `refused` (by the case itself) and `failed` (given up) are final.
 */
export const ITEM_OUTCOMES = ['will', 'wont', 'waiting', 'done', 'refused', 'failed'] as const;
export type ItemOutcome = (typeof ITEM_OUTCOMES)[number];

/** One command for many cases. Instants ISO 8601; `startedAt` null: a preview that nobody has started. */
export interface BatchRecord {
  id: string;
  tenantId: string;
  op: string;
  body: Record<string, unknown>;
  selection: Record<string, unknown>;
  total: number;
  createdBy: string;
  createdAt: string;
  startedAt: string | null;
}

/** A batch with how far it is. */
export interface BatchProgress extends BatchRecord {
  counts: Record<ItemOutcome, number>;
  /** When the last case was settled; null while one waits, and in a preview. */
  endedAt: string | null;
}

export interface BatchItem {
  n: number;
  caseId: string;
  title: string | null;
  caseState: string | null;
  outcome: ItemOutcome;
  code: string | null;
  reason: string | null;
  settledAt: string | null;
}

const COLUMNS = {
  id: 'id',
  tenantId: 'tenant_id',
  op: 'op',
  body: 'body',
  selection: 'selection',
  total: 'total',
  createdBy: 'created_by',
  createdAt: 'created_at',
  startedAt: 'started_at',
};

/** Stores a batch without its cases. */
export async function insertBatch(trx: Knex, b: BatchRecord): Promise<void> {
  await trx('batch').insert({
    id: b.id,
    tenant_id: b.tenantId,
    op: b.op,
    body: JSON.stringify(b.body),
    selection: JSON.stringify(b.selection),
    total: b.total,
    created_by: b.createdBy,
    created_at: b.createdAt,
    started_at: b.startedAt,
  });
}

/** Adds judged cases; of those that wait the lane hears when the transaction is committed. */
export async function insertItems(
  trx: Knex,
  batch: Pick<BatchRecord, 'id' | 'tenantId'>,
  items: readonly BatchItem[],
): Promise<void> {
  await trx.raw(
    `insert into batch_item (batch_id, n, case_id, title, case_state, outcome, code, reason)
     select ?, v.n, v."caseId", v.title, v."caseState", v.outcome, v.code, v.reason
     from jsonb_to_recordset(?::jsonb)
       as v(n int, "caseId" text, title text, "caseState" text, outcome text, code text, reason text)`,
    [batch.id, JSON.stringify(items)],
  );
  await enqueueItems(
    trx,
    batch,
    items.filter((i) => i.outcome === 'waiting').map((i) => i.caseId),
  );
}

/** The key makes each case of a batch happen once, in the outbox and in the case itself. */
export const itemKey = (batchId: string, caseId: string): string => `batch:${batchId}:${caseId}`;

async function enqueueItems(
  trx: Knex,
  { id, tenantId }: Pick<BatchRecord, 'id' | 'tenantId'>,
  caseIds: readonly string[],
): Promise<void> {
  const row = (caseId: string) => ({
    key: itemKey(id, caseId),
    tenantId,
    caseId,
    kind: 'batch-command',
    payload: { batchId: id },
    lane: BATCH_LANE,
  });
  await enqueue(trx, ...caseIds.map(row));
}

/** States how many cases the batch has in the end. */
export async function setTotal(trx: Knex, id: string, total: number): Promise<void> {
  await trx('batch').where({ id }).update({ total });
}

const PAGE = 500;

/**
 * Queues every case of a preview that would be carried out. Cases outside `scope`, where the maker has lost the right since,
 * are refused. A batch that has been started before stays as it is.
 */
export async function startBatch(
  trx: Knex,
  batch: Pick<BatchRecord, 'id' | 'tenantId'>,
  at: string,
  scope: TenantScope,
): Promise<void> {
  const started = await trx('batch').where({ id: batch.id, started_at: null }).update({ started_at: at });
  if (started === 0) return;
  if (scope !== 'all') await refuseBeyond(trx, batch.id, scope);
  for (let after = 0; ; ) {
    const page: { n: number; case_id: string }[] = await trx('batch_item')
      .select('n', 'case_id')
      .where({ batch_id: batch.id, outcome: 'will' })
      .where('n', '>', after)
      .orderBy('n')
      .limit(PAGE);
    const last = page.at(-1);
    if (!last) break;
    const ids = page.map((r) => r.case_id);
    await trx('batch_item').where({ batch_id: batch.id }).whereIn('case_id', ids).update({ outcome: 'waiting' });
    await enqueueItems(trx, batch, ids);
    after = last.n;
  }
}

async function refuseBeyond(trx: Knex, batchId: string, scope: readonly string[]): Promise<void> {
  await trx.raw(
    `update batch_item b set outcome = 'wont', code = 'Forbidden', reason = 'You may no longer do this to this case.'
     where batch_id = ? and outcome = 'will' and not exists (
       select 1 from incident i where i.id = b.case_id and i.tenant_id = any(?))`,
    [batchId, [...scope]],
  );
}

/** A batch of its maker, or undefined. */
export async function batchOf(db: Knex, createdBy: string, id: string): Promise<BatchProgress | undefined> {
  const row: BatchRecord | undefined = await db('batch').select(COLUMNS).where({ id, created_by: createdBy }).first();
  return row && (await withProgress(db, [row]))[0];
}

/** Batches of somebody, newest first, after `[createdAt, id]`. */
export async function batchesOf(
  db: Knex,
  createdBy: string,
  page: { limit: number; after?: readonly [createdAt: string, id: string] },
): Promise<BatchProgress[]> {
  const query = db('batch').select(COLUMNS).where({ created_by: createdBy }).limit(page.limit);
  query.orderBy([
    { column: 'created_at', order: 'desc' },
    { column: 'id', order: 'desc' },
  ]);
  if (page.after) query.whereRaw('(created_at, id) < (?::timestamptz, ?::uuid)', [...page.after]);
  return withProgress(db, await query);
}

async function withProgress(db: Knex, batches: readonly BatchRecord[]): Promise<BatchProgress[]> {
  const rows: { batch_id: string; outcome: ItemOutcome; n: number; last: string | null }[] = await db('batch_item')
    .select('batch_id', 'outcome')
    .count({ n: '*' })
    .max({ last: 'settled_at' })
    .whereIn(
      'batch_id',
      batches.map((b) => b.id),
    )
    .groupBy('batch_id', 'outcome');
  return batches.map((b) => {
    const own = rows.filter((r) => r.batch_id === b.id);
    const counts = Object.fromEntries(
      ITEM_OUTCOMES.map((o) => [o, own.find((r) => r.outcome === o)?.n ?? 0]),
    ) as Record<ItemOutcome, number>;
    const last = own
      .flatMap((r) => r.last ?? [])
      .sort()
      .at(-1);
    const ended = b.startedAt !== null && counts.waiting === 0;
    return { ...b, counts, endedAt: ended ? (last ?? b.startedAt) : null };
  });
}

/** Cases of a batch in their order, after place `after`; of some outcomes, or all. */
export async function itemsOf(
  db: Knex,
  batchId: string,
  page: { outcomes: readonly ItemOutcome[]; limit: number; after: number },
): Promise<BatchItem[]> {
  const query = db('batch_item')
    .select<BatchItem[]>({
      n: 'n',
      caseId: 'case_id',
      title: 'title',
      caseState: 'case_state',
      outcome: 'outcome',
      code: 'code',
      reason: 'reason',
      settledAt: 'settled_at',
    })
    .where('batch_id', batchId)
    .where('n', '>', page.after)
    .orderBy('n')
    .limit(page.limit);
  if (page.outcomes.length > 0) query.whereIn('outcome', [...page.outcomes]);
  return query;
}

/** What became of a case that waited; one that is settled stays as it is. */
export async function settleItem(
  db: Knex,
  batchId: string,
  caseId: string,
  to: { outcome: 'done' | 'refused' | 'failed'; code?: string; reason?: string; caseState?: string },
): Promise<void> {
  await db('batch_item')
    .where({ batch_id: batchId, case_id: caseId, outcome: 'waiting' })
    .update({
      outcome: to.outcome,
      code: to.code ?? null,
      reason: to.reason ?? null,
      settled_at: db.fn.now(),
      ...(to.caseState === undefined ? {} : { case_state: to.caseState }),
    });
}

/** What the lane sends for a batch; null when it is gone. */
export async function batchCommand(
  db: Knex,
  id: string,
): Promise<{ op: string; body: Record<string, unknown>; actor: string } | null> {
  const row = await db('batch').select({ op: 'op', body: 'body', actor: 'created_by' }).where({ id }).first();
  return row ?? null;
}

/** Whether the last thing that happened to a case was the command with this key: its answer was lost. */
export async function lastCommandWas(db: Knex, caseId: string, key: string): Promise<boolean> {
  const wanted = JSON.stringify([{ kind: 'command', command: { key } }]);
  const row: unknown = await db('incident').where({ id: caseId }).whereRaw('inputs @> ?::jsonb', [wanted]).first('id');
  return row !== undefined;
}

/** What a command is judged by. */
export interface BatchSubject {
  view: IncidentView;
  facts: SlaFact[];
  planId: string;
}

/** Cases of a scope by id; those that are not there or not in it are missing. */
export async function subjectsOf(
  db: Knex,
  scope: TenantScope,
  ids: readonly string[],
): Promise<Map<string, BatchSubject>> {
  const query = db('incident')
    .select('doc', 'sla', 'plan_id')
    .whereIn('id', [...ids]);
  const rows: { doc: IncidentView; sla: { facts: SlaFact[] }; plan_id: string }[] = await inTenants(
    query,
    'tenant_id',
    scope,
  );
  return new Map(rows.map((r) => [r.doc.id, { view: r.doc, facts: r.sla.facts, planId: r.plan_id }]));
}
