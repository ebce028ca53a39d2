import type { Knex } from 'knex';
import type { Person, PersonName, RoleGrant } from '../domain/person';
import { phoneParts } from '../domain/phone';
import type { TenantScope } from '../domain/principal';
import { inTenants } from './tenant';

/** A person before he has an account. */
export interface NewPerson {
  id: string;
  tenantId: string;
  login: string;
  displayName: string;
  email: string | null;
  locale: string;
  zone: string;
  createdAt: string;
}

/** A contact method as stored: `secret` is sealed (adapters/identity/seal.ts) or null. */
export interface StoredContactMethod {
  kind: 'email' | 'webhook';
  address: string;
  secret: string | null;
}

/** Fields of a person that change by themselves; roles, telephone numbers and contact methods have functions of their own. */
export interface PersonChange {
  displayName?: string;
  email?: string | null;
  locale?: string;
  zone?: string;
  active?: boolean;
  passwordHash?: string;
  managerId?: string | null;
  outsourced?: boolean;
}

interface PersonRow {
  id: string;
  tenant_id: string;
  login: string;
  display_name: string;
  email: string | null;
  phones: string[];
  locale: string;
  zone: string;
  active: boolean;
  has_password: boolean;
  manager: PersonName | null;
  outsourced: boolean;
  teams: string[];
  skills: string[];
  roles: RoleGrant[];
  group_roles: RoleGrant[];
  contact_methods: { kind: 'email' | 'webhook'; address: string; signed: boolean }[];
  created_at: string;
}

/** The lists come with the person: a page of people costs one query. */
const COLUMNS = `p.id, p.tenant_id, p.login, p.display_name, p.email, p.locale, p.zone, p.active, p.created_at,
  p.password_hash is not null as has_password,
  array(select t.number from person_phone t where t.person_id = p.id order by t.position) as phones,
  p.outsourced,
  (select json_build_object('id', s.id, 'login', s.login, 'displayName', s.display_name)
    from person s where s.id = p.manager_id) as manager,
  array(select m.team from person_team m where m.person_id = p.id order by m.team) as teams,
  array(select k.skill from person_skill k where k.person_id = p.id order by k.skill) as skills,
  coalesce((select json_agg(json_build_object('role', g.role, 'tenantId', g.tenant_id) order by g.role, g.tenant_id)
    from (select distinct role, tenant_id from role_grant where person_id = p.id) g), '[]') as roles,
  coalesce((select json_agg(json_build_object('role', g.role, 'tenantId', g.tenant_id) order by g.role, g.tenant_id)
    from role_grant g where g.person_id = p.id and g.source = 'group'), '[]') as group_roles,
  coalesce((select json_agg(json_build_object('kind', m.kind, 'address', m.address, 'signed', m.secret is not null)
    order by m.position) from contact_method m where m.person_id = p.id), '[]') as contact_methods`;

const toPerson = (r: PersonRow): Person => ({
  id: r.id,
  tenantId: r.tenant_id,
  login: r.login,
  displayName: r.display_name,
  email: r.email,
  phones: r.phones,
  locale: r.locale,
  zone: r.zone,
  active: r.active,
  hasPassword: r.has_password,
  manager: r.manager,
  outsourced: r.outsourced,
  teams: r.teams,
  skills: r.skills,
  roles: r.roles,
  groupRoles: r.group_roles,
  contactMethods: r.contact_methods,
  createdAt: r.created_at,
});

const people = (db: Knex) => db<PersonRow>({ p: 'person' }).select<PersonRow[]>(db.raw(COLUMNS));

/** A person of one of the tenants, or undefined. */
export async function personOf(db: Knex, scope: TenantScope, id: string): Promise<Person | undefined> {
  const [row] = await inTenants(people(db).where('p.id', id), 'p.tenant_id', scope);
  return row && toPerson(row);
}

/** A person of one of the tenants by login, or undefined. */
export async function personOfLogin(db: Knex, scope: TenantScope, login: string): Promise<Person | undefined> {
  const [row] = await inTenants(people(db).where('p.login', login), 'p.tenant_id', scope);
  return row && toPerson(row);
}

/** What a list of people may be narrowed by. */
export interface PeopleFilter {
  /** Part of login or name. */
  q?: string;
  active?: boolean;
  /** Holders of this role in any tenant. */
  role?: string;
  team?: string;
  /** Id of the direct superior. */
  manager?: string;
  tenant?: string;
  outsourced?: boolean;
}

/** People of the tenants by login, at most `limit` after the login `after`. */
export async function listPeople(
  db: Knex,
  scope: TenantScope,
  filter: PeopleFilter,
  page: { limit: number; after?: string },
): Promise<Person[]> {
  const query = inTenants(people(db), 'p.tenant_id', scope).orderBy('p.login').limit(page.limit);
  if (page.after !== undefined) void query.where('p.login', '>', page.after);
  if (filter.active !== undefined) void query.where('p.active', filter.active);
  if (filter.role !== undefined) {
    void query.whereExists(db('role_grant as g').whereRaw('g.person_id = p.id').where('g.role', filter.role).select(1));
  }
  if (filter.team !== undefined) {
    void query.whereExists(
      db('person_team as m').whereRaw('m.person_id = p.id').where('m.team', filter.team).select(1),
    );
  }
  if (filter.manager !== undefined) void query.where('p.manager_id', filter.manager);
  if (filter.tenant !== undefined) void query.where('p.tenant_id', filter.tenant);
  if (filter.outsourced !== undefined) void query.where('p.outsourced', filter.outsourced);
  if (filter.q !== undefined) {
    // strpos takes the text as it is: no wildcard to escape.
    void query.whereRaw('(strpos(p.login, lower(?)) > 0 or strpos(lower(p.display_name), lower(?)) > 0)', [
      filter.q,
      filter.q,
    ]);
  }
  return (await query).map(toPerson);
}

/** Adds a person without roles. @returns false when the login is taken */
export async function addPerson(db: Knex, p: NewPerson): Promise<boolean> {
  const added = await db('person')
    .insert({
      id: p.id,
      tenant_id: p.tenantId,
      login: p.login,
      display_name: p.displayName,
      email: p.email,
      locale: p.locale,
      zone: p.zone,
      created_at: p.createdAt,
    })
    .onConflict('login')
    .ignore()
    .returning('id');
  return added.length > 0;
}

/** Changes the given fields and leaves the others. */
export async function changePerson(db: Knex, id: string, change: PersonChange): Promise<void> {
  const columns = Object.entries({
    display_name: change.displayName,
    email: change.email,
    locale: change.locale,
    zone: change.zone,
    active: change.active,
    password_hash: change.passwordHash,
    manager_id: change.managerId,
    outsourced: change.outsourced,
  }).filter(([, value]) => value !== undefined);
  if (columns.length > 0) await db('person').where({ id }).update(Object.fromEntries(columns));
}

/** Makes `grants` the only ones given by hand in the tenants of `scope`; grants elsewhere and those of groups stay. */
export async function replaceGrants(
  db: Knex,
  personId: string,
  scope: TenantScope,
  grants: readonly RoleGrant[],
  now: string,
): Promise<void> {
  await inTenants(db('role_grant').where({ person_id: personId, source: 'hand' }), 'tenant_id', scope).delete();
  const rows = grants.map((g) => ({ person_id: personId, role: g.role, tenant_id: g.tenantId, granted_at: now }));
  if (rows.length > 0) await db('role_grant').insert(rows).onConflict().ignore();
}

/** Gives a person one more role; a role he holds already changes nothing. */
export async function grantRole(db: Knex, personId: string, grant: RoleGrant, now: string): Promise<void> {
  await db('role_grant')
    .insert({ person_id: personId, role: grant.role, tenant_id: grant.tenantId, granted_at: now })
    .onConflict(['person_id', 'role', 'tenant_id', 'source'])
    .ignore();
}

/** The methods with their sealed secrets, in order. */
export async function contactMethodsOf(db: Knex, personId: string): Promise<StoredContactMethod[]> {
  return db<StoredContactMethod & { person_id: string }>('contact_method')
    .where({ person_id: personId })
    .orderBy('position')
    .select('kind', 'address', 'secret');
}

/** Makes `methods` the person's methods, in this order. */
export async function replaceContactMethods(
  db: Knex,
  personId: string,
  methods: readonly StoredContactMethod[],
): Promise<void> {
  await db('contact_method').where({ person_id: personId }).delete();
  const rows = methods.map((m, position) => ({ person_id: personId, position, ...m }));
  if (rows.length > 0) await db('contact_method').insert(rows);
}

/** Makes `phones` the person's numbers, in this order. @param phones as `normalisePhone` spells them, each once */
export async function replacePhones(db: Knex, personId: string, phones: readonly string[]): Promise<void> {
  await db('person_phone').where({ person_id: personId }).delete();
  const rows = phones.map((number, position) => ({ person_id: personId, position, number, ...phoneParts(number) }));
  if (rows.length > 0) await db('person_phone').insert(rows);
}

/**
 * Locks the question "who is administrator" until the transaction ends, and counts those who can sign in and act in
 * every tenant: two administrators must not remove each other at the same moment.
 */
export async function countAdministrators(trx: Knex.Transaction): Promise<number> {
  await trx.raw("select pg_advisory_xact_lock(hashtext('continuo administrators'))");
  const row = await trx('person as p')
    .join('role_grant as g', 'g.person_id', 'p.id')
    .where({ 'p.active': true, 'g.role': 'administrator', 'g.tenant_id': '*' })
    .whereNotNull('p.password_hash')
    .countDistinct<{ count: number }>('p.id as count')
    .first();
  return row?.count ?? 0;
}

/** Which of these logins belong to active people of a tenant, or to staff who work in it. */
export async function knownLogins(db: Knex, tenantId: string, logins: readonly string[]): Promise<Set<string>> {
  const result: { rows: { login: string }[] } = await db.raw(
    `select p.login from person p where p.active and p.login = any(?) and (p.tenant_id = ? or exists (
       select 1 from role_grant g where g.person_id = p.id and g.tenant_id in (?, '*')))`,
    [[...logins], tenantId, tenantId],
  );
  return new Set(result.rows.map((r) => r.login));
}
