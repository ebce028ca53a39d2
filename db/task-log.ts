import type { Knex } from 'knex';
import { isRequestTask } from './task-request';

/** What happened to a task. Instants ISO 8601; `text`: what was done, the note of a hand-over, an item, the result. */
export interface TaskLogEntry {
  id: number;
  at: string;
  by: string;
  kind: 'work' | 'claimed' | 'given' | 'checked' | 'done';
  /** Of work. */
  minutes: number | null;
  text: string;
  /** Of claimed and given: who has it now. */
  assignee: string | null;
  team: string | null;
}

/** Adds a line to the log of a task that no case keeps one of. `told`: its receiver hears of it from the case. */
export async function addTaskLog(
  trx: Knex,
  task: { id: string; tenantId: string },
  entry: Omit<TaskLogEntry, 'id' | 'minutes' | 'assignee' | 'team'> &
    Partial<Pick<TaskLogEntry, 'minutes' | 'assignee' | 'team'>> & { told?: boolean },
): Promise<void> {
  await trx('task_log').insert({ task_id: task.id, tenant_id: task.tenantId, ...entry });
  if (entry.kind === 'given' && entry.told !== true) await tellReceivers(trx, entry);
}

/** The live stream of whoever has been given something hears of it. */
async function tellReceivers(trx: Knex, to: { assignee?: string | null; team?: string | null }): Promise<void> {
  await trx.raw(
    `select tell_people(array(select p.id from person p where p.active and case
       when cast(:assignee as text) is not null then p.login = :assignee
       else exists (select 1 from person_team t where t.person_id = p.id and t.team = :team) end))`,
    { assignee: to.assignee ?? null, team: to.team ?? null } as unknown as readonly Knex.RawBinding[],
  );
}

/** Events of a request that are about a task, and what they are in its log. */
const KINDS = `case e.kind when 'work_logged' then 'work' when 'task_claimed' then 'claimed' when 'task_assigned' then 'given'
  when 'item_checked' then 'checked' else 'done' end`;

/** The log of a task, oldest first, after place `after`: that of the case where the case keeps it. */
export async function taskLogOf(
  db: Knex,
  task: { id: string; kind: string; caseId: string | null },
  page: { limit: number; after: number },
): Promise<TaskLogEntry[]> {
  if (!isRequestTask(task.kind))
    return db('task_log')
      .select('id', 'at', 'by', 'kind', 'minutes', 'text', 'assignee', 'team')
      .where('task_id', task.id)
      .where('id', '>', page.after)
      .orderBy('id')
      .limit(page.limit);
  const result: { rows: TaskLogEntry[] } = await db.raw(
    `select e.seq as id, e.at, e.actor as by, ${KINDS} as kind, (e.body ->> 'minutes')::int as minutes,
       coalesce(e.body ->> 'text', e.body ->> 'note', e.body ->> 'comment', e.body ->> 'item', '') as text,
       e.body ->> 'assignee' as assignee, e.body ->> 'team' as team
     from case_event e where e.case_id = ? and e.body ->> 'task' = ? and e.seq > ?
       and e.kind in ('work_logged', 'task_claimed', 'task_assigned', 'item_checked', 'task_done')
     order by e.seq limit ?`,
    [task.caseId, task.id, page.after, page.limit],
  );
  return result.rows;
}

/** An item of a task's list. */
export interface ChecklistItem {
  id: string;
  title: { 'zh-CN': string; en: string };
  done: boolean;
}

/** What the page of a task shows beyond its row. */
export interface TaskParts {
  checklist: ChecklistItem[];
  /** Ways it can end, where its step names several. */
  outcomes: { name: string; title: { 'zh-CN': string; en: string }; reason: boolean }[];
  /** `form/<name>@<version>`: it ends by filling that in. */
  form: string | null;
  /** Minutes logged. */
  minutes: number;
}

/** Checklist, outcomes and form of a task: of a request's from the request, as it stands there. */
export async function taskPartsOf(db: Knex, id: string): Promise<TaskParts> {
  const result: { rows: (Omit<TaskParts, 'minutes'> & { logged: number; spent: number })[] } = await db.raw(
    `select coalesce(v.view -> 'checklist', t.checklist) as checklist, coalesce(v.view -> 'outcomes', '[]') as outcomes,
       v.view ->> 'form' as form,
       (select coalesce(sum(minutes), 0)::int from task_log l where l.task_id = t.id) as logged,
       (select coalesce(sum((e.body ->> 'minutes')::int), 0)::int from case_event e
         where e.case_id = t.case_id and e.kind = 'work_logged' and e.body ->> 'task' = t.id) as spent
     from task t left join request q on q.id = t.case_id
       left join lateral (select x as view from jsonb_array_elements(q.doc -> 'tasks') x where x ->> 'task' = t.id) v on true
     where t.id = ?`,
    [id],
  );
  const row = result.rows[0];
  if (!row) return { checklist: [], outcomes: [], form: null, minutes: 0 };
  const { logged, spent, ...parts } = row;
  return { ...parts, minutes: logged + spent };
}

/** Ticks an item of a task that no case keeps; false when the task is not open or has no such item. */
export async function checkTaskItem(trx: Knex, id: string, item: string, done: boolean): Promise<boolean> {
  const changed = await trx.raw(
    `update task set checklist = (select jsonb_agg(case when i ->> 'id' = :item then i || jsonb_build_object('done', cast(:done as boolean)) else i end order by n)
       from jsonb_array_elements(checklist) with ordinality x(i, n))
     where id = :id and state = 'open' and checklist @> jsonb_build_array(jsonb_build_object('id', cast(:item as text)))`,
    { id, item, done },
  );
  return (changed.rowCount ?? 0) > 0;
}
