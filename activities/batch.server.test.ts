import { pino } from 'pino';
import { batchRoutes } from '../api/batch';
import { type Queue, startQueue } from '../db/queue';
import { claimRows } from '../db/queue-row';
import type { IncidentCommand } from '../domain/incident-command';
import { ADMIN_TOKEN, startApi, type TestApi } from '../test/harness/api';
import { PagingWorld } from '../test/harness/paging-world';
import { until } from '../test/harness/until';
import { batchLane } from './batch';

const CASES = 5_000;
let world: PagingWorld;
let api: TestApi;
const queues: Queue[] = [];
/** Commands that cases have taken, by case; a repeat of a key is none. */
const taken = new Map<string, string[]>();
let view: object;

beforeAll(async () => {
  world = await PagingWorld.open();
  api = await startApi({ db: world.db, routes: batchRoutes({ db: world.db, now: () => new Date() }) });
  const { id } = await world.incident('III');
  // Rows as the projection leaves them, of cases that differ in nothing but their number.
  await world.db.raw(
    `insert into incident select (jsonb_populate_record(i, jsonb_build_object('id', n.id, 'number', n.n,
       'doc', i.doc || jsonb_build_object('id', n.id), 'head_hash', i.head_hash, 'inputs', i.inputs))).*
     from incident i, (select n, 'INC-' || lpad(n::text, 6, '0') as id from generate_series(2, ?::int) n) n where i.id = ?`,
    [CASES, id],
  );
  view = { state: 'acknowledged' };
}, 120_000);
afterAll(async () => {
  await Promise.all(queues.map((q) => q.stop()));
  await api.close();
  await world.close();
});

/** A case: carries a command out once for its key. */
function take(caseId: string, { key }: IncidentCommand): void {
  const known = taken.get(caseId) ?? [];
  if (!known.includes(key)) taken.set(caseId, [...known, key]);
}

/** A worker whose every seventh command does not arrive and whose every eleventh answer is lost. */
function worker(): void {
  let n = 0;
  const command = async (caseId: string, c: IncidentCommand) => {
    n += 1;
    if (n % 7 === 0) throw new Error('the engine is away');
    take(caseId, c);
    if (n % 11 === 0) throw new Error('the answer is lost');
    return { view } as never;
  };
  const log = pino({ level: 'silent' });
  const lane = { ...batchLane({ db: world.db, log, command }), backoff: () => 0.05 };
  queues.push(startQueue({ db: world.db, listenUrl: world.database.url, lanes: [lane], log }));
}

it('5,000 cases are each done once, whatever is lost and whoever is killed', async () => {
  const body = { op: 'acknowledge', preview: false, filter: { open: 'true' } };
  const headers = { 'idempotency-key': 'k' };
  const made = await api.call('POST', '/api/v1/incidents/batches', { token: ADMIN_TOKEN, body, headers });
  expect(made.body).toMatchObject({ total: CASES, counts: { waiting: CASES, wont: 0 } });
  // A worker is killed when its cases have been told, before it could write that down.
  const held = await claimRows(world.db, { table: 'outbox', name: 'batch', batch: 16, leaseSeconds: 1 });
  expect(held).toHaveLength(16);
  for (const row of held) if ('caseId' in row && row.caseId) take(row.caseId, { key: row.key } as IncidentCommand);
  worker();
  worker();
  const read = async () => (await api.call('GET', `/api/v1/batches/${made.body.id}`, { token: ADMIN_TOKEN })).body;
  const end = await until(async () => ((await read()).state === 'done' ? read() : null), 'the batch is done', 150_000);
  expect(end.counts).toEqual({ will: 0, wont: 0, waiting: 0, done: CASES, refused: 0, failed: 0 });
  expect(taken.size).toBe(CASES);
  expect([...taken.values()].filter((keys) => keys.length !== 1)).toEqual([]);
}, 240_000);
