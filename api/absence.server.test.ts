import path from 'node:path';
import { loadDefinitions } from '../activities/definitions';
import { createSeal, secretContext } from '../adapters/identity/seal';
import { SHARED } from '../db/definitions';
import { publishDefinitions } from '../db/definitions-publish';
import { sealedSecrets } from '../db/secret';
import { ADMIN_TOKEN, startApi, type TestApi } from '../test/harness/api';
import { openTestDatabase, type TestDatabase } from '../test/harness/database';
import { addCaller, addTenants, SEAL_KEY } from '../test/harness/identity';
import { absenceRoutes } from './absence';
import { personWordRoutes } from './person-words';
import { runbookRoutes } from './runbook';
import { secretRoutes } from './secret';

let database: TestDatabase;
let api: TestApi;
let ann: { personId: string; token: string };
let ben: { personId: string; token: string };
let boss: { personId: string; token: string };
const seal = createSeal(SEAL_KEY);

beforeAll(async () => {
  database = await openTestDatabase();
  const { db } = database;
  await addTenants(db, 'default', 'b');
  await publishDefinitions(db, SHARED, await loadDefinitions(path.resolve(__dirname, '../process-defs')), 'tests');
  const person = (login: string, role: string) =>
    addCaller(db, { login, tenantId: 'default', grants: [{ role, tenantId: 'default' }] });
  ann = await person('ann', 'maintenance-technician');
  ben = await person('ben', 'maintenance-technician');
  boss = await person('boss', 'maintenance-manager');
  const now = () => new Date('2027-03-01T02:00:00Z');
  const deps = { db, now };
  const routes = [
    ...absenceRoutes(deps),
    ...personWordRoutes(deps),
    ...secretRoutes({ db, seal, now }),
    ...runbookRoutes({ db }),
  ];
  api = await startApi({ db, routes });
}, 60_000);
afterEach(() => database.db.raw('truncate person_absence, person_skill, person_team, secret, idempotency'));
afterAll(async () => {
  await api.close();
  await database.close();
});

const call = (method: string, url: string, token: string, body?: object, key?: string) =>
  api.call(method, `/api/v1/${url}`, { token, body, headers: key === undefined ? {} : { 'idempotency-key': key } });
const week = { from: '2027-03-08T09:00:00+08:00', to: '2027-03-15T09:00:00+08:00', reason: 'surgery' };

describe('an absence', () => {
  it('is entered once for a key, and taken back', async () => {
    const first = await call('POST', 'me/absences', ann.token, { ...week, substitute: 'ben' }, 'k');
    expect(first).toMatchObject({
      status: 201,
      body: { login: 'ann', from: '2027-03-08T01:00:00.000Z', substitute: 'ben' },
    });
    expect((await call('POST', 'me/absences', ann.token, { ...week, substitute: 'ben' }, 'k')).body).toEqual(
      first.body,
    );
    expect((await call('GET', 'me/absences', ann.token)).body.items).toEqual([first.body]);
    expect((await call('DELETE', `me/absences/${first.body.id}`, ben.token)).status).toBe(404);
    expect((await call('DELETE', `me/absences/${first.body.id}`, ann.token)).status).toBe(204);
    expect((await call('GET', 'me/absences', ann.token)).body.items).toEqual([]);
  });

  it('tells its reason to the person and to who manages, nobody else', async () => {
    await call('POST', `people/${ann.personId}/absences`, boss.token, week);
    const reasons = [ann, boss, ben].map(
      async ({ token }) => (await call('GET', 'absences', token)).body.items[0].reason,
    );
    expect(await Promise.all(reasons)).toEqual(['surgery', 'surgery', null]);
    expect((await call('POST', `people/${ann.personId}/absences`, ben.token, week)).status).toBe(403);
  });

  it.each([
    [{ to: week.from }, 'body.to'],
    [{ substitute: 'ann' }, 'body.substitute'],
    [{ substitute: 'stranger' }, 'body.substitute'],
    [{ reason: ' ' }, 'body.reason'],
  ])('with %o is refused', async (wrong, field) => {
    const { status, body } = await call('POST', 'me/absences', ann.token, { ...week, ...wrong });
    expect([status, body.errors[0].path]).toEqual([400, field]);
  });

  it('lists page by page', async () => {
    for (const day of [3, 1, 2]) {
      const time = { from: `2027-04-0${day}T00:00:00Z`, to: `2027-04-0${day}T08:00:00Z` };
      await call('POST', 'me/absences', ann.token, { ...week, ...time });
    }
    const one = (await call('GET', 'absences?limit=2', boss.token)).body;
    const two = (await call('GET', `absences?limit=2&cursor=${one.nextCursor}`, boss.token)).body;
    const days = [...one.items, ...two.items].map((a: { from: string }) => a.from.slice(8, 10));
    expect([days, two.nextCursor]).toEqual([['01', '02', '03'], null]);
    const within = 'absences?from=2027-04-02T01:00:00Z&to=2027-04-02T02:00:00Z';
    expect((await call('GET', within, boss.token)).body.items).toHaveLength(1);
  });
});

const knownTeam = (name: string) =>
  database
    .db('team')
    .insert({ name, tenant_id: '*', title_zh: name, title_en: name, kind: 'team', created_at: new Date() })
    .onConflict()
    .ignore();

it.each(['skills', 'teams'])('%s are stated as a whole', async (what) => {
  const url = `people/${ann.personId}/${what}`;
  for (const name of ['linux', 'db', 'san']) await knownTeam(name);
  expect((await call('PUT', url, boss.token, { items: ['linux', 'db', 'db'] })).body.items).toEqual(['db', 'linux']);
  expect((await call('PUT', url, boss.token, { items: ['san'] })).body.items).toEqual(['san']);
  expect((await call('GET', url, ben.token)).body.items).toEqual(['san']);
  expect((await call('PUT', url, boss.token, { items: ['Not So'] })).body.errors[0].path).toBe('body.items.0');
});

it('a team that there is not is refused by name', async () => {
  const answer = await call('PUT', `people/${ann.personId}/teams`, boss.token, { items: ['nowhere'] });
  expect(answer).toMatchObject({ status: 400, body: { errors: [{ path: 'body.items.0' }] } });
});

describe('a secret', () => {
  const VALUE = 'open sesame, please';

  it('is kept sealed, replaced and forgotten, and never told', async () => {
    const put = await call('PUT', 'secrets/tool', ADMIN_TOKEN, { value: VALUE });
    const list = await call('GET', 'secrets', ADMIN_TOKEN);
    expect(list.body.items).toMatchObject([{ tenantId: 'default', name: 'tool', updatedBy: 'admin-token' }]);
    expect(JSON.stringify([put.body, list.body, await database.db('secret')])).not.toContain(VALUE);
    await call('PUT', 'secrets/tool', ADMIN_TOKEN, { value: `${VALUE} again` });
    const [kept] = await sealedSecrets(database.db, 'default', ['tool']);
    expect(seal.open(kept?.sealed ?? '', secretContext('default', 'tool'))).toBe(`${VALUE} again`);
    expect((await call('DELETE', 'secrets/tool', ADMIN_TOKEN)).status).toBe(204);
    expect((await call('DELETE', 'secrets/tool', ADMIN_TOKEN)).status).toBe(404);
  });

  it('of a tenant goes before the one of all', async () => {
    await call('PUT', 'secrets/tool?tenantId=*', ADMIN_TOKEN, { value: 'of all tenants' });
    await call('PUT', 'secrets/tool?tenantId=b', ADMIN_TOKEN, { value: 'of tenant b' });
    const [b, other] = await Promise.all(['b', 'default'].map((t) => sealedSecrets(database.db, t, ['tool'])));
    expect([b?.[0]?.tenantId, other?.[0]?.tenantId]).toEqual(['b', SHARED]);
    // A row moved to another tenant opens nothing.
    expect(() => seal.open(b?.[0]?.sealed ?? '', secretContext('default', 'tool'))).toThrow();
  });

  it('without a key to seal it is refused', async () => {
    const routes = secretRoutes({ db: database.db, seal: null, now: () => new Date() });
    const open = await startApi({ db: database.db, routes });
    const body = { value: VALUE };
    const { status } = await open.call('PUT', '/api/v1/secrets/tool', { token: ADMIN_TOKEN, body });
    await open.close();
    expect([status, await database.db('secret')]).toEqual([409, []]);
  });
});

it('runbooks of a service are listed without addresses and credentials', async () => {
  const { body } = await call('GET', 'runbooks?service=cloud-platform', ann.token);
  expect(body.items.map((r: { name: string }) => r.name)).toEqual(['diagnostics']);
  expect(body.items[0].steps).toMatchObject([
    { name: 'collect', approval: false, host: 'automation.example.org' },
    { name: 'restart', approval: true, approvers: 'maintenance-manager' },
  ]);
  // The description is prose for people; what is called and with which credential stands in the steps.
  expect(JSON.stringify(body.items[0].steps)).not.toMatch(/secret|jobs|authorization/i);
  expect((await call('GET', 'runbooks?service=other', ann.token)).body.items).toEqual([]);
});
