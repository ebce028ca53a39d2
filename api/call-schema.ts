import { z } from 'zod';
import { CALL_OUTCOMES } from '../db/call';
import { INCIDENT_STATES } from '../domain/incident-command';
import { SEVERITIES } from '../domain/sla';
import { pageOf, pageQuery } from './page';
import { phoneSchema } from './person-schema';

const instant = z.iso.datetime().meta({ description: 'RFC 3339, UTC' });
const level = z.enum(['high', 'medium', 'low']);
const caseId = z.string().regex(/^INC-\d{6,}$/, 'must look like INC-000123');

/** A call of the log. */
export const callSchema = z
  .object({
    id: z.string(),
    tenantId: z.string(),
    number: z.string().nullable().meta({ description: 'E.164, or an internal number; null when withheld' }),
    caller: z.object({ id: z.string(), login: z.string(), displayName: z.string() }).nullable(),
    callerName: z.string().nullable().meta({ description: 'the name an unknown caller gave' }),
    agent: z.string(),
    startedAt: instant,
    endedAt: instant,
    line: z.string().meta({ description: 'what it was about, in one line' }),
    caseId: z.string().nullable(),
    outcome: z.enum(CALL_OUTCOMES),
  })
  .meta({ id: 'Call' });
export const callPage = pageOf(callSchema);

export const callQuery = pageQuery.extend({
  number: phoneSchema.optional(),
  caseId: caseId.optional(),
  agent: z.string().trim().toLowerCase().max(100).optional(),
});

export const callerQuery = z
  .strictObject({
    number: z.string().trim().max(40).optional().meta({ description: 'As typed so far, in any spelling.' }),
    name: z.string().trim().min(1).max(100).optional().meta({ description: 'Part of name or login.' }),
  })
  .refine((q) => (q.number === undefined) !== (q.name === undefined), {
    path: ['number'],
    message: 'either number or name is needed',
  });

const callerCase = z.object({
  id: z.string(),
  title: z.string(),
  state: z.enum(INCIDENT_STATES),
  severity: z.enum(SEVERITIES),
  open: z.boolean(),
  updatedAt: instant,
});

/** Who may be calling, with his cases, and earlier calls from the number. */
export const callerAnswer = z.object({
  number: z.string().nullable().meta({ description: 'the number in its one spelling, when it is complete' }),
  items: z.array(
    z.object({
      id: z.string(),
      tenantId: z.string(),
      login: z.string(),
      displayName: z.string(),
      email: z.string().nullable(),
      phones: z.array(z.string()),
      number: z.string().nullable().meta({ description: 'the one of his numbers that matched' }),
      cases: z.array(callerCase).meta({ description: 'those he reported: open ones first, then the newest' }),
      totalCases: z.number(),
    }),
  ),
  total: z.number().meta({ description: 'how many people match; the first of them are listed' }),
  calls: z.array(callSchema).meta({ description: 'the last calls from exactly this number' }),
});

const result = z.discriminatedUnion('outcome', [
  z.strictObject({ outcome: z.literal('answered') }),
  z.strictObject({ outcome: z.literal('abandoned') }),
  z.strictObject({
    outcome: z.literal('noted'),
    caseId,
    visibility: z.enum(['internal', 'public']).default('internal'),
  }),
  z.strictObject({
    outcome: z.literal('opened'),
    title: z.string().trim().min(1).max(200).optional().meta({ description: 'Default: the first line of the text.' }),
    service: z.string().min(1).max(100).optional().meta({ description: 'May be left out where there is only one.' }),
    impact: level.default('medium'),
    urgency: level.default('medium'),
    type: z.string().max(100).optional().meta({ description: 'Type of the process; default: its first.' }),
  }),
]);

/** Longest call that can have been one, ms. */
const LONGEST_MS = 24 * 3_600_000;

export const callBody = z
  .strictObject({
    number: phoneSchema.nullable().default(null).meta({ description: 'null: withheld' }),
    callerId: z.uuid().optional().meta({ description: 'A person we know.' }),
    callerName: z.string().trim().min(1).max(200).optional().meta({ description: 'The name an unknown caller gave.' }),
    startedAt: instant,
    endedAt: instant,
    text: z
      .string()
      .trim()
      .max(9_000)
      .default('')
      .meta({ description: 'What was said; its first line is the line of the log. Needed unless abandoned.' }),
    result,
  })
  .superRefine((call, context) => {
    const fault = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    const length = Date.parse(call.endedAt) - Date.parse(call.startedAt);
    if (length < 0) fault('endedAt', 'must not lie before startedAt');
    if (length > LONGEST_MS) fault('endedAt', 'must not lie more than a day after startedAt');
    if (call.text === '' && call.result.outcome !== 'abandoned') fault('text', 'is needed: at least one line');
    if (call.callerId !== undefined && call.callerName !== undefined)
      fault('callerName', 'is for callers who are not known: leave it out beside callerId');
  });
export type CallBody = z.infer<typeof callBody>;
/** What a call that opens a case says of it. */
export type OpenedResult = Extract<CallBody['result'], { outcome: 'opened' }>;
