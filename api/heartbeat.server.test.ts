import { openTestDatabase, type TestDatabase } from '../test/harness/database';
import { errorPaths, IntakeWorld } from '../test/harness/intake-world';

let database: TestDatabase;
let w: IntakeWorld;

beforeAll(async () => {
  database = await openTestDatabase();
  w = await IntakeWorld.open(database.db);
}, 60_000);
afterAll(async () => {
  await w.close();
  await database.close();
});

const body = (over: object = {}) => ({ name: 'backup', service: 'portal', interval: 'PT1H', ...over });
const group = async (name: string) =>
  (await w.call('GET', 'intake/groups')).body.items.find((g: { title: string }) => g.title.endsWith(name));

test('made, beaten without any token, missed, heard again', async () => {
  const made = await w.call('POST', 'heartbeats', body());
  expect(made).toMatchObject({
    status: 201,
    body: { heartbeat: { state: 'waiting', graceSeconds: 60, severity: 'critical' } },
  });
  const { path, key } = made.body;
  const beat = (method: string) => w.anonymous(method, `intake/heartbeats/${key}`);
  expect(path).toBe(`/api/v1/intake/heartbeats/${key}`);
  w.clock.advance(2);
  await w.work();
  expect(await group('backup')).toBeUndefined();
  expect(await beat('POST')).toMatchObject({ status: 200, body: { name: 'backup' } });
  w.clock.advance(1);
  await w.work();
  expect(await group('backup')).toBeUndefined();
  w.clock.advance(0.02);
  await w.work();
  expect(await group('backup')).toMatchObject({ firing: 1, service: 'portal', impact: 'high', urgency: 'high' });
  expect((await w.call('GET', 'heartbeats')).body.items).toMatchObject([{ state: 'missed' }]);
  expect((await beat('GET')).status).toBe(200);
  await w.work();
  expect(await group('backup')).toMatchObject({ firing: 0 });
  expect((await w.call('GET', 'heartbeats')).body.items).toMatchObject([{ state: 'alive', missedAt: null }]);
});

test('the key is stored nowhere, and dies with rotation and deletion', async () => {
  const { body: made } = await w.call('POST', 'heartbeats', body({ name: 'rotated' }));
  expect(JSON.stringify(await database.db('heartbeat'))).not.toContain(made.key);
  const rotated = await w.call('POST', `heartbeats/${made.heartbeat.id}/rotate`);
  expect((await w.anonymous('POST', `intake/heartbeats/${made.key}`)).status).toBe(404);
  expect((await w.anonymous('POST', `intake/heartbeats/${rotated.body.key}`)).status).toBe(200);
  expect((await w.call('DELETE', `heartbeats/${made.heartbeat.id}`)).status).toBe(204);
  expect((await w.anonymous('POST', `intake/heartbeats/${rotated.body.key}`)).status).toBe(404);
  expect((await w.call('DELETE', `heartbeats/${made.heartbeat.id}`)).status).toBe(404);
});

test('what is missed is over when its heartbeat is deleted; the name is free again', async () => {
  const { body: made } = await w.call('POST', 'heartbeats', body({ name: 'gone', severity: 'warning' }));
  await w.anonymous('GET', `intake/heartbeats/${made.key}`);
  w.clock.advance(3);
  await w.work();
  expect(await group('gone')).toMatchObject({ firing: 1, impact: 'medium' });
  await w.call('DELETE', `heartbeats/${made.heartbeat.id}`);
  await w.work();
  expect(await group('gone')).toMatchObject({ firing: 0 });
  expect((await w.call('POST', 'heartbeats', body({ name: 'gone' }))).status).toBe(201);
});

test('a new interval counts from the last beat', async () => {
  const { body: made } = await w.call('POST', 'heartbeats', body({ name: 'slower' }));
  await w.anonymous('GET', `intake/heartbeats/${made.key}`);
  const change = { interval: 'PT3H', grace: 'PT0S', name: 'slow' };
  const changed = await w.call('PATCH', `heartbeats/${made.heartbeat.id}`, change);
  expect(changed.body).toMatchObject({ name: 'slow', intervalSeconds: 10_800, graceSeconds: 0 });
  expect(Date.parse(changed.body.dueAt)).toBe(w.clock.now().getTime() + 10_800_000);
});

test('every bad field is named at once', async () => {
  const wrong = { name: '-', service: '', severity: ' ', interval: 'P1M', grace: '2bd', tenantId: 1, more: 1 };
  const expected = ['grace', 'interval', 'more', 'name', 'service', 'severity'].map((path) => `body.${path}`);
  expect(errorPaths(await w.call('POST', 'heartbeats', wrong))).toEqual([...expected, 'body.tenantId'].sort());
  const { body: made } = await w.call('POST', 'heartbeats', body({ name: 'to change' }));
  const { tenantId: _, ...change } = wrong;
  expect(errorPaths(await w.call('PATCH', `heartbeats/${made.heartbeat.id}`, change))).toEqual(expected);
  expect(errorPaths(await w.call('PATCH', `heartbeats/${made.heartbeat.id}`, {}))).toEqual(['body']);
});

test('an unknown service, a taken name', async () => {
  const unknown = await w.call('POST', 'heartbeats', body({ name: 'n', service: 'nothing' }));
  expect([unknown.status, errorPaths(unknown)]).toEqual([400, ['body.service']]);
  const { body: made } = await w.call('POST', 'heartbeats', body({ name: 'taken' }));
  expect((await w.call('POST', 'heartbeats', body({ name: 'taken' }))).status).toBe(409);
  const { body: second } = await w.call('POST', 'heartbeats', body({ name: 'second' }));
  expect((await w.call('PATCH', `heartbeats/${second.heartbeat.id}`, { name: 'taken' })).status).toBe(409);
  expect((await w.call('PATCH', `heartbeats/${made.heartbeat.id}`, { service: 'nothing' })).status).toBe(400);
});

test('another tenant sees and changes none of them', async () => {
  const { body: made } = await w.call('POST', 'heartbeats', body({ name: 'ours' }));
  const { other, technician } = w.tokens;
  const at = `heartbeats/${made.heartbeat.id}`;
  expect((await w.call('GET', 'heartbeats', undefined, other)).body.items).toEqual([]);
  expect((await w.call('PATCH', at, { grace: 'PT5M' }, other)).status).toBe(404);
  expect((await w.call('POST', `${at}/rotate`, undefined, other)).status).toBe(404);
  expect((await w.call('DELETE', at, undefined, other)).status).toBe(404);
  expect((await w.call('POST', 'heartbeats', body({ name: 'x', tenantId: 'default' }), other)).status).toBe(403);
  expect((await w.call('GET', 'heartbeats', undefined, technician)).status).toBe(403);
});
