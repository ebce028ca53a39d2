import { z } from 'zod';
import { ASSESSMENT_GROUNDS, CHANNELS, type IncidentOp, RELATIONS } from '../domain/incident-command';
import { faultReportBody } from './fault-report-schema';

const instant = z.iso.datetime().meta({ description: 'RFC 3339, UTC' });
const level = z.enum(['high', 'medium', 'low']);
const text = (max: number) => z.string().trim().min(1).max(max);
const caseId = z.string().regex(/^INC-\d{6,}$/, 'must look like INC-000123');
const line = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4), z.literal(5)], {
  error: 'must be a support line: 1, 2, 3, 4 or 5',
});
const login = z.string().trim().min(1).max(100);

/** Bodies of the commands, by name; the fields are those of `IncidentCommand`. */
export const commandBodies = {
  acknowledge: z.strictObject({}),
  claim: z.strictObject({}),
  assign: z.strictObject({ assignee: login.nullable().optional(), team: text(100).optional() }),
  transfer: z.strictObject({ line, reason: text(1000), team: text(100).optional(), assignee: login.optional() }),
  assess: z.strictObject({
    decision: z.enum(['stay', 'escalate']),
    line: line.optional().meta({ description: 'with escalate; the next line if absent' }),
    grounds: z.enum(ASSESSMENT_GROUNDS),
    note: text(2000),
    impact: level.optional(),
    urgency: level.optional(),
    limitMinutes: z
      .int()
      .min(1)
      .max(100_000)
      .optional()
      .meta({ description: 'new limit of the stage, counted minutes' }),
  }),
  prioritise: z.strictObject({ impact: level, urgency: level, reason: text(1000) }),
  plan: z.strictObject({ text: text(10_000) }),
  pend: z.strictObject({ reason: text(100), note: z.string().max(1000).optional(), until: instant.optional() }),
  suspend: z.strictObject({ reason: text(1000), until: instant }),
  resume: z.strictObject({}),
  note: z.strictObject({
    text: text(10_000),
    visibility: z.enum(['internal', 'public']).default('internal'),
    mentions: z.array(login).max(20).default([]).meta({ description: 'logins; they are told' }),
    attachments: z.array(z.uuid()).max(20).default([]).meta({ description: 'ids of uploaded attachments' }),
    contact: z.enum(CHANNELS).optional().meta({ description: 'the requester was in contact, by this way' }),
  }),
  resolve: z.strictObject({
    resolution: text(10_000),
    children: z.array(caseId).max(500).default([]).meta({ description: 'children that are resolved with it' }),
  }),
  reopen: z.strictObject({ reason: text(1000) }),
  close: z.strictObject({}),
  cancel: z.strictObject({ reason: text(1000) }),
  merge: z.strictObject({ into: caseId }),
  unmerge: z.strictObject({ reason: text(1000) }),
  'set-parent': z.strictObject({ parent: caseId }),
  'unset-parent': z.strictObject({}),
  link: z.strictObject({ target: caseId, relation: z.enum(RELATIONS).default('related') }),
  unlink: z.strictObject({ target: caseId, relation: z.enum(RELATIONS).default('related') }),
  'raise-major': z.strictObject({ reason: text(1000), commander: login, communications: login }),
  'lower-major': z.strictObject({ reason: text(1000) }),
  'run-step': z.strictObject({ runbook: text(100), step: text(100) }),
  'decide-step': z.strictObject({
    run: text(50),
    decision: z.enum(['approve', 'refuse']),
    note: z.string().max(1000).optional(),
  }),
  'escalate-supplier': z.strictObject({
    supplier: text(100),
    reference: text(100).optional().meta({ description: "the supplier's ticket number" }),
    note: text(10_000),
  }),
  'update-supplier': z.strictObject({
    reference: text(100).optional(),
    state: z.enum(['answered', 'solved', 'withdrawn']),
    note: text(10_000),
  }),
  'submit-report': faultReportBody,
} satisfies Record<IncidentOp, z.ZodType>;
