import type { Knex } from 'knex';
import { visibleItems } from '../domain/catalogue-tree';
import { DomainError } from '../domain/errors';
import { nearest } from '../domain/nearest';
import { parseActor } from '../domain/process-def-actor';
import type { CatalogueItemDoc } from '../domain/process-def-catalogue';
import { ROLES } from '../domain/roles';
import { currentDefinitions } from './definitions';
import { personFacts } from './person-facts';

interface Bilingual {
  'zh-CN': string;
  en: string;
}

/** Who answers for a service or an item. */
export interface Owner {
  /** Names of the people, or of the role when nobody holds it. */
  name: string;
  people: { login: string; displayName: string }[];
  /** The role it is bound to. */
  role: { name: string; title: Bilingual } | null;
}

const MAX_NAMES = 3;

/** An owner, `person(login)` or `role(name)`, as the people who are it now in a tenant. */
export async function ownerOf(db: Knex, tenantId: string, owner: string): Promise<Owner> {
  const target = parseActor(owner);
  if (target.kind === 'person') {
    const person: { login: string; displayName: string } | undefined = await db('person')
      .where({ login: target.login })
      .first('login', 'display_name as displayName');
    return { name: person?.displayName ?? target.login, people: person ? [person] : [], role: null };
  }
  if (target.kind !== 'role') throw new Error(`"${owner}": an owner is person(login) or role(name)`);
  const people: { login: string; displayName: string }[] = await db('person as p')
    .join('role_grant as g', 'g.person_id', 'p.id')
    .where({ 'g.role': target.role, 'p.active': true })
    .whereIn('g.tenant_id', [tenantId, '*'])
    .distinct('p.login', 'p.display_name as displayName')
    .orderBy('p.login');
  const known = ROLES.find((role) => role.name === target.role);
  const title = { 'zh-CN': known?.['zh-CN'] ?? target.role, en: known?.en ?? target.role };
  const names = people.slice(0, MAX_NAMES).map((p) => p.displayName);
  const more = people.length > MAX_NAMES ? ` +${people.length - MAX_NAMES}` : '';
  return {
    name: names.length > 0 ? `${names.join(', ')}${more}` : title['zh-CN'],
    people,
    role: { name: target.role, title },
  };
}

/** Security level of a tenant; 1, the lowest, where there is none such. */
export async function securityLevelOf(db: Knex, tenantId: string): Promise<number> {
  const row: { security_level: number } | undefined = await db('tenant')
    .where({ id: tenantId })
    .first('security_level');
  return row?.security_level ?? 1;
}

/**
 * An item that somebody may ask for in a tenant. What he may not see and what does not exist look the same (I10).
 * @throws DomainError ValidationFailed
 */
export async function visibleItem(db: Knex, tenantId: string, login: string, name: string): Promise<CatalogueItemDoc> {
  const { tenant, roles } = await personFacts(db, login, tenantId);
  const items = visibleItems(await currentDefinitions(db, tenantId), { tenant, roles });
  const found = items.find((item) => item.name === name);
  if (found) return found;
  const names = items.map((item) => item.name);
  const near = nearest(name, names);
  const message = `is no item that ${login} may ask for${near === undefined ? '' : `; did you mean "${near}"?`}`;
  throw new DomainError('ValidationFailed', 'The item is not in the catalogue.', [
    { path: 'body.item', message, allowed: names },
  ]);
}
