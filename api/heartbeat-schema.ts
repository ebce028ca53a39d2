import { z } from 'zod';
import { parseWallSeconds } from '../domain/duration';

const shown = z.iso.datetime().meta({ description: 'RFC 3339, UTC' });
const LONGEST = 31 * 86_400;

/** Seconds as an ISO 8601 duration. */
const duration = (least: number, description: string) =>
  z
    .string()
    .superRefine((text, context) => {
      try {
        const seconds = parseWallSeconds(text);
        if (seconds < least || seconds > LONGEST) throw new Error(`"${text}": between PT${least}S and P31D`);
      } catch (error) {
        context.addIssue({ code: 'custom', message: (error as Error).message });
      }
    })
    .meta({ description });

const name = z
  .string()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,99}$/u, 'must begin with a letter or digit; then also space . _ -');
const settings = {
  name,
  service: z.string().min(1).meta({ description: 'published service that a missed beat is about' }),
  severity: z.string().trim().min(1).max(100).meta({ description: 'word of a missed beat: critical, warning …' }),
  interval: duration(10, 'ISO 8601: PT5M'),
  grace: duration(0, 'how late a beat may be: PT1M'),
};

export const heartbeatBody = z.strictObject({
  ...settings,
  severity: settings.severity.default('critical'),
  grace: settings.grace.default('PT1M'),
  tenantId: z.string().optional().meta({ description: "the caller's own when missing" }),
});
export const heartbeatChange = z
  .strictObject(settings)
  .partial()
  .refine((body) => Object.keys(body).length > 0, 'names nothing to change');
export const heartbeatParams = z.strictObject({ id: z.uuid() });
export const beatParams = z.strictObject({ key: z.string().max(200) });

export const heartbeatSchema = z
  .object({
    id: z.string(),
    tenantId: z.string(),
    name: z.string(),
    service: z.string(),
    severity: z.string(),
    intervalSeconds: z.int(),
    graceSeconds: z.int(),
    state: z.enum(['waiting', 'alive', 'missed']).meta({ description: 'waiting: has never reported' }),
    lastAt: shown.nullable(),
    dueAt: shown.nullable().meta({ description: 'missed when nothing has come by then' }),
    missedAt: shown.nullable(),
    createdAt: shown,
  })
  .meta({ id: 'Heartbeat' });
export const heartbeatList = z.object({ items: z.array(heartbeatSchema), nextCursor: z.null() });
export const heartbeatWithKey = z.object({
  heartbeat: heartbeatSchema,
  key: z.string().meta({ description: 'shown this once; only its hash is kept' }),
  path: z.string().meta({ description: 'POST or GET it: each call is a beat' }),
});
export const beatAnswer = z.object({
  name: z.string(),
  nextBy: shown.meta({ description: 'the next beat is due by' }),
});
