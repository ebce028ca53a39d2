import type { Knex } from 'knex';
import type { RequestProjection } from '../domain/request-projection';

/** Kinds of tasks that live in a request and end by its commands. */
export const isRequestTask = (kind: string): boolean => kind.startsWith('request-');

/**
 * Brings the task rows of a request to what the request says of them: names in both languages, who has it, whose queue, until
 * when; and of those that have ended, who has ended them and how.
 */
export async function tendRequestTasks(
  trx: Knex,
  { view, events }: Pick<RequestProjection, 'view' | 'events'>,
): Promise<void> {
  if (view.tasks.length > 0) await trx.raw(TEND, [JSON.stringify(view.tasks)]);
  const ends = events.flatMap(({ kind, actor, body }) => {
    const { task, outcome, comment } = body as { task?: unknown; outcome?: unknown; comment?: unknown };
    if (kind !== 'task_done' || typeof task !== 'string') return [];
    const said = [outcome === 'done' ? null : outcome, comment];
    const result = said.filter((x) => typeof x === 'string' && x !== '').join(': ');
    return [{ id: task, by: actor, result }];
  });
  if (ends.length > 0) await trx.raw(ENDED, [JSON.stringify(ends), view.id]);
}

const TEND = `
  update task t set titles = r.title, assignee = r.assignee, team = r.team, candidates = r.logins, due_at = r."dueAt"
  from (select task as id, title, assignee, team, array(select jsonb_array_elements_text(candidates)) as logins, "dueAt"
    from jsonb_to_recordset(?) v(task text, title jsonb, assignee text, team text, candidates jsonb, "dueAt" timestamptz)) r
  where t.id = r.id and t.state = 'open' and (t.titles, t.assignee, t.team, t.candidates, t.due_at) is distinct from
    (r.title, r.assignee, r.team, r.logins, r."dueAt")`;

const ENDED = `
  update task t set done_by = e.by, result = nullif(e.result, '')
  from jsonb_to_recordset(?) e(id text, by text, result text)
  where t.id = e.id and t.case_id = ? and t.done_by is null`;

/** Whether somebody belongs to one of these teams; as everywhere, holders of a role work in the team of that name. */
export async function worksInTeams(
  db: Knex,
  login: string,
  tenantId: string,
  teams: readonly string[],
): Promise<boolean> {
  if (teams.length === 0) return false;
  const found = await db.raw(
    `select 1 from person p where p.login = :login and p.active and (
       exists (select 1 from person_team t where t.person_id = p.id and t.team = any(:teams))
       or exists (select 1 from role_grant g where g.person_id = p.id and g.role = any(:teams)
         and g.tenant_id in (:tenantId, '*')))`,
    { login, tenantId, teams: [...teams] } as unknown as Record<string, Knex.RawBinding>,
  );
  return found.rows.length > 0;
}
