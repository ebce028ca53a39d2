import { z } from 'zod';
import { WORK_KINDS } from '../db/task-work';
import { listOf } from './list-query';
import { pageOf, pageQuery } from './page';

const instant = z.string().meta({ description: 'RFC 3339, UTC' });

export const taskSchema = z
  .object({
    id: z.string(),
    tenantId: z.string(),
    caseId: z.string().nullable(),
    kind: z.string(),
    title: z.string(),
    assignee: z.string().nullable(),
    team: z.string().nullable(),
    state: z.enum(['open', 'done']),
    createdAt: instant,
    dueAt: instant.nullable(),
    doneAt: instant.nullable(),
    doneBy: z.string().nullable(),
    result: z.string().nullable(),
  })
  .meta({ id: 'Task' });
export const taskPage = pageOf(taskSchema);

export const taskQuery = pageQuery.extend({
  for: z
    .enum(['me', 'my-teams', 'all'])
    .default('me')
    .meta({ description: 'my-teams: given to nobody yet and lying with one of your teams; all: what you may see' }),
  case: z.string().max(100).optional(),
  state: z.enum(['open', 'done', 'all']).default('open'),
});

/** Ids hold slashes: they are sent URL-encoded. */
export const taskParams = z.strictObject({ id: z.string().min(1).max(300) });
export const taskDoneBody = z.strictObject({ result: z.string().trim().min(1).max(10_000) });
export const taskAssignBody = z
  .strictObject({
    assignee: z.string().trim().min(1).max(100).nullable().optional(),
    team: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]*$/, 'a team is lower-case letters, digits and hyphens')
      .optional(),
  })
  .refine((b) => b.assignee !== undefined || b.team !== undefined, {
    path: ['assignee'],
    message: 'assignee or team is needed',
  });

export const workItemSchema = z
  .object({
    kind: z
      .enum(WORK_KINDS)
      .meta({ description: 'what waits: a page to acknowledge, a step to approve, a task, a case' }),
    key: z.string(),
    caseId: z.string().nullable(),
    title: z.string(),
    severity: z.string().nullable(),
    caseState: z.string().nullable(),
    caseTitle: z.string().nullable(),
    taskId: z.string().nullable(),
    taskKind: z.string().nullable(),
    team: z.string().nullable(),
    mine: z.boolean().meta({ description: 'false: it lies with a team of yours and nobody has it' }),
    run: z.string().nullable().meta({ description: 'of an approval: what to decide on with decide-step' }),
    requestedBy: z.string().nullable(),
    dueAt: instant.nullable(),
    since: instant,
  })
  .meta({ id: 'WorkItem' });
export const workQuery = pageQuery.extend({
  kind: listOf(z.enum(WORK_KINDS)).meta({ description: 'only these kinds, separated by commas' }),
});
export const workPage = pageOf(workItemSchema).extend({
  counts: z
    .object({ page: z.number(), approval: z.number(), task: z.number(), case: z.number() })
    .meta({ description: 'how many of each kind there are in all' }),
});
