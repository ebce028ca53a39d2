import type { Knex } from 'knex';
import type { IntakeKind } from '../domain/alert';
import type { FieldError } from '../domain/errors';
import type { TenantScope } from '../domain/principal';
import { enqueueInput, notifyLanes, QUEUE_CHANNEL } from './queue';
import { inTenants } from './tenant';

/** Lane that converges raw input into alerts and groups. */
export const INTAKE_LANE = 'intake';

/**
 * Raw input of a sender. `errors` marks a body that was refused and is kept for inspection; texts that are not ours in them
 * have been made storable by `clean` (domain/alert-normalise.ts).
 */
export interface RawInput {
  tenantId: string;
  sourceId: string;
  kind: IntakeKind;
  body: string;
  errors?: readonly FieldError[];
}

/** Statements in flight at a time: one commits while the next gathers. */
const IN_FLIGHT = 2;
/** Most rows and characters of one statement. */
const MAX_ROWS = 200;
const MAX_CHARS = 4_000_000;

interface Waiting {
  input: RawInput;
  settle(id: number): void;
  fail(error: unknown): void;
}

/**
 * Commits raw input before its sender hears 2xx (I1). What arrives while a statement is being committed shares the next
 * one: under load many requests cost one commit, a lone request waits for nobody.
 */
export class InboxWriter {
  private readonly waiting: Waiting[] = [];
  private inFlight = 0;

  constructor(private readonly db: Knex) {}

  /** Resolves with the row's id once it is committed; rejects when it is not. */
  add(input: RawInput): Promise<number> {
    return new Promise((settle, fail) => {
      this.waiting.push({ input, settle, fail });
      this.pump();
    });
  }

  private pump(): void {
    while (this.inFlight < IN_FLIGHT && this.waiting.length > 0) {
      this.inFlight += 1;
      void this.flush(this.take()).finally(() => {
        this.inFlight -= 1;
        this.pump();
      });
    }
  }

  private take(): Waiting[] {
    let [count, chars] = [0, 0];
    for (const { input } of this.waiting) {
      chars += input.body.length;
      if (count > 0 && (count >= MAX_ROWS || chars > MAX_CHARS)) break;
      count += 1;
    }
    return this.waiting.splice(0, count);
  }

  private async flush(batch: readonly Waiting[]): Promise<void> {
    try {
      const ids = await insertInputs(
        this.db,
        batch.map(({ input }) => input),
      );
      batch.forEach(({ settle, fail }, i) => {
        const id = ids[i];
        if (id === undefined) fail(new Error('the inbox returned no id for an input'));
        else settle(id);
      });
    } catch (error) {
      for (const { fail } of batch) fail(error);
    }
  }
}

/** Postgres takes every character of a text but this one. */
const storable = (text: string) => text.replaceAll('\0', '\uFFFD');

async function insertInputs(db: Knex, inputs: readonly RawInput[]): Promise<number[]> {
  // One statement is one round trip; the scalar subquery notifies once for all rows.
  const inserted: { rows: { id: number }[] } = await db.raw(
    `with kept as (
       insert into inbox (tenant_id, source_id, kind, body, lane, state, errors)
       select tenant_id, source_id, kind, body, ?, case errors when '' then 'ready' else 'rejected' end, nullif(errors, '')::jsonb
       from unnest(?::text[], ?::uuid[], ?::text[], ?::text[], ?::text[])
         with ordinality as r (tenant_id, source_id, kind, body, errors, place)
       order by place
       returning id
     ) select id, (select pg_notify(?, ?)) from kept order by id`,
    [
      INTAKE_LANE,
      inputs.map((i) => i.tenantId),
      inputs.map((i) => i.sourceId),
      inputs.map((i) => i.kind),
      inputs.map((i) => storable(i.body)),
      inputs.map((i) => (i.errors ? JSON.stringify(i.errors) : '')),
      QUEUE_CHANNEL,
      INTAKE_LANE,
    ],
  );
  return inserted.rows.map(({ id }) => id);
}

/**
 * Locks inputs for the rest of the transaction. `ready` ones are to be processed now; `busy` ones are in another worker's
 * transaction at this moment; the others are processed already, so that an input counts once however often it is handed out.
 */
export async function lockInputs(
  trx: Knex,
  ids: readonly number[],
): Promise<{ ready: ReadonlySet<number>; busy: ReadonlySet<number> }> {
  const locked: { rows: { id: number; state: string }[] } = await trx.raw(
    'select id, state from inbox where id = any(?::bigint[]) order by id for update skip locked',
    [[...ids]],
  );
  const found = new Set(locked.rows.map(({ id }) => id));
  const ready = locked.rows.filter(({ state }) => state === 'ready').map(({ id }) => id);
  return { ready: new Set(ready), busy: new Set(ids.filter((id) => !found.has(id))) };
}

/** Marks inputs as processed, in the transaction that holds what came of them. */
export async function completeInputs(trx: Knex, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return;
  await trx.raw(`update inbox set state = 'done', leased_until = null, last_error = null where id = any(?::bigint[])`, [
    [...ids],
  ]);
}

/** An input that was refused (`rejected`) or could not be processed (`dead`). */
export interface FaultyInput {
  id: string;
  tenantId: string;
  sourceId: string;
  source: string | null;
  kind: IntakeKind;
  state: 'rejected' | 'dead';
  receivedAt: string;
  body: string;
  errors: FieldError[];
  lastError: string | null;
  /** Input that this one is a replay of. */
  replayOf: string | null;
  /** Inputs that were made from this one. */
  replays: string[];
}

/** A page of faulty inputs, newest first. @param before id of the last one seen */
export async function listFaultyInputs(
  db: Knex,
  scope: TenantScope,
  page: { limit: number; before: number | null; state?: FaultyInput['state'] },
): Promise<FaultyInput[]> {
  const query = faultyInputs(db, scope).orderBy('i.id', 'desc').limit(page.limit);
  if (page.state !== undefined) query.where('i.state', page.state);
  if (page.before !== null) query.where('i.id', '<', page.before);
  const rows: FaultyRow[] = await query;
  return rows.map(faulty);
}

/** One faulty input, or null when there is none with that id in the scope. */
export async function faultyInputOf(db: Knex, scope: TenantScope, id: number): Promise<FaultyInput | null> {
  const row: FaultyRow | undefined = await faultyInputs(db, scope).where('i.id', id).first();
  return row ? faulty(row) : null;
}

type FaultyRow = Omit<FaultyInput, 'id' | 'errors' | 'replayOf' | 'replays'> & {
  id: number;
  errors: FieldError[] | null;
  replayOf: number | null;
  replays: number[];
};

function faulty(row: FaultyRow): FaultyInput {
  const replayOf = row.replayOf === null ? null : String(row.replayOf);
  return { ...row, id: String(row.id), errors: row.errors ?? [], replayOf, replays: row.replays.map(String) };
}

function faultyInputs(db: Knex, scope: TenantScope) {
  const query = db('inbox as i')
    .leftJoin('intake_source as s', 's.id', 'i.source_id')
    .where('i.lane', INTAKE_LANE)
    // Said as a constant so that the partial index serves the query.
    .whereRaw(`i.state in ('rejected', 'dead')`)
    .select({
      id: 'i.id',
      tenantId: 'i.tenant_id',
      sourceId: 'i.source_id',
      source: 's.name',
      kind: 'i.kind',
      state: 'i.state',
      receivedAt: 'i.received_at',
      body: 'i.body',
      errors: 'i.errors',
      lastError: 'i.last_error',
      replayOf: 'i.replay_of',
      replays: db.raw(`(select coalesce(json_agg(r.id order by r.id), '[]') from inbox r where r.replay_of = i.id)`),
    });
  return inTenants(query, 'i.tenant_id', scope);
}

/** Hands a body in again, linked to the input it was made from, which stays. Returns the new id. */
export async function replayInput(trx: Knex, input: RawInput, of: number): Promise<number> {
  const { tenantId, sourceId, kind, body } = input;
  const id = await enqueueInput(trx, { tenantId, sourceId, kind, body: storable(body), lane: INTAKE_LANE });
  await trx('inbox').where({ id }).update({ replay_of: of });
  return id;
}

/** Queues a dead input again. Returns false when there is none with that id in the scope. */
export async function retryInput(db: Knex, scope: TenantScope, id: number): Promise<boolean> {
  return db.transaction(async (trx) => {
    const query = trx('inbox').where({ id, lane: INTAKE_LANE, state: 'dead' });
    if (scope !== 'all') query.whereIn('tenant_id', scope);
    const changed = await query.update({ state: 'ready', attempts: 0, leased_until: null, not_before: trx.fn.now() });
    if (changed > 0) await notifyLanes(trx, [INTAKE_LANE]);
    return changed > 0;
  });
}
