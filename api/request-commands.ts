import { z } from 'zod';
import type { RequestOp } from '../domain/request-command';
import { contentBody } from './request-schema';

const instant = z.iso.datetime().meta({ description: 'RFC 3339, UTC' });
const text = (max: number) => z.string().trim().min(1).max(max);
const login = text(100);
const step = z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'names of steps are lower-case letters, digits and hyphens');
const task = z.string().regex(/^REQ-\d{6,}\/\S+$/, 'must look like REQ-000123/step.1');
const content = z.strictObject(contentBody);
const scalar = z.union([z.string().max(4000), z.number(), z.boolean()]);

/** Bodies of the commands, by name; the fields are those of `RequestCommand`, content comes as `data` and `attachments`. */
export const requestBodies = {
  vote: z
    .strictObject({
      step,
      decision: z.enum(['approve', 'reject']),
      comment: text(4000).optional().meta({ description: 'required with a refusal' }),
      shown: z
        .string()
        .regex(/^[0-9a-f]{64}$/, 'must be the hash of the content that was shown (`shown` of the approval)'),
      as: login.optional().meta({ description: 'whom the voter stands in for' }),
    })
    .refine((v) => v.decision === 'approve' || v.comment !== undefined, {
      path: ['comment'],
      message: 'a refusal needs a comment: the requester has to know why',
    }),
  delegate: z.strictObject({ step, to: login, reason: text(1000) }),
  return: z.strictObject({ step, comment: text(4000) }),
  resubmit: content.extend({ comment: text(4000).optional() }),
  edit: content.extend({ reason: text(1000) }),
  ask: z.strictObject({ question: text(4000) }),
  answer: z.strictObject({ text: text(4000) }),
  comment: z.strictObject({
    text: text(8000),
    visibility: z.enum(['internal', 'public']).optional(),
    mentions: z.array(login).max(20).optional(),
    attachments: z.array(z.uuid()).max(20).optional(),
  }),
  'claim-task': z.strictObject({ task }),
  'assign-task': z.strictObject({
    task,
    assignee: login.nullable(),
    team: text(100).optional(),
    note: text(2000).meta({ description: 'what the next one has to know' }),
  }),
  'check-item': z.strictObject({ task, item: step, done: z.boolean() }),
  'log-work': z.strictObject({ task: task.optional(), minutes: z.int().min(1).max(6000), text: text(2000) }),
  'complete-task': z.strictObject({
    task,
    outcome: step.optional(),
    comment: text(4000).optional(),
    data: contentBody.data.optional(),
    attachments: contentBody.attachments,
  }),
  'retry-step': z.strictObject({ step }),
  'skip-step': z.strictObject({ step, reason: text(1000) }),
  'enter-result': z.strictObject({
    step,
    result: z
      .record(
        z.string().max(100),
        z.union([scalar, z.array(z.string().max(100)).max(50), z.record(z.string(), scalar)]),
      )
      .meta({ description: 'exactly the values that the action of the step gives' }),
    reason: text(1000),
  }),
  suspend: z.strictObject({ reason: text(1000), until: instant }),
  resume: z.strictObject({}),
  withdraw: z.strictObject({ reason: text(1000) }),
  cancel: z.strictObject({ reason: text(1000) }),
} satisfies Record<RequestOp, z.ZodType>;
