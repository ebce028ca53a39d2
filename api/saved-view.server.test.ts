import { pino } from 'pino';
import { generateCrowd } from '../bench/incident-crowd';
import { startApi, type TestApi } from '../test/harness/api';
import { openTestDatabase, type TestDatabase } from '../test/harness/database';
import { addCaller, addTenants, testClock } from '../test/harness/identity';
import { modelIncident } from '../test/harness/incident-crowd';
import { incidentListRoutes } from './incident-list';
import { createLimits } from './limits';
import { savedViewRoutes } from './saved-view';

const clock = testClock();
let database: TestDatabase;
let api: TestApi;
const tokens: Record<string, string> = {};

beforeAll(async () => {
  database = await openTestDatabase();
  const { db } = database;
  await addTenants(db, 'default', 'other');
  const people = { desk: 'service-desk-agent', boss: 'maintenance-manager', person5: 'requester' };
  for (const [login, role] of Object.entries(people)) {
    const grants = [{ role, tenantId: 'default' }];
    tokens[login] = (await addCaller(db, { login, tenantId: 'default', grants })).token;
  }
  await generateCrowd(db, { count: 12_000, from: 1_000, model: await modelIncident(database) });
  const routes = [...incidentListRoutes({ db }), ...savedViewRoutes({ db, now: clock.now })];
  const config = { publicUrl: 'http://continuo.test' };
  api = await startApi({
    db,
    routes,
    limits: createLimits(db, 0),
    now: clock.now,
    log: pino({ level: 'silent' }),
    config,
  });
}, 120_000);
afterAll(async () => {
  await api?.close();
  await database?.close();
});

const PATH = '/api/v1/saved-views';
let keys = 0;
const keep = (login: string, body: object, key = `k${keys++}`) =>
  api.call('POST', PATH, { token: tokens[login], body, headers: { 'idempotency-key': key } });
const names = async (login: string) => {
  const { body } = await api.call('GET', PATH, { token: tokens[login] });
  return (body.items as { name: string; shipped: boolean }[]).filter((v) => !v.shipped).map((v) => v.name);
};

test('everybody begins with the shipped views', async () => {
  const { body } = await api.call('GET', PATH, { token: tokens.desk });
  expect(body.items.map((v: { id: string }) => v.id)).toContain('breaching');
  expect(body.items.every((v: { mayChange: boolean }) => !v.mayChange)).toBe(true);
});

test('a view is kept once, seen by its owner alone, changed and removed', async () => {
  const view = {
    name: 'Night',
    filter: { state: ['new'], assignee: '@me,@nobody', sort: 'dueAt' },
    columns: ['title'],
  };
  const made = await keep('desk', view, 'once');
  expect([made.status, (await keep('desk', view, 'once')).body.id]).toEqual([201, made.body.id]);
  expect(made.body.filter).toEqual({ state: ['new'], assignee: ['@me', '@nobody'], sort: 'dueAt' });
  expect([await names('desk'), await names('boss')]).toEqual([['Night'], []]);
  expect((await keep('desk', { ...view, name: 'night' })).body.code).toBe('Conflict');
  const one = `${PATH}/${made.body.id}`;
  const patch = (token: string | undefined, body: object, tag = '"1"') =>
    api.call('PATCH', one, { token, body, headers: { 'if-match': tag } });
  expect((await patch(tokens.boss, { name: 'x' })).status).toBe(404);
  expect((await patch(tokens.desk, { name: 'Late', columns: null })).body).toMatchObject({
    name: 'Late',
    columns: null,
    version: 2,
  });
  expect((await patch(tokens.desk, { name: 'Later' })).status).toBe(412);
  expect((await api.call('DELETE', one, { token: tokens.desk })).status).toBe(204);
  expect(await names('desk')).toEqual([]);
});

test('sharing is for those who may; everybody of the tenant sees it, and only they change it', async () => {
  const view = { name: 'Morning', filter: { major: 'true' }, shared: true };
  expect((await keep('desk', view)).status).toBe(403);
  const { body } = await keep('boss', view);
  expect([await names('desk'), await names('person5')]).toEqual([['Morning'], ['Morning']]);
  const change = { token: tokens.desk, body: { name: 'x' } };
  expect((await api.call('PATCH', `${PATH}/${body.id}`, change)).status).toBe(403);
});

test('a wrong filter names every bad field', async () => {
  const { body } = await keep('desk', { name: '', filter: { state: ['old'], line: ['9'], colour: 'red' } });
  const paths = body.errors.map((e: { path: string }) => e.path).sort();
  expect(paths).toEqual(expect.arrayContaining(['body.name', 'body.filter.state.0', 'body.filter.line.0']));
});

const count = async (login: string, query: string) =>
  (await api.call('GET', `/api/v1/incidents/count?${query}`, { token: tokens[login] })).body;

test('counts are exact up to a thousand and say when there are more', async () => {
  const rows = await database.db('incident').where({ tenant_id: 'default', open: true, assignee: null });
  expect(await count('desk', 'open=true&assignee=@nobody')).toEqual({ count: rows.length, more: false });
  expect(await count('desk', 'open=false')).toEqual({ count: 1000, more: true });
  expect(await count('desk', 'q=disk')).toEqual({ count: null, more: false });
  const dueBefore = '2026-06-01T06:00:00Z';
  const due = await database
    .db('incident')
    .where({ tenant_id: 'default', open: true })
    .where('due_at', '<=', dueBefore);
  expect(await count('desk', `dueBefore=${dueBefore}`)).toEqual({ count: due.length, more: false });
});

test('a requester counts, lists and finds what he has reported, in his tenant', async () => {
  const own = await database.db('incident').where({ tenant_id: 'default', reporter: 'person5' });
  expect(own.length).toBeGreaterThan(3);
  expect(await count('person5', '')).toEqual({ count: own.length, more: false });
  const list = async (query: string): Promise<{ reporter: string }[]> =>
    (await api.call('GET', `/api/v1/incidents?limit=200&${query}`, { token: tokens.person5 })).body.items;
  expect(await list('')).toHaveLength(own.length);
  expect(await list('reporter=person6')).toEqual([]);
  expect((await list('q=值班人员')).length).toBeGreaterThan(0);
});

test('a requester does not learn by filters what he is not shown', async () => {
  const path = '/api/v1/incidents?supplier=@any&assessing=false&line=1';
  const { status, body } = await api.call('GET', path, { token: tokens.person5 });
  const message = 'is for those who work on cases';
  expect([status, body.errors]).toEqual([
    400,
    [
      { path: 'query.supplier', message },
      { path: 'query.assessing', message },
    ],
  ]);
  expect((await api.call('GET', path, { token: tokens.desk })).status).toBe(200);
});

test('dueBefore is refused in the order of creation', async () => {
  const path = '/api/v1/incidents?dueBefore=2026-06-01T06:00:00Z';
  const { body } = await api.call('GET', path, { token: tokens.desk });
  expect(body.errors).toEqual([{ path: 'query.dueBefore', message: 'needs sort=dueAt' }]);
});
