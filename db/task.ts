import type { Knex } from 'knex';
import type { CaseTask } from '../domain/incident';

/** Records tasks a case has created; a repeat changes nothing. */
export async function insertTasks(
  trx: Knex,
  tenantId: string,
  caseId: string,
  tasks: readonly CaseTask[],
): Promise<void> {
  for (const t of tasks)
    await trx.raw(
      `insert into task (id, tenant_id, case_id, kind, title, assignee, team, state, created_at)
       values (?, ?, ?, ?, ?, ?, ?, 'open', ?) on conflict (id) do nothing`,
      [t.id, tenantId, caseId, t.kind, t.title, t.assignee, t.team, new Date(t.at).toISOString()],
    );
}

/** Ends the open tasks of a case that is over. */
export async function endTasks(trx: Knex, caseId: string, at: string): Promise<void> {
  await trx.raw(`update task set state = 'done', done_at = ? where case_id = ? and state = 'open'`, [at, caseId]);
}

/** Tasks of a case, oldest first. */
export async function tasksOf(
  db: Knex,
  caseId: string,
): Promise<
  {
    id: string;
    kind: string;
    title: string;
    assignee: string | null;
    team: string | null;
    state: string;
    createdAt: string;
    doneAt: string | null;
  }[]
> {
  return db('task')
    .select('id', 'kind', 'title', 'assignee', 'team', 'state', { createdAt: 'created_at', doneAt: 'done_at' })
    .where('case_id', caseId)
    .orderBy(['created_at', 'id']);
}
