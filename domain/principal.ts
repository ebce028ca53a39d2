import { type Permission, permissionsOf } from './roles';

/** Who calls: a signed-in person, an API token, an intake source or the configured administrator token. */
export interface Principal {
  /** Null for machine identities without a person (intake sources, CONTINUO_ADMIN_TOKEN). */
  personId: string | null;
  /** Stands as actor in events. */
  login: string;
  displayName: string;
  /** Tenant the identity belongs to; new cases are filed there unless another is named. */
  tenantId: string;
  /** Roles by tenant; `*` = in every tenant. */
  grants: readonly { role: string; tenantId: string }[];
  /** Narrowing of an API token; null = everything the grants give. */
  scopes: readonly Permission[] | null;
  /** Set for an intake token: the source it names. */
  sourceId?: string;
}

/** Tenants in whose data something may be done; SQL filters by it (I10). */
export type TenantScope = 'all' | readonly string[];

/** Where the principal holds a permission; an empty list means nowhere. */
export function tenantsWith(p: Principal, permission: Permission): TenantScope {
  if (p.scopes !== null && !p.scopes.includes(permission)) return [];
  const held = p.grants.filter((g) => permissionsOf([g.role]).has(permission));
  if (held.some((g) => g.tenantId === '*')) return 'all';
  return [...new Set(held.map((g) => g.tenantId))];
}

/** Whether a tenant lies in a scope. */
export function inScope(scope: TenantScope, tenantId: string): boolean {
  return scope === 'all' || scope.includes(tenantId);
}

/** Roles of a principal in a tenant. */
export function rolesIn(p: Principal, tenantId: string): ReadonlySet<string> {
  return new Set(p.grants.filter((g) => g.tenantId === '*' || g.tenantId === tenantId).map((g) => g.role));
}
