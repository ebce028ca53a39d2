import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import type { z } from 'zod';
import type { RequestClient } from '../activities/request-client';
import type { StoredRequest } from '../db/request';
import { DomainError } from '../domain/errors';
import type { Principal } from '../domain/principal';
import type { RequestCommand, RequestOp } from '../domain/request-command';
import { engineCall } from './engine-errors';
import { actionable, refuseStranger } from './request-access';
import { prepareRequestCommand } from './request-command-prepare';
import { requestBodies } from './request-commands';
import { requestParams, requestSchema } from './request-schema';
import { presentRequest } from './request-view';
import { type Route, route } from './route';

export interface RequestCommandDeps {
  db: Knex;
  requests: Pick<RequestClient, 'command'>;
  now(): Date;
}

/** One endpoint for each command (design §6). */
export function requestCommandRoutes(deps: RequestCommandDeps): Route[] {
  return (Object.keys(requestBodies) as RequestOp[]).map((op) =>
    route({
      method: 'post',
      path: `/api/v1/requests/:id/${op}`,
      tag: 'request',
      summary: `Command: ${op}`,
      access: ['request:handle', 'request:read-own'],
      idempotency: 'accepted',
      params: requestParams,
      body: requestBodies[op] as unknown as z.ZodType<Record<string, unknown>>,
      response: requestSchema,
      errors: ['InvalidTransition', 'EngineUnavailable'],
      async handle({ principal, params, body, idempotencyKey, res }) {
        const key = `${principal.login}:${op}:${idempotencyKey ?? randomUUID()}`;
        const answer = await carryOutRequest(deps, { principal, id: params.id, op, body, key });
        if (!answer.projected) res.status(202);
        return presentRequest(answer.view, principal);
      },
    }),
  );
}

/** A command that somebody wants to be carried out; `body` has passed the schema of its command. */
export interface RequestIntent {
  principal: Principal;
  id: string;
  op: RequestOp;
  body: Record<string, unknown>;
  key: string;
}

/**
 * Looks at permission and at what lies outside the case, then sends the command to it.
 * @throws DomainError NotFound, Forbidden, ValidationFailed, InvalidTransition, EngineUnavailable
 */
export async function carryOutRequest(deps: RequestCommandDeps, intent: RequestIntent) {
  const { principal, id, op, body, key } = intent;
  const found = await actionable(deps.db, principal, id);
  await refuseStranger(deps.db, principal, found.view, { op, body });
  const at = deps.now().toISOString();
  const prepared = await prepareRequestCommand(deps.db, { principal, found, op, body, at });
  const command = { ...prepared.fields, op, key, actor: principal.login } as RequestCommand;
  try {
    return await engineCall(() => deps.requests.command(id, command));
  } catch (error) {
    await prepared.undo?.();
    throw isNotFound(error) ? over(found, op) : error;
  }
}

const isNotFound = (e: unknown) => e instanceof DomainError && e.code === 'NotFound';

/** A workflow that has ended answers nothing: its case is final, and that is the reason to give. */
const over = ({ view }: StoredRequest, op: RequestOp): DomainError =>
  new DomainError('InvalidTransition', `${view.id} is ${view.endedAt ? view.state : 'over'}: ${op} is not possible.`);
