import type { Knex } from 'knex';
import type { PersonName } from '../domain/person';
import type { TenantScope } from '../domain/principal';

/** Somebody who holds a role; `tenants` in which, `*` = all. */
export interface RoleHolder extends PersonName {
  tenants: string[];
}

/**
 * Active people of a scope's tenants by the roles they hold there, or in every tenant; of each role the first `most` by login,
 * and how many there are.
 */
export async function roleHoldersSeen(
  db: Knex,
  scope: TenantScope,
  most: number,
): Promise<ReadonlyMap<string, { total: number; people: RoleHolder[] }>> {
  const result: { rows: (RoleHolder & { role: string; total: number })[] } = await db.raw(
    `with held as (
       select g.role, p.id, p.login, p.display_name as "displayName", array_agg(distinct g.tenant_id) as tenants
       from role_grant g join person p on p.id = g.person_id
       where p.active and (:scope::text[] is null or p.tenant_id = any(:scope))
         and (:scope::text[] is null or g.tenant_id = '*' or g.tenant_id = any(:scope))
       group by g.role, p.id
     ), placed as (
       select *, count(*) over (partition by role)::int as total, row_number() over (partition by role order by login) as place
       from held
     )
     select role, id, login, "displayName", tenants, total from placed where place <= :most order by role, login`,
    { scope: scope === 'all' ? null : [...scope], most },
  );
  const byRole = new Map<string, { total: number; people: RoleHolder[] }>();
  for (const { role, total, ...person } of result.rows) {
    const entry = byRole.get(role) ?? { total, people: [] };
    entry.people.push(person);
    byRole.set(role, entry);
  }
  return byRole;
}
