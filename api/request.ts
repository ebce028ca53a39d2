import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import type { RequestClient } from '../activities/request-client';
import { submitRequest } from '../activities/request-opening-client';
import { visibleItem } from '../db/catalogue';
import { personOfLogin } from '../db/person';
import { listRequests, type RequestCursor, type RequestFilter } from '../db/request-list';
import { DomainError } from '../domain/errors';
import { inScope, type Principal, tenantsWith } from '../domain/principal';
import { engineCall } from './engine-errors';
import { cutPage, keyOfCursor, pageOf } from './page';
import { READ_REQUESTS, requestSight, visibleRequest } from './request-access';
import { type RequestCommandDeps, requestCommandRoutes } from './request-command';
import { requestDrawingRoute } from './request-drawing';
import { followed, tellReclassified } from './request-follow';
import { type RequestPartDeps, requestPartRoutes } from './request-parts';
import { type RequestQuery, requestBody, requestParams, requestQuery, requestSchema } from './request-schema';
import { triggerTrialRoute } from './request-trigger-trial';
import { presentRequest } from './request-view';
import { type Route, route } from './route';

export type RequestApiDeps = RequestPartDeps &
  RequestCommandDeps & { requests: Pick<RequestClient, 'open' | 'command'> };

/** Endpoints of requests (design §6). */
export function requestRoutes(deps: RequestApiDeps): Route[] {
  return [
    createRoute(deps),
    listRoute(deps.db),
    route({
      method: 'get',
      path: '/api/v1/requests/:id',
      tag: 'request',
      summary: 'One request',
      access: READ_REQUESTS,
      params: requestParams,
      response: requestSchema,
      handle: async ({ principal, params }) =>
        presentRequest((await visibleRequest(deps.db, principal, params.id)).view, principal),
    }),
    ...requestPartRoutes(deps),
    requestDrawingRoute(deps.db),
    triggerTrialRoute(deps.db),
    ...requestCommandRoutes(deps),
  ];
}

function createRoute(deps: RequestApiDeps): Route {
  return route({
    method: 'post',
    path: '/api/v1/requests',
    tag: 'request',
    summary: 'Submit a request, for yourself, for somebody (`beneficiary`) or in his name (`requester`)',
    access: 'request:create',
    idempotency: 'required',
    body: requestBody,
    status: 201,
    response: requestSchema,
    errors: ['IdempotencyKeyReused', 'EngineUnavailable'],
    async handle({ principal, body, idempotencyKey, res }) {
      const { requester, tenantId } = await whoAsks(deps.db, principal, body.requester);
      const beneficiary = await forWhom(deps.db, tenantId, requester, body.beneficiary);
      await visibleItem(deps.db, tenantId, requester, body.item);
      const before = await followed(deps.db, principal, tenantId, body.follows);
      const at = deps.now().toISOString();
      const answer = await engineCall(() =>
        submitRequest(deps, {
          ...{ tenantId, requester, beneficiary, item: body.item, data: body.data },
          ...(body.title !== undefined && { title: body.title }),
          ...(body.follows !== undefined && { follows: body.follows }),
          ...(requester !== principal.login && { enteredBy: principal.login }),
          attachments: body.attachments ?? [],
          channel: body.channel ?? 'portal',
          by: principal.login,
          key: idempotencyKey ?? randomUUID(),
          at,
        }),
      );
      if (before) await tellReclassified(deps.db, principal, before, { id: answer.view.id, at });
      res.location(`/api/v1/requests/${answer.view.id}`);
      if (!answer.projected) res.status(202);
      return presentRequest(answer.view, principal);
    },
  });
}

/** Who counts as the requester, and whose tenant the request is filed in. @throws DomainError Forbidden, ValidationFailed */
async function whoAsks(db: Knex, p: Principal, named: string | undefined) {
  if (named === undefined || named === p.login) {
    if (inScope(tenantsWith(p, 'request:create'), p.tenantId)) return { requester: p.login, tenantId: p.tenantId };
    throw new DomainError('Forbidden', `You may not ask for anything in tenant ${p.tenantId}.`);
  }
  const scope = tenantsWith(p, 'request:create-for');
  const person = scope === 'all' || scope.length > 0 ? await personOfLogin(db, scope, named) : undefined;
  if (person?.active) return { requester: person.login, tenantId: person.tenantId };
  if (scope !== 'all' && scope.length === 0)
    throw new DomainError('Forbidden', 'To ask in the name of somebody else you need request:create-for.');
  throw new DomainError('ValidationFailed', 'The requester is unknown.', [
    { path: 'body.requester', message: `there is no active person "${named}" in whose name you may ask` },
  ]);
}

async function forWhom(db: Knex, tenantId: string, requester: string, named: string | undefined): Promise<string> {
  if (named === undefined || named === requester) return requester;
  const person = await personOfLogin(db, [tenantId], named);
  if (person?.active) return person.login;
  throw new DomainError('ValidationFailed', 'It cannot be for this person.', [
    { path: 'body.beneficiary', message: `there is no active person "${named}" in the tenant of the requester` },
  ]);
}

function listRoute(db: Knex): Route {
  return route({
    method: 'get',
    path: '/api/v1/requests',
    tag: 'request',
    summary: 'Requests, newest first or by the next promise to fall due',
    access: READ_REQUESTS,
    query: requestQuery,
    response: pageOf(requestSchema),
    async handle({ principal, query }) {
      const { limit, sort } = query;
      const page = { sort, limit: limit + 1, ...afterOf(query.cursor) };
      const rows = await listRequests(db, requestSight(principal), filterOf(query, principal.login), page);
      const { items, nextCursor } = cutPage(rows, limit, (r) => r.place.join(' '));
      return { items: items.map((r) => presentRequest(r.view, principal)), nextCursor };
    },
  });
}

function filterOf(q: RequestQuery, login: string): RequestFilter {
  const { item, team, tenant, requester, state: states } = q;
  const waitingFor = q.waitingFor === 'me' ? login : q.waitingFor;
  return {
    ...Object.fromEntries(
      Object.entries({ item, team, tenant, requester, waitingFor, states, q: q.q }).filter(([, v]) => v !== undefined),
    ),
    ...(q.open !== undefined && { open: q.open === 'true' }),
    ...(q.mine && { mineOf: login }),
    ...(q.involved && { involvedOf: login }),
  };
}

function afterOf(cursor: string | undefined): { after?: RequestCursor } {
  const key = keyOfCursor(cursor);
  if (key === undefined) return {};
  const [due = '', number = ''] = key.split(' ');
  if ((due !== 'infinity' && Number.isNaN(Date.parse(due))) || !/^\d{1,15}$/.test(number))
    throw new DomainError('ValidationFailed', 'The cursor is not one of ours.', [
      { path: 'query.cursor', message: 'must be the nextCursor of an earlier page' },
    ]);
  return { after: [due, Number(number)] };
}
