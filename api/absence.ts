import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import type { z } from 'zod';
import { type AbsenceRecord, absenceOf, deleteAbsence, insertAbsence, listAbsences } from '../db/absence';
import { appendAdminEvents } from '../db/admin-event';
import { claimKey, requestHash } from '../db/idempotency';
import { peopleChanged } from '../db/people-changed';
import { knownLogins } from '../db/person';
import { DomainError } from '../domain/errors';
import type { Person } from '../domain/person';
import { inScope, type Principal, tenantsWith } from '../domain/principal';
import type { Permission } from '../domain/roles';
import {
  type absenceBody,
  absenceBody as absenceBodySchema,
  absencePage,
  absenceParams,
  absenceQuery,
  absenceSchema,
  absencesQuery,
  ownAbsenceParams,
  personParams,
} from './absence-schema';
import { cutPage, keyOfCursor } from './page';
import { personEvent } from './person-audit';
import { personOrNotFound } from './person-change';
import { type Call, type Route, route } from './route';

export interface AbsenceDeps {
  db: Knex;
  now(): Date;
}

const MANAGE: readonly Permission[] = ['people:manage', 'oncall:manage'];
const PEOPLE = '/api/v1/people/:id';
const OWN = '/api/v1/me/absences';
const tag = 'people';

/** Absences: when nobody gives a person work, and who stands in. */
export function absenceRoutes(deps: AbsenceDeps): Route[] {
  return [
    listRoute(deps),
    ownListRoute(deps),
    ownCreateRoute(deps),
    ownDeleteRoute(deps),
    createRoute(deps),
    deleteRoute(deps),
  ];
}

function personIdOf(principal: Principal): string {
  if (principal.personId !== null) return principal.personId;
  throw new DomainError('Forbidden', `${principal.login} is no person.`);
}

const keyOf = (a: AbsenceRecord) => `${a.from} ${a.id}`;

/** Position after which a page begins. @throws DomainError ValidationFailed */
function after(cursor: string | undefined): readonly [string, string] | undefined {
  const key = keyOfCursor(cursor);
  if (key === undefined) return undefined;
  const [from = '', id = ''] = key.split(' ');
  if (!Number.isNaN(Date.parse(from)) && /^[0-9a-f-]{36}$/.test(id)) return [from, id];
  throw new DomainError('ValidationFailed', 'The cursor is not one of ours.', [
    { path: 'query.cursor', message: 'must be the nextCursor of an earlier page' },
  ]);
}

function listRoute({ db }: AbsenceDeps): Route {
  return route({
    method: 'get',
    path: '/api/v1/absences',
    tag,
    summary: 'Who is away when; the reason only for those who manage people or rotas',
    access: 'people:read',
    query: absencesQuery,
    response: absencePage,
    async handle({ principal, tenants, query: { limit, cursor, ...filter } }) {
      const found = await listAbsences(db, tenants, filter, { limit: limit + 1, after: after(cursor) });
      const page = cutPage(found, limit, keyOf);
      const managed = await tenantsOfPeople(db, page.items);
      const told = (a: AbsenceRecord) =>
        a.personId === principal.personId ||
        MANAGE.some((p) => inScope(tenantsWith(principal, p), managed.get(a.personId) ?? ''));
      return { ...page, items: page.items.map((a) => ({ ...a, reason: told(a) ? a.reason : null })) };
    },
  });
}

async function tenantsOfPeople(db: Knex, absences: readonly AbsenceRecord[]): Promise<Map<string, string>> {
  const ids = [...new Set(absences.map((a) => a.personId))];
  const rows: { id: string; tenant_id: string }[] = await db('person').select('id', 'tenant_id').whereIn('id', ids);
  return new Map(rows.map((r) => [r.id, r.tenant_id]));
}

function ownListRoute({ db }: AbsenceDeps): Route {
  return route({
    method: 'get',
    path: OWN,
    tag,
    summary: 'Your absences',
    access: 'signed-in',
    query: absenceQuery,
    response: absencePage,
    async handle({ principal, query: { limit, cursor, ...range } }) {
      const filter = { ...range, personId: personIdOf(principal) };
      const found = await listAbsences(db, 'all', filter, { limit: limit + 1, after: after(cursor) });
      return cutPage(found, limit, keyOf);
    },
  });
}

const creation = {
  method: 'post',
  tag,
  idempotency: 'accepted',
  body: absenceBodySchema,
  status: 201,
  response: absenceSchema,
  errors: ['IdempotencyKeyReused'],
} as const;

function ownCreateRoute(deps: AbsenceDeps): Route {
  return route({
    ...creation,
    path: OWN,
    summary: 'Enter an absence of yours: no case is given to you meanwhile',
    access: 'signed-in',
    async handle(call) {
      refuseNarrowed(call.principal);
      return enter(deps, call, await personOrNotFound(deps.db, 'all', personIdOf(call.principal)));
    },
  });
}

function createRoute(deps: AbsenceDeps): Route {
  return route({
    ...creation,
    path: `${PEOPLE}/absences`,
    summary: 'Enter an absence of somebody',
    access: MANAGE,
    params: personParams,
    async handle(call) {
      return enter(deps, call, await personOrNotFound(deps.db, call.tenants, call.params.id));
    },
  });
}

function ownDeleteRoute(deps: AbsenceDeps): Route {
  return route({
    method: 'delete',
    path: `${OWN}/:absence`,
    tag,
    summary: 'Take an absence of yours back',
    access: 'signed-in',
    params: ownAbsenceParams,
    status: 204,
    async handle({ principal, params, log }) {
      refuseNarrowed(principal);
      const person = await personOrNotFound(deps.db, 'all', personIdOf(principal));
      await remove(deps, person, params.absence, principal.login);
      log.info({ by: principal.login, absence: params.absence }, 'absence taken back');
    },
  });
}

function deleteRoute(deps: AbsenceDeps): Route {
  return route({
    method: 'delete',
    path: `${PEOPLE}/absences/:absence`,
    tag,
    summary: "Take somebody's absence back",
    access: MANAGE,
    params: absenceParams,
    status: 204,
    async handle({ principal, tenants, params, log }) {
      const person = await personOrNotFound(deps.db, tenants, params.id);
      await remove(deps, person, params.absence, principal.login);
      log.info({ by: principal.login, person: person.login, absence: params.absence }, 'absence taken back');
    },
  });
}

/** A token that was narrowed to some permissions speaks for a machine: it does not decide when a person is away. */
function refuseNarrowed(principal: Principal): void {
  if (principal.scopes !== null)
    throw new DomainError('Forbidden', 'A token narrowed to some permissions cannot change the account.');
}

async function remove({ db, now }: AbsenceDeps, person: Person, id: string, actor: string): Promise<void> {
  await db.transaction(async (trx) => {
    const absence = await absenceOf(trx, person.id, id);
    if (absence === undefined || !(await deleteAbsence(trx, person.id, id)))
      throw new DomainError('NotFound', `There is no absence ${id}.`);
    const at = now().toISOString();
    await tell(trx, person, absence);
    await appendAdminEvents(trx, personEvent(person, 'absence_removed', { actor, at }, told(absence)));
  });
}

/** Who waits for the absent person, or would get his work, looks again. */
function tell(trx: Knex, { tenantId, login }: Person, { substitute }: { substitute: string | null }): Promise<void> {
  return peopleChanged(trx, { tenantId, logins: substitute === null ? [login] : [login, substitute] });
}

/** Of an absence the story has no reason: it is nobody's business for ever. */
const told = ({ from, to, substitute }: Pick<AbsenceRecord, 'from' | 'to' | 'substitute'>) => ({
  from: new Date(from).toISOString(),
  to: new Date(to).toISOString(),
  substitute,
});

type Entry = Call<unknown, unknown, z.infer<typeof absenceBody>>;

async function enter({ db, now }: AbsenceDeps, call: Entry, person: Person): Promise<AbsenceRecord> {
  const { body, principal, idempotencyKey, log, res } = call;
  await assertSubstitute(db, person, body.substitute);
  const at = now().toISOString();
  const made = await db.transaction(async (trx) => {
    const { caseId: id, fresh } = await claimKey(trx, {
      tenantId: principal.tenantId,
      principal: principal.login,
      key: idempotencyKey ?? randomUUID(),
      requestHash: requestHash(`absence of ${person.id}`, body),
      caseId: randomUUID(),
      now: at,
    });
    const [from, to] = [body.from, body.to].map((text) => new Date(text).toISOString()) as [string, string];
    const { reason, substitute } = body;
    const entry = { id, personId: person.id, from, to, reason, substitute, createdAt: at, createdBy: principal.login };
    if (fresh) {
      await insertAbsence(trx, person.tenantId, entry);
      await tell(trx, person, entry);
      const change = { actor: principal.login, at };
      await appendAdminEvents(trx, personEvent(person, 'absence_entered', change, told(entry)));
    }
    return absenceOf(trx, person.id, id);
  });
  if (!made) throw new DomainError('Conflict', 'The absence that this Idempotency-Key entered was taken back.');
  log.info({ by: principal.login, person: person.login, absence: made.id }, 'absence entered');
  res.location(`/api/v1/absences?personId=${person.id}`);
  return made;
}

/** Work given to somebody who does not exist, has left or is the absent person himself would lie there. */
async function assertSubstitute(db: Knex, person: Person, login: string | null): Promise<void> {
  if (login === null) return;
  const wrong = (message: string) =>
    new DomainError('ValidationFailed', 'Not valid: body.substitute.', [{ path: 'body.substitute', message }]);
  if (login === person.login) throw wrong('must be somebody else');
  if (!(await knownLogins(db, person.tenantId, [login])).has(login))
    throw wrong(`nobody active of the tenant, nor of the staff who work in it, has the login "${login}"`);
}
