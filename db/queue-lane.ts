import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import type { Logger } from 'pino';
import { Bell, type Health, outagePause } from './queue-health';
import {
  attemptsUntilAlone,
  claimRows,
  type InboxRow,
  type OutboxRow,
  type QueueRow,
  type QueueTable,
  renewLeases,
  type Settlement,
  settleRows,
  type Verdict,
} from './queue-row';

interface LaneOf<T extends QueueTable, R extends QueueRow> {
  name: string;
  table: T;
  /** Most rows handed over at a time. */
  batch: number;
  /** Most calls of `handle` at a time, in this process. */
  concurrency: number;
  /** Time after which others take the rows of a worker that was killed; renewed while `handle` runs, up to five minutes. */
  leaseSeconds: number;
  maxAttempts: number;
  /** Seconds to wait after the n-th attempt failed, with jitter. */
  backoff(attempt: number): number;
  /** Idempotent: rows come at least once. Verdicts by row id; throwing, or no verdict, is a retry. */
  handle(rows: R[]): Promise<Map<number, Verdict>>;
  /** Called until it has succeeded before a row becomes `dead`. */
  onDead?(row: R, error: string): Promise<void>;
}

/** One kind of work with its own limits: a slow lane delays no other. */
export type Lane = LaneOf<'inbox', InboxRow> | LaneOf<'outbox', OutboxRow>;
type AnyLane = LaneOf<QueueTable, QueueRow>;
type OpenVerdict = Exclude<Verdict, { kind: 'kept' }>;

const TICK_MS = 1_000;
const SOONEST_MS = 50;
/** A handler that hangs for longer loses its rows. */
const LONGEST_HANDLE_MS = 300_000;
/** A running lane of this process. */
export interface LaneRun {
  wake(): void;
  /** Takes no more rows and waits for those in hand. */
  stop(): Promise<void>;
}

/** @throws RangeError for a lane that could let innocent rows die with a poisoned one */
export function runLane(lane: Lane, context: { db: Knex; log: Logger; health: Health }): LaneRun {
  const alone = attemptsUntilAlone(lane.batch);
  if (lane.maxAttempts < alone)
    throw new RangeError(
      `lane ${lane.name}: ${lane.maxAttempts} attempts for a batch of ${lane.batch}; at least ${alone}`,
    );
  const run = new Running(lane, context.db, context.log.child({ lane: lane.name }), context.health);
  return { wake: () => run.bell.ring(), stop: () => run.stop() };
}

class Running {
  readonly bell = new Bell();
  private readonly active = new Set<Promise<void>>();
  private stopping = false;
  private readonly ended: Promise<void>;

  constructor(
    private readonly lane: AnyLane,
    private readonly db: Knex,
    private readonly log: Logger,
    private readonly health: Health,
  ) {
    this.ended = this.loop();
  }

  async stop(): Promise<void> {
    this.stopping = true;
    this.bell.ring();
    await this.ended;
  }

  private async loop(): Promise<void> {
    let failures = 0;
    while (!this.stopping) {
      if (this.active.size >= this.lane.concurrency) {
        await Promise.race(this.active);
        continue;
      }
      const rows = await this.claim();
      failures = rows ? 0 : failures + 1;
      if (rows && rows.length > 0) this.start(rows);
      else await this.bell.wait(rows ? TICK_MS : outagePause(failures));
    }
    await Promise.all(this.active);
  }

  private async claim(): Promise<QueueRow[] | null> {
    try {
      const rows = await claimRows(this.db, this.lane);
      this.health.back();
      return rows;
    } catch (error) {
      this.health.lost(error);
      return null;
    }
  }

  private start(rows: QueueRow[]): void {
    const work = this.work(rows).finally(() => this.active.delete(work));
    this.active.add(work);
  }

  private async work(rows: QueueRow[]): Promise<void> {
    const living = rows.filter((r) => r.attempts <= this.lane.maxAttempts);
    const verdicts = await this.judge(living);
    const settled = await Promise.all(
      rows.flatMap((row) => {
        const verdict = verdicts.get(row.id);
        return verdict?.kind === 'kept' ? [] : [this.settlement(row, verdict)];
      }),
    );
    await this.write(settled);
    // Sooner than the tick: look again when the first row put back is due.
    const soon = settled.filter((s) => s.state === 'ready' && s.wait * 1000 < TICK_MS).map((s) => s.wait * 1000);
    if (soon.length > 0) setTimeout(() => this.bell.ring(), Math.max(SOONEST_MS, Math.min(...soon))).unref();
  }

  private async judge(rows: QueueRow[]): Promise<Map<number, Verdict>> {
    if (rows.length === 0) return new Map();
    const keeping = this.keep(rows);
    try {
      return await this.lane.handle(rows);
    } catch (error) {
      this.log.warn({ err: error, rows: rows.map((r) => r.id) }, 'handler failed; its rows are tried again');
      const text = error instanceof Error ? error.message : String(error);
      return new Map(rows.map((r) => [r.id, { kind: 'retry', error: text }]));
    } finally {
      await keeping.stop();
    }
  }

  /** Renews the leases of rows until it is stopped. */
  private keep(rows: QueueRow[]): { stop(): Promise<void> } {
    const { table, leaseSeconds } = this.lane;
    const until = Date.now() + LONGEST_HANDLE_MS;
    let renewing: Promise<void> = Promise.resolve();
    const timer = setInterval(
      () => {
        if (Date.now() > until) clearInterval(timer);
        else
          renewing = renewing
            .then(() => renewLeases(this.db, table, rows, leaseSeconds))
            .catch((error: unknown) => this.health.lost(error));
      },
      (leaseSeconds * 1000) / 3,
    );
    return {
      stop() {
        clearInterval(timer);
        return renewing;
      },
    };
  }

  private async settlement(row: QueueRow, given: OpenVerdict | undefined): Promise<Settlement> {
    const { maxAttempts } = this.lane;
    // Claimed once more than it may be tried: `onDead` failed before, or the last attempts ended with their worker.
    if (row.attempts > maxAttempts) return this.bury(row, row.lastError ?? `no answer in ${maxAttempts} attempts`);
    const verdict: OpenVerdict = given ?? { kind: 'retry', error: 'the handler gave no verdict' };
    switch (verdict.kind) {
      case 'done':
        return { row, state: 'done', attempts: null, wait: 0, error: null };
      case 'defer':
        return { row, state: 'ready', attempts: row.attempts - 1, wait: verdict.seconds, error: null };
      case 'dead':
        return this.bury(row, verdict.error);
      case 'retry': {
        if (row.attempts >= maxAttempts) return this.bury(row, verdict.error);
        const wait = verdict.afterSeconds ?? this.lane.backoff(row.attempts);
        return { row, state: 'ready', attempts: null, wait, error: verdict.error };
      }
    }
  }

  private async bury(row: QueueRow, error: string): Promise<Settlement> {
    try {
      await this.lane.onDead?.(row, error);
      this.log.error({ row: row.id, kind: row.kind, attempts: row.attempts, error }, 'given up');
      return { row, state: 'dead', attempts: null, wait: 0, error };
    } catch (failure) {
      this.log.error({ err: failure, row: row.id, error }, 'giving up has to be repeated');
      const attempts = Math.max(row.attempts, this.lane.maxAttempts);
      return { row, state: 'ready', attempts, wait: this.lane.backoff(attempts), error };
    }
  }

  /** The work is done: rather write late than let it be done again. With the lease over, the rows are anybody's. */
  private async write(settled: Settlement[]): Promise<void> {
    const until = Date.now() + this.lane.leaseSeconds * 1000;
    for (let failures = 1; ; failures++) {
      try {
        await settleRows(this.db, this.lane.table, settled);
        return;
      } catch (error) {
        this.health.lost(error);
        if (this.stopping || Date.now() > until) return;
        await sleep(outagePause(failures));
      }
    }
  }
}
