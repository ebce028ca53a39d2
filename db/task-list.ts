import type { Knex } from 'knex';
import type { TenantScope } from '../domain/principal';

/** A task as people see it; instants ISO 8601. `caseId` null: it belongs to no case. */
export interface TaskRecord {
  id: string;
  tenantId: string;
  caseId: string | null;
  kind: string;
  title: string;
  /** In both languages, where its definition names it. */
  titles: { 'zh-CN': string; en: string } | null;
  assignee: string | null;
  team: string | null;
  /** Logins it is meant for; empty: the team's. */
  candidates: string[];
  state: 'open' | 'done';
  createdAt: string;
  /** Its own limit, else that of its case while that is open. */
  dueAt: string | null;
  doneAt: string | null;
  doneBy: string | null;
  result: string | null;
  caseTitle: string | null;
  caseState: string | null;
}

/** Whose tasks somebody may see: those where he reads the cases, except of hidden types, and his own anywhere (I10). */
export interface TaskSight {
  login: string;
  /** Where he reads incidents, and what belongs to no case. */
  scope: TenantScope;
  /** Where he reads all requests, and where those he has a part in. */
  requests: TenantScope;
  ownRequests: TenantScope;
  /** Types of incidents that are kept from him. */
  hiddenTypes: readonly string[];
}

export interface TaskFilter {
  /** `me`: his own; `my-teams`: his teams', given to nobody; `all`: what he may see. */
  for: 'me' | 'my-teams' | 'all';
  caseId?: string;
  state: 'open' | 'done' | 'all';
}

const FROM = 'from task t left join incident i on i.id = t.case_id left join request q on q.id = t.case_id';
const COLUMNS = `t.id, t.tenant_id as "tenantId", t.case_id as "caseId", t.kind, t.title, t.titles, t.assignee, t.team,
  t.candidates, t.state, t.created_at as "createdAt", ${dueOf('t', 'i', 'q')} as "dueAt", t.done_at as "doneAt",
  t.done_by as "doneBy", t.result, coalesce(i.title, q.title) as "caseTitle", coalesce(i.state, q.state) as "caseState"`;

/** Limit of a task: its own, else its case's while task and case are open. */
export function dueOf(t: string, i: string, q: string): string {
  return `coalesce(${t}.due_at, case when ${t}.state <> 'open' then null when ${i}.open then ${i}.due_at when ${q}.open then ${q}.due_at end)`;
}

/** Whether `:login` belongs to a task's team, or holds the role it is named like in the task's tenant. */
const MEMBER = `exists (select 1 from person p join person_team pt on pt.person_id = p.id where p.login = :login and pt.team = t.team)
  or exists (select 1 from person p join role_grant g on g.person_id = p.id
    where p.login = :login and g.role = t.team and g.tenant_id in (t.tenant_id, '*'))`;

/** What a task may be seen by, on `t` with the row `i` of its incident beside it; with `sightBindings`. */
export const TASK_SEEN = `(t.assignee = :login or t.candidates @> array[:login]::text[] or case when t.kind like 'request-%'
  then :everyRequest or t.tenant_id = any(:requests)
    or (t.candidates = '{}' and (:everyOwn or t.tenant_id = any(:ownRequests)) and (${MEMBER}))
  else (:everywhere or t.tenant_id = any(:tenants)) and (i.type is null or i.type <> all(:hidden)) end)`;

/** Values of `TASK_SEEN` and `TEAM_IS_MINE`. */
export function sightBindings({ login, scope, requests, ownRequests, hiddenTypes }: TaskSight) {
  const list = (tenants: TenantScope) => (tenants === 'all' ? [] : [...tenants]);
  return {
    login,
    everywhere: scope === 'all',
    tenants: list(scope),
    everyRequest: requests === 'all',
    requests: list(requests),
    everyOwn: ownRequests === 'all',
    ownRequests: list(ownRequests),
    hidden: [...hiddenTypes],
  };
}

/**
 * Whether a task that nobody has lies with `:login`: it is meant for him by name, or for his teams: those he belongs to and
 * those named like a role he holds in its tenant. A team that has nobody at all is everybody's, so that its tasks do not lie
 * unseen.
 */
export const TEAM_IS_MINE = `case when t.candidates <> '{}' then t.candidates @> array[:login]::text[]
  else (t.team is null or ${MEMBER}
    or not exists (select 1 from person_team pt join person p on p.id = pt.person_id where p.active and pt.team = t.team
      union all select 1 from role_grant g join person p on p.id = g.person_id
      where p.active and g.role = t.team and g.tenant_id in (t.tenant_id, '*'))) end`;

/** Place of a task in its list: open ones first, then by limit, then by age. */
export type TaskCursor = readonly [done: boolean, dueAt: string, createdAt: string, id: string];
const PLACE = `t.state <> 'open', coalesce(${dueOf('t', 'i', 'q')}, 'infinity'), t.created_at, t.id`;

export const placeOf = (t: TaskRecord): TaskCursor => [t.state !== 'open', t.dueAt ?? 'infinity', t.createdAt, t.id];

/** A keyset page of tasks that somebody may see. */
export async function listTasks(
  db: Knex,
  sight: TaskSight,
  filter: TaskFilter,
  page: { limit: number; after?: TaskCursor },
): Promise<TaskRecord[]> {
  const parts = [TASK_SEEN];
  if (filter.for === 'me') parts.push('t.assignee = :login');
  if (filter.for === 'my-teams') parts.push(`t.assignee is null and ${TEAM_IS_MINE}`);
  if (filter.caseId !== undefined) parts.push('t.case_id = :caseId');
  if (filter.state !== 'all') parts.push('t.state = :state');
  const [done, due, created, id] = page.after ?? [null, null, null, null];
  if (page.after) parts.push(`(${PLACE}) > (:done, cast(:due as timestamptz), cast(:created as timestamptz), :id)`);
  const more = { caseId: filter.caseId ?? null, state: filter.state, limit: page.limit, done, due, created, id };
  const result: { rows: TaskRecord[] } = await db.raw(
    `select ${COLUMNS} ${FROM} where ${parts.join(' and ')} order by ${PLACE} limit :limit`,
    { ...sightBindings(sight), ...more } as unknown as readonly Knex.RawBinding[],
  );
  return result.rows;
}

/** One task that somebody may see, or undefined. */
export async function taskOf(db: Knex, sight: TaskSight, id: string): Promise<TaskRecord | undefined> {
  return (await tasksById(db, sight, [id])).get(id);
}

/** Those of some tasks that somebody may see, by id. */
export async function tasksById(db: Knex, sight: TaskSight, ids: readonly string[]): Promise<Map<string, TaskRecord>> {
  const result: { rows: TaskRecord[] } = await db.raw(
    `select ${COLUMNS} ${FROM} where t.id = any(:ids) and ${TASK_SEEN}`,
    { ...sightBindings(sight), ids: [...ids] } as unknown as readonly Knex.RawBinding[],
  );
  return new Map(result.rows.map((t) => [t.id, t]));
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

/** Takes a task that nobody has; false when somebody has it, or it is not open (any more). */
export async function claimTask(db: Knex, id: string, login: string): Promise<boolean> {
  const free = db('task').where({ id, state: 'open' }).whereNull('assignee');
  return (await free.update({ assignee: login })) > 0;
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
