import type { Knex } from 'knex';
import { replaceSkills, skillsOf } from '../db/absence';
import { appendAdminEvents } from '../db/admin-event';
import { peopleChanged } from '../db/people-changed';
import { replaceTeams, teamsOf } from '../db/task-list';
import { knownTeams } from '../db/team';
import { DomainError, type FieldError } from '../domain/errors';
import type { Person } from '../domain/person';
import type { Permission } from '../domain/roles';
import { personParams, wordsBody, wordsSchema } from './absence-schema';
import { personEvent } from './person-audit';
import { personOrNotFound } from './person-change';
import { type Route, route } from './route';

interface WordDeps {
  db: Knex;
  now(): Date;
}

const MANAGE: readonly Permission[] = ['people:manage', 'oncall:manage'];

/** Skills and teams of people: what assignment knows of them beside their roles. */
export function personWordRoutes(deps: WordDeps): Route[] {
  return [...wordRoutes(deps, SKILLS), ...wordRoutes(deps, TEAMS)];
}

/** A list of words that stands beside a person and is changed as a whole. */
interface Words {
  name: 'skills' | 'teams';
  summary: [read: string, write: string];
  kind: 'skills_changed' | 'teams_changed';
  read(db: Knex, personId: string): Promise<string[]>;
  /** What speaks against a list; empty: nothing. */
  faults(db: Knex, person: Person, words: readonly string[]): Promise<FieldError[]>;
  replace(trx: Knex, personId: string, words: readonly string[]): Promise<void>;
}

const SKILLS: Words = {
  name: 'skills',
  summary: [
    'What somebody knows how to do',
    'State what somebody knows how to do; cases that need it may then be given to him',
  ],
  kind: 'skills_changed',
  read: skillsOf,
  faults: async () => [],
  replace: replaceSkills,
};
const TEAMS: Words = {
  name: 'teams',
  summary: ['Teams somebody belongs to', 'State the teams somebody belongs to; their tasks wait for him'],
  kind: 'teams_changed',
  read: teamsOf,
  faults: unknownTeams,
  replace: replaceTeams,
};

/** Teams that exist for the tenant, or to which he belongs already. */
async function unknownTeams(db: Knex, person: Person, names: readonly string[]): Promise<FieldError[]> {
  const known = await knownTeams(db, person.tenantId, names);
  return names.flatMap((team, i) =>
    known.has(team) || person.teams.includes(team)
      ? []
      : [{ path: `body.items.${i}`, message: `there is no team "${team}"; add it first` }],
  );
}

/** Replaces the words of a person, with the event that says so. */
async function replaceWords(
  { db, now }: WordDeps,
  { read, replace, faults, kind, name }: Words,
  { person, items, actor }: { person: Person; items: readonly string[]; actor: string },
): Promise<string[]> {
  const wrong = await faults(db, person, items);
  if (wrong.length > 0) throw new DomainError('ValidationFailed', 'Not accepted.', wrong);
  return db.transaction(async (trx) => {
    await trx('person').where({ id: person.id }).forUpdate().first('id');
    const before = await read(trx, person.id);
    await replace(trx, person.id, items);
    const after = await read(trx, person.id);
    const added = after.filter((word) => !before.includes(word));
    const removed = before.filter((word) => !after.includes(word));
    if (added.length + removed.length === 0) return after;
    if (name === 'teams') await peopleChanged(trx, { tenantId: person.tenantId, logins: [person.login] });
    await appendAdminEvents(trx, personEvent(person, kind, { actor, at: now().toISOString() }, { added, removed }));
    return after;
  });
}

function wordRoutes(deps: WordDeps, list: Words): Route[] {
  const { db } = deps;
  const { name, summary, read } = list;
  const common = {
    path: `/api/v1/people/:id/${name}`,
    tag: 'people',
    params: personParams,
    response: wordsSchema,
  } as const;
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
        const items = await replaceWords(deps, list, { person, items: body.items, actor: principal.login });
        log.info({ by: principal.login, person: person.login, [name]: items }, `${name} changed`);
        return { items, nextCursor: null };
      },
    }),
  ];
}
