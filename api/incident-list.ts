import type { Knex } from 'knex';
import { z } from 'zod';
import type { IncidentFilter, IncidentSight } from '../db/incident-filter';
import { countIncidents, type IncidentCursor, listIncidents } from '../db/incident-list';
import { DomainError } from '../domain/errors';
import type { Principal } from '../domain/principal';
import {
  type IncidentFilterQuery,
  incidentCountAnswer,
  incidentCountQuery,
  incidentPage,
  incidentQuery,
} from './incident-list-schema';
import { READ, readable } from './incident-parts';
import { hiddenInScope } from './incident-type';
import { present } from './incident-view';
import { type Route, route } from './route';

/** Counts of tabs stop here: "1000+" says enough. */
const MOST_COUNTED = 1_000;

/** Lists of incidents. Registered before the routes of one incident: `count` is no id. */
export function incidentListRoutes({ db }: { db: Knex }): Route[] {
  return [listRoute(db), countRoute(db)];
}

function listRoute(db: Knex): Route {
  return route({
    method: 'get',
    path: '/api/v1/incidents',
    tag: 'incident',
    summary:
      'Incidents, newest first or by the next promise to fall due; a page may be short and still have a next one',
    access: READ,
    query: incidentQuery,
    response: incidentPage,
    async handle({ principal, query: { sort, limit, cursor, ...query } }) {
      const filter = filterOf(query, principal, sort);
      const page = { sort, limit, after: decodeCursor(cursor) };
      const { views, next } = await listIncidents(db, await sightFor(db, principal, filter), filter, page);
      return { items: views.map((v) => present(v, principal)), nextCursor: encodeCursor(next) };
    },
  });
}

function countRoute(db: Knex): Route {
  return route({
    method: 'get',
    path: '/api/v1/incidents/count',
    tag: 'incident',
    summary: `How many incidents a filter lets through; counts up to ${MOST_COUNTED}`,
    access: READ,
    query: incidentCountQuery,
    response: incidentCountAnswer,
    async handle({ principal, query }) {
      const filter = filterOf(query, principal, 'dueAt');
      const counted = await countIncidents(db, await sightFor(db, principal, filter), filter, MOST_COUNTED);
      return counted ?? { count: null, more: false };
    },
  });
}

/** Filters by what requesters are not shown of their own cases (`incident-view.ts`): the answer would tell them. */
const INSIDE = ['supplier', 'assessing', 'parent'] as const;

/** @throws DomainError ValidationFailed for a filter that is not for the principal */
async function sightFor(db: Knex, p: Principal, filter: IncidentFilter): Promise<IncidentSight> {
  const sight = await sightOf(db, p);
  const refused = INSIDE.filter((name) => sight.own !== null && filter[name] !== null && String(filter[name]) !== '');
  if (refused.length === 0) return sight;
  const errors = refused.map((name) => ({ path: `query.${name}`, message: 'is for those who work on cases' }));
  throw new DomainError('ValidationFailed', 'You may not filter by that.', errors);
}

/** What a principal may see of the list (I10). */
export async function sightOf(db: Knex, p: Principal): Promise<IncidentSight> {
  const { scope, reporter } = readable(p);
  const types = await hiddenInScope(db, p, scope);
  return { scope, own: reporter, hidden: types.length > 0 ? { types, login: p.login } : null };
}

/**
 * The filter that parameters stand for, for the one who asks.
 * @throws DomainError ValidationFailed when `dueBefore` is asked for in another order than by promise
 */
export function filterOf(query: IncidentFilterQuery, p: Principal, sort: '-createdAt' | 'dueAt'): IncidentFilter {
  if (query.dueBefore !== undefined && sort !== 'dueAt')
    throw new DomainError('ValidationFailed', 'The filter cannot be used in this order.', [
      { path: 'query.dueBefore', message: 'needs sort=dueAt' },
    ]);
  const flag = (value: 'true' | 'false' | undefined) => (value === undefined ? null : value === 'true');
  const person = (login: string) => (login === '@me' ? p.login : login);
  return {
    ...query,
    assignee: query.assignee.map(person),
    reporter: query.reporter.map(person),
    major: flag(query.major),
    assessing: flag(query.assessing),
    open: flag(query.open),
    createdFrom: query.createdFrom ?? null,
    createdTo: query.createdTo ?? null,
    dueBefore: query.dueBefore ?? null,
    q: query.q || null,
  };
}

const encodeCursor = (c: IncidentCursor | null) => c && Buffer.from(JSON.stringify(c)).toString('base64url');
const cursorShape = z.strictObject({ number: z.int(), dueAt: z.iso.datetime().nullable() });

function decodeCursor(text: string | undefined): IncidentCursor | null {
  if (text === undefined) return null;
  try {
    return cursorShape.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
  } catch {
    throw new DomainError('ValidationFailed', 'The cursor is not one of ours.', [
      { path: 'query.cursor', message: 'must be the nextCursor of an earlier page' },
    ]);
  }
}
