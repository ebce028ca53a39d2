import { randomUUID } from 'node:crypto';
import type { Pool } from '../domain/pool';
import { openTestDatabase, type TestDatabase } from '../test/harness/database';
import { connect } from './connect';
import { insertPool, poolOf } from './pool';
import { allocate, PoolShort, release, reserve } from './pool-reservation';

let database: TestDatabase;
const db = () => database.db;

beforeAll(async () => {
  database = await openTestDatabase();
}, 60_000);
afterAll(() => database.close());

const title = { 'zh-CN': '资源池', en: 'Pool' };
async function pool(units: Record<string, number>) {
  const id = randomUUID();
  const at = '2027-01-01T00:00:00Z';
  const made = { id, tenantId: 'a', name: id, title, site: 'A', securityLevel: 1, units, at, by: 't' };
  await db().transaction((trx) => insertPool(trx, made));
  return (await poolOf(db(), 'all', id)) as Pool;
}
const hold = (key: string, amounts: Record<string, number>) => ({
  key,
  tenantId: 'a',
  caseId: 'REQ-000001',
  amounts,
  at: '2027-01-01T00:00:00Z',
  seconds: null,
});

/** What reservations say is taken, summed up by another way than the counters. */
async function taken(poolId: string, unit: string): Promise<{ reserved: number; allocated: number }> {
  const rows: { state: string; amounts: Record<string, number> }[] = await db()('pool_reservation')
    .where({ pool_id: poolId })
    .select('state', 'amounts');
  const sum = (state: string) => rows.filter((r) => r.state === state).reduce((n, r) => n + (r.amounts[unit] ?? 0), 0);
  return { reserved: sum('reserved'), allocated: sum('allocated') };
}

it('of 200 at once exactly as many succeed as there is room for, and the sums are right', async () => {
  const p = await pool({ vcpu: 137, memoryGb: 1_000 });
  // More connections than turns: they really meet at the row.
  const many = connect(database.url, { max: 24 });
  const outcomes = await Promise.allSettled(
    Array.from({ length: 200 }, (_, i) =>
      many.transaction((trx) => reserve(trx, p, hold(`${p.id}:${i}`, { vcpu: 3, memoryGb: 2.5 }))),
    ),
  );
  await many.destroy();
  const refused = outcomes.flatMap((o) => (o.status === 'rejected' ? [o.reason] : []));
  expect(outcomes.length - refused.length).toBe(45);
  expect(refused.every((error) => error instanceof PoolShort)).toBe(true);
  expect(await poolOf(db(), 'all', p.id)).toMatchObject({
    units: { vcpu: { reserved: 135, free: 2 }, memoryGb: { reserved: 112.5, free: 887.5 } },
  });
  expect(await taken(p.id, 'vcpu')).toEqual({ reserved: 135, allocated: 0 });
});

it('reserving, allocating and giving back at once ends as the reservations say', async () => {
  const p = await pool({ vcpu: 40 });
  const many = connect(database.url, { max: 12 });
  const at = '2027-01-01T00:00:00Z';
  const one = async (i: number) => {
    const r = await many.transaction((trx) => reserve(trx, p, hold(`${p.id}:${i % 30}`, { vcpu: 2 })));
    if (i % 3 > 0) await many.transaction((trx) => allocate(trx, r.id, at));
    if (i % 5 === 0) await many.transaction((trx) => release(trx, r.id, at));
  };
  await Promise.allSettled(Array.from({ length: 90 }, (_, i) => one(i)));
  await many.destroy();
  const { reserved, allocated } = await taken(p.id, 'vcpu');
  expect(await poolOf(db(), 'all', p.id)).toMatchObject({
    units: { vcpu: { total: 40, reserved, allocated, free: 40 - reserved - allocated } },
  });
});

it('one key reserves once, however many ask at the same moment', async () => {
  const p = await pool({ vcpu: 10 });
  const made = await Promise.all(
    Array.from({ length: 8 }, () => db().transaction((trx) => reserve(trx, p, hold(`${p.id}:same`, { vcpu: 4 })))),
  );
  expect(new Set(made.map((r) => r.id)).size).toBe(1);
  expect(await poolOf(db(), 'all', p.id)).toMatchObject({ units: { vcpu: { reserved: 4 } } });
});

it('the database itself refuses more than there is', async () => {
  const p = await pool({ vcpu: 10 });
  await expect(db()('pool_unit').where({ pool_id: p.id }).update({ reserved: 11 })).rejects.toThrow('check constraint');
});
