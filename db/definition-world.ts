import type { Knex } from 'knex';
import type { World } from '../domain/process-def-reference';
import { ROLES } from '../domain/roles';
import { SHARED } from './definitions';

const strings = async (rows: Promise<{ rows: { name: string }[] }>): Promise<string[]> =>
  (await rows).rows.map((row) => row.name);

/** Roles, active people, held roles, teams and pools that definitions of a tenant may name; for SHARED those of all tenants. */
export async function worldOf(db: Knex, tenantId: string): Promise<World> {
  const scope = { tenantId, all: tenantId === SHARED };
  const logins = await strings(
    db.raw(
      `select p.login as name from person p where p.active and (:all or p.tenant_id = :tenantId
         or exists (select from role_grant g where g.person_id = p.id and g.tenant_id in (:tenantId, '*')))`,
      scope,
    ),
  );
  const heldRoles = await strings(
    db.raw(
      `select distinct g.role as name from role_grant g join person p on p.id = g.person_id
       where p.active and (:all or g.tenant_id in (:tenantId, '*'))`,
      scope,
    ),
  );
  const teams = await strings(
    db.raw(
      `select name from team where :all or tenant_id in (:tenantId, '*') union select team from person_team`,
      scope,
    ),
  );
  const pools = await strings(
    db.raw(`select distinct name from pool where :all or tenant_id in (:tenantId, '*')`, scope),
  );
  return { roles: ROLES.map((role) => role.name), logins, heldRoles, teams, pools };
}
