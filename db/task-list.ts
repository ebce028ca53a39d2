import type { Knex } from 'knex';
import type { TenantScope } from '../domain/principal';

/** A task as people see it; instants ISO 8601. `caseId` null: it belongs to no case. */
export interface TaskRecord {
  id: string;
  tenantId: string;
  caseId: string | null;
  kind: string;
  title: string;
  assignee: string | null;
  team: string | null;
  state: 'open' | 'done';
  createdAt: string;
  dueAt: string | null;
  doneAt: string | null;
  doneBy: string | null;
  result: string | null;
}

/** Whose tasks somebody may see: those of a scope except of hidden types, and his own anywhere (I10). */
export interface TaskSight {
  login: string;
  scope: TenantScope;
  /** Types of incidents that are kept from him. */
  hiddenTypes: readonly string[];
}

export interface TaskFilter {
  /** `me`: his own; `my-teams`: his teams', given to nobody; `all`: what he may see. */
  for: 'me' | 'my-teams' | 'all';
  caseId?: string;
  state: 'open' | 'done' | 'all';
}

const COLUMNS = `t.id, t.tenant_id as "tenantId", t.case_id as "caseId", t.kind, t.title, t.assignee, t.team, t.state,
  t.created_at as "createdAt", t.due_at as "dueAt", t.done_at as "doneAt", t.done_by as "doneBy", t.result`;

/** What a task may be seen by, on `t` with the case's row `i` beside it. */
function seen({ login, scope, hiddenTypes }: TaskSight): { sql: string; bindings: unknown[] } {
  const tenants =
    scope === 'all' ? { sql: 'true', bindings: [] } : { sql: 't.tenant_id = any(?)', bindings: [[...scope]] };
  return {
    sql: `(t.assignee = ? or (${tenants.sql} and (i.type is null or i.type <> all(?))))`,
    bindings: [login, ...tenants.bindings, [...hiddenTypes]],
  };
}

/**
 * Whether a task lies with somebody's teams: those he belongs to and those named like a role he holds in its tenant. A team
 * that has nobody at all is everybody's, so that its tasks do not lie unseen.
 */
export const TEAM_IS_MINE = `(t.team is null
  or exists (select 1 from person_team pt join person p on p.id = pt.person_id where p.login = ? and pt.team = t.team)
  or exists (select 1 from role_grant g join person p on p.id = g.person_id
    where p.login = ? and g.role = t.team and g.tenant_id in (t.tenant_id, '*'))
  or not exists (select 1 from person_team pt join person p on p.id = pt.person_id where p.active and pt.team = t.team
    union all select 1 from role_grant g join person p on p.id = g.person_id
    where p.active and g.role = t.team and g.tenant_id in (t.tenant_id, '*')))`;

/** Place of a task in its list: open ones first, then by limit, then by age. */
export type TaskCursor = readonly [done: boolean, dueAt: string, createdAt: string, id: string];
const PLACE = `t.state <> 'open', coalesce(t.due_at, 'infinity'), t.created_at, t.id`;

export const placeOf = (t: TaskRecord): TaskCursor => [t.state !== 'open', t.dueAt ?? 'infinity', t.createdAt, t.id];

/** A keyset page of tasks that somebody may see. */
export async function listTasks(
  db: Knex,
  sight: TaskSight,
  filter: TaskFilter,
  page: { limit: number; after?: TaskCursor },
): Promise<TaskRecord[]> {
  const visible = seen(sight);
  const parts = [visible];
  if (filter.for === 'me') parts.push({ sql: 't.assignee = ?', bindings: [sight.login] });
  if (filter.for === 'my-teams')
    parts.push({ sql: `t.assignee is null and ${TEAM_IS_MINE}`, bindings: [sight.login, sight.login] });
  if (filter.caseId !== undefined) parts.push({ sql: 't.case_id = ?', bindings: [filter.caseId] });
  if (filter.state !== 'all') parts.push({ sql: 't.state = ?', bindings: [filter.state] });
  if (page.after) parts.push({ sql: `(${PLACE}) > (?, ?::timestamptz, ?::timestamptz, ?)`, bindings: [...page.after] });
  const result: { rows: TaskRecord[] } = await db.raw(
    `select ${COLUMNS} from task t left join incident i on i.id = t.case_id
     where ${parts.map((p) => p.sql).join(' and ')} order by ${PLACE} limit ?`,
    [...parts.flatMap((p) => p.bindings), page.limit] as Knex.RawBinding[],
  );
  return result.rows;
}

/** One task that somebody may see, or undefined. */
export async function taskOf(db: Knex, sight: TaskSight, id: string): Promise<TaskRecord | undefined> {
  const { sql, bindings } = seen(sight);
  const result: { rows: TaskRecord[] } = await db.raw(
    `select ${COLUMNS} from task t left join incident i on i.id = t.case_id where t.id = ? and ${sql}`,
    [id, ...bindings] as Knex.RawBinding[],
  );
  return result.rows[0];
}

/** Ends an open task; false when it is not open (any more). */
export async function finishTask(
  db: Knex,
  id: string,
  done: { at: string; by: string; result: string },
): Promise<boolean> {
  const changed = await db('task')
    .where({ id, state: 'open' })
    .update({ state: 'done', done_at: done.at, done_by: done.by, result: done.result });
  return changed > 0;
}

/** Gives an open task to somebody or back to a team; false when it is not open (any more). */
export async function giveTask(
  db: Knex,
  id: string,
  to: { assignee?: string | null; team?: string },
): Promise<boolean> {
  const columns = Object.fromEntries(Object.entries(to).filter(([, value]) => value !== undefined));
  return (await db('task').where({ id, state: 'open' }).update(columns)) > 0;
}

/** Teams of a person, sorted. */
export async function teamsOf(db: Knex, personId: string): Promise<string[]> {
  const rows: { team: string }[] = await db('person_team')
    .select('team')
    .where({ person_id: personId })
    .orderBy('team');
  return rows.map((r) => r.team);
}

/** Makes `teams` the person's only ones. */
export async function replaceTeams(trx: Knex, personId: string, teams: readonly string[]): Promise<void> {
  await trx('person_team').where({ person_id: personId }).delete();
  const rows = [...new Set(teams)].map((team) => ({ person_id: personId, team }));
  if (rows.length > 0) await trx('person_team').insert(rows);
}
