import type { Knex } from 'knex';

/** Ways to reach a person. */
export type ContactKind = 'email' | 'webhook';
export const CONTACT_KINDS: readonly ContactKind[] = ['email', 'webhook'];

export interface ContactMethod {
  position: number;
  kind: ContactKind;
  address: string;
}

/** An active person and the ways to reach him, in order; without entries of his own: his mail address. */
export interface Reachable {
  id: string;
  login: string;
  name: string;
  contacts: ContactMethod[];
}

async function reachable(db: Knex, condition: string, values: string[]): Promise<Reachable[]> {
  const result: { rows: (Omit<Reachable, 'contacts'> & { email: string | null; contacts: ContactMethod[] | null })[] } =
    await db.raw(
      `select p.id, p.login, p.display_name as name, p.email, (
         select json_agg(json_build_object('position', c.position, 'kind', c.kind, 'address', c.address) order by c.position)
         from contact_method c where c.person_id = p.id
       ) as contacts
       from person p where p.active and ${condition} order by p.login`,
      [values],
    );
  return result.rows.map(({ email, contacts, ...person }) => ({
    ...person,
    contacts: contacts ?? (email === null || email === '' ? [] : [{ position: 0, kind: 'email', address: email }]),
  }));
}

/** Active people by login; logins nobody has, or whose owner is inactive, are missing in the answer. */
export async function reachableByLogin(db: Knex, logins: readonly string[]): Promise<Reachable[]> {
  return logins.length === 0 ? [] : reachable(db, 'p.login = any(?)', [...new Set(logins)]);
}

/** An active person by id, or null. */
export async function reachableById(db: Knex, id: string): Promise<Reachable | null> {
  return (await reachable(db, 'p.id = any(?::uuid[])', [id]))[0] ?? null;
}

/** Logins of the active people who hold a role in a tenant or in all, in order of login: the order of turns. */
export async function roleHolders(db: Knex, role: string, tenantId: string): Promise<string[]> {
  const rows: { login: string }[] = await db('person')
    .distinct('person.login')
    .join('role_grant', 'role_grant.person_id', 'person.id')
    .where({ role, active: true })
    .whereIn('role_grant.tenant_id', [tenantId, '*'])
    .orderBy('person.login');
  return rows.map((r) => r.login);
}

/** How to write to a person, and the sealed signing secret of that address if it has one. */
export interface Recipient {
  id: string;
  login: string;
  name: string;
  locale: string;
  zone: string;
  secret: string | null;
}

/** @returns null when the person is gone */
export async function recipientOf(
  db: Knex,
  personId: string,
  kind: ContactKind,
  address: string,
): Promise<Recipient | null> {
  const result: { rows: Recipient[] } = await db.raw(
    `select p.id, p.login, p.display_name as name, p.locale, p.zone, (
       select c.secret from contact_method c where c.person_id = p.id and c.kind = ? and c.address = ? order by c.position limit 1
     ) as secret from person p where p.id = ?`,
    [kind, address, personId],
  );
  return result.rows[0] ?? null;
}
