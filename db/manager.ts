import type { Knex } from 'knex';

/** A superior; `level` 1 = the direct one. Inactive ones are there too: whoever asks decides what that means. */
export interface Manager {
  level: number;
  id: string;
  login: string;
  displayName: string;
  active: boolean;
}

/** More levels than any organisation has; a circle that slipped in ends there. */
const MOST_LEVELS = 50;

/**
 * The superiors of somebody, from the direct one upwards.
 * @param levels how many at most; `Infinity`-like numbers are cut at 50
 * @returns an empty list when he has none, or nobody has the login
 */
export async function managersOf(db: Knex, login: string, levels: number): Promise<Manager[]> {
  const result: { rows: Manager[] } = await db.raw(
    `with recursive chain as (
       select 0 as level, p.id, p.manager_id from person p where p.login = ?
       union all
       select c.level + 1, m.id, m.manager_id from chain c join person m on m.id = c.manager_id where c.level < ?
     )
     select c.level, p.id, p.login, p.display_name as "displayName", p.active
     from chain c join person p on p.id = c.id where c.level > 0 order by c.level`,
    [login, Math.min(levels, MOST_LEVELS)],
  );
  return result.rows;
}

/** Why somebody cannot be the superior of a person. */
export type ManagerFault = 'unknown' | 'himself' | 'circle' | 'inactive' | 'foreign';

/**
 * Whether `managerId` may become the superior of `personId`, who belongs to `tenantId`. Holds a lock until the transaction
 * ends: two people must not become each other's superior at the same moment.
 * @returns what speaks against it, or null
 */
export async function managerFault(
  trx: Knex,
  { personId, tenantId, managerId }: { personId: string; tenantId: string; managerId: string },
): Promise<ManagerFault | null> {
  await trx.raw("select pg_advisory_xact_lock(hashtext('continuo managers'))");
  if (managerId === personId) return 'himself';
  const result: { rows: { login: string; active: boolean; fits: boolean }[] } = await trx.raw(
    `select p.login, p.active, (p.tenant_id = :tenantId or exists (
       select 1 from role_grant g where g.person_id = p.id and g.tenant_id in (:tenantId, '*'))) as fits
     from person p where p.id = :managerId`,
    { tenantId, managerId },
  );
  const [manager] = result.rows;
  if (manager === undefined) return 'unknown';
  if (!manager.fits) return 'foreign';
  if (!manager.active) return 'inactive';
  const above = await managersOf(trx, manager.login, MOST_LEVELS);
  return above.some((m) => m.id === personId) ? 'circle' : null;
}
