import { pino } from 'pino';
import { openTestDatabase, type TestDatabase } from '../test/harness/database';
import { until } from '../test/harness/until';
import { DONE, enqueue, enqueueInput, type Lane, type OutboxRow, type Queue, queueDepth, startQueue } from './queue';
import { claimRows, settleRows } from './queue-row';

jest.setTimeout(60_000);
const silent = pino({ level: 'silent' });
let database: TestDatabase;
const queues: Queue[] = [];

beforeAll(async () => {
  database = await openTestDatabase();
});
afterEach(async () => {
  await Promise.all(queues.splice(0).map((q) => q.stop()));
  await database.db.raw('truncate outbox, inbox');
});
afterAll(() => database.close());

type OutboxLane = Extract<Lane, { table: 'outbox' }>;
const allDone = async (rows: OutboxRow[]) => new Map(rows.map((r) => [r.id, DONE]));
const lane = (more: Partial<OutboxLane> = {}): OutboxLane => ({
  name: 'a',
  table: 'outbox',
  batch: 16,
  concurrency: 2,
  leaseSeconds: 30,
  maxAttempts: 4,
  backoff: () => 0,
  handle: allDone,
  ...more,
});

function start(...lanes: Lane[]): Queue {
  const queue = startQueue({ db: database.db, listenUrl: database.url, lanes, log: silent });
  queues.push(queue);
  return queue;
}

const row = (key: string, name = 'a') => ({
  key,
  tenantId: 't',
  caseId: null,
  kind: 'test',
  payload: { key },
  lane: name,
});
const add = (...keys: string[]) => enqueue(database.db, ...keys.map((k) => row(k)));
const states = async (): Promise<Record<string, string>> =>
  Object.fromEntries((await database.db('outbox').select('key', 'state')).map((r) => [r.key, r.state]));
const settled = (state: string, n: number) =>
  until(async () => Object.values(await states()).filter((s) => s === state).length === n, `${n} rows ${state}`);
const keys = (n: number) => Array.from({ length: n }, (_, i) => `k${i}`);

describe('enqueue', () => {
  it('takes a key once and only with its transaction', async () => {
    await expect(add('x', 'y')).resolves.toBe(2);
    await expect(add('x', 'z')).resolves.toBe(1);
    const lost = database.db.transaction(async (trx) => {
      await enqueue(trx, row('rolled-back'));
      throw new Error('no');
    });
    await expect(lost).rejects.toThrow('no');
    expect(Object.keys(await states()).sort()).toEqual(['x', 'y', 'z']);
  });
});

describe('a lane', () => {
  it('hands over what is queued before and after the start, with its content', async () => {
    const seen: OutboxRow[] = [];
    await add('early');
    start(
      lane({
        handle: async (rows) => {
          seen.push(...rows);
          return allDone(rows);
        },
      }),
    );
    await settled('done', 1);
    await add('late');
    await settled('done', 2);
    expect(seen.map((r) => [r.key, r.payload, r.attempts])).toEqual([
      ['early', { key: 'early' }, 1],
      ['late', { key: 'late' }, 1],
    ]);
  });

  it('drives the inbox as well', async () => {
    const bodies: string[] = [];
    const inbox: Lane = {
      ...lane(),
      name: 'intake',
      table: 'inbox',
      async handle(rows) {
        bodies.push(...rows.map((r) => r.body));
        return new Map(rows.map((r) => [r.id, DONE]));
      },
      onDead: undefined,
    };
    start(inbox);
    await enqueueInput(database.db, { tenantId: 't', sourceId: null, kind: 'events', body: '{"a":1}', lane: 'intake' });
    await until(() => bodies.length > 0, 'input handled');
    expect(bodies).toEqual(['{"a":1}']);
  });

  it('counts retries, not deferrals', async () => {
    const attempts: number[] = [];
    const say = ['defer', 'retry', 'defer', 'done'];
    start(
      lane({
        handle: async ([only]) => {
          attempts.push(only?.attempts ?? 0);
          const kind = say.shift();
          const verdict = kind === 'retry' ? { kind, error: 'e' } : kind === 'defer' ? { kind, seconds: 0 } : DONE;
          return new Map([[only?.id ?? 0, verdict as typeof DONE]]);
        },
      }),
    );
    await add('x');
    await settled('done', 1);
    expect(attempts).toEqual([1, 1, 2, 2]);
  });

  it('gives up after the last attempt, and repeats onDead until it succeeds', async () => {
    const told: string[] = [];
    let handled = 0;
    start(
      lane({
        maxAttempts: 3,
        handle: async (rows) => {
          handled += rows.length;
          return new Map(rows.map((r) => [r.id, { kind: 'retry', error: `try ${r.attempts}` }]));
        },
        async onDead(dead, error) {
          told.push(`${dead.key}: ${error}`);
          if (told.length < 3) throw new Error('not now');
        },
      }),
    );
    await add('x');
    await settled('dead', 1);
    expect(told).toEqual(['x: try 3', 'x: try 3', 'x: try 3']);
    expect(handled).toBe(3);
  });

  it('lets a poisoned row die alone', async () => {
    const handle = async (rows: OutboxRow[]) => {
      if (rows.some((r) => r.key === 'k7')) throw new Error('poison');
      return allDone(rows);
    };
    start(lane({ batch: 64, handle }));
    await add(...keys(40));
    await settled('done', 39);
    await settled('dead', 1);
    expect((await states()).k7).toBe('dead');
    const [poisoned] = await database.db('outbox').where({ key: 'k7' });
    expect(poisoned.last_error).toBe('poison');
  });

  it('is refused when a poisoned row could take others with it', () => {
    expect(() => start(lane({ batch: 1000, maxAttempts: 3 }))).toThrow(
      /lane a: 3 attempts for a batch of 1000; at least 4/,
    );
  });

  it('does not wait for a slow one', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const slow = lane({ name: 'slow', concurrency: 1, handle: (rows) => held.then(() => allDone(rows)) });
    start(slow, lane());
    await enqueue(database.db, row('s', 'slow'), row('f1'), row('f2'));
    await settled('done', 2);
    expect((await states()).s).toBe('ready');
    release();
    await settled('done', 3);
  });

  it('stops after the rows in hand are done', async () => {
    let release = () => {};
    let begun = false;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const queue = start(
      lane({
        handle: async (rows) => {
          begun = true;
          await held;
          return allDone(rows);
        },
      }),
    );
    await add('x');
    await until(() => begun, 'handler begun');
    const stopped = queue.stop();
    release();
    await stopped;
    expect(await states()).toEqual({ x: 'done' });
  });
});

describe('several workers', () => {
  it('never hold the same row at a time', async () => {
    const times = new Map<string, number>();
    const handle = async (rows: OutboxRow[]) => {
      for (const r of rows) times.set(r.key, (times.get(r.key) ?? 0) + 1);
      return allDone(rows);
    };
    for (let worker = 0; worker < 3; worker++) start(lane({ batch: 5, concurrency: 3, handle }));
    await add(...keys(300));
    await settled('done', 300);
    expect([...times.values()].filter((n) => n !== 1)).toEqual([]);
    expect(times.size).toBe(300);
  });

  it('take over the rows of one that was killed', async () => {
    await add('x');
    const killed = await claimRows(database.db, { ...lane(), leaseSeconds: 1 });
    expect(killed).toHaveLength(1);
    const attempts: number[] = [];
    start(
      lane({
        handle: async (rows) => {
          attempts.push(...rows.map((r) => r.attempts));
          return allDone(rows);
        },
      }),
    );
    await settled('done', 1);
    expect(attempts).toEqual([2]);
  });

  it('leave the rows of one that is only slow alone', async () => {
    await add('x');
    const handle = jest.fn(async (rows: OutboxRow[]) => {
      const first = rows[0]?.lease ?? '';
      const over = () => database.db.raw("select clock_timestamp() > ?::timestamptz + interval '1 s' as over", [first]);
      await until(async () => (await over()).rows[0].over, 'the first lease is over');
      return allDone(rows);
    });
    start(lane({ leaseSeconds: 1, handle }));
    start(lane({ leaseSeconds: 1, handle }));
    await settled('done', 1);
    expect(handle).toHaveBeenCalledTimes(1);
  });

  it('bury a row that has killed every worker, without handing it to another', async () => {
    await add('x');
    for (let i = 0; i < 2; i++) await claimRows(database.db, { ...lane(), leaseSeconds: 0 });
    const told: string[] = [];
    const handle = jest.fn(allDone);
    const onDead = async (_: OutboxRow, error: string) => {
      told.push(error);
    };
    start(lane({ batch: 1, maxAttempts: 2, handle, onDead }));
    await settled('dead', 1);
    expect(told).toEqual(['no answer in 2 attempts']);
    expect(handle).not.toHaveBeenCalled();
  });

  it('cannot put back a row whose lease went to another, but may say that it is done', async () => {
    await add('x');
    const [first] = await claimRows(database.db, { ...lane(), leaseSeconds: 0 });
    const [second] = await claimRows(database.db, lane());
    if (!first || !second) throw new Error('both claim it');
    const back = { row: first, state: 'ready', attempts: 0, wait: 0, error: 'late' } as const;
    await settleRows(database.db, 'outbox', [back]);
    expect(await claimRows(database.db, lane())).toEqual([]);
    await settleRows(database.db, 'outbox', [{ ...back, state: 'done' }]);
    expect(await states()).toEqual({ x: 'done' });
  });
});

describe('a lost database', () => {
  it('is waited for, and said once per change', async () => {
    const lines: string[] = [];
    const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(JSON.parse(line).msg) });
    const queue = startQueue({ db: database.db, listenUrl: database.url, lanes: [lane()], log });
    queues.push(queue);
    await add('before');
    await settled('done', 1);
    await outage(() => until(() => lines.length >= 2, 'both losses are said'));
    await add('after');
    await settled('done', 2);
    await until(() => lines.length >= 4, 'both returns are said');
    expect(lines.sort()).toEqual([
      'listening to continuo_queue: the database answers again',
      'listening to continuo_queue: the database does not answer; trying again',
      'queue: the database answers again',
      'queue: the database does not answer; trying again',
    ]);
  });
});

/** The database ends every connection and takes none while `during` runs. */
async function outage(during: () => Promise<unknown>): Promise<void> {
  const { connect } = await import('./connect');
  const admin = connect(process.env.TEST_DATABASE_URL ?? '', { max: 1 });
  const name = new URL(database.url).pathname.slice(1);
  try {
    await admin.raw('alter database ?? with allow_connections false', [name]);
    await admin.raw('select pg_terminate_backend(pid) from pg_stat_activity where datname = ?', [name]);
    await during();
  } finally {
    await admin.raw('alter database ?? with allow_connections true', [name]);
    await admin.destroy();
  }
}

describe('queueDepth', () => {
  it('counts what waits, and how long', async () => {
    await add('x', 'y', 'z');
    await database.db('outbox').where({ key: 'x' }).update({ created_at: '2020-01-01T00:00:00Z', attempts: 1 });
    await database.db('outbox').where({ key: 'z' }).update({ not_before: '2999-01-01T00:00:00Z' });
    await claimRows(database.db, { ...lane(), batch: 1 });
    const [depth] = await queueDepth(database.db);
    expect(depth).toMatchObject({ table: 'outbox', lane: 'a', ready: 3, due: 1, retrying: 1 });
    expect(depth?.oldestSeconds).toBeGreaterThan(86_400);
    expect(depth?.overdueSeconds).toBeLessThan(60);
  });

  it('says nothing of empty lanes', async () => {
    await add('x');
    await settleRows(database.db, 'outbox', [
      ...(await claimRows(database.db, lane())).map((r) => ({
        row: r,
        state: 'done' as const,
        attempts: null,
        wait: 0,
        error: null,
      })),
    ]);
    expect(await queueDepth(database.db)).toEqual([]);
  });
});
