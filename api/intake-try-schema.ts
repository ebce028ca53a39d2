import { z } from 'zod';
import { LEVELS_OF_IMPACT } from '../domain/incident-plan';

const level = z.enum(LEVELS_OF_IMPACT);
const severity = z.enum(['I', 'II', 'III', 'IV']).nullable();
const seconds = z.number().min(0);

export const tryBody = z.strictObject({
  body: z.union([z.string().max(2_000_000), z.record(z.string(), z.unknown())], {
    error: 'must be what the sender would push: an object, or its text',
  }),
  at: z.iso
    .datetime({ offset: true, error: 'must be an RFC 3339 instant such as 2026-01-31T08:00:00Z' })
    .optional()
    .meta({ description: 'as if it were pushed then; now when missing' }),
});

const triedAlert = z.object({
  fingerprint: z.string(),
  status: z.enum(['firing', 'resolved']),
  labels: z.record(z.string(), z.string()).meta({ description: 'with what rules add' }),
  service: z.string().nullable(),
  impact: level.nullable(),
  urgency: level.nullable(),
  severity: severity.meta({ description: 'by the matrix of the service' }),
  fate: z.enum(['counts', 'held', 'dropped', 'over']),
  reason: z
    .object({ kind: z.enum(['filter', 'silenced', 'muted', 'inhibited', 'flapping']), by: z.string() })
    .nullable(),
  groupKey: z.string().nullable(),
});

const triedGroup = z.object({
  groupKey: z.string(),
  rule: z.string().nullable().meta({ description: 'that formed it; null: the sender did' }),
  title: z.string(),
  service: z.string(),
  impact: level,
  urgency: level,
  severity,
  firing: z.int(),
  held: z.int(),
  timing: z
    .object({ wait: seconds, interval: seconds, repeat: seconds.nullable(), resolve: seconds.nullable() })
    .meta({ description: 'seconds' }),
  existing: z
    .object({ groupId: z.string(), incidentId: z.string().nullable() })
    .nullable()
    .meta({ description: 'group that is there already, and its open incident' }),
  outcome: z.enum(['opens', 'waits', 'joins', 'reopens', 'follows', 'held', 'over', 'nothing']).meta({
    description:
      'opens an incident; waits before it opens one; joins the open incident; reopens it from resolved; opens a follow-up ' +
      'of one that has ended; held: nothing while it is held; over: nothing fires; nothing: all of it is known',
  }),
});

export const tryAnswer = z
  .object({
    errors: z.array(z.object({ path: z.string(), message: z.string(), allowed: z.array(z.string()).optional() })),
    alerts: z.array(triedAlert),
    groups: z.array(triedGroup),
  })
  .meta({ id: 'IntakeTrial' });
