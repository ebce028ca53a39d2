import { z } from 'zod';
import { LONGEST_WINDOW, ruleOf } from '../activities/convergence-time';
import { floatingOf, zoneOf } from '../activities/wall-clock';
import { checkMatcher, LABEL_PATTERN, MATCHER_OPS, type Matcher, matchesEverything } from '../domain/alert-matcher';
import { SILENCE_KINDS } from '../domain/alert-silence';
import { parseWallSeconds } from '../domain/duration';
import { alertSchema } from './intake-groups';
import { limitQuery } from './intake-schema';

const instant = z.iso.datetime({ offset: true, error: 'must be an RFC 3339 instant such as 2026-01-31T08:00:00Z' });
const shown = z.iso.datetime().meta({ description: 'RFC 3339, UTC' });

/** A string that `check` does not refuse. */
function checked(check: (text: string) => unknown, description: string) {
  return z
    .string()
    .max(500)
    .superRefine((text, context) => {
      try {
        check(text);
      } catch (error) {
        context.addIssue({ code: 'custom', message: (error as Error).message });
      }
    })
    .meta({ description });
}

export const matcherSchema = z
  .strictObject({
    label: z.string().regex(LABEL_PATTERN, 'must be a name of a label, or __source, __host, __service'),
    op: z.enum(MATCHER_OPS),
    value: z.string().max(2_000),
  })
  .superRefine((matcher, context) => {
    try {
      checkMatcher(matcher);
    } catch (error) {
      context.addIssue({ code: 'custom', path: ['value'], message: (error as Error).message });
    }
  })
  .meta({ id: 'AlertMatcher' });

export const matchersSchema = z
  .array(matcherSchema)
  .min(1, 'must hold at least one matcher')
  .max(50)
  .refine((matchers) => safely(matchers), 'would hold every alert; at least one must need a value')
  .meta({ description: 'all of them must match' });

/** Matchers that are broken have errors of their own. */
function safely(matchers: readonly Matcher[]): boolean {
  try {
    return matchers.length === 0 || !matchesEverything(matchers);
  } catch {
    return true;
  }
}

const seconds = (text: string) => {
  const length = parseWallSeconds(text);
  if (length === 0 || length > LONGEST_WINDOW) throw new Error(`"${text}": a window lasts up to 31 days`);
};

export const recurrenceSchema = z
  .strictObject({
    rrule: checked(
      (text) => ruleOf({ rrule: text, start: '2026-01-01T00:00' }),
      'RFC 5545, by day or longer: FREQ=WEEKLY;BYDAY=SU',
    ),
    start: checked(floatingOf, 'local beginning of the first window: 2026-01-31T02:00'),
    duration: checked(seconds, 'ISO 8601, by the wall clock: PT2H'),
    zone: checked(zoneOf, 'IANA: Asia/Shanghai'),
  })
  .meta({ id: 'Recurrence' });

export const silenceBody = z
  .strictObject({
    kind: z.enum(SILENCE_KINDS).default('silence'),
    matchers: matchersSchema.optional(),
    host: z
      .string()
      .trim()
      .min(1)
      .max(500)
      .optional()
      .meta({ description: 'with kind host: every alert of this host, whatever label names it; without port' }),
    startsAt: instant.optional().meta({ description: 'now when missing' }),
    endsAt: instant.optional().meta({ description: 'required without a recurrence' }),
    recurrence: recurrenceSchema.optional(),
    comment: z.string().trim().min(1, 'say why').max(2_000),
    tenantId: z.string().optional().meta({ description: "the caller's own when missing" }),
  })
  .superRefine((body, context) => {
    const wrong = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if (body.kind === 'host' && body.host === undefined && body.matchers === undefined)
      wrong('host', 'is required with kind host');
    if (body.kind !== 'host' && body.host !== undefined) wrong('host', 'goes with kind host only');
    if (body.kind !== 'host' && body.matchers === undefined) wrong('matchers', 'is required');
    if (body.host !== undefined && body.matchers !== undefined) wrong('matchers', 'is either this or host');
    if (body.recurrence === undefined && body.endsAt === undefined) wrong('endsAt', 'is required without recurrence');
  });

export const silenceParams = z.strictObject({ id: z.uuid() });
export const silenceQuery = z.strictObject({
  expired: z
    .enum(['true', 'false'])
    .default('false')
    .meta({ description: 'those that are over, instead of the others' }),
  kind: z.enum(SILENCE_KINDS).optional(),
  limit: limitQuery,
  cursor: z
    .string()
    .regex(/^\d{1,15}$/, 'must be a nextCursor of this list')
    .optional(),
});

export const silenceSchema = z
  .object({
    id: z.string(),
    tenantId: z.string(),
    kind: z.enum(SILENCE_KINDS),
    host: z.string().nullable().meta({ description: 'of a silence of one host' }),
    matchers: z.array(matcherSchema),
    startsAt: shown,
    endsAt: shown.nullable(),
    recurrence: recurrenceSchema.nullable(),
    comment: z.string(),
    author: z.string(),
    createdAt: shown,
    endedAt: shown.nullable().meta({ description: 'ended early' }),
    endedBy: z.string().nullable(),
    state: z.enum(['pending', 'active', 'scheduled', 'expired']).meta({
      description: 'scheduled: between two windows of a recurrence',
    }),
    activeUntil: shown.nullable().meta({ description: 'end of the window that is open' }),
    nextStart: shown.nullable().meta({ description: 'of the window that comes next' }),
    holding: z.int().meta({ description: 'firing alerts that it holds now' }),
  })
  .meta({ id: 'Silence' });

export const silencePage = z.object({ items: z.array(silenceSchema), nextCursor: z.string().nullable() });

export const previewBody = z.strictObject({
  matchers: matchersSchema.optional(),
  host: z.string().trim().min(1).max(500).optional(),
  tenantId: z.string().optional(),
});

/** An alert with where it stands. */
export const placedAlert = alertSchema
  .extend({
    tenantId: z.string(),
    groupId: z.string(),
    groupTitle: z.string(),
    service: z.string(),
    source: z.string().nullable(),
    incidentId: z.string().nullable(),
  })
  .meta({ id: 'PlacedAlert' });

export const previewAnswer = z.object({
  total: z.int().meta({ description: 'firing alerts that match' }),
  alreadyHeld: z.int().meta({ description: 'of these: held for another reason already' }),
  alerts: z.array(placedAlert).meta({ description: 'the first hundred' }),
});
