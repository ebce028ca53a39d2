import { pino } from 'pino';
import { ADMIN_TOKEN, startApi, type TestApi } from '../test/harness/api';
import { openTestDatabase, type TestDatabase } from '../test/harness/database';
import { addCaller, addTenants, testClock } from '../test/harness/identity';
import { draftRoutes } from './draft';

let database: TestDatabase;
let api: TestApi;
let one: { token: string };
let two: { token: string };

beforeAll(async () => {
  database = await openTestDatabase();
  const { db } = database;
  const clock = testClock();
  api = await startApi({
    db,
    routes: draftRoutes({ db, now: clock.now }),
    now: clock.now,
    log: pino({ level: 'silent' }),
  });
  await addTenants(db, 'default');
  one = await addCaller(db, { login: 'one', tenantId: 'default', grants: [] });
  two = await addCaller(db, { login: 'two', tenantId: 'default', grants: [] });
}, 60_000);
afterAll(async () => {
  await api.close();
  await database.close();
});

const call = (method: string, key: string, { token = one.token, body }: { token?: string; body?: object } = {}) =>
  api.call(method, `/api/v1/drafts/${key}`, { token, body: body && { body } });

test('what was typed is there again, until it is thrown away', async () => {
  await call('PUT', 'call', { body: { text: '第一行' } });
  await call('PUT', 'call', { body: { text: '第二行' } });
  const read = await call('GET', 'call');
  expect(read.body).toMatchObject({ key: 'call', body: { text: '第二行' }, updatedAt: '2026-03-02T08:00:00.000Z' });
  expect((await call('DELETE', 'call')).status).toBe(204);
  expect((await call('DELETE', 'call')).status).toBe(204);
  expect((await call('GET', 'call')).status).toBe(404);
});

test('nobody sees or overwrites the draft of another', async () => {
  await call('PUT', 'mine', { body: { text: 'of one' } });
  expect((await call('GET', 'mine', { token: two.token })).status).toBe(404);
  await call('PUT', 'mine', { token: two.token, body: { text: 'of two' } });
  await call('DELETE', 'mine', { token: two.token });
  expect((await call('GET', 'mine')).body.body).toEqual({ text: 'of one' });
});

test('a draft has a name, a body and an end', async () => {
  expect((await call('PUT', 'Up Case', { body: {} })).status).toBe(400);
  const wrong = await api.call('PUT', '/api/v1/drafts/x', { token: one.token, body: { body: 'text', more: 1 } });
  expect(wrong.body.errors.map((e: { path: string }) => e.path).sort()).toEqual(['body.body', 'body.more']);
  expect((await call('PUT', 'x', { body: { text: 'x'.repeat(70_000) } })).body.code).toBe('PayloadTooLarge');
  expect((await call('PUT', 'x', { token: ADMIN_TOKEN, body: {} })).status).toBe(403);
});

test('nobody keeps more than a hundred; those he has he may still change', async () => {
  for (let i = 0; i < 100; i++) await call('PUT', `many-${i}`, { token: two.token, body: { i } });
  expect((await call('PUT', 'one-more', { token: two.token, body: {} })).body.code).toBe('Conflict');
  expect((await call('PUT', 'many-7', { token: two.token, body: { i: 'new' } })).status).toBe(200);
});
