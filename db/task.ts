import type { Knex } from 'knex';
import type { CaseTask } from '../domain/incident';

/** Records tasks a case has created, and the end of those it has ended; a repeat changes nothing. */
export async function writeTasks(
  trx: Knex,
  tenantId: string,
  caseId: string,
  tasks: readonly CaseTask[],
): Promise<void> {
  for (const t of tasks) {
    const at = new Date(t.at).toISOString();
    if (t.done)
      await trx.raw(`update task set state = 'done', done_at = ? where id = ? and state = 'open'`, [at, t.id]);
    else
      await trx.raw(
        `insert into task (id, tenant_id, case_id, kind, title, assignee, team, state, created_at)
         values (?, ?, ?, ?, ?, ?, ?, 'open', ?) on conflict (id) do nothing`,
        [t.id, tenantId, caseId, t.kind, t.title, t.assignee, t.team, at],
      );
  }
}

/** Tasks that begin when a case is over, or go on then (R3.6). */
const OUTLIVING = ['problem-analysis', 'unpageable', 'effect-failed', 'mail-failed'];

/** Ends the open tasks of a case that is over, but for those that are about its aftermath. */
export async function endTasks(trx: Knex, caseId: string, at: string): Promise<void> {
  await trx.raw(`update task set state = 'done', done_at = ? where case_id = ? and state = 'open' and kind <> all(?)`, [
    at,
    caseId,
    OUTLIVING,
  ]);
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

/** Gives people a task because an effect of a case could not be brought about. `at` epoch ms, the case's clock. */
export async function insertEffectTask(
  trx: Knex,
  effect: { tenantId: string; caseId: string; key: string; kind: string; at: number },
): Promise<void> {
  await trx.raw(
    `insert into task (id, tenant_id, case_id, kind, title, team, state, created_at)
     select :id, :tenantId, :caseId, 'effect-failed', coalesce(i.title, q.title, :caseId) || ' (' || :kind || ')',
       coalesce(i.team, q.team), 'open', :at
     from (select 1) one left join incident i on i.id = :caseId left join request q on q.id = :caseId
     on conflict (id) do nothing`,
    {
      id: `${effect.caseId}/effect-failed/${effect.key}`,
      tenantId: effect.tenantId,
      caseId: effect.caseId,
      kind: effect.kind,
      at: new Date(effect.at).toISOString(),
    },
  );
}
