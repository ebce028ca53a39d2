import { z } from 'zod';
import { actor, bilingual, goal, perSeverity, severity, slug, wallDuration } from './process-def-common';

const line = z.number().int().min(1, 'lines are numbered 1 to 5').max(5, 'there are at most five lines');

const ASSIGNMENT_MODES = ['pull', 'push', 'round-robin', 'least-loaded', 'skill', 'on-call'] as const;

/** How a handler is found; which keys a mode needs is checked here, whether people exist when publishing. */
export const assignmentSchema = z
  .strictObject({
    mode: z.enum(ASSIGNMENT_MODES),
    among: z.array(actor).min(1, 'name at least one actor').optional(),
    skills: z.array(slug).min(1, 'name at least one skill').optional(),
    schedule: slug.optional(),
  })
  .superRefine((rule, context) => {
    const needs: Record<string, readonly string[]> = {
      pull: [],
      push: [],
      'round-robin': ['among'],
      'least-loaded': ['among'],
      skill: ['among', 'skills'],
      'on-call': ['schedule'],
    };
    const wanted = needs[rule.mode] ?? [];
    for (const key of ['among', 'skills', 'schedule'] as const) {
      const has = rule[key] !== undefined;
      if (has === wanted.includes(key)) continue;
      const message = has ? `"${rule.mode}" takes no ${key}` : `"${rule.mode}" needs ${key}`;
      context.addIssue({ code: 'custom', path: [key], message });
    }
  })
  .meta({
    description:
      'pull: people claim it; push: a dispatcher assigns it; round-robin, least-loaded (among); skill (among, skills); on-call (schedule). Absent people are skipped.',
  });
export type AssignmentDoc = z.infer<typeof assignmentSchema>;

const incidentType = z.strictObject({
  name: slug,
  title: bilingual,
  line,
  visibleTo: z
    .array(slug)
    .meta({ description: 'Roles that see cases of this type; empty: everybody who reads incidents' }),
  handledBy: z.array(slug).meta({ description: 'Roles that may claim them; empty: everybody who handles incidents' }),
  firstHandler: actor.optional().meta({ description: 'Who gets it first' }),
  assignment: assignmentSchema.optional().meta({ description: "Overrules the line's rule on its first line" }),
});

const supportLine = z.strictObject({
  line,
  title: bilingual,
  duty: bilingual,
  team: slug.optional().meta({ description: "The service's team if absent" }),
  calendar: slug,
  limit: perSeverity(goal).meta({ description: 'Limit of a stay on this line; then the level assessor decides' }),
  assignment: assignmentSchema,
});

/** Keys of the process that say who handles an incident and how it goes up (R2.3, R2.4, R3.2, R3.6). All optional. */
export const handlingKeys = {
  types: z
    .array(incidentType)
    .min(1, 'a process with types has at least one')
    .optional()
    .meta({ description: 'Kinds of incidents; the first is the default' }),
  lines: z
    .array(supportLine)
    .min(2, 'there are two to five support lines')
    .max(5, 'there are two to five support lines')
    .optional(),
  assessor: z
    .strictObject({
      notify: z.array(actor).min(1, 'name at least one actor'),
      team: slug,
      limit: wallDuration.meta({ description: 'Time for the decision; then `overdue` is paged, again and again' }),
      overdue: z.array(actor).min(1, 'name at least one actor'),
    })
    .optional()
    .meta({ description: 'Decides when a stage has overrun its limit' }),
  suspension: perSeverity(wallDuration)
    .optional()
    .meta({ description: 'Total time a decision may suspend a case; PT0S refuses it' }),
  faultReport: z
    .strictObject({
      types: z.array(slug).min(1, 'name at least one type'),
      requiredFor: z.array(severity).meta({ description: 'Severities that are not closed without a fault report' }),
      remind: z.array(actor).min(1, 'name at least one actor'),
      analyst: z.array(actor).min(1, 'name at least one actor'),
      analystTeam: slug,
    })
    .optional(),
  majorNotice: z
    .strictObject({ notify: z.array(actor).min(1, 'name at least one actor') })
    .optional()
    .meta({ description: 'Paged when a case is raised to major' }),
};
