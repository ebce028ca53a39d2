import { z } from 'zod';
import { type AlertmanagerBody, type EventBody, type GrafanaBody, INTAKE_KINDS, SOURCE_KINDS } from '../domain/alert';
import { LEVELS_OF_IMPACT } from '../domain/incident-plan';

/** Longest text of a field; the body has its own limit. */
const MAX_TEXT = 20_000;
const instant = z.iso.datetime({ offset: true, error: 'must be an RFC 3339 instant such as 2026-01-31T08:00:00Z' });
const shown = z.iso.datetime().meta({ description: 'RFC 3339, UTC' });
const status = z.enum(['firing', 'resolved']);
const level = z.enum(LEVELS_OF_IMPACT);
const labels = z.record(z.string(), z.string());
/** Unset strings that Go senders write as empty. */
const optionalText = z.string().max(MAX_TEXT).optional();

// These two only check: what is processed later is the body as it was received, so they change and add nothing.

/** What Alertmanager and Grafana have in common. */
const webhook = {
  groupKey: z.string().min(1).meta({ description: 'alerts of one key converge into one incident' }),
  truncatedAlerts: z.int().min(0).optional(),
  status: status.optional(),
  receiver: optionalText,
  groupLabels: labels.optional(),
  commonLabels: labels.optional(),
  commonAnnotations: labels.optional(),
  externalURL: optionalText,
  alerts: z.array(
    z.object({
      status,
      labels,
      annotations: labels.optional(),
      startsAt: instant,
      endsAt: instant.optional(),
      generatorURL: optionalText,
      fingerprint: z.string().optional().meta({ description: 'computed from the labels when missing' }),
    }),
  ),
};
const version = { description: 'of the webhook format' };

/** Alertmanager webhook, version 4. Fields it may get in later versions are let through. */
export const alertmanagerSchema = z
  .object({ version: z.literal('4').meta(version), ...webhook })
  .meta({ id: 'AlertmanagerWebhook' }) satisfies z.ZodType<AlertmanagerBody, AlertmanagerBody>;

/** Webhook of Grafana's unified alerting. */
export const grafanaSchema = z
  .object({ version: z.literal('1').meta(version), ...webhook, title: optionalText, message: optionalText })
  .meta({ id: 'GrafanaWebhook' }) satisfies z.ZodType<GrafanaBody, GrafanaBody>;

const scalar = z.union([z.string(), z.number(), z.boolean()], { error: 'must be a string, a number or a boolean' });
const scalars = z.record(z.string(), scalar);

/** One event of a sender of any kind. Ours, so an unknown field is an error and not a lost intention. */
export const eventSchema = z
  .strictObject({
    dedupKey: z.string().min(1).optional().meta({ description: 'events with one key are pushes of one alert' }),
    groupKey: z.string().min(1).optional().meta({ description: 'alerts with one key converge into one incident' }),
    status,
    title: z.string().max(MAX_TEXT).regex(/\S/, 'must not be empty'),
    description: optionalText,
    severity: z.string().optional().meta({ description: "a word of the source's severity map" }),
    impact: level.optional().meta({ description: 'instead of what the severity word means' }),
    urgency: level.optional(),
    service: z.string().optional().meta({ description: "a published service; the source's own when missing" }),
    labels: scalars.optional(),
    annotations: scalars.optional(),
    startsAt: instant.optional(),
    endsAt: instant.optional(),
  })
  .meta({ id: 'IntakeEvent' }) satisfies z.ZodType<EventBody, EventBody>;

export const eventsSchema = z.strictObject({ events: z.array(eventSchema).min(1, 'must hold at least one event') });
/** For the OpenAPI document; which of the two is meant is told by the key `events`. */
export const eventsBody = z.union([eventSchema, eventsSchema]);

export const intakeQuery = z.strictObject({
  source: z.string().max(100).optional().meta({ description: 'name of a source; not with a token of a source' }),
});

export const acceptedAnswer = z.object({
  accepted: z.int().meta({ description: 'alerts in the request' }),
  inboxId: z.string().meta({ description: 'names the committed input' }),
});

export const limitQuery = z.coerce.number().int().min(1).max(200).default(50);

export const faultyQuery = z.strictObject({
  state: z.enum(['rejected', 'dead']).optional().meta({
    description: 'rejected: refused with 400; dead: accepted, but could not be processed',
  }),
  limit: limitQuery,
  cursor: z
    .string()
    .regex(/^\d{1,15}$/, 'must be a nextCursor of this list')
    .optional(),
});

export const inputParams = z.strictObject({ id: z.string().regex(/^\d{1,15}$/, 'must be the id of an input') });

const fieldError = z.object({
  path: z.string(),
  message: z.string(),
  allowed: z.array(z.string()).readonly().optional(),
});

export const faultyInput = z
  .object({
    id: z.string(),
    tenantId: z.string(),
    sourceId: z.string(),
    source: z.string().nullable(),
    kind: z.enum(INTAKE_KINDS),
    state: z.enum(['rejected', 'dead']),
    receivedAt: shown,
    body: z.string().meta({ description: 'as received' }),
    errors: z.array(fieldError),
    lastError: z.string().nullable(),
    replayOf: z.string().nullable().meta({ description: 'input that this one is a replay of' }),
    replays: z.array(z.string()).meta({ description: 'inputs that were made from this one' }),
  })
  .meta({ id: 'FaultyInput' });
export const faultyPage = z.object({ items: z.array(faultyInput), nextCursor: z.string().nullable() });
export const replayBody = z.strictObject({
  body: z.string().max(2_000_000).optional().meta({ description: 'corrected; as it was received when missing' }),
});

const severityMap = z.record(z.string().min(1).max(100), z.strictObject({ impact: level, urgency: level }));

const sourceName = z
  .string()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,99}$/u, 'must begin with a letter or digit; then also space . _ -');

export const sourceBody = z.strictObject({
  name: sourceName,
  kind: z.enum(SOURCE_KINDS),
  service: z.string().min(1).meta({ description: 'published service of alerts that name none themselves' }),
  severityLabel: z.string().min(1).max(200).default('severity'),
  severityMap: severityMap
    .default({})
    .meta({ description: 'meaning of severity words, any case; `*` for all others. Common words are known already.' }),
  tenantId: z.string().optional().meta({ description: "the caller's own when missing" }),
});

const sourceSettings = {
  name: sourceName,
  service: z.string().min(1),
  severityLabel: z.string().min(1).max(200),
  severityMap,
};
/** The kind stays: its sender and its body go together. */
export const sourceChange = z
  .strictObject(sourceSettings)
  .partial()
  .refine((body) => Object.keys(body).length > 0, 'names nothing to change');

export const sourceParams = z.strictObject({ id: z.uuid() });

export const sourceSchema = z
  .object({
    id: z.string(),
    tenantId: z.string(),
    name: z.string(),
    kind: z.enum(INTAKE_KINDS),
    service: z.string(),
    severityLabel: z.string(),
    severityMap,
    createdAt: shown,
    revokedAt: shown.nullable(),
  })
  .meta({ id: 'IntakeSource' });

export const sourceList = z.object({ items: z.array(sourceSchema), nextCursor: z.null() });
export const sourceWithToken = z.object({
  source: sourceSchema,
  token: z.string().meta({ description: 'shown this once; only its hash is kept' }),
});
