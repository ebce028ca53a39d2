import { faultyInputOf, listFaultyInputs, replayInput, retryInput } from '../db/inbox';
import { clean } from '../domain/alert-normalise';
import { DomainError } from '../domain/errors';
import type { IntakeApiDeps } from './intake';
import { checkText } from './intake-check';
import { acceptedAnswer, faultyInput, faultyPage, faultyQuery, inputParams, replayBody } from './intake-schema';
import { intakeSourceFinder } from './intake-source-finder';
import { type Call, type Route, route } from './route';

const PATH = '/api/v1/intake/rejected';
const common = { tag: 'intake', access: 'intake:manage' } as const;

/** What could not be taken or processed: kept as it came, to be understood, corrected and sent again. */
export function intakeRejectedRoutes(deps: IntakeApiDeps): Route[] {
  return [listRoute(deps), readRoute(deps), retryRoute(deps), replayRoute(deps)];
}

function listRoute({ db }: IntakeApiDeps): Route {
  return route({
    ...common,
    method: 'get',
    path: PATH,
    summary: 'Input that was refused or could not be processed, newest first',
    query: faultyQuery,
    response: faultyPage,
    async handle({ tenants, query }) {
      const { limit, cursor, state } = query;
      const page = { limit: limit + 1, before: cursor === undefined ? null : Number(cursor), state };
      const found = await listFaultyInputs(db, tenants, page);
      const items = found.slice(0, limit);
      return { items, nextCursor: found.length > limit ? (items.at(-1)?.id ?? null) : null };
    },
  });
}

/** @throws DomainError NotFound */
async function inputOf(
  { db }: IntakeApiDeps,
  { tenants }: Pick<Call<unknown, unknown, unknown>, 'tenants'>,
  id: string,
) {
  const found = await faultyInputOf(db, tenants, Number(id));
  if (found) return found;
  throw new DomainError('NotFound', `There is no refused or dead input ${id} that you may see.`);
}

function readRoute(deps: IntakeApiDeps): Route {
  return route({
    ...common,
    method: 'get',
    path: `${PATH}/:id`,
    summary: 'One input that was refused or could not be processed: the raw body and every error',
    params: inputParams,
    response: faultyInput,
    errors: ['NotFound'],
    handle: (call) => inputOf(deps, call, call.params.id),
  });
}

function retryRoute({ db }: IntakeApiDeps): Route {
  return route({
    ...common,
    method: 'post',
    path: `${PATH}/:id/retry`,
    summary: 'Process input again that was accepted and is dead',
    params: inputParams,
    status: 204,
    errors: ['NotFound'],
    async handle({ tenants, params }) {
      if (await retryInput(db, tenants, Number(params.id))) return;
      throw new DomainError('NotFound', `There is no dead input ${params.id}; refused input is to be sent again.`);
    },
  });
}

function replayRoute(deps: IntakeApiDeps): Route {
  const { db } = deps;
  const finder = intakeSourceFinder(deps);
  return route({
    ...common,
    method: 'post',
    path: `${PATH}/:id/replay`,
    summary: 'Hand an input in again, as it was or corrected; the original stays and is linked',
    params: inputParams,
    body: replayBody,
    status: 202,
    response: acceptedAnswer,
    errors: ['NotFound'],
    async handle(call) {
      const original = await inputOf(deps, call, call.params.id);
      const { tenantId, sourceId, kind, id } = original;
      const body = call.body.body ?? original.body;
      const outcome = await checkText(finder, kind, body, tenantId);
      if ('errors' in outcome) {
        const errors = outcome.errors.map((e) => ({ ...e, path: clean(e.path), message: clean(e.message) }));
        throw new DomainError('ValidationFailed', `Not accepted; input ${id} stays as it is.`, errors);
      }
      const input = { tenantId, sourceId, kind, body };
      const inboxId = await db.transaction((trx) => replayInput(trx, input, Number(id)));
      call.log.info({ by: call.principal.login, input: id, replay: inboxId }, 'rejected input replayed');
      return { accepted: outcome.accepted, inboxId: String(inboxId) };
    },
  });
}
