import { z } from 'zod';
import { WORK_KINDS } from '../db/task-work';
import { listOf } from './list-query';
import { pageOf, pageQuery } from './page';

const instant = z.string().meta({ description: 'RFC 3339, UTC' });

const bothTitles = z.object({ 'zh-CN': z.string(), en: z.string() });

const taskFields = {
  id: z.string(),
  tenantId: z.string(),
  caseId: z.string().nullable(),
  kind: z.string(),
  title: z.string(),
  titles: bothTitles.nullable().meta({ description: 'in both languages, where its definition names it' }),
  assignee: z.string().nullable(),
  team: z.string().nullable(),
  candidates: z.array(z.string()).meta({ description: "logins it is meant for; empty: the team's" }),
  state: z.enum(['open', 'done']),
  createdAt: instant,
  dueAt: instant.nullable().meta({ description: 'its own limit, else that of its case' }),
  doneAt: instant.nullable(),
  doneBy: z.string().nullable(),
  result: z.string().nullable(),
  caseTitle: z.string().nullable(),
  caseState: z.string().nullable(),
};
export const taskSchema = z.object(taskFields).meta({ id: 'Task' });
export const taskPage = pageOf(taskSchema);

export const taskDetailSchema = z
  .object({
    ...taskFields,
    checklist: z.array(z.object({ id: z.string(), title: bothTitles, done: z.boolean() })),
    outcomes: z
      .array(z.object({ name: z.string(), title: bothTitles, reason: z.boolean() }))
      .meta({ description: 'ways it can end; empty: one' }),
    form: z.string().nullable().meta({ description: '`form/<name>@<version>`: it ends by filling that in' }),
    minutes: z.int().meta({ description: 'logged' }),
    mayWork: z.boolean(),
  })
  .meta({ id: 'TaskDetail' });

export const taskLogSchema = z
  .object({
    id: z.number(),
    at: instant,
    by: z.string(),
    kind: z.enum(['work', 'claimed', 'given', 'checked', 'done']),
    minutes: z.int().nullable(),
    text: z.string(),
    assignee: z.string().nullable(),
    team: z.string().nullable(),
  })
  .meta({ id: 'TaskLogEntry' });
export const taskLogPage = pageOf(taskLogSchema);

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
const longText = z.string().trim().min(1).max(10_000);
export const taskDoneBody = z.strictObject({
  result: longText.optional().meta({ description: 'what came of it; required where no case says more' }),
  outcome: z.string().max(100).optional().meta({ description: 'one of `outcomes`, where there are any' }),
  comment: longText.optional(),
  data: z.record(z.string(), z.unknown()).optional().meta({ description: 'fields of its form' }),
  attachments: z.array(z.uuid()).max(20).optional(),
});
const team = z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'a team is lower-case letters, digits and hyphens');
const assignFields = {
  assignee: z.string().trim().min(1).max(100).nullable().optional(),
  team: team.optional(),
  note: z.string().trim().max(2_000).optional().meta({ description: 'what the next one has to know' }),
};
const somebody = (b: { assignee?: string | null; team?: string }) => b.assignee !== undefined || b.team !== undefined;
const nobodyNamed = { path: ['assignee'], message: 'assignee or team is needed' };
export const taskAssignBody = z.strictObject(assignFields).refine(somebody, nobodyNamed);
export const taskLogBody = z.strictObject({
  minutes: z.int().min(1).max(6_000),
  text: z.string().trim().min(1).max(2_000),
});
export const taskCheckBody = z.strictObject({ item: z.string().min(1).max(100), done: z.boolean() });

/** Most tasks in one batch: it is carried out while the caller waits. */
export const MOST_TASKS = 200;
export const taskBatchBody = z
  .strictObject({
    op: z.enum(['claim', 'assign', 'done']),
    body: z
      .strictObject({ ...assignFields, result: longText.optional(), outcome: z.string().max(100).optional() })
      .default({})
      .meta({ description: 'the same body as POST /api/v1/tasks/{id}/{op}' }),
    ids: z.array(z.string().min(1).max(300)).min(1).max(MOST_TASKS),
    preview: z.boolean().meta({ description: 'true: only judge' }),
  })
  .superRefine(({ op, body }, context) => {
    const wrong = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: ['body', path], message });
    if (op === 'assign' && !somebody(body)) wrong('assignee', nobodyNamed.message);
    const foreign = Object.keys(body).filter((key) =>
      key === 'result' || key === 'outcome' ? op !== 'done' : op !== 'assign',
    );
    for (const key of foreign) wrong(key, `does not go with ${op}`);
  });
export const TASK_OUTCOMES = ['will', 'wont', 'done', 'refused', 'failed'] as const;
export const TASK_BLOCKERS = ['taken', 'done', 'page', 'case'] as const;
export const taskBatchSchema = z
  .object({
    total: z.int(),
    counts: z.object({ will: z.int(), wont: z.int(), done: z.int(), refused: z.int(), failed: z.int() }),
    items: z.array(
      z.object({
        id: z.string(),
        title: z.string().nullable(),
        titles: bothTitles.nullable(),
        caseId: z.string().nullable(),
        outcome: z.enum(TASK_OUTCOMES).meta({
          description: 'will, wont: of a preview, or judged before; done; refused: it had changed; failed: try again',
        }),
        code: z.string().nullable(),
        blocker: z.enum(TASK_BLOCKERS).nullable().meta({
          description:
            'taken: somebody has it; done; page: a form or a choice that only its own page asks for; case: its case does not allow it now',
        }),
        assignee: z.string().nullable(),
        reason: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'TaskBatch' });

export const workItemSchema = z
  .object({
    kind: z
      .enum(WORK_KINDS)
      .meta({ description: 'what waits: a page to acknowledge, a step to approve, a task, a case' }),
    key: z.string(),
    caseId: z.string().nullable(),
    title: z.string(),
    titles: bothTitles.nullable(),
    severity: z.string().nullable(),
    caseState: z.string().nullable(),
    caseTitle: z.string().nullable(),
    taskId: z.string().nullable(),
    taskKind: z.string().nullable(),
    team: z.string().nullable(),
    mine: z.boolean().meta({ description: 'false: it lies with a team of yours and nobody has it' }),
    run: z
      .string()
      .nullable()
      .meta({ description: 'of an approval: what to decide on with decide-step; null: a step of a request' }),
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
