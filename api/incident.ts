import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { IncidentClient } from '../activities/incident-client';
import { claimKey, requestHash } from '../db/idempotency';
import { type IncidentCursor, incidentOf, listIncidents, nextIncidentId } from '../db/incident';
import { DomainError } from '../domain/errors';
import type { IncidentCommand, IncidentOp, IncidentView } from '../domain/incident';
import type { IncidentPlan } from '../domain/incident-plan';
import { allowedOps } from '../domain/incident-rules';
import { inScope } from '../domain/principal';
import { engineCall } from './engine-errors';
import { type IncidentPartDeps, incidentPartRoutes, READ, readable, visible } from './incident-parts';
import {
  commandBodies,
  createBody,
  incidentPage,
  incidentParams,
  incidentQuery,
  incidentSchema,
} from './incident-schema';
import { type Route, route } from './route';

export interface IncidentApiDeps extends IncidentPartDeps {
  incidents: IncidentClient;
  /** Newest published plan of a service, or null when the service is unknown. */
  currentIncidentPlan(tenantId: string, service: string): Promise<{ plan: IncidentPlan; planId: string } | null>;
  serviceNames(tenantId: string): Promise<string[]>;
}

const present = (v: IncidentView) => ({ ...v, allowed: allowedOps(v.state) });

/** Endpoints of incidents (design §6). */
export function incidentRoutes(deps: IncidentApiDeps): Route[] {
  return [listRoute(deps), createRoute(deps), readRoute(deps), ...incidentPartRoutes(deps), ...commandRoutes(deps)];
}

const encodeCursor = (c: IncidentCursor | null) => c && Buffer.from(JSON.stringify(c)).toString('base64url');
const cursorShape = z.object({ number: z.number(), dueAt: z.string().nullable() });

function decodeCursor(text: string | undefined): IncidentCursor | null {
  if (text === undefined) return null;
  try {
    return cursorShape.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
  } catch {
    throw new DomainError('ValidationFailed', 'The cursor is not one of ours.', [
      { path: 'query.cursor', message: 'must be the nextCursor of an earlier page' },
    ]);
  }
}

function listRoute({ db }: IncidentApiDeps): Route {
  return route({
    method: 'get',
    path: '/api/v1/incidents',
    tag: 'incident',
    summary: 'Incidents, newest first or by the next promise to fall due',
    access: READ,
    query: incidentQuery,
    response: incidentPage,
    async handle({ principal, query }) {
      const { scope, reporter } = readable(principal);
      const open = query.open === undefined ? null : query.open === 'true';
      const filter = { ...query, open, reporter, q: query.q || null };
      const page = { sort: query.sort, limit: query.limit, after: decodeCursor(query.cursor) };
      const { views, next } = await listIncidents(db, scope, filter, page);
      return { items: views.map(present), nextCursor: encodeCursor(next) };
    },
  });
}

function createRoute(deps: IncidentApiDeps): Route {
  return route({
    method: 'post',
    path: '/api/v1/incidents',
    tag: 'incident',
    summary: 'Report an incident',
    access: 'incident:create',
    idempotency: 'required',
    body: createBody,
    status: 201,
    response: incidentSchema,
    errors: ['IdempotencyKeyReused', 'EngineUnavailable'],
    async handle({ principal, tenants, body, idempotencyKey, res }) {
      const tenantId = body.tenantId ?? principal.tenantId;
      if (!inScope(tenants, tenantId)) throw new DomainError('Forbidden', `You may not report for tenant ${tenantId}.`);
      const pinned =
        (await deps.currentIncidentPlan(tenantId, body.service)) ??
        (await unknownService(deps, tenantId, body.service));
      const { caseId, fresh } = await claimKey(deps.db, {
        tenantId,
        principal: principal.login,
        key: idempotencyKey ?? randomUUID(),
        requestHash: requestHash('POST /api/v1/incidents', body),
        now: new Date().toISOString(),
        caseId: nextIncidentId(deps.db),
      });
      res.location(`/api/v1/incidents/${caseId}`);
      // A repeat of what has been answered before; the case may have ended meanwhile.
      const before = fresh ? null : await incidentOf(deps.db, [tenantId], caseId);
      if (before) return present(before.view);
      const opening = { ...body, ...pinned, id: caseId, number: Number(caseId.slice(4)), tenantId };
      const answer = await engineCall(() =>
        deps.incidents.open({ ...opening, reporter: principal.login, source: 'portal' }),
      );
      if (!answer.projected) res.status(202);
      return present(answer.view);
    },
  });
}

async function unknownService(deps: IncidentApiDeps, tenantId: string, service: string): Promise<never> {
  throw new DomainError('ValidationFailed', 'The service is not in the catalogue.', [
    { path: 'body.service', message: `unknown service "${service}"`, allowed: await deps.serviceNames(tenantId) },
  ]);
}

function readRoute({ db }: IncidentApiDeps): Route {
  return route({
    method: 'get',
    path: '/api/v1/incidents/:id',
    tag: 'incident',
    summary: 'One incident',
    access: READ,
    params: incidentParams,
    response: incidentSchema,
    async handle(call) {
      return present((await visible(db, call)).view);
    },
  });
}

function commandRoutes(deps: IncidentApiDeps): Route[] {
  return (Object.keys(commandBodies) as IncidentOp[]).map((op) => commandRoute(deps, op));
}

const CLOSING: readonly IncidentOp[] = ['close', 'cancel'];

function commandRoute({ db, incidents }: IncidentApiDeps, op: IncidentOp): Route {
  return route({
    method: 'post',
    path: `/api/v1/incidents/:id/${op}`,
    tag: 'incident',
    summary: `Command: ${op}`,
    access: CLOSING.includes(op) ? 'incident:close' : 'incident:handle',
    idempotency: 'accepted',
    params: incidentParams,
    body: commandBodies[op] as z.ZodType<Record<string, unknown>>,
    response: incidentSchema,
    errors: ['InvalidTransition', 'EngineUnavailable'],
    async handle({ principal, tenants, params, body, idempotencyKey, res }) {
      const look = async () => {
        const found = await incidentOf(db, tenants, params.id);
        if (!found) throw new DomainError('NotFound', `There is no incident ${params.id} that you may handle.`);
        return found.view;
      };
      // Whoever works for every tenant may handle any case that there is: the engine says whether there is one.
      if (tenants !== 'all') await look();
      const key = `${principal.login}:${op}:${idempotencyKey ?? randomUUID()}`;
      const fields = typeof body.until === 'string' ? { ...body, until: Date.parse(body.until) } : body;
      const c = { ...fields, op, key, actor: principal.login } as IncidentCommand;
      const answer = await engineCall(() => incidents.command(params.id, c)).catch((e) => ended(e, look, op));
      if (!answer.projected) res.status(202);
      return present(answer.view);
    },
  });
}

/** A workflow that has ended answers nothing: its case is final, and that is the reason to give. */
async function ended(e: unknown, look: () => Promise<IncidentView>, op: IncidentOp): Promise<never> {
  if (!(e instanceof DomainError && e.code === 'NotFound')) throw e;
  const { id, closedAt, state } = await look();
  throw new DomainError('InvalidTransition', `${id} is ${closedAt ? state : 'ended'}: ${op} is not possible.`);
}
