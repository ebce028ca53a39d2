import type { Request } from 'express';
import type { Knex } from 'knex';
import type { z } from 'zod';
import { InboxWriter } from '../db/inbox';
import type { IntakeKind } from '../domain/alert';
import { clean } from '../domain/alert-normalise';
import { DomainError } from '../domain/errors';
import { checkText } from './intake-check';
import { acceptedAnswer, alertmanagerSchema, eventsBody, grafanaSchema, intakeQuery } from './intake-schema';
import { intakeSourceFinder, type SourceFinder } from './intake-source-finder';
import { type Call, type Route, route } from './route';

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

/** Endpoints that take events. */
export function intakeRoutes(deps: IntakeApiDeps): Route[] {
  const inbox = new InboxWriter(deps.db);
  const finder = intakeSourceFinder(deps);
  const push = (kind: IntakeKind, schema: z.ZodType, summary: string) =>
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
      handle: (call) => accept({ inbox, finder, kind }, call),
    });
  return [
    push('alertmanager', alertmanagerSchema, 'Webhook of Alertmanager, version 4'),
    push('grafana', grafanaSchema, 'Webhook of Grafana alerting'),
    push('events', eventsBody, 'One event, or {events: […]}'),
  ];
}

interface Acceptance {
  inbox: InboxWriter;
  finder: SourceFinder;
  kind: IntakeKind;
}

/** Commits the body as it came, then answers; a body that is refused is kept as well, for whoever has to find out why. */
async function accept({ inbox, finder, kind }: Acceptance, call: Push) {
  requireJson(call.req);
  const source = await finder.find(call, kind);
  const body = typeof call.body === 'string' ? call.body : '';
  const outcome = await checkText(finder, kind, body, source.tenantId);
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
