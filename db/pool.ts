import type { Knex } from 'knex';
import { DomainError } from '../domain/errors';
import type { Amounts, NewPool, Pool, PoolChange } from '../domain/pool';
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
export async function lockPool(trx: Knex, id: string): Promise<void> {
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
