import { z } from 'zod';
import { CHANNELS, INCIDENT_STATES, type IncidentOp, RELATIONS, TRANSITIONS } from '../domain/incident-command';
import { SEVERITIES } from '../domain/sla';
import { loginSchema } from './person-schema';

const instant = z.iso.datetime().meta({ description: 'RFC 3339, UTC' });
const nullable = instant.nullable();
const impact = z.enum(['high', 'medium', 'low']);
const text = (max: number) => z.string().trim().min(1).max(max);
const ops = Object.keys(TRANSITIONS) as [IncidentOp, ...IncidentOp[]];

export const incidentParams = z.strictObject({ id: z.string().regex(/^INC-\d{6,}$/, 'must look like INC-000123') });

export const clockSchema = z
  .object({
    name: z.string(),
    state: z.enum(['running', 'paused', 'met', 'breached', 'cancelled']),
    goalSeconds: z.number().meta({ description: 'counted seconds' }),
    elapsedSeconds: z.number().meta({ description: 'counted seconds at `asOf` (of an incident: `updatedAt`)' }),
    dueAt: nullable,
    startedAt: instant,
    stoppedAt: nullable,
    breachedAt: nullable,
    provisional: z.boolean().meta({ description: 'the deadline lies where holidays are not announced yet' }),
    calendar: z.string(),
  })
  .meta({ id: 'Clock' });

const line = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4), z.literal(5)]);
const sideClock = {
  since: instant,
  goalSeconds: z.number().meta({ description: 'counted seconds' }),
  elapsedSeconds: z.number(),
  dueAt: nullable,
  clock: z.enum(['running', 'paused', 'met', 'breached', 'cancelled']),
};

export const incidentSchema = z
  .object({
    id: z.string(),
    title: z.string(),
    description: z.string(),
    state: z.enum(INCIDENT_STATES),
    severity: z.enum(SEVERITIES),
    impact,
    urgency: impact,
    tenantId: z.string(),
    service: z.string(),
    team: z.string(),
    assignee: z.string().nullable(),
    reporter: z.string(),
    source: z.string(),
    follows: z.string().nullable(),
    version: z.number(),
    createdAt: instant,
    updatedAt: instant,
    acknowledgedAt: nullable,
    plannedAt: nullable,
    resolvedAt: nullable,
    closedAt: nullable,
    resolution: z.string().nullable(),
    pause: z.object({ reason: z.string(), since: instant, until: instant }).nullable(),
    alerts: z.object({ groupId: z.string(), firing: z.number(), total: z.number() }).nullable(),
    type: z.string().nullable(),
    line: line.nullable().meta({ description: 'support line the case is on' }),
    stage: z
      .object({ n: z.number(), line, ...sideClock })
      .nullable()
      .meta({ description: 'stay on the line, against its own limit' }),
    assessment: z
      .object({ since: instant, dueAt: instant, fromLine: line })
      .nullable()
      .meta({ description: 'the level assessor has to decide' }),
    parent: z.string().nullable(),
    children: z.array(z.object({ id: z.string(), state: z.enum(INCIDENT_STATES) })),
    links: z.array(z.object({ target: z.string(), relation: z.enum(RELATIONS) })),
    mergedInto: z.string().nullable(),
    merged: z.array(z.string()),
    major: z.object({ since: instant, by: z.string(), commander: z.string(), communications: z.string() }).nullable(),
    supplier: z
      .object({
        name: z.string(),
        reference: z.string().nullable().meta({ description: "the supplier's ticket number" }),
        state: z.enum(['asked', 'answered', 'solved', 'withdrawn']),
        ...sideClock,
      })
      .nullable(),
    runs: z.array(
      z.object({
        id: z.string(),
        runbook: z.string(),
        step: z.string(),
        state: z.enum(['awaiting-approval', 'running', 'succeeded', 'failed', 'refused', 'expired']),
        requestedBy: z.string(),
        since: instant,
        limitAt: instant,
      }),
    ),
    report: z.object({ submittedAt: instant, by: z.string(), seq: z.number() }).nullable(),
    reportRequired: z.boolean().meta({ description: 'not closed without a fault report' }),
    firstHandler: z.string().nullable(),
    resolvingLine: line.nullable(),
    contacts: z.number().meta({ description: 'contacts of the requester, the first included' }),
    reopens: z.number(),
    waiting: z
      .array(
        z.object({
          key: z.string(),
          kind: z.enum(['choose-assignee', 'tell', 'run-step', 'mail']),
          about: z.string(),
          since: instant,
        }),
      )
      .meta({ description: 'effects outside the case that are not answered yet' }),
    escalationLevel: z.number(),
    visit: z.number().meta({ description: '1, and one more for each reopening' }),
    nextAt: nullable.meta({ description: 'next moment at which the case acts by itself' }),
    dueAt: nullable.meta({ description: 'earliest deadline of its running clocks' }),
    clocks: z.array(clockSchema),
    definitions: z.array(z.string()).meta({ description: 'definition versions the case is pinned to' }),
    allowed: z.array(z.enum(ops)).meta({ description: 'commands that are possible now' }),
  })
  .meta({ id: 'Incident' });

export const createBody = z.strictObject({
  title: text(200),
  description: z.string().max(10_000).default(''),
  impact,
  urgency: impact,
  service: z.string().min(1).max(100),
  tenantId: z.string().max(100).optional().meta({ description: "Default: the reporter's." }),
  reporter: loginSchema.optional().meta({ description: 'For whom you report; default: yourself.' }),
  channel: z.enum(CHANNELS).default('portal').meta({ description: 'How the reporter reached the desk.' }),
  type: z.string().max(100).optional().meta({ description: 'Type of the process; default: its first.' }),
});

export const timelineQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(500).default(200),
  cursor: z.coerce.number().int().min(0).default(0),
});
export const timelinePage = z.object({
  items: z.array(
    z.object({
      seq: z.number(),
      kind: z.string(),
      at: instant,
      actor: z.string(),
      body: z.record(z.string(), z.unknown()),
    }),
  ),
  nextCursor: z.string().nullable(),
});

/** Rows of the page ledger, superseded steps among them. */
export const pagesAnswer = z.object({
  items: z.array(
    z.object({
      key: z.string(),
      step: z.string().meta({ description: '`level-n`, `leader`, `reminder-n`, with `/next-n` after a failed page' }),
      level: z.number(),
      visit: z.number(),
      plannedAt: instant,
      person: z.string().nullable(),
      personId: z.string().nullable(),
      method: z.enum(['email', 'webhook']).nullable(),
      outcome: z
        .enum(['delivered', 'failed', 'nobody', 'superseded'])
        .nullable()
        .meta({ description: 'null while due' }),
      reason: z.string().nullable(),
      settledAt: nullable,
      attempts: z.number(),
      messageId: z.string().nullable(),
      fallback: z.boolean(),
    }),
  ),
});

export const tasksAnswer = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      kind: z.string(),
      title: z.string(),
      assignee: z.string().nullable(),
      team: z.string().nullable(),
      state: z.string(),
      createdAt: instant,
      doneAt: nullable,
    }),
  ),
});

export const clocksAnswer = z.object({
  asOf: instant,
  items: z.array(
    clockSchema.extend({
      thresholds: z.array(z.number()).meta({ description: 'fractions of the goal that escalate' }),
      segments: z.array(
        z.object({
          from: instant,
          to: instant,
          kind: z.enum(['counted', 'paused', 'closed-hours', 'stopped']),
          reason: z.string().optional(),
          countedSeconds: z.number(),
        }),
      ),
    }),
  ),
});
