import { randomUUID } from 'node:crypto';
import { openTestDatabase, type TestDatabase } from '../test/harness/database';
import { addCaller, addTenants } from '../test/harness/identity';
import { absencesAt, insertAbsence } from './absence';
import { managerFault, managersOf } from './manager';
import { tellAbsences } from './people-changed';
import { addTeam, membersOf } from './team';

let database: TestDatabase;
const ids = new Map<string, string>();
const id = (login: string) => ids.get(login) ?? '';

beforeAll(async () => {
  database = await openTestDatabase();
  const { db } = database;
  await addTenants(db, 'default', 'a', 'b');
  for (const [login, tenantId] of [
    ['ann', 'a'],
    ['ben', 'a'],
    ['cleo', 'a'],
    ['dan', 'b'],
    ['staff', 'default'],
  ] as const) {
    const grants = login === 'staff' ? [{ role: 'maintenance-manager', tenantId: '*' }] : [];
    ids.set(login, (await addCaller(db, { login, tenantId, grants })).personId);
  }
}, 60_000);
afterAll(() => database.close());

const superior = (of: string, by: string | null) =>
  database
    .db('person')
    .where({ login: of })
    .update({ manager_id: by === null ? null : id(by) });
const fault = (of: string, by: string, tenantId = 'a') =>
  database.db.transaction((trx) => managerFault(trx, { personId: id(of), tenantId, managerId: id(by) }));

describe('superiors', () => {
  beforeAll(async () => {
    await superior('ann', 'ben');
    await superior('ben', 'staff');
  });

  it('come as a chain from the nearest upwards, as many levels as asked', async () => {
    const chain = await managersOf(database.db, 'ann', 9);
    expect(chain.map((m) => [m.level, m.login])).toEqual([
      [1, 'ben'],
      [2, 'staff'],
    ]);
    expect((await managersOf(database.db, 'ann', 1)).map((m) => m.login)).toEqual(['ben']);
    expect(await managersOf(database.db, 'nobody', 3)).toEqual([]);
  });

  it('are of the same tenant or staff, active, and never in a circle', async () => {
    expect(await fault('cleo', 'ann')).toBeNull();
    expect(await fault('cleo', 'staff')).toBeNull();
    expect(await fault('ann', 'ann')).toBe('himself');
    expect(await fault('ben', 'ann')).toBe('circle');
    expect(await fault('cleo', 'dan')).toBe('foreign');
    await database.db('person').where({ login: 'ann' }).update({ active: false });
    expect(await fault('cleo', 'ann')).toBe('inactive');
    await database.db('person').where({ login: 'ann' }).update({ active: true });
  });
});

it('members of a team are its active people who may work for the tenant, and holders of the role of its name', async () => {
  const { db } = database;
  const createdAt = new Date().toISOString();
  const title = { 'zh-CN': '存储组', en: 'Storage' };
  await addTeam(db, { name: 'storage', tenantId: '*', title, kind: 'team', leadId: null, createdAt });
  for (const login of ['ann', 'dan', 'staff'])
    await db('person_team').insert({ person_id: id(login), team: 'storage' });
  expect((await membersOf(db, 'storage', 'a')).map((m) => m.login)).toEqual(['ann', 'staff']);
  expect((await membersOf(db, 'storage', 'b')).map((m) => m.login)).toEqual(['dan', 'staff']);
  expect(await membersOf(db, 'maintenance-manager', 'b')).toMatchObject([{ login: 'staff', via: 'role' }]);
});

describe('absences', () => {
  const at = Date.parse('2026-10-01T08:00:00Z');
  const hour = 3_600_000;
  const away = (login: string, from: number, to: number, substitute: string | null) =>
    insertAbsence(database.db, 'a', {
      id: randomUUID(),
      personId: id(login),
      from: new Date(from).toISOString(),
      to: new Date(to).toISOString(),
      reason: 'leave',
      substitute,
      createdAt: new Date(at - hour).toISOString(),
      createdBy: login,
    });
  afterEach(() => database.db.raw('truncate person_absence, outbox'));

  it('at an instant: begun and not ended, with whoever stands in and is there himself', async () => {
    await away('ann', at, at + hour, 'ben');
    await away('ben', at - hour, at + 2 * hour, 'cleo');
    await away('cleo', at - hour, at, null);
    const found = await absencesAt(database.db, ['ann', 'ben', 'cleo', 'dan'], at);
    expect(found.get('ann')).toEqual({ login: 'ann', until: at + hour, substitute: 'cleo' });
    expect(found.get('ben')?.substitute).toBe('cleo');
    expect([...found.keys()].sort()).toEqual(['ann', 'ben']);
    expect((await absencesAt(database.db, ['ann'], at + hour)).size).toBe(0);
  });

  it('of two who stand in for each other, nobody does', async () => {
    await away('ann', at, at + hour, 'ben');
    await away('ben', at, at + hour, 'ann');
    expect((await absencesAt(database.db, ['ann'], at)).get('ann')?.substitute).toBeNull();
  });

  it('are told at their beginning and at their end, each once', async () => {
    await away('ann', at, at + hour, 'ben');
    const told = (now: number) => tellAbsences(database.db, new Date(now));
    expect(await told(at - 1)).toBe(0);
    expect(await Promise.all([told(at), told(at)])).toContain(1);
    expect(await told(at)).toBe(0);
    expect(await told(at + hour)).toBe(1);
    const rows = await database.db('outbox').select('lane', 'kind', 'payload');
    const row = { lane: 'people-changed', kind: 'people-changed', payload: { tenantId: 'a', logins: ['ann', 'ben'] } };
    expect(rows).toEqual([row, row]);
  });
});
