import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import type { z } from 'zod';
import {
  type AbsenceRecord,
  absenceOf,
  deleteAbsence,
  insertAbsence,
  listAbsences,
  replaceSkills,
  skillsOf,
} from '../db/absence';
import { reachableByLogin } from '../db/contact';
import { claimKey, requestHash } from '../db/idempotency';
import { replaceTeams, teamsOf } from '../db/task-list';
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
  wordsBody,
  wordsSchema,
} from './absence-schema';
import { cutPage, keyOfCursor } from './page';
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

/** Absences and skills: what assignment knows of people beside their roles. */
export function absenceRoutes(deps: AbsenceDeps): Route[] {
  return [
    listRoute(deps),
    ownListRoute(deps),
    ownCreateRoute(deps),
    ownDeleteRoute(deps),
    createRoute(deps),
    deleteRoute(deps),
    ...wordRoutes(deps, SKILLS),
    ...wordRoutes(deps, TEAMS),
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

function ownDeleteRoute({ db }: AbsenceDeps): Route {
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
      await remove(db, personIdOf(principal), params.absence);
      log.info({ by: principal.login, absence: params.absence }, 'absence taken back');
    },
  });
}

function deleteRoute({ db }: AbsenceDeps): Route {
  return route({
    method: 'delete',
    path: `${PEOPLE}/absences/:absence`,
    tag,
    summary: "Take somebody's absence back",
    access: MANAGE,
    params: absenceParams,
    status: 204,
    async handle({ principal, tenants, params, log }) {
      const person = await personOrNotFound(db, tenants, params.id);
      await remove(db, person.id, params.absence);
      log.info({ by: principal.login, person: person.login, absence: params.absence }, 'absence taken back');
    },
  });
}

/** A token that was narrowed to some permissions speaks for a machine: it does not decide when a person is away. */
function refuseNarrowed(principal: Principal): void {
  if (principal.scopes !== null)
    throw new DomainError('Forbidden', 'A token narrowed to some permissions cannot change the account.');
}

async function remove(db: Knex, personId: string, id: string): Promise<void> {
  if (!(await deleteAbsence(db, personId, id))) throw new DomainError('NotFound', `There is no absence ${id}.`);
}

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
    if (fresh) await insertAbsence(trx, person.tenantId, entry);
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
  if ((await reachableByLogin(db, [login])).length === 0) throw wrong(`no active person has the login "${login}"`);
}

/** A list of words that stands beside a person and is changed as a whole. */
interface Words {
  name: 'skills' | 'teams';
  summary: [read: string, write: string];
  read(db: Knex, personId: string): Promise<string[]>;
  replace(trx: Knex, personId: string, words: readonly string[]): Promise<void>;
}

const SKILLS: Words = {
  name: 'skills',
  summary: [
    'What somebody knows how to do',
    'State what somebody knows how to do; cases that need it may then be given to him',
  ],
  read: skillsOf,
  replace: replaceSkills,
};
const TEAMS: Words = {
  name: 'teams',
  summary: ['Teams somebody belongs to', 'State the teams somebody belongs to; their tasks wait for him'],
  read: teamsOf,
  replace: replaceTeams,
};

function wordRoutes({ db }: AbsenceDeps, { name, summary, read, replace }: Words): Route[] {
  const common = { path: `${PEOPLE}/${name}`, tag, params: personParams, response: wordsSchema } as const;
  return [
    route({
      ...common,
      method: 'get',
      summary: summary[0],
      access: 'people:read',
      async handle({ tenants, params }) {
        const person = await personOrNotFound(db, tenants, params.id);
        return { items: await read(db, person.id), nextCursor: null };
      },
    }),
    route({
      ...common,
      method: 'put',
      summary: summary[1],
      access: MANAGE,
      body: wordsBody,
      async handle({ tenants, params, body, principal, log }) {
        const person = await personOrNotFound(db, tenants, params.id);
        await db.transaction((trx) => replace(trx, person.id, body.items));
        log.info({ by: principal.login, person: person.login, [name]: body.items }, `${name} changed`);
        return { items: await read(db, person.id), nextCursor: null };
      },
    }),
  ];
}
