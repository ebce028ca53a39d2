import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { SHARED } from '../db/definitions';
import { claimKey, requestHash } from '../db/idempotency';
import { changePool, insertPool, listPools, poolOf } from '../db/pool';
import { reservationsOf } from '../db/pool-reservation';
import { tenantExists } from '../db/tenant';
import { DomainError } from '../domain/errors';
import type { Pool } from '../domain/pool';
import { inScope, type TenantScope } from '../domain/principal';
import { cutPage, keyOfCursor } from './page';
import {
  changePoolBody,
  newPoolBody,
  poolPage,
  poolParams,
  poolQuery,
  poolSchema,
  reservationPage,
  reservationQuery,
} from './pool-schema';
import { type Call, type Route, route } from './route';

export interface PoolApiDeps {
  db: Knex;
  now(): Date;
}

const PATH = '/api/v1/pools';
const read = { tag: 'pool', access: 'pool:read' } as const;
const manage = { tag: 'pool', access: 'pool:manage' } as const;

/** Capacity pools: what there is, what is held, what is handed out (R6.7). */
export function poolRoutes(deps: PoolApiDeps): Route[] {
  return [listRoute(deps), createRoute(deps), readRoute(deps), changeRoute(deps), reservationsRoute(deps)];
}

/** The two parts of a cursor. @throws DomainError ValidationFailed */
export function pairOf(cursor: string | undefined, good: (first: string, second: string) => boolean) {
  const key = keyOfCursor(cursor);
  if (key === undefined) return undefined;
  const [first = '', second = ''] = key.split(' ');
  if (good(first, second)) return [first, second] as const;
  throw new DomainError('ValidationFailed', 'The cursor is not one of ours.', [
    { path: 'query.cursor', message: 'must be the nextCursor of an earlier page' },
  ]);
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
export const instantAndId = (at: string, id: string): boolean => !Number.isNaN(Date.parse(at)) && UUID.test(id);

function listRoute({ db }: PoolApiDeps): Route {
  return route({
    ...read,
    method: 'get',
    path: PATH,
    summary: 'Capacity pools with what is free, reserved and allocated of each unit',
    query: poolQuery,
    response: poolPage,
    async handle({ tenants, query: { limit, cursor, ...filter } }) {
      const after = pairOf(cursor, (name, id) => name !== '' && UUID.test(id));
      const found = await listPools(db, tenants, filter, { limit: limit + 1, after });
      return cutPage(found, limit, (p) => `${p.name} ${p.id}`);
    },
  });
}

/** @throws DomainError NotFound */
async function visible(db: Knex, tenants: TenantScope, id: string): Promise<Pool> {
  const pool = await poolOf(db, tenants, id);
  if (pool) return pool;
  throw new DomainError('NotFound', `There is no pool ${id} that you may see.`);
}

function tagged(res: Call<unknown, unknown, unknown>['res'], pool: Pool): Pool {
  res.set('ETag', `"${pool.version}"`);
  return pool;
}

function readRoute({ db }: PoolApiDeps): Route {
  return route({
    ...read,
    method: 'get',
    path: `${PATH}/:id`,
    summary: 'One pool; its ETag goes into If-Match of a change',
    params: poolParams,
    response: poolSchema,
    handle: async ({ tenants, params, res }) => tagged(res, await visible(db, tenants, params.id)),
  });
}

/** A pool of every tenant belongs to who manages everywhere. @throws DomainError Forbidden, ValidationFailed */
async function checkTenant(db: Knex, tenants: TenantScope, tenantId: string): Promise<void> {
  if (tenantId === SHARED ? tenants !== 'all' : !inScope(tenants, tenantId))
    throw new DomainError('Forbidden', `You may not make pools of ${tenantId === SHARED ? 'every tenant' : tenantId}.`);
  if (tenantId !== SHARED && !(await tenantExists(db, tenantId)))
    throw new DomainError('ValidationFailed', 'There is no such tenant.', [
      { path: 'body.tenantId', message: `unknown tenant "${tenantId}"` },
    ]);
}

function createRoute({ db, now }: PoolApiDeps): Route {
  return route({
    ...manage,
    method: 'post',
    path: PATH,
    summary: 'Enter a pool',
    idempotency: 'accepted',
    body: newPoolBody,
    status: 201,
    response: poolSchema,
    errors: ['Conflict', 'IdempotencyKeyReused'],
    async handle({ body, principal, tenants, idempotencyKey, res, log }) {
      const tenantId = body.tenantId ?? (tenants === 'all' ? SHARED : principal.tenantId);
      await checkTenant(db, tenants, tenantId);
      const [at, by] = [now().toISOString(), principal.login];
      const id = await db.transaction(async (trx) => {
        const key = idempotencyKey ?? randomUUID();
        const hash = requestHash(`POST ${PATH}`, body);
        const owner = tenantId === SHARED ? principal.tenantId : tenantId;
        const claim = { tenantId: owner, principal: by, key, requestHash: hash, caseId: randomUUID(), now: at };
        const { caseId, fresh } = await claimKey(trx, claim);
        if (fresh) await insertPool(trx, { ...body, id: caseId, tenantId, at, by });
        return caseId;
      });
      log.info({ by, pool: id, name: body.name, tenantId }, 'pool entered');
      res.location(`${PATH}/${id}`);
      return tagged(res, await visible(db, tenants, id));
    },
  });
}

function changeRoute({ db, now }: PoolApiDeps): Route {
  return route({
    ...manage,
    method: 'patch',
    path: `${PATH}/:id`,
    summary: 'Change a pool; a total below what is taken is refused. With If-Match only what you have seen',
    params: poolParams,
    body: changePoolBody,
    response: poolSchema,
    errors: ['NotFound', 'Forbidden', 'PreconditionFailed'],
    async handle({ tenants, params, body, principal, req, res, log }) {
      const pool = await visible(db, tenants, params.id);
      if (pool.tenantId === SHARED && tenants !== 'all')
        throw new DomainError('Forbidden', 'A pool of every tenant is changed by who manages pools everywhere.');
      const [, version] = /^"(\d{1,9})"$/.exec(req.get('If-Match') ?? '') ?? [];
      if (version === undefined && ![undefined, '*'].includes(req.get('If-Match')))
        throw new DomainError('PreconditionFailed', 'If-Match must be the ETag of the pool, its version in quotes.');
      const expected = version === undefined ? {} : { expected: Number(version) };
      const cause = { at: now().toISOString(), by: principal.login, ...expected };
      await db.transaction((trx) => changePool(trx, pool, body, cause));
      log.info({ by: principal.login, pool: pool.id, change: body }, 'pool changed');
      return tagged(res, await visible(db, tenants, pool.id));
    },
  });
}

function reservationsRoute({ db }: PoolApiDeps): Route {
  return route({
    ...read,
    method: 'get',
    path: `${PATH}/:id/reservations`,
    summary: 'Who holds and has what of a pool, newest first; of your tenants only',
    params: poolParams,
    query: reservationQuery,
    response: reservationPage,
    async handle({ tenants, params, query: { limit, cursor, ...filter } }) {
      const pool = await visible(db, tenants, params.id);
      const before = pairOf(cursor, instantAndId);
      const found = await reservationsOf(db, tenants, pool.id, filter, { limit: limit + 1, before });
      return cutPage(found, limit, (r) => `${r.reservedAt} ${r.id}`);
    },
  });
}
