import { z } from 'zod';
import { REQUEST_STATES } from '../domain/request-command';
import { REQUEST_OUTCOMES } from '../domain/request-plan';
import { clockSchema } from './incident-schema';
import { approvalSchema } from './request-schema';

const instant = z.iso.datetime();
const title = z.object({ 'zh-CN': z.string(), en: z.string() });

const content = z.object({
  hash: z.string().meta({ description: 'A vote has to carry it' }),
  form: z.string(),
  data: z.record(z.string(), z.unknown()),
  attachments: z.array(z.string()).meta({ description: 'Ids of files beside the fields' }),
  files: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      mediaType: z.string(),
      size: z.number().meta({ description: 'bytes' }),
    }),
  ),
  at: instant,
});

/** One vote that is asked for, with everything that is needed to decide. Instants RFC 3339. */
export const dossierSchema = z
  .object({
    request: z.object({
      id: z.string(),
      title: z.string(),
      state: z.enum(REQUEST_STATES),
      item: z.string(),
      itemTitle: title,
      tenantId: z.string(),
      tenant: z.string(),
      requester: z.string(),
      beneficiary: z.string(),
      createdAt: instant,
      revision: z.number(),
      dueAt: instant.nullable(),
    }),
    approval: approvalSchema,
    you: z
      .object({ as: z.string(), for: z.string().nullable() })
      .meta({ description: 'Why the caller is asked, and whose place he takes' }),
    content,
    schema: z.record(z.string(), z.unknown()).meta({ description: 'JSON Schema of the form in the version filled in' }),
    before: content.nullable().meta({ description: 'What was last voted on, if the content has changed since' }),
    votes: z.array(approvalSchema).meta({ description: 'Approvals before this one and beside it' }),
    consequence: z
      .object({ kind: z.enum(['reject', 'return', 'end']), outcome: z.enum(REQUEST_OUTCOMES).nullable() })
      .nullable()
      .meta({ description: 'What silence leads to at `approval.dueAt`' }),
    clocks: z.array(z.object({ title, clock: clockSchema })),
    cost: z.object({ amount: z.number(), currency: z.string(), per: z.enum(['once', 'month', 'year']) }).nullable(),
    pools: z.array(
      z.object({
        name: z.string(),
        title,
        units: z.array(
          z.object({ unit: z.string(), free: z.number(), total: z.number(), asked: z.number().nullable() }),
        ),
      }),
    ),
    earlier: z.object({
      total: z.number(),
      items: z.array(
        z.object({ id: z.string(), title: z.string(), state: z.enum(REQUEST_STATES), createdAt: instant }),
      ),
    }),
    said: z.array(z.object({ kind: z.string(), at: instant, actor: z.string(), text: z.string() })),
    people: z.record(z.string(), z.string()).meta({ description: 'Names by login' }),
  })
  .meta({ id: 'ApprovalDossier' });

export const approvalsPage = z.object({
  items: z.array(dossierSchema),
  nextCursor: z.string().nullable(),
  total: z.number().meta({ description: 'Of all pages' }),
});

export const approvalsQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(50).default(20),
  cursor: z.string().max(300).optional(),
  request: z
    .string()
    .regex(/^REQ-\d{6,}$/, 'must look like REQ-000123')
    .optional(),
});

/** What a link is good for now; only `open` can be decided on. */
export const LINK_STATES = ['open', 'used', 'late', 'edited', 'over', 'not-asked', 'own', 'inactive'] as const;

export const linkSchema = z
  .object({
    state: z.enum(LINK_STATES),
    caseId: z.string(),
    /** Languages of the page. */
    locale: z.string(),
    zone: z.string(),
    name: z.string().nullable().meta({ description: 'Of whom it was sent to' }),
    decision: z.enum(['approve', 'reject']).nullable().meta({ description: 'What it was used for' }),
    expiresAt: instant.nullable(),
    dossier: dossierSchema.nullable(),
  })
  .meta({ id: 'ApprovalLink' });

export const linkParams = z.strictObject({ token: z.string().min(1).max(200) });

export const linkBody = z
  .strictObject({
    decision: z.enum(['approve', 'reject']),
    comment: z.string().trim().min(1).max(4000).optional(),
  })
  .refine((v) => v.decision === 'approve' || v.comment !== undefined, {
    path: ['comment'],
    message: 'a refusal needs a comment: the requester has to know why',
  });
