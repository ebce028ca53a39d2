import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import { contactContext, type Seal } from '../adapters/identity/seal';
import { appendAdminEvents } from '../db/admin-event';
import { type ManagerFault, managerFault } from '../db/manager';
import { peopleChanged } from '../db/people-changed';
import {
  changePerson,
  contactMethodsOf,
  countAdministrators,
  personOf,
  replaceContactMethods,
  replaceGrants,
  replacePhones,
  type StoredContactMethod,
} from '../db/person';
import { endSessions } from '../db/session';
import { voidSetupLinks } from '../db/setup-link';
import { tenantExists } from '../db/tenant';
import { revokeTokens } from '../db/token';
import { DomainError, type FieldError } from '../domain/errors';
import type { Person, RoleGrant } from '../domain/person';
import { inScope, type TenantScope } from '../domain/principal';
import { changesOf, concernsCases } from './person-audit';
import type { ContactMethodInput } from './person-schema';

/** What may be changed of a person; absent fields stay. */
export interface PersonPatch {
  displayName?: string;
  email?: string | null;
  phones?: readonly string[];
  locale?: string;
  zone?: string;
  active?: boolean;
  roles?: readonly RoleGrant[];
  contactMethods?: readonly ContactMethodInput[];
  managerId?: string | null;
  outsourced?: boolean;
}

/** Fields whose values are kept out of the story of changes. */
const TOUCHED = ['email', 'phones', 'contactMethods'] as const;

/** Changes with `If-Match`: the tag of what the caller has seen. */
export function etagOf(person: Person): string {
  return `"${createHash('sha256').update(JSON.stringify(person)).digest('base64url').slice(0, 22)}"`;
}

/**
 * Changes a person of `scope`, in one transaction. Deactivating ends his sessions, tokens and set-up links.
 * @param ifMatch value of `If-Match`, or undefined
 * @throws DomainError NotFound, Forbidden (he holds roles beyond the scope), PreconditionFailed, ValidationFailed,
 *   Conflict (nobody would be left to administer the platform)
 */
export function patchPerson(
  db: Knex,
  seal: Seal | null,
  request: {
    id: string;
    scope: TenantScope;
    patch: PersonPatch;
    ifMatch: string | undefined;
    now: Date;
    /** Login of whoever does it. */
    actor: string;
  },
): Promise<Person> {
  const { id, scope, patch, ifMatch, actor } = request;
  const now = request.now.toISOString();
  return db.transaction(async (trx) => {
    await trx('person').where({ id }).forUpdate().first('id');
    const before = await personOrNotFound(trx, scope, id);
    refuseBeyond(before, scope);
    if (ifMatch !== undefined && ifMatch !== '*' && ifMatch !== etagOf(before)) {
      throw new DomainError('PreconditionFailed', 'The person was changed in the meantime; read again.');
    }
    const administrators = await countAdministrators(trx);
    if (patch.managerId) await checkManager(trx, before, patch.managerId);
    await changePerson(trx, id, patch);
    if (patch.phones !== undefined) await replacePhones(trx, id, patch.phones);
    if (patch.roles !== undefined) {
      await checkGrants(trx, scope, patch.roles, 'body.roles');
      await replaceGrants(trx, id, scope, byHand(patch.roles, before), now);
    }
    if (patch.contactMethods !== undefined) await setContactMethods(trx, seal, id, patch.contactMethods);
    if (patch.active === false) {
      await endSessions(trx, id);
      await revokeTokens(trx, id, now);
      await voidSetupLinks(trx, id, now);
    }
    if (administrators > 0 && (await countAdministrators(trx)) === 0) {
      throw new DomainError('Conflict', 'This is the last administrator; make somebody else one first.');
    }
    const after = await personOrNotFound(trx, scope, id);
    if (concernsCases(before, after)) await peopleChanged(trx, { tenantId: after.tenantId, logins: [after.login] });
    const touched = TOUCHED.filter((field) => patch[field] !== undefined);
    await appendAdminEvents(trx, ...changesOf(before, after, { actor, at: now }, touched));
    return after;
  });
}

/** Of grants as they are read back: what only a group gives is not given by hand for being sent along. */
function byHand(grants: readonly RoleGrant[], { groupRoles }: Person): RoleGrant[] {
  return grants.filter((g) => !groupRoles.some((o) => o.role === g.role && o.tenantId === g.tenantId));
}

const MANAGER_FAULTS: Record<Exclude<ManagerFault, 'foreign'>, string> = {
  unknown: 'nobody of this tenant, nor of the staff who work in it, has this id',
  himself: 'must be somebody else',
  circle: 'is below this person: nobody can be his own superior',
  inactive: 'is not active',
};

/** @throws DomainError ValidationFailed */
export async function checkManager(
  trx: Knex,
  person: Pick<Person, 'id' | 'tenantId'>,
  managerId: string,
): Promise<void> {
  const fault = await managerFault(trx, { personId: person.id, tenantId: person.tenantId, managerId });
  if (fault === null) return;
  // Of people elsewhere nothing is told, not even that they exist.
  const message = MANAGER_FAULTS[fault === 'foreign' ? 'unknown' : fault];
  throw new DomainError('ValidationFailed', 'Not accepted.', [{ path: 'body.managerId', message }]);
}

/** @throws DomainError NotFound, also for people of other tenants: their existence is none of the caller's business */
export async function personOrNotFound(db: Knex, scope: TenantScope, id: string): Promise<Person> {
  const person = await personOf(db, scope, id);
  if (person === undefined) throw new DomainError('NotFound', `There is no person ${id} that you may see.`);
  return person;
}

/** Whoever holds roles in other tenants is not at the mercy of this tenant's administrator. @throws DomainError Forbidden */
export function refuseBeyond(person: Person, scope: TenantScope): void {
  if (person.roles.every((grant) => inScope(scope, grant.tenantId))) return;
  throw new DomainError('Forbidden', `${person.login} holds roles in tenants that you do not manage.`);
}

/** @throws DomainError Forbidden for tenants beyond the scope, ValidationFailed for tenants that do not exist */
export async function checkGrants(
  db: Knex,
  scope: TenantScope,
  grants: readonly RoleGrant[],
  path: string,
): Promise<void> {
  const beyond: FieldError[] = [];
  const unknown: FieldError[] = [];
  for (const [i, { tenantId }] of grants.entries()) {
    const where = `${path}.${i}.tenantId`;
    if (!inScope(scope, tenantId)) beyond.push({ path: where, message: `you do not manage tenant ${tenantId}` });
    else if (tenantId !== '*' && !(await tenantExists(db, tenantId))) {
      unknown.push({ path: where, message: `unknown tenant ${tenantId}` });
    }
  }
  if (beyond.length > 0) throw new DomainError('Forbidden', 'Roles can be given in tenants that you manage.', beyond);
  if (unknown.length > 0) throw new DomainError('ValidationFailed', 'Unknown tenant.', unknown);
}

/** Replaces the methods; secrets are sealed, and one that is left out stays with its address. */
export async function setContactMethods(
  trx: Knex,
  seal: Seal | null,
  personId: string,
  methods: readonly ContactMethodInput[],
): Promise<void> {
  const before = await contactMethodsOf(trx, personId);
  const stored = methods.map((method, i): StoredContactMethod => {
    if (method.kind === 'email') return { ...method, secret: null };
    const kept = before.find((b) => b.kind === 'webhook' && b.address === method.address)?.secret ?? null;
    const { kind, address, secret } = method;
    if (secret === undefined) return { kind, address, secret: kept };
    if (secret === null) return { kind, address, secret };
    if (seal === null) throw noKey(`body.contactMethods.${i}.secret`);
    return { kind, address, secret: seal.seal(secret, contactContext(personId)) };
  });
  await replaceContactMethods(trx, personId, stored);
}

function noKey(path: string): DomainError {
  const message = 'cannot be kept: this installation has no CONTINUO_KEY';
  return new DomainError('ValidationFailed', 'Signing secrets need CONTINUO_KEY.', [{ path, message }]);
}
