import type { RoleGrant } from '../domain/person';
import type { Principal } from '../domain/principal';
import type { Permission } from '../domain/roles';

/** Columns of `person as p` that make a principal; the query adds `scopes`. */
export const IDENTITY_COLUMNS = `p.id, p.login, p.display_name, p.tenant_id,
  coalesce((select json_agg(json_build_object('role', g.role, 'tenantId', g.tenant_id))
    from role_grant g where g.person_id = p.id), '[]') as grants`;

/** A row of `IDENTITY_COLUMNS` with `scopes`. */
export interface IdentityRow {
  id: string;
  login: string;
  display_name: string;
  tenant_id: string;
  grants: RoleGrant[];
  scopes: Permission[] | null;
}

/** The principal of a row. */
export function toPrincipal(row: IdentityRow): Principal {
  return {
    personId: row.id,
    login: row.login,
    displayName: row.display_name,
    tenantId: row.tenant_id,
    grants: row.grants,
    scopes: row.scopes,
  };
}
