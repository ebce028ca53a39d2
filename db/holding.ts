import type { Knex } from 'knex';
import type { TenantScope } from '../domain/principal';

/** Something that waits for a person or bears his name. */
export interface Holding {
  kind: 'task' | 'incident' | 'vote' | 'request' | 'service' | 'team' | 'subordinate' | 'substitute';
  /** Of the task, case, service, team, person or absence. */
  id: string;
  title: string;
  /** Case that a task belongs to. */
  caseId: string | null;
}

/** What somebody still holds: how much of each kind, and the first of each. */
export interface Holdings {
  counts: Record<Holding['kind'], number>;
  items: Holding[];
}

/** How many of a kind are named; the rest is in the count. */
const NAMED = 20;

/** Each gives `id, title, case_id` of what `:login` / `:id` holds in the tenants `:scope` (null: all). */
const SOURCES: Record<Holding['kind'], string> = {
  task: `select t.id, t.title, t.case_id from task t where t.assignee = :login and t.state = 'open'
    and (:scope::text[] is null or t.tenant_id = any(:scope)) order by t.due_at nulls last, t.id`,
  incident: `select i.id, i.title, i.id as case_id from incident i where i.assignee = :login and i.open
    and (:scope::text[] is null or i.tenant_id = any(:scope)) order by i.number desc`,
  vote: `select r.id, r.title, r.id as case_id from request r where r.open and r.voting @> array[:login::text]
    and (:scope::text[] is null or r.tenant_id = any(:scope)) order by r.number desc`,
  request: `select r.id, r.title, r.id as case_id from request r where r.open
    and (r.requester = :login or r.beneficiary = :login)
    and (:scope::text[] is null or r.tenant_id = any(:scope)) order by r.number desc`,
  service: `select d.name as id, coalesce(d.doc -> 'title' ->> 'zh-CN', d.name) as title, null as case_id from (
      select distinct on (tenant_id, name) tenant_id, name, doc from definition_version where kind = 'service'
      order by tenant_id, name, version desc) d
    where d.doc ->> 'owner' = 'person(' || :login::text || ')'
    and (:scope::text[] is null or d.tenant_id = any(:scope) or d.tenant_id = '*') order by d.name`,
  team: `select t.name as id, t.title_zh as title, null as case_id from team t where t.lead_id = :id order by t.name`,
  subordinate: `select p.id::text, p.display_name as title, null as case_id from person p
    where p.manager_id = :id and p.active and (:scope::text[] is null or p.tenant_id = any(:scope)) order by p.login`,
  substitute: `select a.id::text, p.display_name as title, null as case_id from person_absence a
    join person p on p.id = a.person_id where a.substitute = :login and a.ends_at > :now
    and (:scope::text[] is null or p.tenant_id = any(:scope)) order by a.starts_at, a.id`,
};

/**
 * What waits for a person or bears his name: told before he is deactivated, so that nothing is left lying.
 * @param now ISO 8601; absences that are over by then count no more
 */
export async function holdingsOf(
  db: Knex,
  scope: TenantScope,
  person: { id: string; login: string },
  now: string,
): Promise<Holdings> {
  const bindings = { id: person.id, login: person.login, now, scope: scope === 'all' ? null : [...scope] };
  const counts = {} as Holdings['counts'];
  const items: Holding[] = [];
  for (const [kind, sql] of Object.entries(SOURCES) as [Holding['kind'], string][]) {
    const result: { rows: { id: string; title: string; case_id: string | null; total: number }[] } = await db.raw(
      `select h.*, count(*) over ()::int as total from (${sql}) h limit ${NAMED}`,
      bindings,
    );
    counts[kind] = result.rows[0]?.total ?? 0;
    items.push(...result.rows.map(({ id, title, case_id }) => ({ kind, id, title, caseId: case_id })));
  }
  return { counts, items };
}
