import type { Knex } from 'knex';
import type { PeopleChange } from './people-changed';

/** What people are now: what they may newly be asked for. */
interface Standing {
  roles: string[];
  teams: string[];
  /** Everybody below them: whose superiors they are. */
  below: string[];
  /** Tenants they work in; `*` = all. */
  tenants: string[];
}

async function standingOf(db: Knex, logins: readonly string[]): Promise<Standing> {
  const result: { rows: [Standing] } = await db.raw(
    `with recursive mine as (select id, login, tenant_id from person where login = any(:logins)),
     below as (
       select id, login, 1 as hop from person where login = any(:logins)
       union
       select p.id, p.login, b.hop + 1 from below b join person p on p.manager_id = b.id where b.hop < 50
     ), grants as (select g.role, g.tenant_id from role_grant g join mine on mine.id = g.person_id)
     select array(select distinct role from grants) as roles,
       array(select distinct team from person_team t join mine on mine.id = t.person_id) as teams,
       array(select distinct login from below) as below,
       array(select tenant_id from mine union select tenant_id from grants) as tenants`,
    { logins: [...logins] },
  );
  return result.rows[0];
}

/** Targets of the plan that a step which waits for people resolves. */
const TARGETS = [
  '$.approvers[*].target',
  '$.actors[*]',
  '$.onFailure.actors[*]',
  '$.fallback[*]',
  '$.ladder[*].act.targets[*]',
]
  .map((path) => `select jsonb_path_query(step.plan, '${path}') as target`)
  .join(' union all ');

/**
 * Open requests that have to look again at whom they ask: those that ask, or have asked, one of these people, and those
 * whose running steps mean roles, teams or superiors that these people now are. Rather one too many than one too few.
 * @returns ids after `after`, ascending, at most `limit`
 */
export async function requestsAbout(
  db: Knex,
  { logins }: PeopleChange,
  page: { after: string; limit: number },
): Promise<string[]> {
  const standing = await standingOf(db, logins);
  const result: { rows: { id: string }[] } = await db.raw(
    `select q.id from request q where q.open and q.id > :after and (
       q.involved && cast(:logins as text[]) or q.waiting_logins && cast(:logins as text[]) or (
         (:everywhere or q.tenant_id = any(:tenants)) and exists (
           select 1 from request_plan r, jsonb_array_elements(q.doc -> 'steps') s,
             lateral (select r.plan -> 'steps' -> (s ->> 'step') as plan) step, lateral (${TARGETS}) t
           where r.id = q.plan_id and s ->> 'state' = 'active' and (
             (t.target ->> 'kind' = 'role' and t.target ->> 'role' = any(:roles))
             or (t.target ->> 'kind' = 'team' and t.target ->> 'team' = any(:groups))
             or (t.target ->> 'kind' = 'manager' and q.beneficiary = any(:below))
             or (t.target ->> 'kind' = 'owner' and (r.plan #>> '{service,owner,role}' = any(:roles)
               or r.plan #>> '{service,owner,login}' = any(:logins)))
             or (t.target ->> 'kind' in ('person', 'field') and t.target ->> 'login' = any(:logins))))))
     order by q.id limit :limit`,
    {
      logins: [...logins],
      after: page.after,
      limit: page.limit,
      everywhere: standing.tenants.includes('*'),
      tenants: standing.tenants,
      roles: standing.roles,
      groups: [...standing.teams, ...standing.roles],
      below: standing.below,
    } as unknown as readonly Knex.RawBinding[],
  );
  return result.rows.map((r) => r.id);
}
