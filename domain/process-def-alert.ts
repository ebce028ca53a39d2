import { z } from 'zod';
import { LABEL_PATTERN, parseMatcher } from './alert-matcher';
import { WEEKDAYS } from './calendar';
import { header, instant, level, slug, wallDuration } from './process-def-common';

const matcher = z
  .string()
  .superRefine((text, context) => {
    try {
      parseMatcher(text);
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message });
    }
  })
  .meta({ description: 'label="value", label!="value", label=~"a|b.*", label!~"…"; also __source, __host, __service' });
const match = z.array(matcher).meta({ description: 'All of them must match; none matches every alert' });
const label = z.string().regex(LABEL_PATTERN, 'is no name of a label');
const labels = z.record(label, z.string());

const timeOfDay = z
  .string()
  .regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'write HH:mm')
  .meta({ description: 'Local time: 22:00' });

const timeRange = z.strictObject({
  name: slug,
  zone: z.string().meta({ description: 'IANA time zone: Asia/Shanghai' }),
  weekdays: z.array(z.enum(WEEKDAYS)).min(1, 'name at least one weekday, or leave the key out for all').optional(),
  from: timeOfDay,
  to: timeOfDay.meta({ description: 'Local time; at or before `from` it is of the next day' }),
});

const alertTest = z
  .strictObject({
    labels,
    source: z.string().optional().meta({ description: 'Name of the source' }),
    service: z.string().optional().meta({ description: 'Service of the source' }),
    at: instant.optional().meta({ description: 'For mute: when it fires' }),
    firing: z.array(labels).optional().meta({ description: 'For inhibit: what fires beside it' }),
    expect: z.strictObject({
      dropped: slug.optional().meta({ description: 'Rule that drops it' }),
      held: slug.optional().meta({ description: 'Rule that holds it back' }),
      labels: labels.optional().meta({ description: 'Labels it has in the end, others aside' }),
      service: z.string().optional(),
      priority: z.strictObject({ impact: level, urgency: level }).optional(),
      group: z.string().optional().meta({ description: 'Group it converges into: rule{label="value"}, or sender' }),
      resolve: z.union([wallDuration, z.literal('never')]).optional(),
    }),
  })
  .meta({ description: 'An alert, and what becomes of it' });

/** How alerts converge: live for all (I7), the newest version counts from the next alert on. */
export const alertRulesSchema = z.strictObject({
  ...header('alert-rules', alertTest),
  hostLabels: z
    .array(label)
    .min(1)
    .optional()
    .meta({ description: 'Labels that name the host (__host); the first that is there counts' }),
  severityWords: z
    .record(z.string().min(1), z.strictObject({ impact: level, urgency: level }))
    .optional()
    .meta({ description: 'What severity words mean that a source does not know itself' }),
  timeRanges: z.array(timeRange).optional(),
  filter: z
    .array(z.strictObject({ name: slug, match: match.min(1, 'would drop every alert') }))
    .optional()
    .meta({ description: 'Alerts that are dropped: counted and listed, but no more' }),
  enrich: z
    .array(
      z.strictObject({
        name: slug,
        match,
        set: labels.optional(),
        service: z.string().optional().meta({ description: 'Published service it goes to' }),
        severity: z.string().optional().meta({ description: 'Severity word it gets' }),
      }),
    )
    .optional()
    .meta({ description: 'Adds what the sender does not know; each rule sees what those before it have set' }),
  grouping: z
    .array(
      z.strictObject({
        name: slug,
        match,
        by: z
          .union([z.literal('all'), z.array(label)], { error: 'write a list of labels, or all' })
          .meta({ description: 'Labels with equal values converge into one incident; all: each alert by itself' }),
        wait: wallDuration.optional().meta({ description: 'Before the incident opens; at once when missing' }),
        interval: wallDuration.optional().meta({ description: 'Between news of more of the same; PT10S when missing' }),
        repeat: wallDuration.optional().meta({ description: 'Say again that it still fires; never when missing' }),
      }),
    )
    .optional()
    .meta({ description: 'The first that matches forms the group; otherwise the sender does' }),
  mute: z
    .array(z.strictObject({ name: slug, match, during: z.array(slug).min(1, 'name at least one of timeRanges') }))
    .optional(),
  inhibit: z
    .array(
      z.strictObject({
        name: slug,
        source: match.min(1, 'would inhibit by every alert'),
        target: match.min(1, 'would inhibit every alert'),
        equal: z.array(label).meta({ description: 'Labels in which both must agree' }),
      }),
    )
    .optional()
    .meta({ description: 'While a source fires, targets are held back' }),
  flapping: z
    .array(
      z.strictObject({
        name: slug,
        match,
        changes: z.int().min(3).max(50).meta({ description: 'Beginnings and ends' }),
        within: wallDuration,
        hold: wallDuration.meta({ description: 'Held until it has been stable for so long' }),
      }),
    )
    .optional(),
  resolve: z
    .array(
      z.strictObject({
        name: slug,
        match,
        after: z
          .union([wallDuration, z.literal('never')])
          .meta({ description: 'All alerts over for so long, or never' }),
      }),
    )
    .optional()
    .meta({ description: 'Incidents that monitoring may resolve; others are resolved by people only' }),
});
export type AlertRulesDoc = z.infer<typeof alertRulesSchema>;
