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

/** How much of a tenant there is. */
export interface TenantCounts {
  people: number;
  /** Of these: active. */
  active: number;
  /** Teams of its own. */
  teams: number;
  openCases: number;
}

/** Counts of tenants by id; one query for a page. */
export async function countsOf(db: Knex, ids: readonly string[]): Promise<ReadonlyMap<string, TenantCounts>> {
  const result: { rows: (TenantCounts & { id: string })[] } = await db.raw(
    `select t.id,
       (select count(*)::int from person p where p.tenant_id = t.id) as people,
       (select count(*)::int from person p where p.tenant_id = t.id and p.active) as active,
       (select count(*)::int from team m where m.tenant_id = t.id) as teams,
       (select count(*)::int from incident i where i.tenant_id = t.id and i.open)
         + (select count(*)::int from request r where r.tenant_id = t.id and r.open) as "openCases"
     from unnest(?::text[]) t(id)`,
    [[...ids]],
  );
  return new Map(result.rows.map(({ id, ...counts }) => [id, counts]));
}

/** Changes name or level. @returns false when there is no such tenant */
export async function changeTenant(
  db: Knex,
  id: string,
  change: { name?: string; securityLevel?: number },
): Promise<boolean> {
  const columns = Object.fromEntries(
    Object.entries({ name: change.name, security_level: change.securityLevel }).filter(([, v]) => v !== undefined),
  );
  if (Object.keys(columns).length === 0) return tenantExists(db, id);
  return (await db('tenant').where({ id }).update(columns)) > 0;
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
