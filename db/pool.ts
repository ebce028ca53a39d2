import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { DomainError } from '../domain/errors';
import type { Amounts, NewPool, Pool, PoolChange, Reservation, ReservationState, UnitUse } from '../domain/pool';
import type { TenantScope } from '../domain/principal';
import { SHARED } from './definitions';

const UNITS = `(select json_object_agg(u.unit, json_build_object('total', u.total::float8, 'reserved', u.reserved::float8,
  'allocated', u.allocated::float8, 'free', (u.total - u.reserved - u.allocated)::float8) order by u.unit)
  from pool_unit u where u.pool_id = p.id) as units`;
const COLUMNS = `p.id, p.tenant_id as "tenantId", p.name, p.title, p.site, p.security_level as "securityLevel", p.version,
  p.created_at as "createdAt", p.updated_at as "updatedAt", p.updated_by as "updatedBy", ${UNITS}`;

/** Pools of a scope, those of every tenant included. */
function pools(db: Knex, scope: TenantScope): Knex.QueryBuilder<Pool, Pool[]> {
  const query = db('pool as p').select(db.raw(COLUMNS));
  return (scope === 'all' ? query : query.whereIn('p.tenant_id', [...scope, SHARED])) as Knex.QueryBuilder<
    Pool,
    Pool[]
  >;
}

/** A page of pools by name, with what is free of each unit. */
export function listPools(
  db: Knex,
  scope: TenantScope,
  filter: { securityLevel?: number; site?: string },
  page: { limit: number; after?: readonly [name: string, id: string] },
): Promise<Pool[]> {
  const query = pools(db, scope).orderBy(['p.name', 'p.id']).limit(page.limit);
  if (filter.securityLevel !== undefined) void query.where('p.security_level', filter.securityLevel);
  if (filter.site !== undefined) void query.where('p.site', filter.site);
  if (page.after) void query.whereRaw('(p.name, p.id::text) > (?, ?)', [...page.after]);
  return query as unknown as Promise<Pool[]>;
}

export async function poolOf(db: Knex, scope: TenantScope, id: string): Promise<Pool | null> {
  return (await pools(db, scope).where('p.id', id).first()) ?? null;
}

/** The pool that a tenant's requests mean by a name: its own before that of every tenant. */
export async function poolOfName(db: Knex, tenantId: string, name: string): Promise<Pool | null> {
  const found = await pools(db, [tenantId]).where('p.name', name).orderByRaw('p.tenant_id = ?', [SHARED]).first();
  return found ?? null;
}

/** @throws DomainError Conflict when the name is taken */
export async function insertPool(trx: Knex, pool: NewPool): Promise<void> {
  const { id, tenantId, name, title, site, securityLevel, units, at, by } = pool;
  const made: unknown[] = await trx('pool')
    .insert({
      id,
      tenant_id: tenantId,
      name,
      title: JSON.stringify(title),
      site,
      security_level: securityLevel,
      version: 1,
      created_at: at,
      updated_at: at,
      updated_by: by,
    })
    .onConflict(['tenant_id', 'name'])
    .ignore()
    .returning('id');
  if (made.length === 0) throw new DomainError('Conflict', `There is a pool "${name}" already.`);
  await trx('pool_unit').insert(Object.entries(units).map(([unit, total]) => ({ pool_id: id, unit, total })));
}

/** Only holders of this lock write a pool, its units and its reservations. */
async function lockPool(trx: Knex, id: string): Promise<void> {
  await trx('pool').where({ id }).forUpdate().first('id');
}

/**
 * Changes a pool; `units` names all units that there are from now on. To be called in a transaction.
 * @throws DomainError PreconditionFailed, ValidationFailed for a total below what is taken
 */
export async function changePool(
  trx: Knex,
  pool: Pool,
  change: PoolChange,
  cause: { at: string; by: string; expected?: number },
): Promise<void> {
  await lockPool(trx, pool.id);
  const now = (await poolOf(trx, 'all', pool.id)) ?? pool;
  if (cause.expected !== undefined && cause.expected !== now.version)
    throw new DomainError(
      'PreconditionFailed',
      `The pool was changed in the meantime: it is at version ${now.version}, not ${cause.expected}; read again.`,
    );
  const { title, site, securityLevel, units } = change;
  if (units) await changeUnits(trx, now, units);
  await trx('pool')
    .where({ id: pool.id })
    .update({
      ...(title && { title: JSON.stringify(title) }),
      ...(site !== undefined && { site }),
      ...(securityLevel !== undefined && { security_level: securityLevel }),
      version: now.version + 1,
      updated_at: cause.at,
      updated_by: cause.by,
    });
}

async function changeUnits(trx: Knex, pool: Pool, units: Amounts): Promise<void> {
  const short = Object.entries(pool.units).flatMap(([unit, use]) => {
    const taken = use.reserved + use.allocated;
    return (units[unit] ?? 0) < taken ? [{ path: `body.units.${unit}`, message: `${taken} of it are taken` }] : [];
  });
  if (short.length > 0)
    throw new DomainError('ValidationFailed', 'A total may not be below what is reserved and allocated.', short);
  await trx('pool_unit').where({ pool_id: pool.id }).whereNotIn('unit', Object.keys(units)).delete();
  await trx('pool_unit')
    .insert(Object.entries(units).map(([unit, total]) => ({ pool_id: pool.id, unit, total })))
    .onConflict(['pool_id', 'unit'])
    .merge(['total']);
}

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
