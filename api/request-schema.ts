import { z } from 'zod';
import { REQUEST_STATES } from '../domain/request-command';
import { REQUEST_OUTCOMES } from '../domain/request-plan';
import { clockSchema } from './incident-schema';

const instant = z.iso.datetime().meta({ description: 'RFC 3339, UTC' });
const nullable = instant.nullable();
const title = z.object({ 'zh-CN': z.string(), en: z.string() });
const outcome = z.enum(REQUEST_OUTCOMES).nullable();

export const requestParams = z.strictObject({ id: z.string().regex(/^REQ-\d{6,}$/, 'must look like REQ-000123') });

const approver = z.object({
  login: z.string(),
  state: z.enum(['asked', 'next', 'approved', 'rejected', 'replaced', 'gone']),
  for: z.string().nullable(),
  as: z.enum(['approver', 'substitute', 'delegate', 'manager', 'fallback', 'added']),
  comment: z.string().nullable(),
  at: nullable,
});

export const approvalSchema = z
  .object({
    step: z.string(),
    visit: z.number(),
    title,
    state: z.enum(['running', 'approved', 'rejected', 'voided', 'ended']),
    since: instant,
    endedAt: nullable,
    dueAt: nullable,
    shown: z.string().meta({ description: 'Hash a vote has to carry: of the content that is decided on' }),
    quorum: z.union([
      z.object({ need: z.enum(['any', 'all']) }),
      z.object({ count: z.number() }),
      z.object({ percent: z.number() }),
    ]),
    order: z.enum(['parallel', 'sequential']),
    veto: z.boolean(),
    approvers: z.array(approver),
    stranded: z.boolean().meta({ description: 'nobody could be found: the desk names approvers' }),
  })
  .meta({ id: 'Approval' });

const task = z.object({
  task: z.string(),
  step: z.string().nullable(),
  kind: z.string(),
  title,
  assignee: z.string().nullable(),
  candidates: z.array(z.string()),
  team: z.string(),
  since: instant,
  dueAt: nullable,
  checklist: z.array(z.object({ id: z.string(), title, done: z.boolean() })),
  outcomes: z.array(z.object({ name: z.string(), title, reason: z.boolean() })),
  form: z.string().nullable(),
});

const visit = z.object({
  step: z.string(),
  visit: z.number(),
  kind: z.enum(['approval', 'task', 'form', 'auto', 'wait', 'notify', 'choice', 'parallel', 'subprocess', 'end']),
  title,
  stage: z.string(),
  state: z.enum(['active', 'done', 'failed', 'voided']),
  since: instant,
  endedAt: nullable,
  by: z.string().nullable(),
  outcome: z.string().nullable(),
  values: z.record(z.string(), z.unknown()),
});

/** A request as its workflow shows it; what a reader is not to see is left out by `presentRequest`. */
export const requestSchema = z
  .object({
    id: z.string(),
    title: z.string(),
    state: z.enum(REQUEST_STATES),
    tenantId: z.string(),
    item: z.string(),
    process: z.string(),
    service: z.string(),
    team: z.string(),
    requester: z.string(),
    beneficiary: z.string(),
    enteredBy: z.string().nullable(),
    channel: z.string(),
    parent: z.object({ id: z.string(), step: z.string().nullable() }).nullable(),
    follows: z.string().nullable(),
    children: z.array(z.object({ id: z.string(), step: z.string().nullable(), outcome })),
    version: z.number(),
    createdAt: instant,
    updatedAt: instant,
    endedAt: nullable,
    outcome,
    content: z.object({ hash: z.string(), revision: z.number(), form: z.string() }),
    stages: z.array(z.object({ name: z.string(), title, state: z.enum(['done', 'current', 'ahead']) })),
    steps: z.array(visit),
    approvals: z.array(approvalSchema),
    tasks: z.array(task),
    failures: z.array(
      z.object({
        step: z.string(),
        title,
        reason: z.string(),
        task: z.string().nullable(),
        undoing: z.boolean(),
        skippable: z.boolean(),
      }),
    ),
    undo: z.array(z.object({ step: z.string(), title, state: z.string(), reason: z.string().nullable() })),
    awaiting: z
      .object({
        what: z.enum(['correction', 'clarification']),
        text: z.string(),
        by: z.string(),
        since: instant,
        dueAt: nullable,
      })
      .nullable(),
    suspended: z.object({ reason: z.string(), since: instant, until: instant, by: z.string() }).nullable(),
    waitingFor: z.array(
      z.object({ login: z.string().nullable(), team: z.string().nullable(), step: z.string(), since: instant }),
    ),
    sharedWith: z.array(z.string()),
    minutes: z.number().meta({ description: 'of work that was logged' }),
    withdrawable: z.boolean(),
    waiting: z.array(z.object({ key: z.string(), kind: z.string(), about: z.string(), since: instant })),
    nextAt: nullable,
    dueAt: nullable,
    clocks: z.array(clockSchema),
    survey: z.boolean(),
    definitions: z.array(z.string()),
  })
  .meta({ id: 'Request' });

const text = (max: number) => z.string().trim().min(1).max(max);
export const contentBody = {
  data: z.record(z.string(), z.unknown()).meta({ description: 'Content of the form, by its JSON Schema' }),
  attachments: z.array(z.uuid()).max(50).optional(),
};

export const requestBody = z.strictObject({
  item: text(100).meta({ description: 'Name of a catalogue item' }),
  title: text(200).optional().meta({ description: 'The title of the item if absent' }),
  ...contentBody,
  requester: text(100).optional().meta({ description: 'Who asks, if not the caller: needs request:create-for' }),
  beneficiary: text(100).optional().meta({ description: 'For whom it is, if not the requester' }),
  channel: z.enum(['portal', 'email', 'phone', 'visit']).optional(),
  follows: text(40).optional().meta({ description: 'Case it follows or was classified from' }),
});

export const requestQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(200).optional(),
  sort: z.enum(['newest', 'due']).default('newest'),
  open: z.enum(['true', 'false']).optional(),
  state: z
    .enum(REQUEST_STATES)
    .array()
    .or(z.enum(REQUEST_STATES).transform((s) => [s]))
    .optional(),
  item: text(100).optional(),
  team: text(100).optional(),
  tenant: text(100).optional(),
  requester: text(100).optional(),
  waitingFor: text(100).optional().meta({ description: 'Login of somebody who is waited for; `me`' }),
  mine: z.enum(['true']).optional().meta({ description: 'Asked for by or for the caller' }),
  involved: z.enum(['true']).optional().meta({ description: 'Those the caller has a part in' }),
  q: text(100).optional().meta({ description: 'Words of the title, or an id' }),
});
export type RequestQuery = z.infer<typeof requestQuery>;
