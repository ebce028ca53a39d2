import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import type { z } from 'zod';
import type { IncidentClient } from '../activities/incident-client';
import { lastCommandWas } from '../db/batch';
import { incidentOf } from '../db/incident';
import { DomainError } from '../domain/errors';
import type { IncidentCommand, IncidentOp } from '../domain/incident-command';
import type { IncidentView } from '../domain/incident-projection';
import { type Principal, rolesIn, type TenantScope, tenantsWith } from '../domain/principal';
import type { Permission } from '../domain/roles';
import { engineCall } from './engine-errors';
import { NAMES_NOTHING, prepareCommand } from './incident-command-prepare';
import { commandBodies } from './incident-commands';
import { incidentParams, incidentSchema } from './incident-schema';
import { refuseHiddenType } from './incident-type';
import { OWN_COMMANDS, present } from './incident-view';
import { type Route, route } from './route';

export interface IncidentCommandDeps {
  db: Knex;
  incidents: IncidentClient;
}

/** Commands that end a case or stop work on it by decision. */
const CLOSING: readonly IncidentOp[] = ['close', 'cancel', 'suspend'];

/** Permission that a command needs from whoever is not the reporter. */
export function permissionOf(op: IncidentOp): Permission {
  return CLOSING.includes(op) ? 'incident:close' : 'incident:handle';
}

/** One endpoint for each command (design §6). */
export function commandRoutes(deps: IncidentCommandDeps): Route[] {
  return (Object.keys(commandBodies) as IncidentOp[]).map((op) => commandRoute(deps, op));
}

function commandRoute(deps: IncidentCommandDeps, op: IncidentOp): Route {
  return route({
    method: 'post',
    path: `/api/v1/incidents/:id/${op}`,
    tag: 'incident',
    summary: OWN_COMMANDS.includes(op) ? `Command: ${op}; also for the reporter of the case` : `Command: ${op}`,
    access: OWN_COMMANDS.includes(op) ? [permissionOf(op), 'incident:read-own'] : permissionOf(op),
    idempotency: 'accepted',
    params: incidentParams,
    body: commandBodies[op] as z.ZodType<Record<string, unknown>>,
    response: incidentSchema,
    errors: ['InvalidTransition', 'EngineUnavailable'],
    async handle({ principal, params, body, idempotencyKey, res }) {
      const key = `${principal.login}:${op}:${idempotencyKey ?? randomUUID()}`;
      const answer = await carryOut(deps, { principal, id: params.id, op, body, key });
      if (!answer.projected) res.status(202);
      return present(answer.view, principal);
    },
  });
}

interface Intent {
  principal: Principal;
  id: string;
  op: IncidentOp;
  body: Record<string, unknown>;
  key: string;
}

async function carryOut(deps: IncidentCommandDeps, { principal, id, op, body, key }: Intent) {
  const scope = tenantsWith(principal, permissionOf(op));
  const look = () => seen(deps.db, principal, scope, id, op);
  // From an administrator of all tenants nothing is hidden: the engine says whether there is such a case.
  const anyCase = scope === 'all' && rolesIn(principal, '*').has('administrator');
  const found = anyCase && NAMES_NOTHING.includes(op) ? null : await look();
  if (found) await refuseHiddenType(deps.db, principal, found.view);
  const { attachments = [], ...fields } = fieldsOf(op, body);
  const c = { ...fields, op, key, actor: principal.login } as IncidentCommand;
  const attachmentIds = attachments as string[];
  const prepared = found ? await prepareCommand(deps, { principal, scope, found, command: c, attachmentIds }) : null;
  try {
    return await engineCall(() => deps.incidents.command(id, prepared?.command ?? c));
  } catch (e) {
    // It may be this very command that has ended the case, in an attempt whose answer was lost.
    if (isNotFound(e) && (await lastCommandWas(deps.db, id, key)))
      return { view: (await look()).view, projected: true };
    await prepared?.undo?.();
    return ended(e, async () => (found ?? (await look())).view, op);
  }
}

/** @throws DomainError NotFound: nobody learns of a case that he may not handle */
async function seen(db: Knex, principal: Principal, scope: TenantScope, id: string, op: IncidentOp) {
  const found = scope === 'all' || scope.length > 0 ? await incidentOf(db, scope, id) : null;
  if (found) return found;
  if (OWN_COMMANDS.includes(op)) {
    const own = await incidentOf(db, tenantsWith(principal, 'incident:read-own'), id);
    if (own?.view.reporter === principal.login) return own;
  }
  throw new DomainError('NotFound', `There is no incident ${id} that you may handle.`);
}

/** The fields of a command from its body: the nine facts are one field of it, instants are epoch ms. */
function fieldsOf(op: IncidentOp, body: Record<string, unknown>): Record<string, unknown> {
  if (op === 'submit-report') return { report: body };
  return typeof body.until === 'string' ? { ...body, until: Date.parse(body.until) } : body;
}

const isNotFound = (e: unknown) => e instanceof DomainError && e.code === 'NotFound';

/** A workflow that has ended answers nothing: its case is final, and that is the reason to give. */
async function ended(e: unknown, look: () => Promise<IncidentView>, op: IncidentOp): Promise<never> {
  if (!isNotFound(e)) throw e;
  const { id, closedAt, state } = await look();
  throw new DomainError('InvalidTransition', `${id} is ${closedAt ? state : 'ended'}: ${op} is not possible.`);
}
