import { z } from 'zod';
import { FAULT_NATURES, type FaultReport, RECURRENCES } from '../domain/fault-report';

const instant = z.iso.datetime().meta({ description: 'RFC 3339, UTC' });
const text = z.string().trim().min(1).max(10_000);

/** The nine facts of R3.6, all of them required. */
export const faultReportBody = z.strictObject({
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
}) satisfies z.ZodType<FaultReport>;
