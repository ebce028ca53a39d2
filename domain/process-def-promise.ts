import { z } from 'zod';
import {
  actor,
  bilingual,
  goal,
  header,
  instant,
  level,
  percent,
  perSeverity,
  severity,
  slug,
  wallDuration,
} from './process-def-common';
import type { SlaFactKind } from './sla';

const FACTS = [
  'opened',
  'severity',
  'acknowledged',
  'planned',
  'paused',
  'resumed',
  'resolved',
  'reopened',
  'closed',
  'cancelled',
] as const satisfies readonly SlaFactKind[];
const fact = z.enum(FACTS);

const clock = z.strictObject({
  name: slug,
  title: bilingual,
  goals: perSeverity(goal).meta({ description: 'A goal for every severity' }),
  stopsAt: z.array(fact).min(1, 'a clock needs at least one fact that stops it'),
  restartsAt: z.array(fact),
  pausesFor: z.array(slug).meta({ description: 'Pause reasons of the process that stop this clock' }),
});

const slaTest = z
  .strictObject({
    severity,
    opened: instant,
    facts: z
      .array(z.strictObject({ at: instant, kind: fact, severity: severity.optional(), reason: slug.optional() }))
      .optional(),
    clock: slug,
    at: instant.optional().meta({ description: 'When the clock is read; the last fact if absent' }),
    due: instant.optional(),
    state: z.enum(['running', 'paused', 'met', 'breached', 'cancelled']).optional(),
  })
  .refine((t) => t.due !== undefined || t.state !== undefined, 'an SLA test expects due or state');

/** Service level: named clocks on one calendar. */
export const slaSchema = z.strictObject({
  ...header('sla', slaTest),
  calendar: slug,
  clocks: z.array(clock).min(1, 'an SLA needs at least one clock').meta({ description: 'In the order of display' }),
});
export type SlaDoc = z.infer<typeof slaSchema>;

const matrixTest = z
  .strictObject({ impact: level.optional(), urgency: level.optional(), word: z.string().optional(), severity })
  .refine(
    (t) => (t.word !== undefined ? !t.impact && !t.urgency : t.impact !== undefined && t.urgency !== undefined),
    'a matrix test is {impact, urgency, severity} or {word, severity}',
  );
const urgencies = z.strictObject({ high: severity, medium: severity, low: severity });

/** Impact × urgency → severity, and the words people use for each severity. */
export const matrixSchema = z.strictObject({
  ...header('priority-matrix', matrixTest),
  severities: perSeverity(
    z.strictObject({
      label: bilingual,
      meaning: bilingual,
      synonyms: z.array(z.string().min(1)),
    }),
  ),
  matrix: z
    .strictObject({ high: urgencies, medium: urgencies, low: urgencies })
    .meta({ description: 'Outer key: impact; inner key: urgency' }),
});
export type MatrixDoc = z.infer<typeof matrixSchema>;

const trigger = z
  .strictObject({ silence: wallDuration.optional(), clock: slug.optional(), used: percent.optional() })
  .refine(
    (t) => (t.silence !== undefined ? !t.clock && !t.used : t.clock !== undefined && t.used !== undefined),
    'a trigger is {silence} or {clock, used}',
  )
  .meta({ description: 'silence: nobody has acknowledged since creation; clock + used: share of a goal used up' });

const escalationTest = z
  .strictObject({
    silent: wallDuration.optional(),
    clock: slug.optional(),
    used: percent.optional(),
    level: z.number().int().min(0).max(5),
  })
  .refine(
    (t) => (t.silent !== undefined ? !t.clock && !t.used : t.clock !== undefined && t.used !== undefined),
    'an escalation test is {silent, level} or {clock, used, level}',
  );

/** Up to five levels (R3.3), each reached by silence or by a share of a clock. */
export const escalationSchema = z.strictObject({
  ...header('escalation-policy', escalationTest),
  levels: z
    .array(
      z.strictObject({
        level: z.number().int().min(1).max(5, 'there are at most five levels'),
        title: bilingual,
        when: z.array(trigger).min(1, 'a level needs at least one trigger'),
        notify: z.array(actor).min(1, 'a level notifies at least one actor'),
      }),
    )
    .min(1, 'a policy needs at least one level')
    .max(5, 'there are at most five levels'),
  repeatEvery: wallDuration.meta({
    description: 'With no level left to come, an open case reminds its last level again after this time',
  }),
  fallback: z.array(actor).min(1, 'the fallback must not be empty: it is who is paged when a step finds nobody'),
});
export type EscalationDoc = z.infer<typeof escalationSchema>;
