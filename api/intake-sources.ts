import type { Knex } from 'knex';
import { changeSource, createSource, listSources, revokeSource, rotateSource } from '../db/intake-source';
import type { SeverityMap } from '../domain/alert';
import { DomainError } from '../domain/errors';
import { inScope } from '../domain/principal';
import { sourceBody, sourceChange, sourceList, sourceParams, sourceSchema, sourceWithToken } from './intake-schema';
import { type Route, route } from './route';

export interface IntakeSourceDeps {
  db: Knex;
  /** Published services of a tenant. */
  serviceNames(tenantId: string): Promise<string[]>;
}

const PATH = '/api/v1/intake/sources';
const common = { tag: 'intake', access: 'intake:manage' } as const;

/** Endpoints for those who connect monitoring: sources and their tokens. */
export function intakeSourceRoutes(deps: IntakeSourceDeps): Route[] {
  const { db } = deps;
  return [
    route({
      ...common,
      method: 'get',
      path: PATH,
      summary: 'Intake sources, revoked ones included',
      response: sourceList,
      handle: async ({ tenants }) => ({ items: await listSources(db, tenants), nextCursor: null }),
    }),
    createRoute(deps),
    changeRoute(deps),
    route({
      ...common,
      method: 'post',
      path: `${PATH}/:id/rotate`,
      summary: 'Replace the token of a source; the old one ends at once',
      params: sourceParams,
      response: sourceWithToken,
      errors: ['NotFound'],
      handle: ({ tenants, params }) => rotateSource(db, tenants, params.id),
    }),
    route({
      ...common,
      method: 'delete',
      path: `${PATH}/:id`,
      summary: 'Revoke a source; what it delivered stays',
      params: sourceParams,
      status: 204,
      errors: ['NotFound'],
      handle: ({ tenants, params }) => revokeSource(db, tenants, params.id),
    }),
  ];
}

function createRoute({ db, serviceNames }: IntakeSourceDeps): Route {
  return route({
    ...common,
    method: 'post',
    path: PATH,
    summary: 'Create a source; answers with its token, this once',
    body: sourceBody,
    status: 201,
    response: sourceWithToken,
    errors: ['Conflict'],
    async handle({ principal, tenants, body }) {
      const tenantId = body.tenantId ?? principal.tenantId;
      if (!inScope(tenants, tenantId))
        throw new DomainError('Forbidden', `You may not manage intake of tenant ${tenantId}.`);
      await requireService(serviceNames, tenantId, body.service);
      return createSource(db, { ...body, tenantId, severityMap: lowered(body.severityMap) });
    },
  });
}

/** Words are compared in lower case. */
const lowered = (map: SeverityMap): SeverityMap =>
  Object.fromEntries(Object.entries(map).map(([word, meaning]) => [word.trim().toLowerCase(), meaning]));

/** @throws DomainError ValidationFailed for a service that is not published */
async function requireService(
  serviceNames: IntakeSourceDeps['serviceNames'],
  tenantId: string,
  service: string,
): Promise<void> {
  const allowed = await serviceNames(tenantId);
  if (allowed.includes(service)) return;
  throw new DomainError('ValidationFailed', 'The service is not in the catalogue.', [
    { path: 'body.service', message: `unknown service "${service}"`, allowed },
  ]);
}

function changeRoute({ db, serviceNames }: IntakeSourceDeps): Route {
  return route({
    ...common,
    method: 'patch',
    path: `${PATH}/:id`,
    summary: 'Change how the pushes of a source are read; what waits is read anew',
    params: sourceParams,
    body: sourceChange,
    response: sourceSchema,
    errors: ['NotFound', 'Conflict'],
    async handle({ tenants, params, body, principal, log }) {
      const found = (await listSources(db, tenants)).find(({ id }) => id === params.id);
      if (found && body.service !== undefined) await requireService(serviceNames, found.tenantId, body.service);
      const map = body.severityMap === undefined ? {} : { severityMap: lowered(body.severityMap) };
      const source = await db.transaction((trx) => changeSource(trx, tenants, params.id, { ...body, ...map }));
      log.info({ by: principal.login, source: source.id }, 'intake source changed');
      return source;
    },
  });
}
