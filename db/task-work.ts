import type { Knex } from 'knex';
import { dueOf, sightBindings, TASK_SEEN, type TaskSight, TEAM_IS_MINE } from './task-list';

/** What waits for somebody: a page to acknowledge, a step to approve, a task, a case of his. */
export const WORK_KINDS = ['page', 'approval', 'task', 'case'] as const;
export type WorkKind = (typeof WORK_KINDS)[number];

/** One thing in somebody's inbox. Instants ISO 8601. */
export interface WorkItem {
  kind: WorkKind;
  /** Unique over the kinds. */
  key: string;
  caseId: string | null;
  title: string;
  /** In both languages, where its definition names it. */
  titles: { 'zh-CN': string; en: string } | null;
  /** Of the case; null without one. */
  severity: string | null;
  caseState: string | null;
  caseTitle: string | null;
  /** Of a task: its id, its kind, and the team it lies with when nobody has it. */
  taskId: string | null;
  taskKind: string | null;
  team: string | null;
  mine: boolean;
  /** Of an approval: the run to decide on (of a step of a request: null), and who asked for it. */
  run: string | null;
  requestedBy: string | null;
  /** The next promise to fall due: of the run, the task or the case. */
  dueAt: string | null;
  since: string;
}

export type WorkCursor = readonly [dueAt: string, since: string, key: string];
export const workPlace = (w: WorkItem): WorkCursor => [w.dueAt ?? 'infinity', w.since, w.key];

/** Pages of the escalation that were meant for him and that nobody has acknowledged, one for each case. */
const PAGES = `
  select 'page' as kind, 'page:' || i.id as key, i.id as "caseId", i.title, null::jsonb as titles, i.severity,
    i.state as "caseState", i.title as "caseTitle", null as "taskId", null as "taskKind", i.team, true as mine, null as run,
    null as "requestedBy", i.due_at as "dueAt", min(p.planned_at) as since
  from page p join incident i on i.id = p.case_id
  where p.person_id = :personId and i.open and i.state = 'new' and p.visit = (i.doc ->> 'visit')::int
    and (p.outcome is null or p.outcome = 'delivered') and split_part(p.step, '/', 1) ~ '^(level|reminder)-'
  group by i.id`;

/** Cases he is responsible for and work goes on in; those he is paged for stand among the pages. */
const CASES = `
  select 'case', 'case:' || i.id, i.id, i.title, null, i.severity, i.state, i.title, null, null, i.team, true, null, null,
    i.due_at, i.updated_at
  from incident i
  where i.assignee = :login and i.open and i.state in ('new', 'acknowledged', 'pending', 'suspended')
    and not exists (select 1 from paged where paged."caseId" = i.id)`;

/** Requests of his that wait for his correction or his answer. */
const REQUESTS = `
  select 'case', 'case:' || q.id, q.id, q.title, null, null, q.state, q.title, null, null, null, true, null, null,
    (q.doc -> 'awaiting' ->> 'dueAt')::timestamptz, (q.doc -> 'awaiting' ->> 'since')::timestamptz
  from request q
  where q.open and q.state in ('correction', 'clarification') and q.waiting_logins @> array[:login]::text[]`;

/** Steps of runbooks that his role approves; his own requests wait for somebody else (I5). */
const APPROVALS = `
  select 'approval', 'task:' || t.id, t.case_id, t.title, t.titles, i.severity, i.state, i.title, t.id, t.kind, t.team, false,
    r.run ->> 'id', r.run ->> 'requestedBy', (r.run ->> 'limitAt')::timestamptz, t.created_at
  from task t join incident i on i.id = t.case_id
    cross join lateral jsonb_array_elements(i.doc -> 'runs') r(run)
  where t.kind = 'step-approval' and t.state = 'open' and t.id = i.id || '/approval-' || (r.run ->> 'id')
    and r.run ->> 'state' = 'awaiting-approval' and r.run ->> 'requestedBy' <> :login and ${TASK_SEEN}
    and exists (select 1 from role_grant g join person p on p.id = g.person_id
      where p.login = :login and g.role = t.team and g.tenant_id in (t.tenant_id, '*'))`;

/** Requests he is asked to vote on, a line for each step. */
const VOTES = `
  select 'approval', 'vote:' || q.id || '/' || (a.view ->> 'step'), q.id, q.title, a.view -> 'title', null, q.state, q.title,
    null, null, null, true, null, q.requester, (a.view ->> 'dueAt')::timestamptz, (a.view ->> 'since')::timestamptz
  from request q cross join lateral jsonb_array_elements(q.doc -> 'approvals') a(view)
  where q.open and q.voting @> array[:login]::text[] and a.view ->> 'state' = 'running'
    and a.view -> 'approvers' @> jsonb_build_array(jsonb_build_object('login', cast(:login as text), 'state', 'asked'))`;

/** Open tasks of his own, and of his teams while nobody has them. */
const TASKS = `
  select 'task', 'task:' || t.id, t.case_id, t.title, t.titles, i.severity, coalesce(i.state, q.state),
    coalesce(i.title, q.title), t.id, t.kind, t.team, t.assignee is not null, null, null, ${dueOf('t', 'i', 'q')}, t.created_at
  from task t left join incident i on i.id = t.case_id left join request q on q.id = t.case_id
  where t.state = 'open' and t.kind <> 'step-approval' and ${TASK_SEEN}
    and (t.assignee = :login or (t.assignee is null and ${TEAM_IS_MINE}))`;

/** Everything that waits for somebody, by the next promise to fall due. `personId` null: a machine, which is never paged. */
export async function listWork(
  db: Knex,
  who: TaskSight & { personId: string | null },
  page: { kinds: readonly WorkKind[]; limit: number; after?: WorkCursor },
): Promise<{ items: WorkItem[]; counts: Record<WorkKind, number> }> {
  const bindings = {
    ...sightBindings(who),
    personId: who.personId,
  };
  const parts = [CASES, REQUESTS, APPROVALS, VOTES, TASKS];
  const work = `with paged as (${PAGES}), work as (select * from paged union all ${parts.join(' union all ')})`;
  const place = `coalesce("dueAt", 'infinity'), since, key`;
  const [due, since, key] = page.after ?? [null, null, null];
  const found: { rows: WorkItem[] } = await db.raw(
    `${work} select * from work where kind = any(:kinds)
       ${page.after ? `and (${place}) > (cast(:due as timestamptz), cast(:since as timestamptz), :key)` : ''} order by ${place} limit :limit`,
    {
      ...bindings,
      kinds: page.kinds.length > 0 ? [...page.kinds] : [...WORK_KINDS],
      limit: page.limit,
      due,
      since,
      key,
    } as unknown as readonly Knex.RawBinding[],
  );
  const counted: { rows: { kind: WorkKind; n: number }[] } = await db.raw(
    `${work} select kind, count(*)::int as n from work group by kind`,
    bindings as unknown as readonly Knex.RawBinding[],
  );
  const countOf = (kind: WorkKind) => counted.rows.find((r) => r.kind === kind)?.n ?? 0;
  return {
    items: found.rows,
    counts: { page: countOf('page'), approval: countOf('approval'), task: countOf('task'), case: countOf('case') },
  };
}
