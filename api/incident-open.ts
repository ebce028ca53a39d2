import type { Knex } from 'knex';
import type { z } from 'zod';
import type { IncidentClient } from '../activities/incident-client';
import { claimKey } from '../db/idempotency';
import { incidentOf, nextIncidentId } from '../db/incident';
import { personOfLogin } from '../db/person';
import { DomainError } from '../domain/errors';
import type { IncidentPlan } from '../domain/incident-plan';
import type { IncidentView } from '../domain/incident-projection';
import { inScope, type Principal, type TenantScope, tenantsWith } from '../domain/principal';
import { engineCall } from './engine-errors';
import type { createBody } from './incident-schema';

/** What opening a case needs. */
export interface IncidentOpenDeps {
  db: Knex;
  incidents: IncidentClient;
  /** Newest published plan of a service, or null when the service is unknown. */
  currentIncidentPlan(tenantId: string, service: string): Promise<{ plan: IncidentPlan; planId: string } | null>;
  serviceNames(tenantId: string): Promise<string[]>;
}

/** Who opens a case, with what, and the intent's idempotency key. */
export interface OpeningRequest {
  principal: Principal;
  /** Where the principal may create. */
  tenants: TenantScope;
  body: z.infer<typeof createBody>;
  key: string;
  /** Of the request, see `requestHash`. */
  hash: Buffer;
  /** Put before the names of fields in errors: `body`, `body.result`. */
  path: string;
}

/**
 * Opens an incident, once for each key; a repeat finds the case that is there.
 * @returns the view, and whether its row is written already
 * @throws DomainError Forbidden, ValidationFailed (service, type, reporter), IdempotencyKeyReused, EngineUnavailable
 */
export async function openIncidentCase(
  deps: IncidentOpenDeps,
  request: OpeningRequest,
): Promise<{ view: IncidentView; projected: boolean }> {
  const { principal, tenants, body, path } = request;
  const { tenantId, reporter } = await forWhom(deps.db, request);
  if (!inScope(tenants, tenantId)) throw new DomainError('Forbidden', `You may not report for tenant ${tenantId}.`);
  const pinned =
    (await deps.currentIncidentPlan(tenantId, body.service)) ?? (await unknownService(deps, tenantId, request));
  checkType(pinned.plan, body.type, path);
  const { caseId, fresh } = await claimKey(deps.db, {
    tenantId,
    principal: principal.login,
    key: request.key,
    requestHash: request.hash,
    now: new Date().toISOString(),
    caseId: nextIncidentId(deps.db),
  });
  // A repeat of what has been answered before; the case may have ended meanwhile.
  const before = fresh ? null : await incidentOf(deps.db, [tenantId], caseId);
  if (before) return { view: before.view, projected: true };
  const { title, description, impact, urgency, service, type, channel } = body;
  const words = { title, description, impact, urgency, service, type, channel, source: channel };
  const enteredBy = reporter === principal.login ? undefined : principal.login;
  const opening = { ...words, ...pinned, reporter, enteredBy, id: caseId, number: Number(caseId.slice(4)), tenantId };
  return engineCall(() => deps.incidents.open(opening));
}

/** The tenant of the case and who counts as its reporter: the caller himself, or somebody he speaks for. */
async function forWhom(db: Knex, { principal, body, path }: OpeningRequest) {
  const named = body.reporter;
  if (named === undefined || named === principal.login)
    return { tenantId: body.tenantId ?? principal.tenantId, reporter: principal.login };
  const scope = tenantsWith(principal, 'incident:handle');
  if (scope !== 'all' && scope.length === 0)
    throw new DomainError('Forbidden', 'To report for somebody else you need incident:handle.');
  const person = await personOfLogin(db, scope, named);
  if (person?.active !== true)
    throw new DomainError('ValidationFailed', 'The reporter is unknown.', [
      { path: `${path}.reporter`, message: `there is no active person "${named}" for whom you may report` },
    ]);
  const tenantId = body.tenantId ?? person.tenantId;
  if (!inScope(scope, tenantId)) throw new DomainError('Forbidden', `You handle no incidents of tenant ${tenantId}.`);
  return { tenantId, reporter: person.login };
}

function checkType({ types = [] }: IncidentPlan, type: string | undefined, path: string): void {
  if (type === undefined || types.some((t) => t.name === type)) return;
  const allowed = types.map((t) => t.name);
  const message = allowed.length === 0 ? 'this service knows no types' : `unknown type "${type}"`;
  throw new DomainError('ValidationFailed', 'The type is not one of the process.', [
    { path: `${path}.type`, message, allowed },
  ]);
}

async function unknownService(
  deps: IncidentOpenDeps,
  tenantId: string,
  { body, path }: OpeningRequest,
): Promise<never> {
  throw new DomainError('ValidationFailed', 'The service is not in the catalogue.', [
    {
      path: `${path}.service`,
      message: `unknown service "${body.service}"`,
      allowed: await deps.serviceNames(tenantId),
    },
  ]);
}
