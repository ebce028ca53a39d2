import type { Client } from '@temporalio/client';
import { startApi, type TestApi } from '../test/harness/api';
import { openTestDatabase, type TestDatabase } from '../test/harness/database';
import { addTenants } from '../test/harness/identity';
import { healthRoutes } from './health';
import { createMetrics } from './metrics';

let database: TestDatabase;
let api: TestApi;
/** What the engine says; tests change it. */
let engine: { version: string | null; pollerSilentSeconds: number | null };

const workflowService = {
  async getSystemInfo() {
    if (engine.version === null) throw Object.assign(new Error('outer'), { cause: new Error('connection refused') });
    return { serverVersion: engine.version };
  },
  async describeTaskQueue() {
    if (engine.pollerSilentSeconds === null) return { pollers: [] };
    return { pollers: [{ lastAccessTime: { seconds: Math.round(Date.now() / 1000) - engine.pollerSilentSeconds } }] };
  },
};
const client = { workflowService, withDeadline: (_at: number, call: () => unknown) => call() } as unknown as Client;

beforeAll(async () => {
  database = await openTestDatabase();
  await addTenants(database.db, 'a');
  const metrics = createMetrics();
  const routes = healthRoutes({ db: database.db, client, namespace: 'n', taskQueue: 'itsm', metrics });
  api = await startApi({ db: database.db, routes, metrics });
}, 60_000);
beforeEach(() => {
  engine = { version: '1.30.8', pollerSilentSeconds: 5 };
});
afterAll(async () => {
  await api.close();
  await database.close();
});

/** Names of the failed checks, with what they say. */
async function failed() {
  const { status, body } = await api.call('GET', '/readyz');
  const bad = body.checks.filter((c: { state: string }) => c.state === 'fail');
  expect(status).toBe(bad.length > 0 ? 503 : 200);
  return Object.fromEntries(bad.map((c: { name: string; detail: string }) => [c.name, c.detail]));
}
const outbox = (key: string, row: object) =>
  database.db('outbox').insert({ key, tenant_id: 'a', kind: 'page', payload: '{}', lane: 'email', ...row });
const gauge = async (name: string) =>
  (await api.call('GET', '/metrics')).body.split('\n').filter((line: string) => line.startsWith(name));

it('is alive whatever else is not', async () => {
  engine.version = null;
  expect(await api.call('GET', '/healthz')).toMatchObject({ status: 200, body: { status: 'ok' } });
});

it('is ready when everything is there, and says what it saw', async () => {
  expect(await failed()).toEqual({});
  const { body } = await api.call('GET', '/readyz');
  expect(body.status).toBe('ready');
  expect(body.checks.map((c: { name: string }) => c.name)).toEqual([
    'database',
    'migrations',
    'engine',
    'worker',
    'queue',
  ]);
  expect(JSON.stringify(body)).toContain('Temporal 1.30.8');
});

it('is not ready without engine, and names the reason itself', async () => {
  engine.version = null;
  expect(await failed()).toEqual({ engine: 'connection refused' });
});

it.each([null, 120])('is not ready without a worker that polls (last seen: %s s ago)', async (seconds) => {
  engine.pollerSilentSeconds = seconds;
  expect(await failed()).toEqual({ worker: 'no worker polls the task queue itsm' });
});

it('is not ready while a migration is missing', async () => {
  const [last] = await database.db('schema_migration').orderBy('name', 'desc').limit(1);
  await database.db('schema_migration').where({ name: last.name }).delete();
  expect(await failed()).toEqual({ migrations: `not applied: ${last.name}` });
  await database.db('schema_migration').insert(last);
});

it('is not ready while something due waits too long; what is planned for later does not count', async () => {
  const hour = database.db.raw("now() - interval '1 hour'");
  await outbox('later', { created_at: hour, not_before: database.db.raw("now() + interval '1 hour'") });
  expect(await failed()).toEqual({});
  await outbox('late', { created_at: hour, not_before: hour });
  expect(await failed()).toEqual({ queue: expect.stringMatching(/^longest overdue row: 36\d\d s, limit 60 s$/) });
  expect((await gauge('continuo_outbox_oldest_seconds{'))[0]).toMatch(/\{lane="email"\} 36\d\d/);
  await database.db('outbox').update({ state: 'dead' });
  expect(await gauge('continuo_dead_rows{table="outbox"}')).toEqual(['continuo_dead_rows{table="outbox"} 2']);
});

it('counts open cases that nothing will move, and open incidents by severity', async () => {
  const past = new Date(Date.now() - 3_600_000).toISOString();
  const soon = new Date(Date.now() + 3_600_000).toISOString();
  await incident(1, { next_at: soon, severity: 'I' });
  await incident(2, { next_at: new Date(Date.now() - 30_000).toISOString() });
  await incident(3, { open: false, next_at: null });
  expect(await gauge('continuo_liveness_violations')).toEqual(['continuo_liveness_violations 0']);
  await incident(4, { next_at: null });
  await incident(5, { next_at: past });
  expect(await gauge('continuo_liveness_violations')).toEqual(['continuo_liveness_violations 2']);
  const open = await gauge('continuo_open_incidents{');
  expect(open.sort()).toEqual(['continuo_open_incidents{severity="I"} 1', 'continuo_open_incidents{severity="II"} 3']);
});

async function incident(number: number, more: object): Promise<void> {
  const at = '2026-01-01T00:00:00Z';
  const who = { id: `INC-00000${number}`, number, tenant_id: 'a', seq: 1, title: 't', state: 'new', severity: 'II' };
  const what = { service: 's', team: 't', reporter: 'r', source: 'portal', open: true, created_at: at, updated_at: at };
  const doc = { doc: '{}', sla: '{}', plan_id: 'p', head_hash: Buffer.alloc(32) };
  await database.db('incident').insert({ ...who, ...what, ...doc, ...more });
}
