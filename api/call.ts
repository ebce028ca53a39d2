import { randomUUID } from 'node:crypto';
import {
  type CallCursor,
  type Caller,
  callersByName,
  callersByNumber,
  casesOfCallers,
  type LoggedCall,
  listCalls,
  logCall,
} from '../db/call';
import { claimKey, requestHash } from '../db/idempotency';
import { personOf } from '../db/person';
import { DomainError } from '../domain/errors';
import type { Person } from '../domain/person';
import { phoneSearch } from '../domain/phone';
import { inScope, tenantsWith } from '../domain/principal';
import { noteOnCase, openForCaller } from './call-case';
import { lineOf } from './call-line';
import { type CallBody, callBody, callerAnswer, callerQuery, callPage, callQuery, callSchema } from './call-schema';
import type { IncidentOpenDeps } from './incident-open';
import { cutPage, keyOfCursor } from './page';
import { type Call, type Route, route } from './route';

const PATH = '/api/v1/calls';
const common = { tag: 'call', access: 'call:log' } as const;
/** How many callers, cases of each and earlier calls are shown; the answer counts all. */
const CALLERS = 20;
const CASES = 10;
const CALLS = 5;

/** The telephone of the service desk (R2.1). */
export function callRoutes(deps: IncidentOpenDeps): Route[] {
  return [callerRoute(deps), listRoute(deps), logRoute(deps)];
}

function callerRoute({ db }: IncidentOpenDeps): Route {
  return route({
    ...common,
    method: 'get',
    path: `${PATH}/caller`,
    summary: 'Who may be calling, found by number while it is typed or by name, with his cases',
    query: callerQuery,
    response: callerAnswer,
    async handle({ principal, tenants, query: { number, name } }) {
      const search = number === undefined ? null : phoneSearch(number);
      const none = { callers: [] as Caller[], total: 0 };
      const byNumber = search === null ? none : await callersByNumber(db, tenants, search, CALLERS);
      const found = name === undefined ? byNumber : await callersByName(db, tenants, name, CALLERS);
      const logins = found.callers.map((c) => c.login);
      const cases = await casesOfCallers(db, tenantsWith(principal, 'incident:read'), logins, CASES);
      const exact = search?.exact ?? null;
      const calls = exact === null ? [] : await listCalls(db, tenants, { number: exact }, { limit: CALLS });
      const items = found.callers.map((c) => {
        const of = cases.get(c.login);
        return { ...c, cases: of?.cases ?? [], totalCases: of?.total ?? 0 };
      });
      return { number: exact, items, total: found.total, calls };
    },
  });
}

function listRoute({ db }: IncidentOpenDeps): Route {
  return route({
    ...common,
    method: 'get',
    path: PATH,
    summary: 'The log of calls, newest first',
    query: callQuery,
    response: callPage,
    async handle({ tenants, query: { limit, cursor, ...filter } }) {
      const rows = await listCalls(db, tenants, filter, { limit: limit + 1, after: positionOf(cursor) });
      return cutPage(rows, limit, (c) => `${c.startedAt} ${c.id}`);
    },
  });
}

function positionOf(cursor: string | undefined): CallCursor | undefined {
  const key = keyOfCursor(cursor);
  if (key === undefined) return undefined;
  const [, startedAt, id] = /^(\d{4}-\d\d-\d\dT[\d:.]+Z) ([0-9a-f-]{36})$/.exec(key) ?? [];
  if (startedAt !== undefined && id !== undefined) return { startedAt, id };
  throw new DomainError('ValidationFailed', 'The cursor is not one of ours.', [
    { path: 'query.cursor', message: 'must be the nextCursor of an earlier page' },
  ]);
}

function logRoute(deps: IncidentOpenDeps): Route {
  return route({
    ...common,
    method: 'post',
    path: PATH,
    summary: 'Log a call; its text opens a case, becomes a note of one, or stays a line in the log',
    idempotency: 'required',
    body: callBody,
    status: 201,
    response: callSchema,
    errors: ['IdempotencyKeyReused', 'InvalidTransition', 'EngineUnavailable'],
    handle: (call) => log(deps, call),
  });
}

/**
 * The case first, the log after it: whoever repeats the request after a lost answer meets the same case and the same
 * row, by keys made from the id of the call.
 */
async function log(deps: IncidentOpenDeps, call: Call<unknown, unknown, CallBody>): Promise<LoggedCall> {
  const { db } = deps;
  const { principal, tenants, body } = call;
  const caller = await callerOf(deps, call);
  const { caseId: id, fresh } = await claimKey(db, {
    tenantId: principal.tenantId,
    principal: principal.login,
    key: call.idempotencyKey ?? randomUUID(),
    requestHash: requestHash(`POST ${PATH}`, body),
    now: new Date().toISOString(),
    caseId: randomUUID(),
  });
  const before = fresh ? undefined : (await listCalls(db, tenants, { id }, { limit: 1 }))[0];
  if (before !== undefined) return before;
  const { caseId, tenantId } = await effectOf(deps, call, id, caller);
  const { number, startedAt, endedAt, result } = body;
  const row = { number, startedAt, endedAt, outcome: result.outcome, agent: principal.login, line: lineOf(body.text) };
  await logCall(db, { id, tenantId, caseId, caller: caller?.id ?? null, callerName: body.callerName ?? null, ...row });
  const [logged] = await listCalls(db, [tenantId], { id }, { limit: 1 });
  if (logged === undefined) throw new Error(`call ${id} is not in the log`);
  return logged;
}

/** What the call does to a case, and the tenant in whose log it stands. */
async function effectOf(
  deps: IncidentOpenDeps,
  call: Call<unknown, unknown, CallBody>,
  id: string,
  caller: Person | null,
): Promise<{ caseId: string | null; tenantId: string }> {
  const { body, tenants, principal } = call;
  if (body.result.outcome === 'noted') return noteOnCase(deps, call, id, body.result);
  if (body.result.outcome === 'opened') return openForCaller(deps, call, { id, caller, result: body.result });
  const home = caller?.tenantId ?? principal.tenantId;
  const first = tenants === 'all' ? home : (tenants[0] ?? home);
  return { caseId: null, tenantId: inScope(tenants, home) ? home : first };
}

async function callerOf(
  { db }: IncidentOpenDeps,
  { body, tenants }: Call<unknown, unknown, CallBody>,
): Promise<Person | null> {
  if (body.callerId === undefined) return null;
  const person = await personOf(db, tenants, body.callerId);
  if (person !== undefined) return person;
  throw new DomainError('ValidationFailed', 'The caller is unknown.', [
    { path: 'body.callerId', message: 'there is no such person that you may see' },
  ]);
}
