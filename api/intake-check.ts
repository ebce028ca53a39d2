import type { EventBody, IntakeKind } from '../domain/alert';
import type { FieldError } from '../domain/errors';
import { alertmanagerSchema, eventSchema, eventsSchema, grafanaSchema } from './intake-schema';
import type { SourceFinder } from './intake-source-finder';
import { fieldErrors } from './validate';

/** Alerts of a body that can be accepted, or everything that is wrong with it. */
export type Outcome = { accepted: number } | { errors: FieldError[] };

/** Checks a body as it was received, for the kind of its source. */
export async function checkText(
  finder: Pick<SourceFinder, 'services'>,
  kind: IntakeKind,
  text: string,
  tenantId: string,
): Promise<Outcome> {
  const parsed = parseJson(text);
  return 'errors' in parsed ? parsed : checkBody(finder, kind, parsed.value, tenantId);
}

/** Checks a body that is parsed already. */
export async function checkBody(
  finder: Pick<SourceFinder, 'services'>,
  kind: IntakeKind,
  body: unknown,
  tenantId: string,
): Promise<Outcome> {
  if (kind === 'alertmanager') return checkWebhook(alertmanagerSchema, body);
  if (kind === 'grafana') return checkWebhook(grafanaSchema, body);
  return checkEvents(finder, body, tenantId);
}

/** A text as JSON, or why it is none. */
function parseJson(body: string): { value: unknown } | { errors: FieldError[] } {
  try {
    return { value: JSON.parse(body) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { errors: [{ path: 'body', message: `is not JSON: ${message}` }] };
  }
}

function checkWebhook(schema: typeof alertmanagerSchema | typeof grafanaSchema, body: unknown): Outcome {
  const result = schema.safeParse(body);
  if (!result.success) return { errors: fieldErrors(result.error.issues, 'body') };
  return { accepted: result.data.alerts.length };
}

async function checkEvents(finder: Pick<SourceFinder, 'services'>, body: unknown, tenantId: string): Promise<Outcome> {
  const many = typeof body === 'object' && body !== null && 'events' in body;
  const result = many ? eventsSchema.safeParse(body) : eventSchema.safeParse(body);
  if (!result.success) return { errors: fieldErrors(result.error.issues, 'body') };
  const events = 'events' in result.data ? result.data.events : [result.data];
  const errors = await unknownServices(finder, events, tenantId, (i) => (many ? `body.events.${i}` : 'body'));
  return errors.length > 0 ? { errors } : { accepted: events.length };
}

/** A service that nobody knows is a mistake of the sender, who is there to correct it. */
async function unknownServices(
  finder: Pick<SourceFinder, 'services'>,
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
