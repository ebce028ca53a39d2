import { z } from 'zod';
import { FAULT_NATURES, type FaultReport, faultReportErrors, RECURRENCES } from '../domain/fault-report';

const instant = z.iso.datetime().meta({ description: 'RFC 3339, UTC' });
const text = z.string().trim().min(1).max(10_000);

const facts = {
  occurredAt: instant,
  recoveredAt: instant.nullable(),
  place: text,
  nature: z.enum(FAULT_NATURES),
  cause: text,
  scope: text.meta({ description: 'scope of impact' }),
  measures: text.meta({ description: 'measures taken' }),
  recurrence: z.enum(RECURRENCES).meta({ description: 'likelihood of recurrence' }),
  responsibility: text,
  prevention: text.meta({ description: 'preventive measures' }),
};

/** The nine facts of R3.6, all of them required. */
export const faultReportBody = z.strictObject(facts).superRefine((report, context) => {
  for (const { path, message } of faultReportErrors(report)) {
    context.addIssue({ code: 'custom', path: [path], message });
  }
}) satisfies z.ZodType<FaultReport>;

const state = z.enum(['running', 'paused', 'met', 'breached', 'cancelled']);
const name = z.object({ 'zh-CN': z.string(), en: z.string() });

/** `GET …/report`: what has been submitted, or what the case knows for a draft of it. */
export const faultReportAnswer = z
  .object({
    caseId: z.string(),
    submitted: z
      .object({ at: instant, by: z.string(), seq: z.number() })
      .nullable()
      .meta({ description: 'null: `report` is a draft made from the case; what it cannot know is absent' }),
    required: z.boolean().meta({ description: 'the case is not closed without it' }),
    report: z.object(facts).partial(),
    clocks: z.array(
      z.object({
        name: z.string(),
        title: name,
        state,
        goalSeconds: z.number(),
        elapsedSeconds: z.number(),
        dueAt: instant.nullable(),
        stoppedAt: instant.nullable(),
        breachedAt: instant.nullable(),
      }),
    ),
  })
  .meta({ id: 'FaultReportOfCase' });
