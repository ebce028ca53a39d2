import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { requestHash } from '../db/idempotency';
import { type IncidentCursor, listIncidents } from '../db/incident';
import { DomainError } from '../domain/errors';
import { commandRoutes } from './incident-command';
import { type IncidentOpenDeps, openIncidentCase } from './incident-open';
import { type IncidentPartDeps, incidentPartRoutes, READ, readable, visible } from './incident-parts';
import { createBody, incidentPage, incidentParams, incidentQuery, incidentSchema } from './incident-schema';
import { present } from './incident-view';
import { type Route, route } from './route';

export type IncidentApiDeps = IncidentPartDeps & IncidentOpenDeps;

/** Endpoints of incidents (design §6). */
export function incidentRoutes(deps: IncidentApiDeps): Route[] {
  return [listRoute(deps), createRoute(deps), readRoute(deps), ...incidentPartRoutes(deps), ...commandRoutes(deps)];
}

const encodeCursor = (c: IncidentCursor | null) => c && Buffer.from(JSON.stringify(c)).toString('base64url');
const cursorShape = z.object({ number: z.number(), dueAt: z.string().nullable() });

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

function listRoute({ db }: IncidentApiDeps): Route {
  return route({
    method: 'get',
    path: '/api/v1/incidents',
    tag: 'incident',
    summary: 'Incidents, newest first or by the next promise to fall due',
    access: READ,
    query: incidentQuery,
    response: incidentPage,
    async handle({ principal, query }) {
      const { scope, reporter } = readable(principal);
      const open = query.open === undefined ? null : query.open === 'true';
      const filter = { ...query, open, reporter, q: query.q || null };
      const page = { sort: query.sort, limit: query.limit, after: decodeCursor(query.cursor) };
      const { views, next } = await listIncidents(db, scope, filter, page);
      return { items: views.map((v) => present(v, principal)), nextCursor: encodeCursor(next) };
    },
  });
}

function createRoute(deps: IncidentApiDeps): Route {
  return route({
    method: 'post',
    path: '/api/v1/incidents',
    tag: 'incident',
    summary: 'Report an incident, for yourself or on behalf of somebody (`reporter`, with incident:handle)',
    access: 'incident:create',
    idempotency: 'required',
    body: createBody,
    status: 201,
    response: incidentSchema,
    errors: ['IdempotencyKeyReused', 'EngineUnavailable'],
    async handle({ principal, tenants, body, idempotencyKey, res }) {
      const key = idempotencyKey ?? randomUUID();
      const hash = requestHash('POST /api/v1/incidents', body);
      const { view, projected } = await openIncidentCase(deps, { principal, tenants, body, key, hash, path: 'body' });
      res.location(`/api/v1/incidents/${view.id}`);
      if (!projected) res.status(202);
      return present(view, principal);
    },
  });
}

function readRoute({ db }: IncidentApiDeps): Route {
  return route({
    method: 'get',
    path: '/api/v1/incidents/:id',
    tag: 'incident',
    summary: 'One incident',
    access: READ,
    params: incidentParams,
    response: incidentSchema,
    async handle(call) {
      return present((await visible(db, call)).view, call.principal);
    },
  });
}
