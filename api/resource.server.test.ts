import { postgresCmdb } from '../adapters/cmdb/postgres';
import { poolOf } from '../db/pool';
import { reserve } from '../db/pool-reservation';
import { ADMIN_TOKEN, startApi, type TestApi } from '../test/harness/api';
import { openTestDatabase, type TestDatabase } from '../test/harness/database';
import { addCaller, addTenants, testClock } from '../test/harness/identity';
import { cmdbRoutes } from './cmdb';
import { poolRoutes } from './pool';

let database: TestDatabase;
let api: TestApi;
const clock = testClock();
const tokens: Record<string, string> = { admin: ADMIN_TOKEN };

beforeAll(async () => {
  database = await openTestDatabase();
  const { db } = database;
  await addTenants(db, 'default', 'a', 'b');
  for (const [login, role, tenantId] of [
    ['mia', 'operations-manager', 'a'],
    ['ned', 'operations-manager', 'b'],
    ['rea', 'auditor', 'a'],
    ['ann', 'requester', 'a'],
    ['bea', 'requester', 'b'],
  ] as const)
    tokens[login] = (await addCaller(db, { login, tenantId, grants: [{ role, tenantId }] })).token;
  const routes = [...cmdbRoutes({ db, cmdb: postgresCmdb(db), now: clock.now }), ...poolRoutes({ db, now: clock.now })];
  api = await startApi({ db, routes, now: clock.now });
}, 60_000);
afterAll(async () => {
  await api.close();
  await database.close();
});

const call = (who: string, method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
  api.call(method, `/api/v1/${path}`, { token: tokens[who], body, headers });
const paths = (answer: { body: { errors: { path: string }[] } }) => answer.body.errors.map((e) => e.path).sort();

describe('configuration items', () => {
  const vm = (over: object = {}) => ({ type: 'virtual-machine', name: 'web-1', attributes: { vcpu: 4 }, ...over });

  it('are entered, changed under their revision, retired and restored; the history says everything', async () => {
    const made = await call('mia', 'POST', 'cis', vm());
    expect(made).toMatchObject({ status: 201, body: { owner: 'mia', status: 'active', revision: 1, tenantId: 'a' } });
    const one = `cis/${made.body.id}`;
    const tag = made.headers.get('etag') ?? '';
    const patch = { attributes: { vcpu: 8, os: 'Linux' }, reason: 'grown' };
    const changed = await call('mia', 'PATCH', one, patch, { 'if-match': tag });
    expect(changed.body).toMatchObject({ revision: 2, attributes: { vcpu: 8, os: 'Linux' } });
    expect((await call('mia', 'PATCH', one, patch, { 'if-match': tag })).status).toBe(412);
    const cleared = await call('mia', 'PATCH', one, { attributes: { os: null }, reason: 'not known' });
    expect(cleared.body.attributes).toEqual({ vcpu: 8 });
    expect((await call('mia', 'POST', `${one}/retire`, { reason: 'scrapped' })).body.status).toBe('retired');
    expect((await call('mia', 'PATCH', one, patch)).status).toBe(409);
    const back = await call('mia', 'POST', `${one}/restore`, { revision: 1, reason: 'by mistake' });
    expect(back.body).toMatchObject({ revision: 5, status: 'active', attributes: { vcpu: 4 } });
    const history = (await call('mia', 'GET', `${one}/revisions`)).body.items;
    expect(history.map((r: { change: string; reason: string | null }) => [r.change, r.reason])).toEqual([
      ['restored', 'by mistake'],
      ['retired', 'scrapped'],
      ['changed', 'not known'],
      ['changed', 'grown'],
      ['recorded', null],
    ]);
    expect((await call('mia', 'POST', `${one}/restore`, { revision: 9, reason: 'x' })).status).toBe(404);
  });

  it('who asks for something finds those that he owns, whatever he looks for, and nothing else of them', async () => {
    const own = await call('mia', 'POST', 'cis', vm({ name: 'portal', owner: 'ann' }));
    const ids = async (who: string, query = '') =>
      (await call(who, 'GET', `cis${query}`)).body.items.map((ci: { id: string }) => ci.id);
    expect(await ids('ann')).toEqual([own.body.id]);
    expect(await ids('ann', '?owner=mia')).toEqual([own.body.id]);
    expect(await ids('ann', '?q=web')).toEqual([]);
    expect(await ids('bea')).toEqual([]);
    expect((await ids('rea')).length).toBeGreaterThan(1);
    expect((await call('ann', 'GET', `cis/${own.body.id}`)).status).toBe(403);
  });

  it('history is never rewritten, not even by SQL', async () => {
    await expect(database.db('ci_revision').update({ by: 'somebody else' })).rejects.toThrow('append-only');
    await expect(database.db('ci_revision').delete()).rejects.toThrow('append-only');
  });

  it('every bad field is named at once', async () => {
    const bad = await call('mia', 'POST', 'cis', {
      type: 'A B',
      name: ' ',
      attributes: 1,
      status: 'retired',
      extra: 1,
    });
    expect(paths(bad)).toEqual(['body.attributes', 'body.extra', 'body.name', 'body.status', 'body.type']);
    expect(paths(await call('mia', 'POST', 'cis', vm({ attributes: { vcpu: 'x', memoryGb: -1 } })))).toEqual([
      'body.attributes.memoryGb',
      'body.attributes.vcpu',
    ]);
    expect((await call('mia', 'POST', 'cis', vm({ type: 'toaster' }))).body.errors).toMatchObject([
      { path: 'body.type', allowed: expect.arrayContaining(['spare-part']) },
    ]);
    expect(paths(await call('mia', 'POST', 'cis', vm({ owner: 'nobody' })))).toEqual(['body.owner']);
  });

  it('a repeated creation makes one; the key with another body is refused', async () => {
    const send = (name: string) => call('mia', 'POST', 'cis', vm({ name }), { 'idempotency-key': 'once' });
    const [first, second] = [await send('once'), await send('once')];
    expect(second.body).toEqual(first.body);
    expect((await send('twice')).body.code).toBe('IdempotencyKeyReused');
  });

  it('a tenant sees its own, page by page and filtered', async () => {
    for (const name of ['p1', 'p2', 'p3'])
      await call('ned', 'POST', 'cis', vm({ name, type: 'spare-part', attributes: {} }));
    const first = await call('ned', 'GET', 'cis?limit=2');
    expect(first.body.items.map((ci: { name: string }) => ci.name)).toEqual(['p3', 'p2']);
    const rest = await call('ned', 'GET', `cis?limit=2&cursor=${first.body.nextCursor}`);
    expect(rest.body).toMatchObject({ items: [{ name: 'p1' }], nextCursor: null });
    const id = rest.body.items[0].id;
    expect((await call('mia', 'GET', `cis/${id}`)).status).toBe(404);
    expect((await call('mia', 'GET', `cis/${id}/revisions`)).status).toBe(404);
    expect((await call('mia', 'PATCH', `cis/${id}`, { name: 'x', reason: 'r' })).status).toBe(404);
    expect((await call('ned', 'GET', 'cis?q=P2')).body.items).toMatchObject([{ name: 'p2' }]);
    expect((await call('ned', 'GET', 'cis?type=virtual-machine')).body.items).toEqual([]);
    expect((await call('admin', 'GET', 'cis?tenantId=b&owner=ned')).body.items).toHaveLength(3);
    expect((await call('rea', 'POST', 'cis', vm())).status).toBe(403);
  });
});

describe('pools', () => {
  const title = { 'zh-CN': '东区', en: 'East' };
  const pool = (over: object = {}) => ({ name: 'east', title, site: 'A', units: { vcpu: 10, memoryGb: 64 }, ...over });

  it('are made, changed under their version, and never shrink below what is taken', async () => {
    const made = await call('mia', 'POST', 'pools', pool());
    expect(made).toMatchObject({ status: 201, body: { tenantId: 'a', units: { vcpu: { total: 10, free: 10 } } } });
    expect((await call('mia', 'POST', 'pools', pool())).status).toBe(409);
    const one = `pools/${made.body.id}`;
    const found = await poolOf(database.db, 'all', made.body.id);
    const hold = { key: 'k', tenantId: 'a', caseId: 'REQ-000001', amounts: { vcpu: 6 }, at: '2027-01-01T00:00:00Z' };
    if (found) await database.db.transaction((trx) => reserve(trx, found, { ...hold, seconds: 86_400 }));
    const less = await call('mia', 'PATCH', one, { units: { vcpu: 5 } });
    expect(less.body.errors).toEqual([{ path: 'body.units.vcpu', message: '6 of it are taken' }]);
    const tag = { 'if-match': made.headers.get('etag') ?? '' };
    const more = await call('mia', 'PATCH', one, { units: { vcpu: 6, gpu: 2 } }, tag);
    expect(more.body).toMatchObject({
      version: 2,
      units: { vcpu: { total: 6, reserved: 6, free: 0 }, gpu: { free: 2 } },
    });
    expect((await call('mia', 'PATCH', one, { site: 'B' }, tag)).status).toBe(412);
    const held = await call('mia', 'GET', `${one}/reservations`);
    expect(held.body.items).toMatchObject([{ amounts: { vcpu: 6 }, state: 'reserved', caseId: 'REQ-000001' }]);
  });

  it('of every tenant are seen by all and made by who manages everywhere; what others hold is not shown', async () => {
    expect((await call('mia', 'POST', 'pools', pool({ tenantId: '*' }))).status).toBe(403);
    const shared = await call('admin', 'POST', 'pools', pool({ name: 'west', securityLevel: 3 }));
    expect(shared.body.tenantId).toBe('*');
    const found = await poolOf(database.db, 'all', shared.body.id);
    const hold = { key: 'k2', tenantId: 'b', caseId: 'REQ-000002', amounts: { vcpu: 1 }, at: '2027-01-01T00:00:00Z' };
    if (found) await database.db.transaction((trx) => reserve(trx, found, { ...hold, seconds: null }));
    const seen = await call('mia', 'GET', 'pools?securityLevel=3');
    expect(seen.body.items).toMatchObject([{ name: 'west', units: { vcpu: { reserved: 1 } } }]);
    expect((await call('mia', 'GET', `pools/${shared.body.id}/reservations`)).body.items).toEqual([]);
    expect((await call('ned', 'GET', `pools/${shared.body.id}/reservations`)).body.items).toHaveLength(1);
    expect((await call('mia', 'PATCH', `pools/${shared.body.id}`, { site: 'C' })).status).toBe(403);
    expect((await call('ned', 'GET', 'pools')).body.items.map((p: { name: string }) => p.name)).toEqual(['west']);
  });

  it('every bad field is named at once', async () => {
    const bad = await call('mia', 'POST', 'pools', {
      name: 'A',
      title: { en: '' },
      units: { '1x': 1, vcpu: -1 },
      x: 1,
    });
    expect(paths(bad)).toEqual(
      expect.arrayContaining(['body.name', 'body.site', 'body.title.en', 'body.units.vcpu', 'body.x']),
    );
  });
});
