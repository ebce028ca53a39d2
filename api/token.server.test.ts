import { ADMIN_TOKEN, type TestApi } from '../test/harness/api';
import { openTestDatabase, type TestDatabase } from '../test/harness/database';
import { addCaller, addTenants, startPlatformApi, testClock } from '../test/harness/identity';

const clock = testClock();
let database: TestDatabase;
let api: TestApi;
let ada: { personId: string; token: string };

beforeAll(async () => {
  database = await openTestDatabase();
  api = await startPlatformApi(database.db, clock);
  await addTenants(database.db, 'a', 'default');
  ada = await addCaller(database.db, {
    login: 'ada',
    tenantId: 'a',
    grants: [{ role: 'administrator', tenantId: 'a' }],
  });
}, 60_000);
afterAll(async () => {
  await api.close();
  await database.close();
});

const create = (body: object, token = ada.token, headers: Record<string, string> = {}) =>
  api.call('POST', '/api/v1/tokens', { token, body: { label: 'ci', ...body }, headers });
const people = (token: string) => api.call('GET', '/api/v1/people', { token });

it('works until it is revoked, and its secret is shown once', async () => {
  const made = await create({});
  expect(made.body.token).toMatch(/^cnt_token_/);
  expect((await people(made.body.token)).status).toBe(200);
  const list = await api.call('GET', '/api/v1/tokens', { token: ada.token });
  expect(JSON.stringify(list.body)).not.toContain(made.body.token);
  expect((await api.call('DELETE', `/api/v1/tokens/${made.body.id}`, { token: ada.token })).status).toBe(204);
  expect((await people(made.body.token)).status).toBe(401);
  expect((await api.call('DELETE', `/api/v1/tokens/${made.body.id}`, { token: ada.token })).status).toBe(404);
});

it('keeps no secret in the database', async () => {
  const { body } = await create({});
  const rows = await database.db('api_token').select();
  expect(JSON.stringify(rows)).not.toContain(body.token.replace('cnt_token_', ''));
});

it('ends at its date', async () => {
  const expiresAt = new Date(clock.now().getTime() + 3_600_000).toISOString();
  const { body } = await create({ expiresAt });
  expect((await people(body.token)).status).toBe(200);
  clock.advance(1.1);
  expect((await people(body.token)).status).toBe(401);
  expect((await create({ expiresAt })).body.errors).toContainEqual(expect.objectContaining({ path: 'body.expiresAt' }));
});

it('narrowed to a permission does that and nothing else, and breeds no wider one', async () => {
  const { body: narrow } = await create({ scopes: ['people:read'] });
  expect((await people(narrow.token)).status).toBe(200);
  const body = { login: 'x', displayName: 'x' };
  expect((await api.call('POST', '/api/v1/people', { token: narrow.token, body })).status).toBe(403);
  expect((await create({ scopes: ['people:manage'] }, narrow.token)).status).toBe(403);
  const child = await create({ scopes: null }, narrow.token);
  expect(child.body.scopes).toEqual(['people:read']);
  expect((await api.call('PATCH', '/api/v1/me', { token: narrow.token, body: {} })).status).toBe(403);
});

it('repeated with its key is one token, whose new secret works and whose lost one does not', async () => {
  const first = await create({}, ada.token, { 'idempotency-key': 'once' });
  const again = await create({}, ada.token, { 'idempotency-key': 'once' });
  expect(again.body.id).toBe(first.body.id);
  expect((await people(first.body.token)).status).toBe(401);
  expect((await people(again.body.token)).status).toBe(200);
  const other = await create({ label: 'other' }, ada.token, { 'idempotency-key': 'once' });
  expect(other).toMatchObject({ status: 422, body: { code: 'IdempotencyKeyReused' } });
});

it('is nobody else’s to see or revoke', async () => {
  const grants = [{ role: 'administrator', tenantId: 'a' }];
  const bob = await addCaller(database.db, { login: 'bob', tenantId: 'a', grants });
  const { body } = await create({});
  expect((await api.call('DELETE', `/api/v1/tokens/${body.id}`, { token: bob.token })).status).toBe(404);
  const list = await api.call('GET', '/api/v1/tokens', { token: bob.token });
  expect(list.body.items.map((t: { label: string }) => t.label)).toEqual(['test']);
});

it('belongs to a person: the administrator token makes none', async () => {
  expect((await create({}, ADMIN_TOKEN)).status).toBe(403);
});

it.each(['', 'cnt_token_unknown', 'cin_unknown', 'x'.repeat(5000)])(
  'that is unknown opens nothing: %.20s',
  async (token) => {
    const headers = { authorization: `Bearer ${token}` };
    expect((await api.call('GET', '/api/v1/people', { headers })).status).toBe(401);
  },
);

it('of an intake source may hand in events and nothing else', async () => {
  const { createHash, randomUUID } = await import('node:crypto');
  const token = 'cin_secret-of-a-source';
  const token_hash = createHash('sha256').update(token).digest();
  const source = { id: randomUUID(), tenant_id: 'a', name: 'prom', kind: 'alertmanager', service: 's', token_hash };
  await database.db('intake_source').insert({ ...source, created_at: clock.now() });
  const me = await api.call('GET', '/api/v1/session', { token });
  expect(me.body).toMatchObject({ login: 'intake:prom', tenantId: 'a', permissions: ['intake:write'] });
  expect((await people(token)).status).toBe(403);
  await database.db('intake_source').update({ revoked_at: clock.now() });
  expect((await api.call('GET', '/api/v1/session', { token })).status).toBe(401);
});
