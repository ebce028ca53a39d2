import type { Knex } from 'knex';

/** What the queue knows of a row of either table; `id` names it within its table. */
interface RowBase {
  id: number;
  tenantId: string;
  kind: string;
  /** Counts this attempt too: 1 at the first. */
  attempts: number;
  /** Why the attempt before did not succeed. */
  lastError: string | null;
  /** When it was accepted, ISO 8601. */
  createdAt: string;
  /** Fence: only the holder of this very lease may put the row back. Renewed while the row is handled. */
  lease: string;
}

/** Raw input that a caller was told is kept (I1). */
export interface InboxRow extends RowBase {
  sourceId: string | null;
  body: string;
}

/** An effect that leaves; the key makes it happen once. */
export interface OutboxRow extends RowBase {
  key: string;
  caseId: string | null;
  payload: unknown;
}

export type QueueRow = InboxRow | OutboxRow;
export type QueueTable = 'inbox' | 'outbox';

/**
 * What became of a row. Times are seconds; `retry` counts against `maxAttempts`, `defer` does not. `kept`: the handler has
 * put it back itself (`putBack`), together with what it decided that on.
 */
export type Verdict =
  | { kind: 'done' }
  | { kind: 'kept' }
  | { kind: 'retry'; error: string; afterSeconds?: number }
  | { kind: 'defer'; seconds: number }
  | { kind: 'dead'; error: string };

export const DONE: Verdict = { kind: 'done' };
export const KEPT: Verdict = { kind: 'kept' };

/** A row's new state as it is written; `wait` in seconds, `attempts` null leaves the counter. */
export interface Settlement {
  row: QueueRow;
  state: 'ready' | 'done' | 'dead';
  attempts: number | null;
  wait: number;
  error: string | null;
}

const COLUMNS: Record<QueueTable, string> = {
  inbox: `q.source_id as "sourceId", q.body, q.received_at as "createdAt"`,
  outbox: `q.key, q.case_id as "caseId", q.payload, q.created_at as "createdAt"`,
};

/**
 * Takes rows that are due, for `leaseSeconds`. All of them have been tried equally often, and the oftener the fewer: after a
 * few failures a row is alone, so that a poisoned one cannot take its neighbours with it.
 */
export async function claimRows(
  db: Knex,
  lane: { table: QueueTable; name: string; batch: number; leaseSeconds: number },
): Promise<QueueRow[]> {
  const { table, name, batch, leaseSeconds } = lane;
  const result: { rows: QueueRow[] } = await db.raw(
    `with due as (
       select id, attempts, not_before from ${table}
       where lane = ? and state = 'ready' and not_before <= now() and (leased_until is null or leased_until <= now())
       order by not_before, id limit ? for update skip locked
     ), ranked as (
       select id, attempts, first_value(attempts) over (order by not_before, id) as tier,
         row_number() over (partition by attempts order by not_before, id) as place
       from due
     )
     update ${table} q set attempts = q.attempts + 1, leased_until = now() + make_interval(secs => ?)
     from ranked r
     where q.id = r.id and r.attempts = r.tier and r.place <= greatest(1, floor(?::float8 / power(8, least(r.attempts, 20))))
     returning q.id, q.tenant_id as "tenantId", q.kind, q.attempts, q.last_error as "lastError",
       q.leased_until::text as lease, ${COLUMNS[table]}`,
    [name, batch, leaseSeconds, batch],
  );
  return result.rows.sort((a, b) => a.id - b.id);
}

/** Keeps rows for another `leaseSeconds`, those whose lease was not lost, and notes the new lease in them. */
export async function renewLeases(
  db: Knex,
  table: QueueTable,
  rows: readonly QueueRow[],
  leaseSeconds: number,
): Promise<void> {
  const result: { rows: { id: number; lease: string }[] } = await db.raw(
    `update ${table} q set leased_until = clock_timestamp() + make_interval(secs => ?)
     from jsonb_to_recordset(?::jsonb) as v(id bigint, lease text)
     where q.id = v.id and q.state = 'ready' and q.leased_until = v.lease::timestamptz
     returning q.id, q.leased_until::text as lease`,
    [leaseSeconds, JSON.stringify(rows.map(({ id, lease }) => ({ id, lease })))],
  );
  const renewed = new Map(result.rows.map((r) => [r.id, r.lease]));
  for (const row of rows) row.lease = renewed.get(row.id) ?? row.lease;
}

/** Attempts after which a row of that batch size is claimed alone. */
export function attemptsUntilAlone(batch: number): number {
  let attempts = 1;
  for (let size = batch; size >= 2; size = Math.floor(size / 8)) attempts += 1;
  return attempts;
}

/**
 * Writes what became of rows. `done` and `dead` hold even when the lease was lost meanwhile: the work is over; a row can be
 * put back only by the holder of its lease.
 */
export async function settleRows(db: Knex, table: QueueTable, settled: readonly Settlement[]): Promise<void> {
  if (settled.length === 0) return;
  await db.raw(
    `update ${table} q set state = v.state, attempts = coalesce(v.attempts, q.attempts), last_error = coalesce(v.error, q.last_error),
       not_before = case v.state when 'ready' then now() + make_interval(secs => v.wait) else q.not_before end, leased_until = null
     from jsonb_to_recordset(?::jsonb) as v(id bigint, lease text, state text, attempts int, wait float8, error text)
     where q.id = v.id and q.state = 'ready' and (v.state <> 'ready' or q.leased_until = v.lease::timestamptz)`,
    [JSON.stringify(settled.map(({ row, ...to }) => ({ id: row.id, lease: row.lease, ...to })))],
  );
}

/** Defers rows in a transaction of the handler, which answers `kept` for them. */
export async function putBack(trx: Knex, table: QueueTable, rows: readonly QueueRow[], seconds: number): Promise<void> {
  await settleRows(
    trx,
    table,
    rows.map((row) => ({ row, state: 'ready', attempts: row.attempts - 1, wait: seconds, error: null })),
  );
}
