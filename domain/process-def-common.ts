import { z } from 'zod';
import { DURATION_PATTERN, parseBusinessDays, parseGoal, parseWallSeconds } from './duration';
import { ACTOR_PATTERN, ActorError, parseActor } from './process-def-actor';
import type { Severity } from './sla';

/** Text for people, Chinese first. */
export const bilingual = z
  .strictObject({ 'zh-CN': z.string().min(1, 'must not be empty'), en: z.string().min(1, 'must not be empty') })
  .meta({ description: 'Text in Chinese and English' });
export type Bilingual = z.infer<typeof bilingual>;

export const slug = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]*$/, 'names are lower-case letters, digits and hyphens')
  .meta({ description: 'Name: lower-case letters, digits, hyphens' });

/** A string that `parse` accepts; its error becomes the issue, with the nearest valid name where it knows one. */
function parsed(parse: (text: string) => unknown, pattern: string, description: string) {
  return z
    .string()
    .superRefine((text, context) => {
      try {
        parse(text);
      } catch (error) {
        const near = error instanceof ActorError ? error.nearest : undefined;
        context.addIssue({ code: 'custom', message: (error as Error).message, params: { nearest: near } });
      }
    })
    .meta({ pattern, description });
}

export const goal = parsed(parseGoal, DURATION_PATTERN, 'Counted on the calendar: PT10M, PT3H, 3bh, 2bd');
export const wallDuration = parsed(
  parseWallSeconds,
  DURATION_PATTERN,
  'ISO 8601 duration on the wall clock: PT10M, P1D',
);
export const businessDays = parsed(parseBusinessDays, '^\\d+bd$', 'Whole working days: 3bd');
export const actor = parsed(
  parseActor,
  ACTOR_PATTERN,
  'oncall(schedule), role(name), person(login), owner(service) or assignee',
);

/** `50%`; more than 100 % is allowed: a level may follow long after a breach. */
export const percent = z
  .string()
  .regex(/^[1-9]\d{0,2}%$/, 'write a share of the goal such as 75%')
  .meta({ description: 'Share of the goal that is used up: 75%' });

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
/** True for a date that exists. */
export function isDate(text: string): boolean {
  const time = DATE.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

export const date = z
  .string()
  .refine(isDate, 'not a date; write YYYY-MM-DD')
  .meta({ format: 'date', description: 'Local date' });

export const localTime = z
  .string()
  .refine(
    (t) => isDate(t.slice(0, 10)) && /^T([01]\d|2[0-3]):[0-5]\d$/.test(t.slice(10)),
    'write YYYY-MM-DDTHH:mm, local time',
  )
  .meta({ description: 'Local date and time in the zone of this definition: 2026-09-30T10:00' });

export const instant = z
  .string()
  .refine(
    (t) =>
      isDate(t.slice(0, 10)) &&
      /^T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})$/.test(t.slice(10)) &&
      !Number.isNaN(Date.parse(t)),
    'write an instant with its offset, such as 2026-09-30T10:00+08:00',
  )
  .meta({ description: 'Instant with offset: 2026-09-30T10:00+08:00' });

export const severity = z.enum(['I', 'II', 'III', 'IV'] satisfies Severity[]);
export const level = z.enum(['high', 'medium', 'low']);

/** One value for each severity; a missing one is a publish error. */
export const perSeverity = <T extends z.ZodType>(value: T) =>
  z.strictObject({ I: value, II: value, III: value, IV: value });

/** The keys every kind begins with. `testCase` is the shape of the kind's own tests, of which it needs at least one. */
export const header = <K extends string, T extends z.ZodType>(kind: K, testCase: T) => ({
  apiVersion: z.literal('continuo/v1'),
  kind: z.literal(kind),
  name: slug,
  title: bilingual,
  description: bilingual.optional(),
  tests: z.array(testCase).min(1, 'a definition carries at least one test of its own'),
});
