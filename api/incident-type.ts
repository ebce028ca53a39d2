import type { Knex } from 'knex';
import { currentDefinitions } from '../db/definitions';
import { DomainError } from '../domain/errors';
import type { IncidentView } from '../domain/incident-projection';
import { type Principal, rolesIn, type TenantScope } from '../domain/principal';
import { ofKind } from '../domain/process-def';

/**
 * Types of incidents that the process definitions keep from a principal in a tenant (S0:176: who may handle a type sees it).
 * The newest published definitions count; the administrator token holds every role.
 */
export async function hiddenTypes(db: Knex, p: Principal, tenantId: string): Promise<string[]> {
  const roles = rolesIn(p, tenantId);
  if (roles.has('administrator') || roles.has('auditor')) return [];
  const types = ofKind(await currentDefinitions(db, tenantId), 'process').flatMap((d) => d.types ?? []);
  return types.filter((t) => t.visibleTo.length > 0 && !t.visibleTo.some((r) => roles.has(r))).map((t) => t.name);
}

/** Hidden types for each tenant of a scope; `all` is judged by the shared definitions and the principal's own tenant. */
export async function hiddenInScope(db: Knex, p: Principal, scope: TenantScope): Promise<string[]> {
  const tenants = scope === 'all' ? [p.tenantId] : scope;
  const hidden = await Promise.all(tenants.map((t) => hiddenTypes(db, p, t)));
  return [...new Set(hidden.flat())];
}

/** @throws DomainError NotFound for a type that is kept from the principal, unless it is his own case */
export async function refuseHiddenType(
  db: Knex,
  p: Principal,
  view: Pick<IncidentView, 'id' | 'type' | 'tenantId' | 'reporter' | 'assignee'>,
): Promise<void> {
  if (view.type === null || view.reporter === p.login || view.assignee === p.login) return;
  if ((await hiddenTypes(db, p, view.tenantId)).includes(view.type))
    throw new DomainError('NotFound', `There is no incident ${view.id} that you may see.`);
}

/** @throws DomainError Forbidden when the type is handled by other roles (S0:176) */
export async function refuseClaim(
  db: Knex,
  p: Principal,
  view: Pick<IncidentView, 'type' | 'tenantId'>,
): Promise<void> {
  const roles = rolesIn(p, view.tenantId);
  const defs = ofKind(await currentDefinitions(db, view.tenantId), 'process');
  const handled = defs.flatMap((d) => d.types ?? []).find((t) => t.name === view.type)?.handledBy ?? [];
  if (handled.length === 0 || handled.some((r) => roles.has(r)) || roles.has('administrator')) return;
  throw new DomainError('Forbidden', `Cases of type ${view.type} are claimed by: ${handled.join(', ')}.`);
}
