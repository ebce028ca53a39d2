import { z } from 'zod';
import {
  actor,
  bilingual,
  businessDays,
  goal,
  header,
  level,
  perSeverity,
  severity,
  slug,
  wallDuration,
} from './process-def-common';
import { processFacts } from './process-def-facts';
import { handlingKeys } from './process-def-lines';

const processTest = z
  .strictObject({
    severity,
    repairTask: z.boolean().optional(),
    leaderNotified: z.boolean().optional(),
    pause: slug.optional(),
    allowed: wallDuration.optional().meta({ description: 'With pause: total time this reason may stop the case' }),
  })
  .refine((t) => (t.pause === undefined) === (t.allowed === undefined), 'pause and allowed go together')
  .refine(
    (t) => t.repairTask !== undefined || t.leaderNotified !== undefined || t.allowed !== undefined,
    'a process test expects repairTask, leaderNotified or allowed',
  );

/** The incident process: the policy; its shape is code. */
export const processSchema = z.strictObject({
  ...header('process', processTest),
  ...processFacts,
  defaultPause: wallDuration.meta({ description: 'A pause without a stated end is over after this time' }),
  pauseReasons: z.array(
    z.strictObject({
      name: slug,
      title: bilingual,
      description: bilingual,
      limit: perSeverity(wallDuration).meta({ description: 'Total time in pause for this reason; PT0S refuses it' }),
    }),
  ),
  autoClose: z.strictObject({ after: businessDays, calendar: slug }),
  repairTaskFor: z.array(severity).meta({ description: 'Severities with a repair task at creation' }),
  leaderNotice: z
    .strictObject({ severities: z.array(severity), notify: z.array(actor).min(1, 'name at least one actor') })
    .meta({ description: 'Paged at creation beside level 1' }),
  ...handlingKeys,
});
export type ProcessDoc = z.infer<typeof processSchema>;

const serviceTest = z.strictObject({
  impact: level,
  urgency: level,
  severity,
  goals: z.record(slug, goal).optional(),
});

const ownerMissing = (issue: { input?: unknown }) =>
  issue.input === undefined
    ? 'a service needs an owner who answers for monitoring, evaluation and improvement: person(login) or role(name)'
    : undefined;

/** A service and the policies its cases follow. */
export const serviceSchema = z.strictObject({
  ...header('service', serviceTest),
  owner: z
    .string({ error: ownerMissing })
    .pipe(actor)
    .refine((text) => /^(person|role)\(/.test(text), 'an owner is person(login) or role(name)')
    .meta({ description: 'person(login) or role(name)' }),
  team: slug.meta({ description: 'Group that works on its cases' }),
  incident: z.strictObject({
    process: slug,
    matrix: slug,
    sla: slug,
    escalation: slug,
    timeRanges: z
      .array(z.strictObject({ calendar: slug, escalation: slug }))
      .min(1, 'name at least one range')
      .optional()
      .meta({ description: 'Another escalation policy while a calendar is open; the first open one counts' }),
    suppliers: z.array(slug).optional().meta({ description: 'Suppliers a case may be escalated to' }),
  }),
});
export type ServiceDoc = z.infer<typeof serviceSchema>;
