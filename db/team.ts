import type { Knex } from 'knex';
import type { PersonName } from '../domain/person';
import type { TenantScope } from '../domain/principal';
import { SHARED } from './definitions';
import { inTenants } from './tenant';

/** A group that works on cases. */
export interface Team {
  /** Stands in definitions and on cases; unique over all tenants. */
  name: string;
  /** SHARED (`*`): of all tenants. */
  tenantId: string;
  title: { 'zh-CN': string; en: string };
  kind: 'team' | 'virtual';
  lead: { id: string; login: string; displayName: string } | null;
  /** Active people who belong to it. */
  members: number;
  /** Of these: who work for us without belonging to us. */
  outsourced: number;
  createdAt: string;
}

/** Somebody who belongs to a team; `via` role: he holds a role of that name in the tenant. */
export interface TeamMember {
  id: string;
  login: string;
  displayName: string;
  outsourced: boolean;
  via: 'member' | 'role';
}

/**
 * Active people of a team who may work for a tenant, by login: its own people, and staff who hold a role in it. As the lists
 * of tasks have it, a role of the team's name is membership too.
 */
export async function membersOf(db: Knex, team: string, tenantId: string): Promise<TeamMember[]> {
  const result: { rows: TeamMember[] } = await db.raw(
    `select p.id, p.login, p.display_name as "displayName", p.outsourced,
       case when m.person_id is null then 'role' else 'member' end as via
     from person p left join person_team m on m.person_id = p.id and m.team = :team
     where p.active and (
       (m.person_id is not null and (p.tenant_id = :tenantId or exists (
         select 1 from role_grant g where g.person_id = p.id and g.tenant_id in (:tenantId, '*'))))
       or exists (select 1 from role_grant g where g.person_id = p.id and g.role = :team and g.tenant_id in (:tenantId, '*')))
     order by p.login`,
    { team, tenantId },
  );
  return result.rows;
}

interface TeamRow {
  name: string;
  tenant_id: string;
  title_zh: string;
  title_en: string;
  kind: Team['kind'];
  lead: Team['lead'];
  members: number;
  outsourced: number;
  created_at: string;
}

const toTeam = (r: TeamRow): Team => ({
  name: r.name,
  tenantId: r.tenant_id,
  title: { 'zh-CN': r.title_zh, en: r.title_en },
  kind: r.kind,
  lead: r.lead,
  members: r.members,
  outsourced: r.outsourced,
  createdAt: r.created_at,
});

/** Teams with counts that tell only of people whom the reader may see (I10). */
function teams(db: Knex, scope: TenantScope) {
  const seen = (column: string) => (scope === 'all' ? 'true' : `${column} = any(?)`);
  const bindings = scope === 'all' ? [] : [[...scope]];
  const query = db<TeamRow>({ t: 'team' }).select<TeamRow[]>(
    't.*',
    db.raw(
      `(select json_build_object('id', p.id, 'login', p.login, 'displayName', p.display_name)
         from person p where p.id = t.lead_id and ${seen('p.tenant_id')}) as lead`,
      bindings,
    ),
    db.raw(
      `(select count(*)::int from person_team m join person p on p.id = m.person_id
         where m.team = t.name and p.active and ${seen('p.tenant_id')}) as members`,
      bindings,
    ),
    db.raw(
      `(select count(*)::int from person_team m join person p on p.id = m.person_id
         where m.team = t.name and p.active and p.outsourced and ${seen('p.tenant_id')}) as outsourced`,
      bindings,
    ),
  );
  // Shared teams are everybody's to see.
  if (scope !== 'all') void query.whereIn('t.tenant_id', [...scope, SHARED]);
  return query;
}

/** What a list of teams may be narrowed by. */
export interface TeamFilter {
  /** Part of name or title. */
  q?: string;
  kind?: Team['kind'];
}

/** Teams of the tenants and shared ones by name, at most `limit` after the name `after`. */
export async function listTeams(
  db: Knex,
  scope: TenantScope,
  filter: TeamFilter,
  page: { limit: number; after?: string },
): Promise<Team[]> {
  const query = teams(db, scope).orderBy('t.name').limit(page.limit);
  if (page.after !== undefined) void query.where('t.name', '>', page.after);
  if (filter.kind !== undefined) void query.where('t.kind', filter.kind);
  if (filter.q !== undefined) {
    const part = 'strpos(lower(t.name || chr(10) || t.title_zh || chr(10) || t.title_en), lower(?)) > 0';
    void query.whereRaw(part, [filter.q]);
  }
  return (await query).map(toTeam);
}

/** One team that a scope may see, or undefined. */
export async function teamOf(db: Knex, scope: TenantScope, name: string): Promise<Team | undefined> {
  const [row] = await teams(db, scope).where('t.name', name);
  return row && toTeam(row);
}

/** People who were put into a team, of the tenants, by login. */
export async function membersSeen(
  db: Knex,
  scope: TenantScope,
  team: string,
  page: { limit: number; after?: string },
): Promise<(PersonName & { outsourced: boolean; active: boolean; tenantId: string })[]> {
  const query = db('person_team as m')
    .join('person as p', 'p.id', 'm.person_id')
    .where('m.team', team)
    .orderBy('p.login')
    .limit(page.limit);
  if (page.after !== undefined) void query.where('p.login', '>', page.after);
  const columns = { id: 'p.id', login: 'p.login', displayName: 'p.display_name', outsourced: 'p.outsourced' };
  return inTenants(query, 'p.tenant_id', scope).select({ ...columns, active: 'p.active', tenantId: 'p.tenant_id' });
}

/** A team as it is entered or changed. */
export interface TeamEntry {
  name: string;
  tenantId: string;
  title: { 'zh-CN': string; en: string };
  kind: Team['kind'];
  leadId: string | null;
}

const columnsOf = ({ title, kind, leadId }: Omit<TeamEntry, 'name' | 'tenantId'>) => ({
  title_zh: title['zh-CN'],
  title_en: title.en,
  kind,
  lead_id: leadId,
});

/** Adds a team. @returns false when the name is taken */
export async function addTeam(db: Knex, entry: TeamEntry & { createdAt: string }): Promise<boolean> {
  const { name, tenantId, createdAt } = entry;
  const added = await db('team')
    .insert({ name, tenant_id: tenantId, created_at: createdAt, ...columnsOf(entry) })
    .onConflict('name')
    .ignore()
    .returning('name');
  return added.length > 0;
}

/** Changes everything of a team but its name and tenant. */
export async function changeTeam(db: Knex, name: string, entry: Omit<TeamEntry, 'name' | 'tenantId'>): Promise<void> {
  await db('team').where({ name }).update(columnsOf(entry));
}

/** Removes a team that nobody belongs to. @returns false when somebody does */
export async function removeTeam(db: Knex, name: string): Promise<boolean> {
  const removed = await db('team')
    .where({ name })
    .whereNotExists(db('person_team').where({ team: name }).select(1))
    .delete();
  return removed > 0;
}

/** Which of these are names of teams that a tenant's people may belong to: its own and shared ones. */
export async function knownTeams(db: Knex, tenantId: string, names: readonly string[]): Promise<Set<string>> {
  const rows: { name: string }[] = await db('team')
    .whereIn('name', [...names])
    .whereIn('tenant_id', [tenantId, SHARED])
    .select('name');
  return new Set(rows.map((r) => r.name));
}
