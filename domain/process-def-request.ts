import { z } from 'zod';
import { DURATION_PATTERN, parseDuration } from './duration';
import { bilingual, header, slug, wallDuration } from './process-def-common';
import { processFacts } from './process-def-facts';
import { ACTION_NAMES, type ActionName } from './request-action';
import { REQUEST_OUTCOMES } from './request-plan';

/** PT4H on the wall clock; 4bh, 2bd counted on the calendar of the process. */
const span = z
  .string()
  .refine((text) => {
    try {
      return parseDuration(text).amount > 0;
    } catch {
      return false;
    }
  }, 'write PT4H (wall clock), 4bh (working hours) or 2bd (working days)')
  .meta({ pattern: DURATION_PATTERN, description: 'PT4H on the wall clock, 4bh or 2bd on the calendar' });

const cel = z.string().min(1).meta({ description: 'CEL: form.…, requester.…, steps.<id>.…' });

/** `role(name)`, `person(login)`, `oncall(schedule)`, `owner(service)`, `requester`, `beneficiary`, `manager(1)`, `team(name)`, `field(path)`, `performer(step)`. */
const target = z
  .string()
  .regex(
    /^((role|person|oncall|team|performer)\([^()\s]+\)|field\([\w.]+\)|owner\(service\)|manager\([1-5]\)|requester|beneficiary)$/,
    'write role(name), person(login), oncall(schedule), owner(service), team(name), manager(1), field(path), performer(step), requester or beneficiary',
  );
const targets = z.array(target).min(1, 'name at least one');

const act = z.union([
  z.enum(['remind', 'substitute', 'manager', 'reject', 'return']),
  z.strictObject({ ask: targets }),
  z.strictObject({ end: z.enum(REQUEST_OUTCOMES) }),
]);
const ladder = z
  .array(z.strictObject({ after: span, do: act }))
  .min(1, 'say what happens when nobody answers')
  .meta({ description: 'What happens so long after the step began; the last rung states the consequence (I5)' });

const base = {
  id: slug,
  title: bilingual,
  stage: slug.meta({ description: 'Stage of the progress line' }),
};

const approval = z.strictObject({
  ...base,
  kind: z.literal('approval'),
  approvers: z.array(z.union([target, z.strictObject({ ask: target, if: cel })])).min(1, 'an approval needs approvers'),
  quorum: z
    .union([
      z.enum(['any', 'all']),
      z.number().int().min(1),
      z.string().regex(/^([1-9]\d?|100)%$/, 'write a share such as 50%'),
    ])
    .optional()
    .meta({ description: 'any, all, a number, or a share such as 50%; all if absent' }),
  order: z.enum(['parallel', 'sequential']).optional(),
  veto: z.boolean().optional().meta({ description: 'One refusal refuses' }),
  apartFrom: z.array(slug).optional().meta({ description: 'Who voted in these steps may not vote here' }),
  onReject: z.enum(['end', 'return']).optional(),
  ladder,
  fallback: targets.meta({ description: 'Asked when the approvers give nobody' }),
});

const task = z.strictObject({
  ...base,
  kind: z.enum(['task', 'form']),
  actors: targets,
  team: slug,
  checklist: z.array(z.strictObject({ id: slug, title: bilingual })).optional(),
  outcomes: z
    .array(z.strictObject({ name: slug, title: bilingual, reason: z.boolean().optional() }))
    .optional()
    .meta({ description: 'Results to choose from; reason: only with a comment' }),
  form: slug.optional(),
  ladder,
  fallback: targets,
});

const call = {
  action: z.enum(ACTION_NAMES as [ActionName, ...ActionName[]]),
  with: z.record(z.string(), cel),
};
const auto = z.strictObject({
  ...base,
  kind: z.literal('auto'),
  ...call,
  limit: wallDuration.meta({ description: 'Tried again until then; afterwards people choose' }),
  compensate: z
    .union([z.literal('default'), z.literal('none'), z.strictObject(call)])
    .meta({ description: 'default: the action that undoes it, with its results' }),
  onFailure: z.strictObject({ actors: targets, team: slug, ladder }),
  skippable: z.boolean().optional(),
});

const wait = z
  .strictObject({ ...base, kind: z.literal('wait'), until: cel.optional(), at: cel.optional(), limit: span })
  .refine((w) => w.until !== undefined || w.at !== undefined, 'say until what or at which instant');
const notify = z.strictObject({ ...base, kind: z.literal('notify'), to: targets, text: bilingual });
const subprocess = z.strictObject({
  ...base,
  kind: z.literal('subprocess'),
  item: slug,
  with: z.record(z.string(), cel),
  wait: z.boolean().optional(),
});
const end = z.strictObject({ ...base, kind: z.literal('end'), outcome: z.enum(REQUEST_OUTCOMES) });

const simple = [approval, task, auto, wait, notify, subprocess, end] as const;
type Simple = z.infer<(typeof simple)[number]>;
type BaseDoc = Pick<Simple, 'id' | 'title' | 'stage'>;
/** A step as it is written; choices and parallel branches hold lists of steps. */
export type StepDoc =
  | Simple
  | (BaseDoc & { kind: 'choice'; branches: { if: string; steps: StepDoc[] }[]; else: StepDoc[] })
  | (BaseDoc & { kind: 'parallel'; branches: StepDoc[][] });

const steps: z.ZodType<StepDoc[]> = z.lazy(() => z.array(step));
const choice = z.strictObject({
  ...base,
  kind: z.literal('choice'),
  branches: z.array(z.strictObject({ if: cel, steps })).min(1, 'a choice has branches'),
  else: steps.meta({ description: 'Taken when no condition holds; empty: simply on' }),
});
const parallel = z.strictObject({
  ...base,
  kind: z.literal('parallel'),
  branches: z.array(steps).min(2, 'two branches at least'),
});
const step: z.ZodType<StepDoc> = z.lazy(() => z.discriminatedUnion('kind', [...simple, choice, parallel]));

const triggerAction = z.union([
  z.strictObject({ notify: targets, text: bilingual }),
  z.strictObject({ comment: z.string().min(1), visibility: z.enum(['internal', 'public']) }),
  z.strictObject({ setTeam: slug }),
  z.strictObject({ addTask: slug, title: bilingual, actors: targets, team: slug }),
  z.strictObject({ openRequest: slug, with: z.record(z.string(), cel) }),
]);
const trigger = z.strictObject({
  name: slug,
  order: z.number().int(),
  on: z.array(z.string().min(1)).min(1, 'name at least one kind of event'),
  if: cel.optional(),
  do: z.array(triggerAction).min(1, 'a trigger does something'),
});

const json = z.record(z.string(), z.unknown());
/** One thing that happens in a test, or what is expected then; `at` is an instant or `+2bd`, `+PT1H` since the submission. */
const storyLine = z.strictObject({
  at: z.string().optional(),
  vote: z.strictObject({ step: slug, by: z.string(), decision: z.enum(['approve', 'reject']) }).optional(),
  complete: z
    .strictObject({ step: slug, by: z.string().optional(), outcome: slug.optional(), form: json.optional() })
    .optional(),
  fails: z.strictObject({ step: slug, reason: z.string() }).optional(),
  skip: slug.optional(),
  retry: slug.optional(),
  return: z.strictObject({ step: slug, by: z.string() }).optional(),
  resubmit: json.optional(),
  withdraw: z.literal(true).optional(),
  cancel: z.literal(true).optional(),
  childEnds: z.strictObject({ step: slug, outcome: z.enum(REQUEST_OUTCOMES) }).optional(),
  expect: z
    .strictObject({
      state: z.string().optional(),
      active: z.array(slug).optional(),
      asked: z.array(z.string()).optional(),
      undone: z.array(slug).optional(),
      due: z.record(slug, z.string()).optional().meta({ description: 'Clock → instant it is due at' }),
    })
    .optional(),
});
const processTest = z.strictObject({
  name: z.string().min(1),
  opened: z.string().meta({ description: 'Instant with offset' }),
  form: json,
  requester: z.string().optional(),
  people: z
    .record(z.string(), z.array(z.string()))
    .optional()
    .meta({ description: 'Whom an actor gives: {"role(leader)": [wang]}; otherwise one person named after it' }),
  results: z.record(slug, json).optional().meta({ description: 'What automatic steps give' }),
  story: z.array(storyLine).min(1),
});

/** The process of a request: an ordered, branching list of steps (design §3). */
export const requestProcessSchema = z.strictObject({
  ...header('request-process', processTest),
  ...processFacts,
  calendar: slug.meta({ description: 'Working time of ladders and waits' }),
  stages: z
    .array(z.strictObject({ name: slug, title: bilingual }))
    .min(2)
    .max(5, 'a progress line has five words at most'),
  steps: z.array(step).min(1, 'a process has steps'),
  withdrawUntil: z
    .array(slug)
    .meta({ description: 'Once one of these steps has begun the requester cannot withdraw by himself' }),
  correction: z.strictObject({ ladder }).meta({ description: 'What happens while the requester does not answer' }),
  triggers: z.array(trigger).optional(),
  survey: z.boolean(),
});
export type RequestProcessDoc = z.infer<typeof requestProcessSchema>;
export type RequestTestDoc = RequestProcessDoc['tests'][number];
