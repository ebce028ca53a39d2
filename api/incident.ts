import { randomUUID } from 'node:crypto';
import { requestHash } from '../db/idempotency';
import { commandRoutes } from './incident-command';
import { type IncidentOpenDeps, openIncidentCase } from './incident-open';
import { type IncidentPartDeps, incidentPartRoutes, READ, visible } from './incident-parts';
import { createBody, incidentParams, incidentSchema } from './incident-schema';
import { present } from './incident-view';
import { type Route, route } from './route';

export type IncidentApiDeps = IncidentPartDeps & IncidentOpenDeps;

/** Endpoints of one incident (design §6); lists are in `incident-list.ts`. */
export function incidentRoutes(deps: IncidentApiDeps): Route[] {
  return [createRoute(deps), readRoute(deps), ...incidentPartRoutes(deps), ...commandRoutes(deps)];
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
