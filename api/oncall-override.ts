import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import type { z } from 'zod';
import { reachableByLogin } from '../db/contact';
import { currentSchedules } from '../db/definitions';
import { claimKey, requestHash } from '../db/idempotency';
import { deleteOverride, insertOverride, namesOf, type OverrideRecord, overrideOf, overridesOf } from '../db/oncall';
import { DomainError } from '../domain/errors';
import type { Schedule } from '../domain/oncall';
import { inScope } from '../domain/principal';
import {
  overrideBody,
  overrideParams,
  overrideSchema,
  rangeQuery,
  scheduleParams,
  schedulesQuery,
  whole,
} from './oncall-schema';
import { type Call, type Route, route } from './route';

export const PATH = '/api/v1/oncall';
const manage = { tag: 'oncall', access: 'oncall:manage' } as const;
const iso = (ms: number) => new Date(ms).toISOString();

export interface OnCallDeps {
  db: Knex;
  /** What "now" is on a screen; no case is decided by it (I13). */
  now?(): Date;
}

/** Stand-ins and swaps: live data beside the published rotation. */
export function overrideRoutes(deps: OnCallDeps): Route[] {
  return [overridesRoute(deps), createRoute(deps), deleteRoute(deps)];
}

type Asked = Pick<Call<unknown, { tenantId?: string }, unknown>, 'principal' | 'tenants' | 'query'>;

/** The tenant asked for. @throws DomainError NotFound when the caller may not see it */
export function tenantOf({ principal, tenants, query }: Asked): string {
  const tenantId = query.tenantId ?? principal.tenantId;
  if (!inScope(tenants, tenantId))
    throw new DomainError('NotFound', `There is no tenant ${tenantId} that you may see.`);
  return tenantId;
}

/** @throws DomainError NotFound */
export async function scheduleOf(db: Knex, tenantId: string, name: string): Promise<Schedule> {
  const found = (await currentSchedules(db, tenantId)).find((s) => s.id === name);
  if (!found) throw new DomainError('NotFound', `There is no schedule ${name}.`);
  return found;
}

function overridesRoute({ db }: OnCallDeps): Route {
  return route({
    ...manage,
    method: 'get',
    access: 'oncall:read',
    path: `${PATH}/schedules/:name/overrides`,
    summary: 'Stand-ins and swaps that reach into a stretch of time',
    params: scheduleParams,
    query: rangeQuery,
    response: whole(overrideSchema),
    errors: ['NotFound'],
    async handle(call) {
      const tenantId = tenantOf(call);
      const { id } = await scheduleOf(db, tenantId, call.params.name);
      return { items: await overridesOf(db, tenantId, id, call.query), nextCursor: null };
    },
  });
}

type OverrideCall = Call<z.infer<typeof scheduleParams>, z.infer<typeof schedulesQuery>, z.infer<typeof overrideBody>>;

function createRoute({ db, now }: OnCallDeps): Route {
  return route({
    ...manage,
    method: 'post',
    path: `${PATH}/schedules/:name/overrides`,
    summary: 'Let somebody stand in, or take over the time of one person (a swap)',
    idempotency: 'required',
    params: scheduleParams,
    query: schedulesQuery,
    body: overrideBody,
    status: 201,
    response: overrideSchema,
    errors: ['NotFound', 'Conflict', 'IdempotencyKeyReused'],
    async handle(call) {
      const tenantId = tenantOf(call);
      const { id: schedule } = await scheduleOf(db, tenantId, call.params.name);
      await assertPeople(db, call.body);
      const at = (now?.() ?? new Date()).toISOString();
      const made = await db.transaction((trx) => enterOnce(trx, call, tenantId, schedule, at));
      call.log.info({ by: call.principal.login, schedule, override: made.id }, 'schedule override entered');
      return made;
    },
  });
}

/** A page to somebody who does not exist or has left would reach nobody. */
async function assertPeople(db: Knex, { login, replaces }: z.infer<typeof overrideBody>): Promise<void> {
  const active = new Set((await reachableByLogin(db, [login])).map((p) => p.login));
  const known = await namesOf(db, replaces === undefined ? [] : [replaces]);
  const errors = [
    ...(active.has(login) ? [] : [{ path: 'body.login', message: `no active person has the login "${login}"` }]),
    ...(replaces === undefined || known.has(replaces)
      ? []
      : [{ path: 'body.replaces', message: `nobody has the login "${replaces}"` }]),
  ];
  if (errors.length > 0) throw new DomainError('ValidationFailed', 'The override names unknown people.', errors);
}

/** Enters the override, or finds the one an earlier request with this key has entered. */
async function enterOnce(
  trx: Knex,
  { principal, idempotencyKey, body }: OverrideCall,
  tenantId: string,
  schedule: string,
  at: string,
): Promise<OverrideRecord> {
  const { caseId: id, fresh } = await claimKey(trx, {
    tenantId,
    principal: principal.login,
    key: idempotencyKey ?? randomUUID(),
    requestHash: requestHash(`POST ${PATH}/schedules/${schedule}/overrides`, body),
    caseId: randomUUID(),
    now: at,
  });
  if (!fresh) {
    const before = await overrideOf(trx, tenantId, id);
    if (before) return before;
    throw new DomainError('Conflict', 'The override that this Idempotency-Key entered was taken back.');
  }
  const override: OverrideRecord = {
    id,
    schedule,
    from: iso(Date.parse(body.from)),
    to: iso(Date.parse(body.to)),
    login: body.login,
    replaces: body.replaces ?? null,
    createdAt: at,
    createdBy: principal.login,
  };
  await insertOverride(trx, tenantId, override);
  return override;
}

function deleteRoute({ db }: OnCallDeps): Route {
  return route({
    ...manage,
    method: 'delete',
    path: `${PATH}/schedules/:name/overrides/:id`,
    summary: 'Take an override back; the rota is again what it was without it',
    params: overrideParams,
    query: schedulesQuery,
    status: 204,
    errors: ['NotFound'],
    async handle(call) {
      const { name, id } = call.params;
      if (!(await deleteOverride(db, tenantOf(call), name, id)))
        throw new DomainError('NotFound', `There is no override ${id} of ${name}.`);
      call.log.info({ by: call.principal.login, schedule: name, override: id }, 'schedule override taken back');
      return undefined;
    },
  });
}
