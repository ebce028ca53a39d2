import type { Knex } from 'knex';
import type { RequestView } from '../domain/request-projection';

/** Brings the open task rows of a request to what the request says of them: who has it, whose queue, until when. */
export async function tendRequestTasks(trx: Knex, view: RequestView): Promise<void> {
  if (view.tasks.length === 0) return;
  const rows = view.tasks.map((t) => ({ id: t.task, assignee: t.assignee, team: t.team, due_at: t.dueAt }));
  await trx.raw(
    `update task t set assignee = r.assignee, team = r.team, due_at = r.due_at
     from jsonb_to_recordset(?) r(id text, assignee text, team text, due_at timestamptz)
     where t.id = r.id and t.state = 'open'
       and (t.assignee, t.team, t.due_at) is distinct from (r.assignee, r.team, r.due_at)`,
    [JSON.stringify(rows)],
  );
}
