import { z } from 'zod';
import { bilingual, date, goal, header, localTime, wallDuration } from './process-def-common';

const hours = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'write HH:mm-HH:mm')
  .meta({ description: 'Open hours, local: 09:00-12:00' });
const day = z.array(hours);
const week = z.strictObject({
  monday: day,
  tuesday: day,
  wednesday: day,
  thursday: day,
  friday: day,
  saturday: day,
  sunday: day,
});

const calendarTest = z
  .strictObject({
    received: localTime.optional(),
    goal: goal.optional(),
    due: localTime.optional(),
    date: date.optional(),
    working: z.boolean().optional(),
  })
  .refine(
    (t) =>
      t.date !== undefined
        ? t.working !== undefined && !t.received && !t.goal && !t.due
        : t.received !== undefined && t.goal !== undefined && t.due !== undefined && t.working === undefined,
    'a calendar test is {received, goal, due} or {date, working}',
  );

/** Business calendar: local hours of a week, and the dates that differ. */
export const calendarSchema = z.strictObject({
  ...header('calendar', calendarTest),
  zone: z.string().meta({ description: 'IANA time zone: Asia/Shanghai' }),
  week: z
    .union([z.literal('always'), week], { error: 'write always, or the hours of all seven days (monday … sunday)' })
    .meta({ description: 'always, or the open hours of each weekday ([] = closed)' }),
  holidays: z
    .array(z.strictObject({ from: date, to: date, title: bilingual }))
    .meta({ description: 'Closed, first to last day' }),
  workingDays: z.array(date).meta({ description: 'Days worked although their weekday is closed (make-up days)' }),
  announcedUntil: date
    .optional()
    .meta({ description: 'Last day for which holidays are announced; later deadlines are marked provisional' }),
  source: bilingual.optional().meta({ description: 'Where the dates come from' }),
});
export type CalendarDoc = z.infer<typeof calendarSchema>;

const participants = z
  .union(
    [
      z.string().regex(/^role\([^()\s]+\)$/),
      z.array(z.string().min(1)).min(1, 'write role(name), or at least one login'),
    ],
    {
      error: 'write role(name), or a list of at least one login',
    },
  )
  .meta({ description: 'role(name): all who hold the role, in order of login; or logins in order of turn' });

const scheduleTest = z.strictObject({
  at: localTime,
  people: z.array(z.string()).min(1).meta({ description: 'Who holds the role, for this test only' }),
  oncall: z.string(),
});

/** On-call rotation. Overrides and swaps are live data beside it, not part of the definition. */
export const scheduleSchema = z.strictObject({
  ...header('schedule', scheduleTest),
  zone: z.string().meta({ description: 'IANA time zone of the hand-over' }),
  rotation: z.strictObject({
    start: localTime.meta({ description: 'First hand-over, local' }),
    every: wallDuration.meta({ description: 'Length of a turn in whole days or weeks: P1D, P1W' }),
    participants,
  }),
});
export type ScheduleDoc = z.infer<typeof scheduleSchema>;
