import type { Knex } from 'knex';
import {
  beat,
  changeHeartbeat,
  createHeartbeat,
  deleteHeartbeat,
  type Heartbeat,
  listHeartbeats,
  rotateHeartbeat,
} from '../db/heartbeat';
import { parseWallSeconds } from '../domain/duration';
import { DomainError } from '../domain/errors';
import { inScope } from '../domain/principal';
import {
  beatAnswer,
  beatParams,
  heartbeatBody,
  heartbeatChange,
  heartbeatList,
  heartbeatParams,
  heartbeatSchema,
  heartbeatWithKey,
} from './heartbeat-schema';
import { type Route, route } from './route';

export interface HeartbeatDeps {
  db: Knex;
  now(): Date;
  /** Published services of a tenant. */
  serviceNames(tenantId: string): Promise<string[]>;
}

const PATH = '/api/v1/heartbeats';
const BEAT = '/api/v1/intake/heartbeats';
const common = { tag: 'heartbeats', access: 'intake:manage' } as const;

/** Heartbeats: what has to report again and again, and the calls by which it does. */
export function heartbeatRoutes(deps: HeartbeatDeps): Route[] {
  const { db, now } = deps;
  return [
    route({
      ...common,
      method: 'get',
      path: PATH,
      summary: 'Heartbeats and when they were heard last',
      response: heartbeatList,
      handle: async ({ tenants }) => ({ items: await listHeartbeats(db, tenants), nextCursor: null }),
    }),
    createRoute(deps),
    changeRoute(deps),
    route({
      ...common,
      method: 'post',
      path: `${PATH}/:id/rotate`,
      summary: 'Replace the key of a heartbeat; the old one ends at once',
      params: heartbeatParams,
      response: heartbeatWithKey,
      errors: ['NotFound'],
      handle: async ({ tenants, params }) =>
        withPath(await db.transaction((trx) => rotateHeartbeat(trx, tenants, params.id))),
    }),
    route({
      ...common,
      method: 'delete',
      path: `${PATH}/:id`,
      summary: 'Delete a heartbeat; its alert is over with it',
      params: heartbeatParams,
      status: 204,
      errors: ['NotFound'],
      handle: ({ tenants, params }) =>
        db.transaction((trx) => deleteHeartbeat(trx, tenants, params.id, now().getTime())),
    }),
    beatRoute(deps, 'post'),
    beatRoute(deps, 'get'),
  ];
}

const withPath = (made: { heartbeat: Heartbeat; key: string }) => ({ ...made, path: `${BEAT}/${made.key}` });

/** @throws DomainError ValidationFailed for a service that is not published */
async function requireService(deps: HeartbeatDeps, tenantId: string, service: string): Promise<void> {
  const allowed = await deps.serviceNames(tenantId);
  if (allowed.includes(service)) return;
  throw new DomainError('ValidationFailed', 'The service is not in the catalogue.', [
    { path: 'body.service', message: `unknown service "${service}"`, allowed },
  ]);
}

function createRoute(deps: HeartbeatDeps): Route {
  const { db, now } = deps;
  return route({
    ...common,
    method: 'post',
    path: PATH,
    summary: 'Expect reports again and again; answers with the secret key, this once',
    body: heartbeatBody,
    status: 201,
    response: heartbeatWithKey,
    errors: ['Conflict'],
    async handle({ principal, tenants, body }) {
      const { tenantId = principal.tenantId, name, service, severity } = body;
      if (!inScope(tenants, tenantId))
        throw new DomainError('Forbidden', `You may not manage intake of tenant ${tenantId}.`);
      await requireService(deps, tenantId, service);
      const [intervalSeconds, graceSeconds] = [parseWallSeconds(body.interval), parseWallSeconds(body.grace)];
      const settings = { name, service, severity, intervalSeconds, graceSeconds };
      return withPath(await createHeartbeat(db, tenantId, settings, now().getTime()));
    },
  });
}

function changeRoute(deps: HeartbeatDeps): Route {
  const { db } = deps;
  return route({
    ...common,
    method: 'patch',
    path: `${PATH}/:id`,
    summary: 'Change a heartbeat; a new interval counts from its last beat',
    params: heartbeatParams,
    body: heartbeatChange,
    response: heartbeatSchema,
    errors: ['NotFound', 'Conflict'],
    async handle({ tenants, params, body }) {
      const { interval, grace, ...rest } = body;
      const found = (await listHeartbeats(db, tenants)).find(({ id }) => id === params.id);
      if (found && rest.service !== undefined) await requireService(deps, found.tenantId, rest.service);
      const settings = {
        ...rest,
        ...(interval === undefined ? {} : { intervalSeconds: parseWallSeconds(interval) }),
        ...(grace === undefined ? {} : { graceSeconds: parseWallSeconds(grace) }),
      };
      return db.transaction((trx) => changeHeartbeat(trx, tenants, params.id, settings));
    },
  });
}

/** The key in the path is the secret: whoever has it may beat, and learns nothing else. GET for `curl` in a crontab. */
function beatRoute({ db, now }: HeartbeatDeps, method: 'get' | 'post'): Route {
  return route({
    tag: 'heartbeats',
    access: 'public',
    method,
    path: `${BEAT}/:key`,
    summary: 'Report: I am alive',
    params: beatParams,
    response: beatAnswer,
    errors: ['NotFound'],
    async handle({ params }) {
      const heard = await beat(db, params.key, now().getTime());
      if (heard?.dueAt) return { name: heard.name, nextBy: heard.dueAt };
      throw new DomainError('NotFound', 'There is no heartbeat with this key.');
    },
  });
}
