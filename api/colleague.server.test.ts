import type { TestApi } from '../test/harness/api';
import { openTestDatabase, type TestDatabase } from '../test/harness/database';
import { addCaller, addTenants, startPlatformApi, testClock } from '../test/harness/identity';

let database: TestDatabase;
let api: TestApi;
/** A requester of tenant `a`. */
let asking: { token: string };

beforeAll(async () => {
  database = await openTestDatabase();
  api = await startPlatformApi(database.db, testClock());
  await addTenants(database.db, 'default', 'a', 'b');
  const add = (login: string, tenantId: string) =>
    addCaller(database.db, { login, tenantId, grants: [{ role: 'requester', tenantId }] });
  asking = await add('wang.min', 'a');
  for (const n of Array.from({ length: 12 }, (_, i) => i)) await add(`li.${n}`, 'a');
  await add('li.elsewhere', 'b');
  await add('li.gone', 'a');
  await database.db('person').where({ login: 'li.gone' }).update({ active: false });
  await database.db('person').where({ login: 'li.7' }).update({ display_name: '李七' });
}, 60_000);
afterAll(async () => {
  await api.close();
  await database.close();
});

const find = (q: string) => api.call('GET', `/api/v1/colleagues?q=${encodeURIComponent(q)}`, { token: asking.token });

test('people of the own tenant are found by part of login or name, with nothing but these two', async () => {
  expect((await find('李七')).body).toEqual({ items: [{ login: 'li.7', displayName: '李七' }], nextCursor: null });
  expect((await find('LI.11')).body.items.map((p: { login: string }) => p.login)).toEqual(['li.11']);
});

test('never those of others, who have left, or more than ten', async () => {
  const { items } = (await find('li.')).body as { items: { login: string }[] };
  expect(items).toHaveLength(10);
  for (const q of ['li.elsewhere', 'li.gone', '%i.1']) expect((await find(q)).body.items).toEqual([]);
});

test('one character finds nobody: it is asked for more', async () => {
  const answer = await find('l');
  expect(answer.status).toBe(400);
  expect(answer.body.errors[0]).toMatchObject({ path: 'query.q' });
});
