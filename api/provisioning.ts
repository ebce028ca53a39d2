import type { Knex } from 'knex';
import type { Seal } from '../adapters/identity/seal';
import { type Completion, completeRun } from '../adapters/provisioning/complete';
import { callbackHash, openRuns, provisionerOfVersion, runBy, runInScope } from '../db/provisioning';
import { DomainError } from '../domain/errors';
import type { ProvisioningRun } from '../domain/provisioning';
import { cutPage } from './page';
import { instantAndId, pairOf } from './pool';
import {
  callbackBody,
  callbackParams,
  runDoneBody,
  runFailBody,
  runPage,
  runParams,
  runQuery,
  runSchema,
} from './provisioning-schema';
import { type Call, type Route, route } from './route';

export interface ProvisioningApiDeps {
  db: Knex;
  /** Null without CONTINUO_KEY. */
  seal: Seal | null;
  now(): Date;
}

const PATH = '/api/v1/provisioning-runs';
const work = { tag: 'provisioning', access: 'request:handle' } as const;

/** What people make for requests, and what targets tell us (R6.7). */
export function provisioningRoutes(deps: ProvisioningApiDeps): Route[] {
  return [listRoute(deps), readRoute(deps), doneRoute(deps), failRoute(deps), callbackRoute(deps)];
}

/** A run with the words of the definition it follows. */
async function present(db: Knex, run: ProvisioningRun) {
  const doc = await provisionerOfVersion(db, run.tenantId, run.provisioner);
  const named = { 'zh-CN': run.provisioner, en: run.provisioner };
  const { id, tenantId, caseId, step, operation, provisioner, manual, spec } = run;
  const { state, resource, details, reason, createdAt, endedAt, endedBy } = run;
  return {
    ...{ id, tenantId, caseId, step, operation, provisioner, manual, spec },
    ...{ state, resource, details, reason, createdAt, endedAt, endedBy },
    title: doc?.title ?? named,
    instructions: doc?.manual?.instructions ?? null,
    team: doc?.manual?.team ?? null,
  };
}

function listRoute({ db }: ProvisioningApiDeps): Route {
  return route({
    ...work,
    method: 'get',
    path: PATH,
    summary: 'What waits to be made or removed by people, oldest first',
    query: runQuery,
    response: runPage,
    async handle({ tenants, query: { limit, cursor } }) {
      const found = await openRuns(db, tenants, { limit: limit + 1, after: pairOf(cursor, instantAndId) });
      const page = cutPage(found, limit, (r) => `${r.createdAt} ${r.id}`);
      return { ...page, items: await Promise.all(page.items.map((run) => present(db, run))) };
    },
  });
}

/** @throws DomainError NotFound */
async function visible(db: Knex, { tenants }: Pick<Call<unknown, unknown, unknown>, 'tenants'>, id: string) {
  const run = await runInScope(db, tenants, id);
  if (run) return run;
  throw new DomainError('NotFound', `There is no provisioning run ${id} that you may see.`);
}

function readRoute({ db }: ProvisioningApiDeps): Route {
  return route({
    ...work,
    method: 'get',
    path: `${PATH}/:id`,
    summary: 'One run',
    params: runParams,
    response: runSchema,
    handle: async (call) => present(db, await visible(db, call, call.params.id)),
  });
}

/** Ends a manual run. @throws DomainError InvalidTransition when it has ended otherwise */
async function endManual(
  deps: ProvisioningApiDeps,
  call: Pick<Call<unknown, unknown, unknown>, 'principal' | 'log'>,
  run: ProvisioningRun,
  completion: Completion,
) {
  if (!run.manual)
    throw new DomainError('InvalidTransition', 'A target does this one; it says itself when it is done.');
  const outcome = run.state === 'open' ? await completeRun(deps, run.id, completion) : { run, ended: false };
  const now = outcome?.run ?? run;
  const repeated = now.endedBy === call.principal.login && sameEnd(now, completion);
  if (outcome?.ended !== true && !repeated)
    throw new DomainError('InvalidTransition', `This run is ${now.state} already.`);
  if (outcome?.ended === true)
    call.log.info({ by: call.principal.login, run: run.id, case: run.caseId, state: now.state }, 'manual run ended');
  return present(deps.db, now);
}

function sameEnd(run: ProvisioningRun, completion: Completion): boolean {
  if (completion.state === 'failed') return run.state === 'failed' && run.reason === completion.reason;
  return run.operation === 'remove' ? run.state === 'removed' : run.resource === completion.resource;
}

function doneRoute(deps: ProvisioningApiDeps): Route {
  return route({
    ...work,
    method: 'post',
    path: `${PATH}/:id/done`,
    summary: 'Enter what was made; the request goes on',
    idempotency: 'accepted',
    params: runParams,
    body: runDoneBody,
    response: runSchema,
    errors: ['NotFound', 'InvalidTransition', 'Conflict'],
    async handle(call) {
      const run = await visible(deps.db, call, call.params.id);
      const { resource, details, secret = null } = call.body;
      if (run.operation === 'create' && resource === undefined)
        throw new DomainError('ValidationFailed', 'Not valid: body.resource.', [
          { path: 'body.resource', message: 'is required: the identifier of what was made' },
        ]);
      if (secret !== null && deps.seal === null)
        throw new DomainError('Conflict', 'The platform has no CONTINUO_KEY: it keeps no secret that it cannot seal.');
      const end = { at: deps.now().toISOString(), by: call.principal.login };
      return endManual(deps, call, run, { ...end, state: 'done', resource, details, secret });
    },
  });
}

function failRoute(deps: ProvisioningApiDeps): Route {
  return route({
    ...work,
    method: 'post',
    path: `${PATH}/:id/fail`,
    summary: 'It cannot be made: the request is told why, and people choose how it goes on',
    idempotency: 'accepted',
    params: runParams,
    body: runFailBody,
    response: runSchema,
    errors: ['NotFound', 'InvalidTransition'],
    async handle(call) {
      const run = await visible(deps.db, call, call.params.id);
      const end = { at: deps.now().toISOString(), by: call.principal.login };
      return endManual(deps, call, run, { ...end, state: 'failed', reason: call.body.reason });
    },
  });
}

function callbackRoute(deps: ProvisioningApiDeps): Route {
  return route({
    method: 'post',
    path: '/api/v1/provisioning-callbacks/:token',
    tag: 'provisioning',
    summary: 'A target says that what we asked for is done, or has failed; the token is good for that alone',
    access: 'public',
    params: callbackParams,
    body: callbackBody,
    status: 204,
    errors: ['NotFound'],
    async handle({ params: { token }, body, log }) {
      const run = await runBy(deps.db, { callback_hash: callbackHash(token) });
      if (!run) throw new DomainError('NotFound', 'This callback is not known.');
      const end = { at: deps.now().toISOString(), by: 'target' };
      const { state, resource, details, secret = null, reason = '' } = body;
      // What we have asked for has the name that its target gave it then.
      const named = run.resource ?? resource;
      if (state === 'done' && named === undefined)
        throw new DomainError('ValidationFailed', 'Not valid: body.resource.', [
          { path: 'body.resource', message: 'is required: nothing has named it before' },
        ]);
      const completion: Completion =
        state === 'done' ? { ...end, state, resource: named, details, secret } : { ...end, state, reason };
      const outcome = await completeRun(deps, run.id, completion);
      log.info({ run: run.id, case: run.caseId, state, ended: outcome?.ended }, 'told by a target');
    },
  });
}
