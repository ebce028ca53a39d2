import { z } from 'zod';

const bilingual = z.object({ 'zh-CN': z.string(), en: z.string() });
const instant = z.iso.datetime({ offset: true });
/** Longest stretch of a rota that is shown at a time. */
export const MAX_RANGE_DAYS = 366;

/** Tenant whose rota is meant; the caller's own unless stated. */
const tenantQuery = { tenantId: z.string().optional() };

export const schedulesQuery = z.strictObject(tenantQuery);
export const nowQuery = z.strictObject({ ...tenantQuery, at: instant.optional() });
/** False also for texts that are no instants: those have errors of their own. */
const backwards = ({ from, to }: { from: string; to: string }) => Date.parse(to) <= Date.parse(from);
const tooLong = ({ from, to }: { from: string; to: string }) =>
  Date.parse(to) - Date.parse(from) > MAX_RANGE_DAYS * 86_400_000;

export const rangeQuery = z
  .strictObject({ ...tenantQuery, from: instant, to: instant })
  .refine((range) => !backwards(range), { path: ['to'], message: 'must be later than from' })
  .refine((range) => !tooLong(range), {
    path: ['to'],
    message: `must be at most ${MAX_RANGE_DAYS} days after from`,
  });

export const scheduleParams = z.object({ name: z.string() });
export const overrideParams = z.object({ name: z.string(), id: z.uuid() });

export const overrideBody = z
  .strictObject({
    from: instant,
    to: instant,
    login: z.string().min(1),
    /** A swap: only this person's time is taken over. */
    replaces: z.string().min(1).optional(),
  })
  .refine((range) => !backwards(range), { path: ['to'], message: 'must be later than from' })
  .refine(({ login, replaces }) => login !== replaces, { path: ['replaces'], message: 'must be somebody else' });

export const scheduleSchema = z
  .object({
    id: z.string(),
    name: bilingual,
    zone: z.string(),
    /** Logins in order of turn. */
    participants: z.array(z.string()),
  })
  .meta({ id: 'Schedule' });

const person = { login: z.string().nullable(), displayName: z.string().nullable() };

/** A stretch of a rota; login null is a gap: nobody is on call, and pages go to the fallback. */
export const shiftSchema = z
  .object({ ...person, from: z.string().nullable(), to: z.string().nullable() })
  .meta({ id: 'Shift' });

export const dutySchema = z
  .object({
    schedule: z.string(),
    name: bilingual,
    zone: z.string(),
    ...person,
    from: z.string().nullable(),
    to: z.string().nullable(),
    next: z.object({ ...person, from: z.string() }).nullable(),
  })
  .meta({ id: 'Duty' });

export const overrideSchema = z
  .object({
    id: z.string(),
    schedule: z.string(),
    from: z.string(),
    to: z.string(),
    login: z.string(),
    replaces: z.string().nullable(),
    createdAt: z.string(),
    createdBy: z.string(),
  })
  .meta({ id: 'ScheduleOverride' });

/** A list that is always whole. */
export const whole = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), nextCursor: z.null() });

export const shiftsAnswer = z.object({
  schedule: z.string(),
  zone: z.string(),
  /** Who is on call at the moment of the answer. */
  now: shiftSchema,
  items: z.array(shiftSchema),
  gaps: z.array(z.object({ from: z.string(), to: z.string() })),
});
