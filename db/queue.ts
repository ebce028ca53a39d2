import type { Knex } from 'knex';
import type { Logger } from 'pino';
import { Health } from './queue-health';
import { type Lane, runLane } from './queue-lane';
import { listen } from './queue-listen';
import type { QueueTable } from './queue-row';

export type { Lane } from './queue-lane';
export { DONE, type InboxRow, KEPT, type OutboxRow, putBack, type QueueRow, type Verdict } from './queue-row';

/** NOTIFY channel; the payload names a lane. */
export const QUEUE_CHANNEL = 'continuo_queue';
const DEPTH_EVERY_MS = 5_000;

/** Rows waiting in a lane. Ages in seconds, 0 when nothing waits. */
export interface LaneDepth {
  table: QueueTable;
  lane: string;
  /** Not done and not dead. */
  ready: number;
  /** Of these: to be done now, and in nobody's hands. */
  due: number;
  /** Of these: tried at least once without success. */
  retrying: number;
  /** Age of the oldest row since it was accepted. */
  oldestSeconds: number;
  /** How long the longest overdue row has been waiting for a worker: what tells that none is there. */
  overdueSeconds: number;
}

export interface QueueOptions {
  db: Knex;
  /** Database that sends NOTIFY; a connection of its own listens. */
  listenUrl: string;
  lanes: readonly Lane[];
  log: Logger;
  /** Told every few seconds how much is waiting. */
  onDepth?(depth: LaneDepth[]): void;
}

/** A running queue of this process. */
export interface Queue {
  /** Looks for rows now, in one lane or all. */
  wake(lane?: string): void;
  /** Takes no more rows and waits for those in hand. */
  stop(): Promise<void>;
}

/**
 * Drives inbox and outbox: each lane claims what is due (`FOR UPDATE SKIP LOCKED`, with a lease), woken by NOTIFY and a tick
 * of 1 s. Every row is handled at least once; a row whose worker is killed is taken by another when the lease is over. Any
 * number of processes may run the same lanes; a lost database is waited for.
 */
export function startQueue({ db, listenUrl, lanes, log, onDepth }: QueueOptions): Queue {
  const health = new Health(log, 'queue');
  const runs = new Map(lanes.map((lane) => [lane.name, runLane(lane, { db, log, health })]));
  const wake = (lane?: string) => {
    if (lane !== undefined) runs.get(lane)?.wake();
    else for (const run of runs.values()) run.wake();
  };
  const listener = listen({ url: listenUrl, channel: QUEUE_CHANNEL, log, onNotify: wake, onUp: () => wake() });
  const depth = onDepth && watchDepth(db, health, onDepth);
  return {
    wake,
    async stop() {
      await Promise.all([depth?.stop(), listener.stop(), ...[...runs.values()].map((run) => run.stop())]);
    },
  };
}

function watchDepth(db: Knex, health: Health, onDepth: (depth: LaneDepth[]) => void): { stop(): Promise<void> } {
  let asking: Promise<void> | null = null;
  const timer = setInterval(() => {
    asking ??= queueDepth(db)
      .then(onDepth)
      .catch((error: unknown) => health.lost(error))
      .finally(() => {
        asking = null;
      });
  }, DEPTH_EVERY_MS);
  return {
    async stop() {
      clearInterval(timer);
      await asking;
    },
  };
}

/** How much is waiting, by lane; lanes without waiting rows are absent. */
export async function queueDepth(db: Knex): Promise<LaneDepth[]> {
  const of = (table: QueueTable, accepted: string) => `
    select '${table}' as "table", lane, count(*) as ready, count(*) filter (where overdue is not null) as due,
      count(*) filter (where attempts > 0) as retrying,
      extract(epoch from now() - min(${accepted}))::float8 as "oldestSeconds",
      coalesce(extract(epoch from max(overdue)), 0)::float8 as "overdueSeconds"
    from (
      select *, case when coalesce(leased_until, now()) <= now() and not_before <= now()
        then now() - greatest(not_before, leased_until) end as overdue
      from ${table} where state = 'ready'
    ) waiting group by lane`;
  const result: { rows: LaneDepth[] } = await db.raw(
    `${of('inbox', 'received_at')} union all ${of('outbox', 'created_at')} order by 1, 2`,
  );
  return result.rows;
}

/** An effect to be queued; committed together with the reason for it. */
export interface NewOutboxRow {
  key: string;
  tenantId: string;
  caseId: string | null;
  kind: string;
  payload: unknown;
  lane: string;
}

/** Queues effects within a transaction; a key that is there already changes nothing. Returns how many were new. */
export async function enqueue(trx: Knex, ...rows: readonly NewOutboxRow[]): Promise<number> {
  if (rows.length === 0) return 0;
  const inserted: { lane: string }[] = await trx('outbox')
    .insert(
      rows.map((r) => ({
        key: r.key,
        tenant_id: r.tenantId,
        case_id: r.caseId,
        kind: r.kind,
        payload: JSON.stringify(r.payload),
        lane: r.lane,
      })),
    )
    .onConflict('key')
    .ignore()
    .returning('lane');
  await notifyLanes(
    trx,
    inserted.map((r) => r.lane),
  );
  return inserted.length;
}

/** Raw input to be kept and worked on. */
export interface NewInboxRow {
  tenantId: string;
  sourceId: string | null;
  kind: string;
  body: string;
  lane: string;
}

/** Keeps raw input; when the transaction is committed the sender may hear 2xx (I1). Returns the row's id. */
export async function enqueueInput(trx: Knex, input: NewInboxRow): Promise<number> {
  const [row]: { id: number }[] = await trx('inbox')
    .insert({
      tenant_id: input.tenantId,
      source_id: input.sourceId,
      kind: input.kind,
      body: input.body,
      lane: input.lane,
    })
    .returning('id');
  await notifyLanes(trx, [input.lane]);
  if (row === undefined) throw new Error('inbox: insert returned no row');
  return row.id;
}

/** Wakes lanes of every process once the transaction is committed. */
export async function notifyLanes(trx: Knex, lanes: readonly string[]): Promise<void> {
  for (const lane of new Set(lanes)) await trx.raw('select pg_notify(?, ?)', [QUEUE_CHANNEL, lane]);
}

/** Makes waiting rows due at once, after what they waited for has happened. Rows in other hands are left alone. */
export async function hurry(trx: Knex, keys: readonly string[]): Promise<void> {
  const result: { rows: { lane: string }[] } = await trx.raw(
    `update outbox q set not_before = now() from (
       select id from outbox where key = any(?) and state = 'ready' and not_before > now() order by id for update skip locked
     ) late where q.id = late.id returning q.lane`,
    [[...keys]],
  );
  await notifyLanes(
    trx,
    result.rows.map((r) => r.lane),
  );
}

/** Seconds before the next attempt: `first`, doubled each time up to `most`, ± a quarter so that rows do not come in step. */
export function exponential(first: number, most: number): (attempt: number) => number {
  return (attempt) => Math.min(most, first * 2 ** (attempt - 1)) * (0.75 + Math.random() / 2);
}
