import type { Knex } from 'knex';
import type { TenantScope } from '../domain/principal';
import { inTenants } from './tenant';

/** A time in which a person gets no work. Instants ISO 8601; `[from, to)`. */
export interface AbsenceRecord {
  id: string;
  personId: string;
  login: string;
  displayName: string;
  from: string;
  to: string;
  reason: string;
  /** Login of whoever takes his work when nobody else is left. */
  substitute: string | null;
  createdAt: string;
  createdBy: string;
}

/** What an absence list may be narrowed by; instants ISO 8601. */
export interface AbsenceFilter {
  personId?: string;
  /** Absences that reach into this time. */
  from?: string;
  to?: string;
}

/** Absences in order of their beginning, after `[from, id]`. */
export async function listAbsences(
  db: Knex,
  scope: TenantScope,
  filter: AbsenceFilter,
  page: { limit: number; after?: readonly [from: string, id: string] },
): Promise<AbsenceRecord[]> {
  const query = rows(db).orderBy(['a.starts_at', 'a.id']).limit(page.limit);
  inTenants(query, 'a.tenant_id', scope);
  if (filter.personId !== undefined) query.where('a.person_id', filter.personId);
  if (filter.from !== undefined) query.where('a.ends_at', '>', filter.from);
  if (filter.to !== undefined) query.where('a.starts_at', '<', filter.to);
  if (page.after) query.whereRaw('(a.starts_at, a.id) > (?::timestamptz, ?::uuid)', [...page.after]);
  return query;
}

/** That somebody is away at an instant. */
export interface AbsentPerson {
  login: string;
  /** End of the absence, epoch ms; of several that overlap the last. */
  until: number;
  /** Whoever stands in: active and not away himself; the substitute of an absent substitute counts. Null: nobody. */
  substitute: string | null;
}

/**
 * Who of these is away at an instant (`[from, to)`), and who stands in; whoever is there is missing in the answer.
 * @param at epoch ms by the clock of the case that asks (I13)
 */
export async function absencesAt(
  db: Knex,
  logins: readonly string[],
  at: number,
): Promise<ReadonlyMap<string, AbsentPerson>> {
  if (logins.length === 0) return new Map();
  const instant = new Date(at).toISOString();
  const result: { rows: AbsentPerson[] } = await db.raw(
    `with recursive away as (
       select p.login, max(extract(epoch from a.ends_at) * 1000)::float8 as until,
         (array_agg(a.substitute order by a.ends_at desc, a.id) filter (where a.substitute is not null))[1] as substitute
       from person_absence a join person p on p.id = a.person_id
       where a.starts_at <= :instant and a.ends_at > :instant group by p.login
     ), stand_in as (
       select login as absent, substitute as login, 1 as hop from away where login = any(:logins)
       union all
       select s.absent, w.substitute, s.hop + 1 from stand_in s join away w on w.login = s.login where s.hop < 10
     )
     select w.login, w.until, (
       select s.login from stand_in s join person p on p.login = s.login and p.active
       where s.absent = w.login and s.login <> w.login and not exists (select 1 from away b where b.login = s.login)
       order by s.hop limit 1) as substitute
     from away w where w.login = any(:logins)`,
    { instant, logins: [...new Set(logins)] },
  );
  return new Map(result.rows.map((row) => [row.login, row]));
}

/** One absence of a person, or undefined. */
export async function absenceOf(db: Knex, personId: string, id: string): Promise<AbsenceRecord | undefined> {
  return rows(db).where({ 'a.person_id': personId, 'a.id': id }).first();
}

function rows(db: Knex) {
  return db('person_absence as a').join('person as p', 'p.id', 'a.person_id').select<AbsenceRecord[]>({
    id: 'a.id',
    personId: 'a.person_id',
    login: 'p.login',
    displayName: 'p.display_name',
    from: 'a.starts_at',
    to: 'a.ends_at',
    reason: 'a.reason',
    substitute: 'a.substitute',
    createdAt: 'a.created_at',
    createdBy: 'a.created_by',
  });
}

/** Enters an absence of a person of `tenantId`; whoever enters one that has begun tells of it himself. */
export async function insertAbsence(
  db: Knex,
  tenantId: string,
  a: Omit<AbsenceRecord, 'login' | 'displayName'>,
): Promise<void> {
  await db('person_absence').insert({
    id: a.id,
    person_id: a.personId,
    tenant_id: tenantId,
    starts_at: a.from,
    ends_at: a.to,
    reason: a.reason,
    substitute: a.substitute,
    created_at: a.createdAt,
    created_by: a.createdBy,
    begin_told: Date.parse(a.from) <= Date.parse(a.createdAt),
    end_told: Date.parse(a.to) <= Date.parse(a.createdAt),
  });
}

/** Takes an absence back; false when the person has no such one. */
export async function deleteAbsence(db: Knex, personId: string, id: string): Promise<boolean> {
  return (await db('person_absence').where({ person_id: personId, id }).delete()) > 0;
}

/** Skills of a person, sorted. */
export async function skillsOf(db: Knex, personId: string): Promise<string[]> {
  const found: { skill: string }[] = await db('person_skill')
    .select('skill')
    .where({ person_id: personId })
    .orderBy('skill');
  return found.map((r) => r.skill);
}

/** Makes `skills` the person's only ones. */
export async function replaceSkills(trx: Knex, personId: string, skills: readonly string[]): Promise<void> {
  await trx('person_skill').where({ person_id: personId }).delete();
  const rows = [...new Set(skills)].map((skill) => ({ person_id: personId, skill }));
  if (rows.length > 0) await trx('person_skill').insert(rows);
}
