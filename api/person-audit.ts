import type { AdminEventKind, NewAdminEvent } from '../db/admin-event';
import type { Person, RoleGrant } from '../domain/person';

/** Who changed somebody, and when (ISO 8601). */
export interface Change {
  actor: string;
  at: string;
}

/** An event about a person in the chain of his tenant. */
export function personEvent(
  person: Pick<Person, 'id' | 'login' | 'tenantId'>,
  kind: AdminEventKind,
  { actor, at }: Change,
  body: Record<string, unknown> = {},
): NewAdminEvent {
  const { id, login, tenantId } = person;
  return { tenantId, kind, subject: `person/${id}`, at, actor, body: { login, ...body } };
}

/** Told with their old and new value; addresses, numbers and secrets only by name: nothing of them can be taken back later. */
const SHOWN = ['displayName', 'locale', 'zone', 'outsourced'] as const;

/**
 * What has changed between two readings of a person, as events.
 * @param touched fields that were set without being shown: addresses, telephone numbers, password
 */
export function changesOf(
  before: Person,
  after: Person,
  change: Change,
  touched: readonly string[] = [],
): NewAdminEvent[] {
  const events: NewAdminEvent[] = [];
  const fields: Record<string, unknown> = {};
  for (const field of SHOWN) if (before[field] !== after[field]) fields[field] = [before[field], after[field]];
  const superiors = [before.manager?.login ?? null, after.manager?.login ?? null];
  if (superiors[0] !== superiors[1]) fields.manager = superiors;
  if (Object.keys(fields).length > 0 || touched.length > 0) {
    const body = { ...(Object.keys(fields).length > 0 && { fields }), ...(touched.length > 0 && { touched }) };
    events.push(personEvent(after, 'person_changed', change, body));
  }
  if (before.active && !after.active) events.push(personEvent(after, 'person_deactivated', change));
  if (!before.active && after.active) events.push(personEvent(after, 'person_reactivated', change));
  return [...events, ...grantChanges(after, before.roles, after.roles, change)];
}

/**
 * Roles given and taken, each in the chain of the tenant in which they are held: whoever audits a tenant finds all who could
 * do something in it.
 */
export function grantChanges(
  person: Pick<Person, 'id' | 'login'>,
  before: readonly RoleGrant[],
  after: readonly RoleGrant[],
  change: Change,
): NewAdminEvent[] {
  const has = (list: readonly RoleGrant[], g: RoleGrant) =>
    list.some((other) => other.role === g.role && other.tenantId === g.tenantId);
  const given = after.filter((g) => !has(before, g));
  const taken = before.filter((g) => !has(after, g));
  const tenants = [...new Set([...given, ...taken].map((g) => g.tenantId))].sort();
  const rolesIn = (list: readonly RoleGrant[], tenantId: string) =>
    list.filter((g) => g.tenantId === tenantId).map((g) => g.role);
  return tenants.map((tenantId) =>
    personEvent({ ...person, tenantId }, 'roles_changed', change, {
      given: rolesIn(given, tenantId),
      taken: rolesIn(taken, tenantId),
    }),
  );
}

/** Whether open cases have to look again at whom they wait for. */
export function concernsCases(before: Person, after: Person): boolean {
  const of = (p: Person) => JSON.stringify([p.active, p.manager?.id ?? null, p.roles]);
  return of(before) !== of(after);
}
