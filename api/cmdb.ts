import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import type { Cmdb } from '../adapters/cmdb/index';
import { claimKey, requestHash } from '../db/idempotency';
import { knownLogins } from '../db/person';
import { tenantExists } from '../db/tenant';
import type { Ci, CiCause } from '../domain/cmdb';
import { DomainError } from '../domain/errors';
import { inScope, tenantsWith } from '../domain/principal';
import {
  changeCiBody,
  ciPage,
  ciParams,
  ciQuery,
  ciRevisionPage,
  ciSchema,
  ciTypePage,
  newCiBody,
  restoreCiBody,
  retireCiBody,
} from './cmdb-schema';
import { cutPage, keyOfCursor, pageQuery } from './page';
import { type Call, type Route, route } from './route';

export interface CmdbApiDeps {
  db: Knex;
  cmdb: Cmdb;
  now(): Date;
}

const PATH = '/api/v1/cis';
const read = { tag: 'cmdb', access: 'cmdb:read' } as const;
const write = { tag: 'cmdb', access: 'cmdb:write' } as const;
const CHANGE_ERRORS = ['NotFound', 'Conflict', 'PreconditionFailed'];
type AnyCall = Call<unknown, unknown, unknown>;

/** Configuration items: what there is, whose it is, and what it was before (R6.6). */
export function cmdbRoutes(deps: CmdbApiDeps): Route[] {
  return [
    typesRoute(deps),
    listRoute(deps),
    createRoute(deps),
    readRoute(deps),
    revisionsRoute(deps),
    changeRoute(deps),
    retireRoute(deps),
    restoreRoute(deps),
  ];
}

function typesRoute({ cmdb }: CmdbApiDeps): Route {
  return route({
    ...read,
    method: 'get',
    path: '/api/v1/ci-types',
    summary: 'Types of configuration items with the JSON Schema of their attributes',
    response: ciTypePage,
    handle: async () => ({ items: await cmdb.types(), nextCursor: null }),
  });
}

/** A number that a cursor of ours stands for. @throws DomainError ValidationFailed */
function numberOf(cursor: string | undefined): number | undefined {
  const key = keyOfCursor(cursor);
  if (key === undefined) return undefined;
  if (/^\d{1,15}$/.test(key)) return Number(key);
  throw new DomainError('ValidationFailed', 'The cursor is not one of ours.', [
    { path: 'query.cursor', message: 'must be the nextCursor of an earlier page' },
  ]);
}

function listRoute({ cmdb }: CmdbApiDeps): Route {
  return route({
    ...read,
    // Whoever asks for something for his application has to be able to name it.
    access: ['cmdb:read', 'request:read-own'],
    method: 'get',
    path: PATH,
    summary: 'Configuration items, newest first; without cmdb:read those that you own',
    query: ciQuery,
    response: ciPage,
    async handle({ principal, query: { limit, cursor, ...filter } }) {
      const all = tenantsWith(principal, 'cmdb:read');
      const readsAll = all === 'all' || all.length > 0;
      const scope = readsAll ? all : tenantsWith(principal, 'request:read-own');
      const seen = readsAll ? filter : { ...filter, owner: principal.login };
      const found = await cmdb.list(scope, seen, { limit: limit + 1, before: numberOf(cursor) });
      const page = cutPage(found, limit, (ci) => String(ci.number));
      return { ...page, items: page.items.map(({ number: _, ...ci }) => ci) };
    },
  });
}

function readRoute({ cmdb }: CmdbApiDeps): Route {
  return route({
    ...read,
    method: 'get',
    path: `${PATH}/:id`,
    summary: 'One configuration item; its ETag goes into If-Match of a change',
    params: ciParams,
    response: ciSchema,
    async handle({ tenants, params: { id }, res }) {
      const ci = await cmdb.read(tenants, id);
      if (!ci) throw missing(id);
      return tagged(res, ci);
    },
  });
}

const missing = (id: string) => new DomainError('NotFound', `There is no configuration item ${id} that you may see.`);

function tagged(res: AnyCall['res'], ci: Ci): Ci {
  res.set('ETag', `"${ci.revision}"`);
  return ci;
}

function revisionsRoute({ cmdb }: CmdbApiDeps): Route {
  return route({
    ...read,
    method: 'get',
    path: `${PATH}/:id/revisions`,
    summary: 'Every state it has had: who, when, why and for which case; newest first',
    params: ciParams,
    query: pageQuery,
    response: ciRevisionPage,
    async handle({ tenants, params: { id }, query: { limit, cursor } }) {
      const found = await cmdb.revisions(tenants, id, { limit: limit + 1, before: numberOf(cursor) });
      if (found.length === 0 && !(await cmdb.read(tenants, id))) throw missing(id);
      return cutPage(found, limit, (r) => String(r.revision));
    },
  });
}

/** Revision of `If-Match`; undefined without one. @throws DomainError PreconditionFailed for what is no revision */
function expectedOf({ req }: Pick<AnyCall, 'req'>): number | undefined {
  const header = req.get('If-Match');
  if (header === undefined || header === '*') return undefined;
  const [, revision] = /^"(\d{1,9})"$/.exec(header) ?? [];
  if (revision === undefined)
    throw new DomainError('PreconditionFailed', 'If-Match must be the ETag of the item, its revision in quotes.');
  return Number(revision);
}

function causeOf({ now }: CmdbApiDeps, call: AnyCall, reason: string | undefined): CiCause {
  const { idempotencyKey, principal } = call;
  const key = idempotencyKey === null ? randomUUID() : `${principal.tenantId}/${principal.login}/${idempotencyKey}`;
  return { key: `api:${key}`, by: principal.login, at: now().toISOString(), reason: reason ?? null, caseId: null };
}

/** What the CMDB refuses about attributes is a field of the body. */
async function inBody<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== 'ValidationFailed') throw error;
    const errors = error.errors.map((e) => ({ ...e, path: `body.${e.path}` }));
    throw new DomainError('ValidationFailed', error.message, errors);
  }
}

/** @throws DomainError ValidationFailed */
async function checkOwner(db: Knex, tenantId: string, owner: string): Promise<void> {
  if ((await knownLogins(db, tenantId, [owner])).has(owner)) return;
  throw new DomainError('ValidationFailed', 'Nobody has this login.', [
    { path: 'body.owner', message: `unknown login "${owner}"` },
  ]);
}

function createRoute(deps: CmdbApiDeps): Route {
  const { db, cmdb, now } = deps;
  return route({
    ...write,
    method: 'post',
    path: PATH,
    summary: 'Enter a configuration item',
    idempotency: 'accepted',
    body: newCiBody,
    status: 201,
    response: ciSchema,
    errors: ['IdempotencyKeyReused'],
    async handle(call) {
      const { body, principal, tenants, res, idempotencyKey } = call;
      const { reason, ...said } = body;
      const tenantId = said.tenantId ?? principal.tenantId;
      if (!inScope(tenants, tenantId))
        throw new DomainError('Forbidden', `You may not enter configuration items of tenant ${tenantId}.`);
      if (!(await tenantExists(db, tenantId)))
        throw new DomainError('ValidationFailed', 'There is no such tenant.', [
          { path: 'body.tenantId', message: `unknown tenant "${tenantId}"` },
        ]);
      if (said.owner !== undefined) await checkOwner(db, tenantId, said.owner);
      const claim = {
        tenantId,
        principal: principal.login,
        key: idempotencyKey ?? randomUUID(),
        requestHash: requestHash(`POST ${PATH}`, body),
        caseId: randomUUID(),
        now: now().toISOString(),
      };
      const { caseId: key } = await claimKey(db, claim);
      const cause = { ...causeOf(deps, call, reason), key: `api:${key}` };
      const ci = await inBody(cmdb.record({ ...said, tenantId, owner: said.owner ?? principal.login }, cause));
      call.log.info({ by: principal.login, ci: ci.id }, 'configuration item entered');
      res.location(`${PATH}/${ci.id}`);
      return tagged(res, ci);
    },
  });
}

function changeRoute(deps: CmdbApiDeps): Route {
  return route({
    ...write,
    method: 'patch',
    path: `${PATH}/:id`,
    summary: 'Change a configuration item; with If-Match only what you have seen',
    params: ciParams,
    body: changeCiBody,
    response: ciSchema,
    errors: CHANGE_ERRORS,
    async handle(call) {
      const { tenants, params, body, res } = call;
      const { reason, ...change } = body;
      const before = await deps.cmdb.read(tenants, params.id);
      if (!before) throw missing(params.id);
      if (change.owner !== undefined) await checkOwner(deps.db, before.tenantId, change.owner);
      const cause = causeOf(deps, call, reason);
      return tagged(res, await inBody(deps.cmdb.change(tenants, params.id, change, cause, expectedOf(call))));
    },
  });
}

function retireRoute(deps: CmdbApiDeps): Route {
  return route({
    ...write,
    method: 'post',
    path: `${PATH}/:id/retire`,
    summary: 'Take a configuration item out of use; its history stays',
    idempotency: 'accepted',
    params: ciParams,
    body: retireCiBody,
    response: ciSchema,
    errors: CHANGE_ERRORS,
    async handle(call) {
      const { tenants, params, body, res } = call;
      return tagged(
        res,
        await deps.cmdb.retire(tenants, params.id, causeOf(deps, call, body.reason), expectedOf(call)),
      );
    },
  });
}

function restoreRoute(deps: CmdbApiDeps): Route {
  return route({
    ...write,
    method: 'post',
    path: `${PATH}/:id/restore`,
    summary: 'A further revision that says what an earlier one said',
    idempotency: 'accepted',
    params: ciParams,
    body: restoreCiBody,
    response: ciSchema,
    errors: CHANGE_ERRORS,
    async handle(call) {
      const { tenants, params, body, res } = call;
      const cause = causeOf(deps, call, body.reason);
      return tagged(res, await deps.cmdb.restore(tenants, params.id, body.revision, cause, expectedOf(call)));
    },
  });
}
