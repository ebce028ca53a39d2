import { ADMIN_TOKEN, type TestApi } from '../test/harness/api';
import { openTestDatabase, type TestDatabase } from '../test/harness/database';
import { addCaller, addTenants, startPlatformApi, testClock } from '../test/harness/identity';

let database: TestDatabase;
let api: TestApi;
let own: { personId: string; token: string };

beforeAll(async () => {
  database = await openTestDatabase();
  api = await startPlatformApi(database.db, testClock());
  await addTenants(database.db, 'default', 'a');
  own = await addCaller(database.db, { login: 'own', tenantId: 'a', grants: [] });
}, 60_000);
afterAll(async () => {
  await api.close();
  await database.close();
});

test('numbers are kept in one spelling and order, each once', async () => {
  const body = { login: 'wang', displayName: 'Wang', phones: ['010-88886666转12', '138 1234 5678', '+8613812345678'] };
  const made = await api.call('POST', '/api/v1/people', { token: ADMIN_TOKEN, body });
  expect(made.body.phones).toEqual(['+861088886666;ext=12', '+8613812345678']);
  const path = `/api/v1/people/${made.body.id}`;
  const other = { token: ADMIN_TOKEN, body: { zone: 'UTC' } };
  expect((await api.call('PATCH', path, other)).body.phones).toHaveLength(2);
  const none = await api.call('PATCH', path, { token: ADMIN_TOKEN, body: { phones: [] } });
  expect(none.body.phones).toEqual([]);
});

test('one keeps his own numbers; what is no number is named', async () => {
  const mine = (phones: unknown) => api.call('PATCH', '/api/v1/me', { token: own.token, body: { phones } });
  expect((await mine(['8021'])).body.phones).toEqual(['8021']);
  const wrong = await mine(['8021', 'office', '12']);
  expect(wrong.status).toBe(400);
  expect(wrong.body.errors.map((e: { path: string }) => e.path)).toEqual(['body.phones.1', 'body.phones.2']);
  const read = await api.call('GET', '/api/v1/me', { token: own.token });
  expect(read.body.phones).toEqual(['8021']);
});
