import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { z } from 'zod';
import { hashPassword, passwordFaults } from '../adapters/identity/password';
import type { Seal } from '../adapters/identity/seal';
import { appendAdminEvents } from '../db/admin-event';
import { holdingsOf } from '../db/holding';
import { claimKey, requestHash } from '../db/idempotency';
import { peopleChanged } from '../db/people-changed';
import { addPerson, changePerson, listPeople, replaceGrants, replacePhones } from '../db/person';
import { tenantExists } from '../db/tenant';
import { DomainError } from '../domain/errors';
import type { Person } from '../domain/person';
import { inScope, type TenantScope } from '../domain/principal';
import { ROLES } from '../domain/roles';
import { cutPage, keyOfCursor, pageOf, pageQuery } from './page';
import { grantChanges, personEvent } from './person-audit';
import {
  checkGrants,
  checkManager,
  etagOf,
  patchPerson,
  personOrNotFound,
  refuseBeyond,
  setContactMethods,
} from './person-change';
import { changePersonBody, createPersonBody, personSchema, setupLinkSchema } from './person-schema';
import { type Call, type Route, route } from './route';
import { issueSetupLink } from './setup-link';

export interface PersonDeps {
  db: Knex;
  /** Null without CONTINUO_KEY: signing secrets are then refused. */
  seal: Seal | null;
  config: { publicUrl: string };
  now(): Date;
}

const PATH = '/api/v1/people';
const params = z.strictObject({ id: z.uuid() });
const query = pageQuery.extend({
  q: z.string().trim().min(1).max(100).optional().meta({ description: 'Part of login or name.' }),
  active: z.enum(['true', 'false']).optional(),
  role: z.enum(ROLES.map((r) => r.name)).optional(),
  team: z.string().max(100).optional(),
  manager: z.uuid().optional().meta({ description: 'Direct superior.' }),
  tenant: z.string().max(100).optional(),
  outsourced: z.enum(['true', 'false']).optional(),
});
const flag = (text: 'true' | 'false' | undefined) => (text === undefined ? undefined : text === 'true');
const withLink = personSchema.extend({ setupLink: setupLinkSchema.nullable() });

/** People and their accounts. */
export function personRoutes(deps: PersonDeps): Route[] {
  return [listRoute(deps), createRoute(deps), readRoute(deps), changeRoute(deps), linkRoute(deps), holdingsRoute(deps)];
}

function listRoute({ db }: PersonDeps): Route {
  return route({
    method: 'get',
    path: PATH,
    tag: 'people',
    summary: 'People by login',
    access: 'people:read',
    query,
    response: pageOf(personSchema),
    async handle({ tenants, query: { limit, cursor, active, outsourced, ...filter } }) {
      const wanted = { ...filter, active: flag(active), outsourced: flag(outsourced) };
      const rows = await listPeople(db, tenants, wanted, { limit: limit + 1, after: keyOfCursor(cursor) });
      return cutPage(rows, limit, (person) => person.login);
    },
  });
}

function readRoute({ db }: PersonDeps): Route {
  return route({
    method: 'get',
    path: `${PATH}/:id`,
    tag: 'people',
    summary: 'One person',
    access: 'people:read',
    params,
    response: personSchema,
    async handle(call) {
      const person = await personOrNotFound(db, call.tenants, call.params.id);
      call.res.set('ETag', etagOf(person));
      return person;
    },
  });
}

function changeRoute({ db, seal, now }: PersonDeps): Route {
  return route({
    method: 'patch',
    path: `${PATH}/:id`,
    tag: 'people',
    summary: 'Change a person; with If-Match only what you have seen',
    access: 'people:manage',
    params,
    body: changePersonBody,
    response: personSchema,
    errors: ['Conflict', 'PreconditionFailed'],
    async handle({ params: { id }, tenants, body, req, res, log, principal }) {
      const by = { ifMatch: req.get('If-Match'), now: now(), actor: principal.login };
      const person = await patchPerson(db, seal, { id, scope: tenants, patch: body, ...by });
      log.info({ by: principal.login, person: person.login, fields: Object.keys(body) }, 'person changed');
      res.set('ETag', etagOf(person));
      return person;
    },
  });
}

function linkRoute({ db, config, now }: PersonDeps): Route {
  return route({
    method: 'post',
    path: `${PATH}/:id/setup-link`,
    tag: 'people',
    summary: 'A one-time link that sets a new password, for somebody who has lost his',
    access: 'people:manage',
    idempotency: 'accepted',
    params,
    status: 201,
    response: setupLinkSchema,
    errors: ['Conflict'],
    async handle({ params: { id }, tenants, log, principal }) {
      const person = await personOrNotFound(db, tenants, id);
      refuseBeyond(person, tenants);
      if (!person.active) throw new DomainError('Conflict', `${person.login} is not active.`);
      log.info({ by: principal.login, person: person.login }, 'set-up link issued');
      const at = now();
      return db.transaction(async (trx) => {
        const link = await issueSetupLink(trx, config.publicUrl, 'password', id, at);
        const change = { actor: principal.login, at: at.toISOString() };
        await appendAdminEvents(trx, personEvent(person, 'setup_link_issued', change));
        return link;
      });
    },
  });
}

const holdingKind = z.enum(['task', 'incident', 'vote', 'request', 'service', 'team', 'subordinate', 'substitute']);

function holdingsRoute({ db, now }: PersonDeps): Route {
  return route({
    method: 'get',
    path: `${PATH}/:id/holdings`,
    tag: 'people',
    summary: 'What waits for somebody or bears his name: to be given to others before he leaves',
    access: 'people:manage',
    params,
    response: z.object({
      counts: z.record(holdingKind, z.int()),
      items: z
        .array(z.object({ kind: holdingKind, id: z.string(), title: z.string(), caseId: z.string().nullable() }))
        .meta({ description: 'At most 20 of a kind; `counts` has all.' }),
    }),
    async handle({ params: { id }, tenants }) {
      const person = await personOrNotFound(db, tenants, id);
      return holdingsOf(db, tenants, person, now().toISOString());
    },
  });
}

type Creation = z.infer<typeof createPersonBody>;

function createRoute(deps: PersonDeps): Route {
  return route({
    method: 'post',
    path: PATH,
    tag: 'people',
    summary: 'Add a person; without a password the answer has a set-up link for him',
    access: 'people:manage',
    idempotency: 'accepted',
    body: createPersonBody,
    status: 201,
    response: withLink,
    errors: ['Conflict', 'IdempotencyKeyReused'],
    async handle(call) {
      const { body, tenants, principal } = call;
      const tenantId = body.tenantId ?? principal.tenantId;
      await checkCreation(deps.db, tenants, tenantId, body);
      const id = await create(deps, call, tenantId);
      const person = await personOrNotFound(deps.db, tenants, id);
      call.log.info({ by: principal.login, person: person.login }, 'person added');
      call.res.location(`${PATH}/${id}`).set('ETag', etagOf(person));
      return { ...person, setupLink: await linkFor(deps, person) };
    },
  });
}

async function linkFor({ db, config, now }: PersonDeps, person: Person) {
  return person.hasPassword ? null : issueSetupLink(db, config.publicUrl, 'password', person.id, now());
}

async function checkCreation(db: Knex, scope: TenantScope, tenantId: string, body: Creation): Promise<void> {
  if (!inScope(scope, tenantId)) throw new DomainError('Forbidden', `You do not manage tenant ${tenantId}.`);
  const faults = body.password === undefined ? [] : passwordFaults(body.password, body.login, 'body.password');
  if (!(await tenantExists(db, tenantId))) {
    faults.push({ path: 'body.tenantId', message: `unknown tenant ${tenantId}` });
  }
  if (faults.length > 0) throw new DomainError('ValidationFailed', 'Not accepted.', faults);
  await checkGrants(db, scope, body.roles, 'body.roles');
}

/** Adds the person, or finds the one an earlier request with this key has added. */
async function create(deps: PersonDeps, call: Call<unknown, unknown, Creation>, tenantId: string): Promise<string> {
  const { body, principal, tenants, idempotencyKey } = call;
  const now = deps.now().toISOString();
  const passwordHash = body.password === undefined ? undefined : await hashPassword(body.password);
  return deps.db.transaction(async (trx) => {
    const { caseId: id, fresh } = await claimKey(trx, {
      tenantId: principal.tenantId,
      principal: principal.login,
      key: idempotencyKey ?? randomUUID(),
      requestHash: requestHash(`POST ${PATH}`, body),
      caseId: randomUUID(),
      now,
    });
    if (!fresh) return id;
    const { login, displayName, email, locale, zone } = body;
    if (!(await addPerson(trx, { id, tenantId, login, displayName, email, locale, zone, createdAt: now }))) {
      throw new DomainError('Conflict', `The login ${login} is taken.`, [{ path: 'body.login', message: 'is taken' }]);
    }
    if (passwordHash !== undefined) await changePerson(trx, id, { passwordHash });
    await replaceGrants(trx, id, tenants, body.roles, now);
    await replacePhones(trx, id, body.phones);
    await setContactMethods(trx, deps.seal, id, body.contactMethods);
    if (body.managerId !== null) await checkManager(trx, { id, tenantId }, body.managerId);
    await changePerson(trx, id, { managerId: body.managerId, outsourced: body.outsourced });
    const change = { actor: principal.login, at: now };
    const added = personEvent({ id, login, tenantId }, 'person_added', change, { displayName });
    await appendAdminEvents(trx, added, ...grantChanges({ id, login }, [], body.roles, change));
    await peopleChanged(trx, { tenantId, logins: body.roles.length > 0 ? [login] : [] });
    return id;
  });
}
