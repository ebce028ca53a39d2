import { randomUUID } from 'node:crypto';
import { listAdminEvents, verifyAdminChains } from '../db/admin-event';
import { ADMIN_TOKEN, type TestApi } from '../test/harness/api';
import { openTestDatabase, type TestDatabase } from '../test/harness/database';
import { addCaller, addTenants, startPlatformApi, testClock } from '../test/harness/identity';

let database: TestDatabase;
let api: TestApi;
type Made = { personId: string; token: string };
const who: Record<string, Made> = {};
const clock = testClock();

beforeAll(async () => {
  database = await openTestDatabase();
  const { db } = database;
  await addTenants(db, 'default', 'a', 'b');
  api = await startPlatformApi(db, clock);
  for (const [login, tenantId, role] of [
    ['boss', 'a', 'administrator'],
    ['ann', 'a', 'requester'],
    ['ben', 'a', 'approver'],
    ['dan', 'b', 'requester'],
    ['reader', 'a', 'maintenance-technician'],
  ] as const)
    who[login] = await addCaller(db, { login, tenantId, grants: [{ role, tenantId }] });
}, 60_000);
afterEach(() => database.db('outbox').delete());
afterAll(async () => {
  await api.close();
  await database.close();
});

const call = (method: string, path: string, body?: unknown, token = who.boss?.token) =>
  api.call(method, `/api/v1/${path}`, { token, body });
const person = (login: string) => `people/${who[login]?.personId}`;
const told = () => database.db('outbox').where({ lane: 'people-changed' }).pluck('payload');
const story = async (subject: string) =>
  (await listAdminEvents(database.db, 'all', { subject }, { limit: 50 })).map((e) => [e.kind, e.actor, e.body]);

describe('a superior', () => {
  it('is set, shown, found by, told of, and written down', async () => {
    const set = await call('PATCH', person('ann'), { managerId: who.ben?.personId });
    expect(set.body.manager).toMatchObject({ login: 'ben' });
    const below = await call('GET', `people?manager=${who.ben?.personId}`);
    expect(below.body.items.map((p: { login: string }) => p.login)).toEqual(['ann']);
    expect(await told()).toEqual([{ tenantId: 'a', logins: ['ann'] }]);
    const fields = { manager: [null, 'ben'] };
    expect(await story(`person/${who.ann?.personId}`)).toEqual([['person_changed', 'boss', { login: 'ann', fields }]]);
  });

  it('is refused when he would be his own, is of another tenant or nobody', async () => {
    const refused = async (login: string, managerId: string | undefined) => {
      const answer = await call('PATCH', person(login), { managerId });
      expect(answer.status).toBe(400);
      return answer.body.errors[0];
    };
    expect((await refused('ben', who.ann?.personId)).message).toMatch(/below this person/);
    expect((await refused('ben', who.ben?.personId)).message).toMatch(/somebody else/);
    const foreign = await refused('ben', who.dan?.personId);
    // Of people elsewhere nobody learns that they exist.
    expect(foreign).toEqual(await refused('ben', randomUUID()));
    expect(await told()).toEqual([]);
  });

  it('two at the same moment do not become each other’s', async () => {
    await call('PATCH', person('ann'), { managerId: null });
    const pair = [
      ['ann', who.ben?.personId],
      ['ben', who.ann?.personId],
    ] as const;
    const answers = await Promise.all(pair.map(([login, managerId]) => call('PATCH', person(login), { managerId })));
    expect(answers.map((a) => a.status).sort()).toEqual([200, 400]);
    for (const [login] of pair) await call('PATCH', person(login), { managerId: null });
  });
});

describe('a team', () => {
  const title = { 'zh-CN': '存储组', en: 'Storage' };
  it('is added, led, filled, changed and, when it is empty, removed', async () => {
    const made = await call('POST', 'teams', { name: 'storage', title, leadId: who.ben?.personId });
    expect(made).toMatchObject({ status: 201, body: { tenantId: 'a', members: 0, lead: { login: 'ben' } } });
    expect((await call('POST', 'teams', { name: 'storage', title })).status).toBe(409);
    await call('PATCH', person('ann'), { outsourced: true });
    await call('PUT', `${person('ann')}/teams`, { items: ['storage'] });
    expect((await call('GET', 'teams/storage')).body).toMatchObject({ members: 1, outsourced: 1 });
    expect((await call('GET', 'teams/storage/members')).body.items).toMatchObject([{ login: 'ann', outsourced: true }]);
    expect((await call('GET', 'people?team=storage')).body.items).toHaveLength(1);
    expect((await call('DELETE', 'teams/storage')).status).toBe(409);
    await call('PUT', `${person('ann')}/teams`, { items: [] });
    await call('PATCH', 'teams/storage', { kind: 'virtual' });
    expect((await call('DELETE', 'teams/storage')).status).toBe(204);
    const kinds = (await story('team/storage')).map(([kind]) => kind);
    expect(kinds).toEqual(['team_removed', 'team_changed', 'team_added']);
  });

  it('of another tenant is not there; a shared one is read by all and changed by who manages all', async () => {
    await call('POST', 'teams', { name: 'of-b', tenantId: 'b', title }, ADMIN_TOKEN);
    await call('POST', 'teams', { name: 'shared', tenantId: '*', title }, ADMIN_TOKEN);
    expect((await call('GET', 'teams/of-b')).status).toBe(404);
    expect((await call('GET', 'teams')).body.items.map((t: { name: string }) => t.name)).toEqual(['shared']);
    expect((await call('PATCH', 'teams/shared', { kind: 'virtual' })).status).toBe(403);
    expect((await call('POST', 'teams', { name: 'x', tenantId: '*', title })).status).toBe(403);
    expect((await call('PUT', `${person('ann')}/teams`, { items: ['of-b'] })).status).toBe(400);
  });

  it('a lead has to be somebody active whom one may see', async () => {
    const answer = await call('POST', 'teams', { name: 'led', title, leadId: who.dan?.personId });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ path: 'body.leadId' }] } });
  });
});

describe('a tenant', () => {
  it('is changed by who manages all, counted, and written down', async () => {
    const change = { name: 'Bureau A', securityLevel: 3 };
    expect((await call('PATCH', 'tenants/a', change)).status).toBe(403);
    expect((await call('PATCH', 'tenants/a', change, ADMIN_TOKEN)).body).toMatchObject(change);
    expect((await call('PATCH', 'tenants/none', change, ADMIN_TOKEN)).status).toBe(404);
    expect((await call('PATCH', 'tenants/a', { securityLevel: 9 }, ADMIN_TOKEN)).status).toBe(400);
    const [seen, ...others] = (await call('GET', 'tenants')).body.items;
    expect(seen).toMatchObject({ id: 'a', ...change, counts: { people: 4, active: 4 } });
    expect(others).toEqual([]);
    const fields = { name: ['a', 'Bureau A'], securityLevel: [1, 3] };
    expect(await story('tenant/a')).toEqual([['tenant_changed', 'admin-token', { fields }]]);
  });
});

describe('roles', () => {
  it('say who holds them, of the tenants that one may read', async () => {
    const holders = async (token?: string) => {
      const { items } = (await call('GET', 'roles', undefined, token)).body;
      return items.find((r: { name: string }) => r.name === 'requester');
    };
    expect(await holders()).toMatchObject({ holderCount: 1, holders: [{ login: 'ann', tenants: ['a'] }] });
    expect(await holders(who.ann?.token)).toMatchObject({ holderCount: null, holders: null, family: 'customer' });
    expect((await holders(ADMIN_TOKEN)).holderCount).toBe(2);
  });

  it('given and taken stand in the chain of the tenant in which they are held', async () => {
    await call('PATCH', person('ann'), { roles: [{ role: 'auditor', tenantId: 'a' }] });
    const [last] = await story(`person/${who.ann?.personId}`);
    expect(last?.[2]).toEqual({ login: 'ann', given: ['auditor'], taken: ['requester'] });
    expect(await told()).toEqual([{ tenantId: 'a', logins: ['ann'] }]);
  });

  it('that a group gives stay when those given by hand are replaced', async () => {
    const { db } = database;
    const grant = { person_id: who.ann?.personId, role: 'approver', tenant_id: 'a', granted_at: clock.now() };
    await db('role_grant').insert({ ...grant, source: 'group' });
    const shown = (await call('GET', person('ann'))).body;
    expect(shown.groupRoles).toEqual([{ role: 'approver', tenantId: 'a' }]);
    await call('PATCH', person('ann'), { roles: shown.roles });
    expect(await db('role_grant').where({ person_id: who.ann?.personId, source: 'hand' }).pluck('role')).toEqual([
      'auditor',
    ]);
    expect((await call('PATCH', person('ann'), { roles: [] })).body.roles).toEqual(shown.groupRoles);
  });
});

describe('whoever leaves', () => {
  it('is shown with what he still holds, deactivated, told of and written down', async () => {
    const { db } = database;
    const task = { id: 'T-1', tenant_id: 'a', case_id: 'INC-1', kind: 'test', title: 'Repair', state: 'open' };
    await db('task').insert({ ...task, assignee: 'ben', created_at: clock.now() });
    await call('PATCH', person('ann'), { managerId: who.ben?.personId });
    const held = (await call('GET', `${person('ben')}/holdings`)).body;
    expect(held.counts).toMatchObject({ task: 1, subordinate: 1, vote: 0, service: 0 });
    expect(held.items).toContainEqual({ kind: 'task', id: 'T-1', title: 'Repair', caseId: 'INC-1' });
    await db('outbox').delete();
    await call('PATCH', person('ben'), { active: false });
    expect(await told()).toEqual([{ tenantId: 'a', logins: ['ben'] }]);
    expect((await story(`person/${who.ben?.personId}`))[0]?.[0]).toBe('person_deactivated');
  });
});

describe('an absence', () => {
  const week = { from: '2026-03-09T00:00:00Z', to: '2026-03-16T00:00:00Z', reason: 'a private one' };
  it('is told when it is entered and when it is taken back; its reason is written down nowhere', async () => {
    const routes = `${person('ann')}/absences`;
    const { absenceRoutes } = await import('./absence');
    const { startApi } = await import('../test/harness/api');
    const own = await startApi({ db: database.db, routes: absenceRoutes({ db: database.db, now: clock.now }) });
    const made = await own.call('POST', `/api/v1/${routes}`, {
      token: who.boss?.token,
      body: { ...week, substitute: 'reader' },
    });
    expect(await told()).toEqual([{ tenantId: 'a', logins: ['ann', 'reader'] }]);
    const gone = { token: who.boss?.token, body: { ...week, substitute: 'dan' } };
    expect((await own.call('POST', `/api/v1/${routes}`, gone)).status).toBe(400);
    await own.call('DELETE', `/api/v1/${routes}/${made.body.id}`, { token: who.boss?.token });
    await own.close();
    expect(await told()).toHaveLength(2);
    const events = await story(`person/${who.ann?.personId}`);
    expect(events.slice(0, 2).map(([kind]) => kind)).toEqual(['absence_removed', 'absence_entered']);
    expect(JSON.stringify(events)).not.toContain('private');
  });
});

describe('the story of changes', () => {
  it('is read by auditors, newest first, page by page', async () => {
    const first = await call('GET', 'admin-events?limit=2');
    const next = await call('GET', `admin-events?limit=200&cursor=${first.body.nextCursor}`);
    const seqs = [...first.body.items, ...next.body.items].map((e: { seq: number }) => e.seq);
    expect(new Set(seqs).size).toBe(seqs.length);
    expect([...first.body.items, ...next.body.items].every((e: { tenantId: string }) => e.tenantId === 'a')).toBe(true);
    expect((await call('GET', 'admin-events', undefined, who.reader?.token)).status).toBe(403);
  });

  it('proves itself, and every way of falsifying it is found', async () => {
    const { db } = database;
    expect((await verifyAdminChains(db)).faults).toEqual([]);
    const found = async (damage: string) => {
      const trx = await db.transaction();
      await trx.raw(damage);
      const { faults } = await verifyAdminChains(trx);
      await trx.rollback();
      return faults.length;
    };
    for (const damage of [
      `update admin_event set body = '{}' where tenant_id = 'a' and seq = 2`,
      `update admin_event set actor = 'another' where tenant_id = 'a' and seq = 1`,
      `delete from admin_event where tenant_id = 'a' and seq = 3`,
      `delete from admin_event where tenant_id = 'a' and seq = (select max(seq) from admin_event where tenant_id = 'a')`,
      `delete from admin_chain where tenant_id = 'a'`,
    ])
      expect([damage, await found(damage)]).not.toEqual([damage, 0]);
  });
});
