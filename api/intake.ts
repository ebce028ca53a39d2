import type { Request } from 'express';
import type { Knex } from 'knex';
import type { z } from 'zod';
import { InboxWriter, listFaultyInputs, retryInput } from '../db/inbox';
import type { EventBody, IntakeKind } from '../domain/alert';
import { clean } from '../domain/alert-normalise';
import { DomainError, type FieldError } from '../domain/errors';
import {
  acceptedAnswer,
  alertmanagerSchema,
  eventSchema,
  eventsBody,
  eventsSchema,
  faultyPage,
  faultyQuery,
  inputParams,
  intakeQuery,
} from './intake-schema';
import { intakeSourceFinder, type SourceFinder } from './intake-source-finder';
import { type Call, type Route, route } from './route';
import { fieldErrors } from './validate';

export interface IntakeApiDeps {
  db: Knex;
  /** Published services of a tenant. */
  serviceNames(tenantId: string): Promise<string[]>;
  /** Largest body of a push, bytes. */
  limitBytes?: number;
}

/** Enough for some thousand alerts in one push. */
const INTAKE_LIMIT = 2 * 1024 * 1024;

type Push = Call<unknown, { source?: string }, unknown>;
type Outcome = { accepted: number } | { errors: FieldError[] };

/** Endpoints that take events, and those that show what could not be taken. */
export function intakeRoutes(deps: IntakeApiDeps): Route[] {
  const inbox = new InboxWriter(deps.db);
  const finder = intakeSourceFinder(deps);
  const push = (
    kind: IntakeKind,
    schema: z.ZodType,
    summary: string,
    check: (body: unknown, tenantId: string) => Outcome | Promise<Outcome>,
  ) =>
    route({
      method: 'post',
      path: `/api/v1/intake/${kind}`,
      tag: 'intake',
      summary,
      access: 'intake:write',
      query: intakeQuery,
      body: schema,
      bodyAs: 'text',
      limitBytes: deps.limitBytes ?? INTAKE_LIMIT,
      status: 202,
      response: acceptedAnswer,
      errors: ['ValidationFailed', 'PayloadTooLarge', 'UnsupportedMediaType', 'Conflict'],
      handle: (call) => accept({ inbox, finder, kind, check }, call),
    });
  return [
    push('alertmanager', alertmanagerSchema, 'Webhook of Alertmanager, version 4', checkAlertmanager),
    push('events', eventsBody, 'One event, or {events: […]}', (body, tenantId) => checkEvents(finder, body, tenantId)),
    faultyRoute(deps),
    retryRoute(deps),
  ];
}

interface Acceptance {
  inbox: InboxWriter;
  finder: SourceFinder;
  kind: IntakeKind;
  check(body: unknown, tenantId: string): Outcome | Promise<Outcome>;
}

/** Commits the body as it came, then answers; a body that is refused is kept as well, for whoever has to find out why. */
async function accept({ inbox, finder, kind, check }: Acceptance, call: Push) {
  requireJson(call.req);
  const source = await finder.find(call, kind);
  const body = typeof call.body === 'string' ? call.body : '';
  const parsed = parseJson(body);
  const outcome = 'errors' in parsed ? parsed : await check(parsed.value, source.tenantId);
  const input = { tenantId: source.tenantId, sourceId: source.id, kind, body };
  if ('accepted' in outcome) return { accepted: outcome.accepted, inboxId: String(await inbox.add(input)) };
  const errors = outcome.errors.map((e) => ({ ...e, path: clean(e.path), message: clean(e.message) }));
  const id = await inbox.add({ ...input, errors });
  throw new DomainError('ValidationFailed', `Not accepted; the body is kept as rejected input ${id}.`, errors);
}

function requireJson(req: Request): void {
  if (/^application\/([\w.-]+\+)?json\b/i.test(req.get('Content-Type') ?? '')) return;
  throw new DomainError('UnsupportedMediaType', 'The body must be JSON.', [
    { path: 'headers.content-type', message: 'is not supported', allowed: ['application/json'] },
  ]);
}

function parseJson(body: string): { value: unknown } | { errors: FieldError[] } {
  try {
    return { value: JSON.parse(body) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { errors: [{ path: 'body', message: `is not JSON: ${message}` }] };
  }
}

function checkAlertmanager(body: unknown): Outcome {
  const result = alertmanagerSchema.safeParse(body);
  if (!result.success) return { errors: fieldErrors(result.error.issues, 'body') };
  return { accepted: result.data.alerts.length };
}

async function checkEvents(finder: SourceFinder, body: unknown, tenantId: string): Promise<Outcome> {
  const many = typeof body === 'object' && body !== null && 'events' in body;
  const result = many ? eventsSchema.safeParse(body) : eventSchema.safeParse(body);
  if (!result.success) return { errors: fieldErrors(result.error.issues, 'body') };
  const events = 'events' in result.data ? result.data.events : [result.data];
  const errors = await unknownServices(finder, events, tenantId, (i) => (many ? `body.events.${i}` : 'body'));
  return errors.length > 0 ? { errors } : { accepted: events.length };
}

/** A service that nobody knows is a mistake of the sender, who is there to correct it. */
async function unknownServices(
  finder: SourceFinder,
  events: readonly EventBody[],
  tenantId: string,
  at: (i: number) => string,
): Promise<FieldError[]> {
  const errors: FieldError[] = [];
  for (const [i, { service }] of events.entries()) {
    if (service === undefined) continue;
    const allowed = await finder.services(tenantId, service);
    if (!allowed.includes(service))
      errors.push({ path: `${at(i)}.service`, message: `unknown service "${service}"`, allowed });
  }
  return errors;
}

function faultyRoute({ db }: IntakeApiDeps): Route {
  return route({
    method: 'get',
    path: '/api/v1/intake/rejected',
    tag: 'intake',
    summary: 'Input that was refused or could not be processed, newest first',
    access: 'intake:manage',
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

function retryRoute({ db }: IntakeApiDeps): Route {
  return route({
    method: 'post',
    path: '/api/v1/intake/rejected/:id/retry',
    tag: 'intake',
    summary: 'Process input again that was accepted and is dead',
    access: 'intake:manage',
    params: inputParams,
    status: 204,
    errors: ['NotFound'],
    async handle({ tenants, params }) {
      if (await retryInput(db, tenants, Number(params.id))) return;
      throw new DomainError('NotFound', `There is no dead input ${params.id}; refused input is to be sent again.`);
    },
  });
}
