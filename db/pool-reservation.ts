import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { DomainError } from '../domain/errors';
import type { Amounts, Pool, Reservation, ReservationState, UnitUse } from '../domain/pool';
import type { TenantScope } from '../domain/principal';
import { lockPool, poolOf } from './pool';

const RESERVATION = `r.id, r.pool_id as "poolId", r.tenant_id as "tenantId", r.case_id as "caseId", r.amounts, r.state,
  r.reserved_at as "reservedAt", r.expires_at as "expiresAt", r.allocated_at as "allocatedAt", r.ended_at as "endedAt"`;

/** Reservations of a pool, newest first; those of tenants outside the scope are not among them (I10). */
export async function reservationsOf(
  db: Knex,
  scope: TenantScope,
  poolId: string,
  filter: { state?: ReservationState },
  page: { limit: number; before?: readonly [reservedAt: string, id: string] },
): Promise<Reservation[]> {
  const query = db('pool_reservation as r')
    .select(db.raw(RESERVATION))
    .where('r.pool_id', poolId)
    .orderBy([
      { column: 'r.reserved_at', order: 'desc' },
      { column: 'r.id', order: 'desc' },
    ])
    .limit(page.limit);
  if (scope !== 'all') void query.whereIn('r.tenant_id', [...scope]);
  if (filter.state !== undefined) void query.where('r.state', filter.state);
  if (page.before) void query.whereRaw('(r.reserved_at, r.id) < (?::timestamptz, ?::uuid)', [...page.before]);
  return (await query) as Reservation[];
}

async function reservationBy(db: Knex, column: 'id' | 'key', value: string): Promise<Reservation | null> {
  const row: unknown = await db('pool_reservation as r')
    .select(db.raw(RESERVATION))
    .where(`r.${column}`, value)
    .first();
  return (row as Reservation | undefined) ?? null;
}

export const reservationOf = (db: Knex, id: string): Promise<Reservation | null> => reservationBy(db, 'id', id);

/** What is to be held. `at` is the case's clock, `seconds` how long (null: until it is given back). */
export interface Hold {
  key: string;
  tenantId: string;
  caseId: string;
  amounts: Amounts;
  at: string;
  seconds: number | null;
}

/** Capacity that is not there, unit by unit. */
export class PoolShort extends Error {}

/**
 * Holds capacity once for a key: a repeat finds what is held. To be called in a transaction.
 * @throws PoolShort when a unit has not as much left, or is none of the pool
 */
export async function reserve(trx: Knex, pool: Pool, hold: Hold): Promise<Reservation> {
  await lockPool(trx, pool.id);
  const held = await reservationBy(trx, 'key', hold.key);
  if (held) return held;
  await take(trx, pool, hold.amounts, 'reserved');
  const id = randomUUID();
  const { key, tenantId, caseId, amounts, at, seconds } = hold;
  await trx('pool_reservation').insert({
    id,
    key,
    pool_id: pool.id,
    tenant_id: tenantId,
    case_id: caseId,
    amounts: JSON.stringify(amounts),
    state: 'reserved',
    reserved_at: at,
    expires_at: seconds === null ? null : new Date(Date.parse(at) + seconds * 1000).toISOString(),
    lapses_at: seconds === null ? null : trx.raw('now() + make_interval(secs => ?)', [seconds]),
  });
  const made = await reservationOf(trx, id);
  if (!made) throw new Error(`reservation ${id} is gone`);
  return made;
}

/** @throws PoolShort */
async function take(trx: Knex, pool: Pool, amounts: Amounts, as: 'reserved' | 'allocated'): Promise<void> {
  const { units } = (await poolOf(trx, 'all', pool.id)) ?? pool;
  const short = Object.entries(amounts).flatMap(([unit, amount]) => shortage(unit, amount, units[unit]));
  if (short.length > 0) throw new PoolShort(`pool ${pool.name}: ${short.join('; ')}`);
  await move(trx, pool.id, amounts, { [as]: 1 });
}

function shortage(unit: string, amount: number, use: UnitUse | undefined): string[] {
  if (use === undefined) return [`there is no ${unit} in it`];
  return amount > use.free ? [`${amount} ${unit} wanted, ${use.free} free`] : [];
}

/** Adds amounts to the counters of a pool, or takes them off. */
async function move(
  trx: Knex,
  poolId: string,
  amounts: Amounts,
  by: { reserved?: 1 | -1; allocated?: 1 | -1 },
): Promise<void> {
  await trx.raw(
    `update pool_unit u set reserved = reserved + ? * a.value::numeric, allocated = allocated + ? * a.value::numeric
     from jsonb_each_text(?::jsonb) a where u.pool_id = ? and u.unit = a.key`,
    [by.reserved ?? 0, by.allocated ?? 0, JSON.stringify(amounts), poolId],
  );
}

/**
 * Makes an allocation of what is held; one that has expired takes its capacity anew if it is still there. Repeats change
 * nothing. To be called in a transaction. @throws PoolShort; DomainError Conflict when it was given back
 */
export async function allocate(trx: Knex, id: string, at: string): Promise<void> {
  const known = await lockReservation(trx, id);
  if (known.state === 'allocated') return;
  if (known.state === 'released') throw new DomainError('Conflict', `Reservation ${id} was given back.`);
  if (known.state === 'reserved') await move(trx, known.poolId, known.amounts, { reserved: -1, allocated: 1 });
  else {
    const pool = await poolOf(trx, 'all', known.poolId);
    if (!pool) throw new Error(`pool ${known.poolId} is gone`);
    await take(trx, pool, known.amounts, 'allocated');
  }
  await trx('pool_reservation').where({ id }).update({ state: 'allocated', allocated_at: at, ended_at: null });
}

/** Gives back what is held or allocated; what holds nothing any more stays as it is. To be called in a transaction. */
export async function release(trx: Knex, id: string, at: string): Promise<void> {
  const known = await lockReservation(trx, id);
  if (known.state === 'released' || known.state === 'expired') return;
  await move(trx, known.poolId, known.amounts, known.state === 'reserved' ? { reserved: -1 } : { allocated: -1 });
  await trx('pool_reservation').where({ id }).update({ state: 'released', ended_at: at });
}

/** @throws DomainError NotFound */
async function lockReservation(trx: Knex, id: string): Promise<Reservation> {
  const before = await reservationOf(trx, id);
  if (!before) throw new DomainError('NotFound', `There is no reservation ${id}.`);
  await lockPool(trx, before.poolId);
  return (await reservationOf(trx, id)) ?? before;
}

/** Ends reservations whose time is over, page by page (I12). @returns how many */
export async function expireReservations(db: Knex, limit = 100): Promise<number> {
  for (let ended = 0; ; ) {
    const due: { id: string }[] = await db('pool_reservation')
      .where('state', 'reserved')
      .where('lapses_at', '<=', db.fn.now())
      .orderBy('lapses_at')
      .limit(limit)
      .select('id');
    for (const { id } of due) await db.transaction((trx) => expire(trx, id));
    ended += due.length;
    if (due.length < limit) return ended;
  }
}

async function expire(trx: Knex, id: string): Promise<void> {
  const known = await lockReservation(trx, id);
  if (known.state !== 'reserved') return;
  await move(trx, known.poolId, known.amounts, { reserved: -1 });
  await trx('pool_reservation').where({ id }).update({ state: 'expired', ended_at: known.expiresAt });
}
