import type { Knex } from 'knex';
import type { TenantScope } from '../domain/principal';

/** An organisation that uses the platform. */
export interface Tenant {
  id: string;
  name: string;
  /** Decides what the catalogue offers (higher = stricter). */
  securityLevel: number;
  createdAt: string;
}

/** The tenant of a platform that serves one organisation, made at the first start. */
export const DEFAULT_TENANT = 'default';

/** Narrows a query to the tenants of a scope: the one way in which SQL keeps tenants apart (I10). */
export function inTenants<Q extends Knex.QueryBuilder>(query: Q, column: string, scope: TenantScope): Q {
  if (scope !== 'all') void query.whereIn(column, [...scope]);
  return query;
}

interface TenantRow {
  id: string;
  name: string;
  security_level: number;
  created_at: string;
}

const toTenant = (r: TenantRow): Tenant => ({
  id: r.id,
  name: r.name,
  securityLevel: r.security_level,
  createdAt: r.created_at,
});

/** The tenants of a scope by id, at most `limit` after the id `after`. */
export async function listTenants(
  db: Knex,
  scope: TenantScope,
  page: { limit: number; after?: string },
): Promise<Tenant[]> {
  const query = inTenants(db<TenantRow>('tenant').orderBy('id').limit(page.limit), 'id', scope);
  if (page.after !== undefined) void query.where('id', '>', page.after);
  return (await query).map(toTenant);
}

/** Whether a tenant exists at all; says nothing about who may see it. */
export async function tenantExists(db: Knex, id: string): Promise<boolean> {
  return (await db('tenant').where({ id }).first('id')) !== undefined;
}

/** One tenant, or undefined; says nothing about who may see it. */
export async function tenantOf(db: Knex, id: string): Promise<Tenant | undefined> {
  const row = await db<TenantRow>('tenant').where({ id }).first();
  return row && toTenant(row);
}

/** Adds a tenant unless the id is taken. @returns whether it was added */
export async function addTenant(db: Knex, tenant: Tenant): Promise<boolean> {
  const added = await db('tenant')
    .insert({
      id: tenant.id,
      name: tenant.name,
      security_level: tenant.securityLevel,
      created_at: tenant.createdAt,
    })
    .onConflict('id')
    .ignore()
    .returning('id');
  return added.length > 0;
}
