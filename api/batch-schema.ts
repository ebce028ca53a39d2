import { z } from 'zod';
import { ITEM_OUTCOMES } from '../db/batch';
import type { IncidentOp } from '../domain/incident-command';
import { commandBodies } from './incident-commands';
import { incidentQuery } from './incident-list-schema';
import { listOf } from './list-query';
import { pageOf, pageQuery } from './page';

const instant = z.string().meta({ description: 'RFC 3339, UTC' });

/** Commands that are about one case's own documents and runs make no sense for many. */
const SINGLE: readonly IncidentOp[] = ['submit-report', 'decide-step'];
export const BATCH_OPS = (Object.keys(commandBodies) as IncidentOp[]).filter((op) => !SINGLE.includes(op));

/** Most ids in one request; a filter has no such limit. */
export const MOST_IDS = 10_000;

/** The filters of the incident list, without order and paging: a batch takes everything that matches. */
export const batchFilter = incidentQuery.omit({ sort: true, limit: true, cursor: true });
export type BatchFilter = z.infer<typeof batchFilter>;

export const batchBody = z
  .strictObject({
    op: z.enum(BATCH_OPS as [IncidentOp, ...IncidentOp[]]).meta({ description: 'a command of incidents' }),
    body: z
      .record(z.string(), z.unknown())
      .default({})
      .meta({ description: 'the same body as POST /api/v1/incidents/{id}/{op}' }),
    preview: z.boolean().meta({ description: 'true: only judge; run it later with POST /api/v1/batches/{id}/run' }),
    ids: z
      .array(z.string().regex(/^INC-\d{6,}$/, 'must look like INC-000123'))
      .min(1)
      .max(MOST_IDS)
      .optional(),
    filter: batchFilter.optional().meta({ description: 'exactly one of ids and filter' }),
  })
  .superRefine((request, context) => {
    if ((request.ids === undefined) === (request.filter === undefined))
      context.addIssue({ code: 'custom', path: ['ids'], message: 'exactly one of ids and filter is needed' });
    const checked = commandBodies[request.op].safeParse(request.body);
    if (Array.isArray(request.body.attachments) && request.body.attachments.length > 0)
      context.addIssue({ code: 'custom', path: ['body', 'attachments'], message: 'a file belongs to one case only' });
    for (const issue of checked.error?.issues ?? [])
      context.addIssue({ ...issue, path: ['body', ...issue.path] } as Parameters<typeof context.addIssue>[0]);
  });
export type BatchRequest = z.infer<typeof batchBody>;

const count = z.number();
export const batchSchema = z
  .object({
    id: z.string(),
    tenantId: z.string(),
    op: z.string(),
    body: z.record(z.string(), z.unknown()),
    state: z.enum(['preview', 'running', 'done']),
    selection: z.record(z.string(), z.unknown()).meta({ description: '`{ids: how many}` or `{filter: {…}}`' }),
    total: count.meta({ description: 'cases selected; nothing is left out' }),
    counts: z.object(
      Object.fromEntries(ITEM_OUTCOMES.map((o) => [o, count])) as Record<(typeof ITEM_OUTCOMES)[number], typeof count>,
    ),
    createdBy: z.string(),
    createdAt: instant,
    startedAt: instant.nullable(),
    endedAt: instant.nullable(),
  })
  .meta({ id: 'Batch' });
export const batchPage = pageOf(batchSchema);

export const batchItemSchema = z
  .object({
    caseId: z.string(),
    title: z.string().nullable(),
    caseState: z.string().nullable(),
    outcome: z.enum(ITEM_OUTCOMES).meta({
      description:
        'will, wont: judged before anything is sent; waiting; done; refused: by the case, which had changed; failed: given up',
    }),
    code: z.string().nullable(),
    reason: z.string().nullable(),
    settledAt: instant.nullable(),
  })
  .meta({ id: 'BatchItem' });
export const batchItemPage = pageOf(batchItemSchema);

export const batchParams = z.strictObject({ id: z.uuid() });
export const batchItemQuery = pageQuery.extend({
  outcome: listOf(z.enum(ITEM_OUTCOMES)).meta({ description: 'only these outcomes, separated by commas' }),
});
