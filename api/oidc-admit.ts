import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import type { OidcSettings, ProvenIdentity } from '../adapters/identity/oidc';
import { appendAdminEvents } from '../db/admin-event';
import {
  grantsOfGroups,
  linkIdentity,
  lockIdentity,
  noteSignIn,
  personOfIdentity,
  replaceGroupGrants,
} from '../db/oidc';
import { peopleChanged } from '../db/people-changed';
import { addPerson, personOf } from '../db/person';
import { endSessions } from '../db/session';
import { tenantExists } from '../db/tenant';
import type { Person, RoleGrant } from '../domain/person';
import { changesOf, personEvent } from './person-audit';

/** Stands as actor where the provider has decided. */
export const PROVIDER_ACTOR = 'oidc';

/** Why somebody whom the provider vouches for does not come in. */
export type AdmissionRefusal = 'no-role' | 'inactive' | 'tenant';
export type Admission = { personId: string } | { refused: AdmissionRefusal };

/**
 * Lets a proven identity in, or not: default deny. Roles of groups are what the provider says today; those given by hand are
 * not touched. Whoever is new comes in only with a role; he is never taken for somebody who was here before because name or
 * address are alike. What is taken away stays taken away when he is refused.
 */
export function admitIdentity(
  db: Knex,
  settings: Pick<OidcSettings, 'tenant' | 'tenantClaim'>,
  identity: ProvenIdentity,
  now: Date,
): Promise<Admission> {
  const tenantId = settings.tenantClaim === undefined ? settings.tenant : identity.tenant;
  return db.transaction(async (trx) => {
    await lockIdentity(trx, identity.issuer, identity.subject);
    const personId = await personOfIdentity(trx, identity.issuer, identity.subject);
    const at = now.toISOString();
    if (personId !== undefined)
      return readmit(trx, personId, { identity, tenantId: settings.tenantClaim && tenantId, at });
    if (tenantId === null || !(await tenantExists(trx, tenantId))) return { refused: 'tenant' };
    const grants = await lawfulGrants(trx, identity.groups, tenantId);
    if (grants.length === 0) return { refused: 'no-role' };
    return { personId: await provision(trx, identity, { tenantId, grants, at }) };
  });
}

/** @param to `tenantId`: what the tenant claim says, when there is such a claim */
async function readmit(
  trx: Knex,
  personId: string,
  { identity, tenantId, at }: { identity: ProvenIdentity; tenantId: string | null | undefined; at: string },
): Promise<Admission> {
  await trx('person').where({ id: personId }).forUpdate().first('id');
  const before = await personOf(trx, 'all', personId);
  if (before === undefined || !before.active) return { refused: 'inactive' };
  // People do not wander between organisations by a claim: somebody has to decide that here.
  if (tenantId !== undefined && tenantId !== before.tenantId) return { refused: 'tenant' };
  await replaceGroupGrants(trx, personId, await lawfulGrants(trx, identity.groups, before.tenantId), at);
  const after = await personOf(trx, 'all', personId);
  if (after === undefined) return { refused: 'inactive' };
  const admitted = after.roles.length > 0;
  if (admitted) await noteSignIn(trx, personId, identity, at);
  else await endSessions(trx, personId);
  await tellGrants(trx, before, after, at);
  return admitted ? { personId } : { refused: 'no-role' };
}

async function tellGrants(trx: Knex, before: Person, after: Person, at: string): Promise<void> {
  const events = changesOf(before, after, { actor: PROVIDER_ACTOR, at });
  if (events.length === 0) return;
  await peopleChanged(trx, { tenantId: after.tenantId, logins: [after.login] });
  await appendAdminEvents(trx, ...events);
}

/** Tenants are gone or misspelt in rules now and then: what is granted nowhere is no grant. */
async function lawfulGrants(trx: Knex, groups: readonly string[], tenantId: string): Promise<RoleGrant[]> {
  const lawful: RoleGrant[] = [];
  for (const grant of await grantsOfGroups(trx, groups, tenantId)) {
    if (grant.tenantId === '*' || (await tenantExists(trx, grant.tenantId))) lawful.push(grant);
  }
  return lawful;
}

async function provision(
  trx: Knex,
  identity: ProvenIdentity,
  { tenantId, grants, at }: { tenantId: string; grants: readonly RoleGrant[]; at: string },
): Promise<string> {
  const id = randomUUID();
  const wanted = loginFrom(identity);
  const displayName = (identity.displayName ?? identity.username ?? wanted).slice(0, 200);
  const email = identity.email !== null && identity.email.length <= 254 ? identity.email : null;
  const locale = /^en\b/i.test(identity.locale ?? '') ? 'en' : 'zh-CN';
  const person = { id, tenantId, displayName, email, locale, zone: 'Asia/Shanghai', createdAt: at };
  let login = wanted;
  for (let n = 2; !(await addPerson(trx, { ...person, login })); n++) login = `${wanted.slice(0, 60)}-${n}`;
  await linkIdentity(trx, id, identity, { at, actor: PROVIDER_ACTOR });
  await replaceGroupGrants(trx, id, grants, at);
  await noteSignIn(trx, id, identity, at);
  const added = await personOf(trx, 'all', id);
  if (added === undefined) throw new Error(`${login} was added and is not there`);
  const change = { actor: PROVIDER_ACTOR, at };
  await peopleChanged(trx, { tenantId, logins: [login] });
  await appendAdminEvents(
    trx,
    personEvent(added, 'person_added', change, { displayName }),
    ...changesOf({ ...added, roles: [] }, added, change),
  );
  return id;
}

/** A login as ours are spelt, out of what the provider calls him. */
function loginFrom({ username, subject }: ProvenIdentity): string {
  const spelt = (text: string) =>
    text
      .toLowerCase()
      .replace(/[^a-z0-9._@-]+/g, '-')
      .replace(/^[^a-z0-9]+/, '')
      .slice(0, 64);
  return spelt(username ?? '') || spelt(subject) || 'person';
}
