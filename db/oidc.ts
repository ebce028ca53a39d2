import type { Knex } from 'knex';
import type { RoleGrant } from '../domain/person';

/** A sign-in under way: what the browser and the provider have to bring back. */
export interface PendingSignIn {
  id: string;
  /** SHA-256 of the secret that only the browser has that began it. */
  browserHash: Buffer;
  state: string;
  nonce: string;
  codeVerifier: string;
  /** Path of ours to go on at. */
  returnTo: string;
  /** ISO 8601. */
  expiresAt: string;
}

/** Keeps a sign-in until the browser comes back, and forgets those that never did. */
export async function keepSignIn(db: Knex, s: PendingSignIn, now: string): Promise<void> {
  await db('oidc_sign_in').where('expires_at', '<=', now).delete();
  await db('oidc_sign_in').insert({
    id: s.id,
    browser_hash: s.browserHash,
    state: s.state,
    nonce: s.nonce,
    code_verifier: s.codeVerifier,
    return_to: s.returnTo,
    expires_at: s.expiresAt,
  });
}

/** Uses a sign-in up: of two who bring the same, one gets it. Undefined when it is unknown, used or over. */
export async function takeSignIn(db: Knex, id: string, now: string): Promise<PendingSignIn | undefined> {
  const [row] = await db('oidc_sign_in').where({ id }).delete().returning('*');
  if (row === undefined || new Date(row.expires_at) <= new Date(now)) return undefined;
  return {
    id: row.id,
    browserHash: row.browser_hash,
    state: row.state,
    nonce: row.nonce,
    codeVerifier: row.code_verifier,
    returnTo: row.return_to,
    expiresAt: row.expires_at,
  };
}

/** Which role a group of the provider gives. */
export interface GroupRole {
  id: string;
  group: string;
  role: string;
  /** Tenant, `*` = all, null = the one the person belongs to. */
  grantedIn: string | null;
  createdAt: string;
  createdBy: string;
}

const groupRoles = (db: Knex) =>
  db('oidc_group_role').select<GroupRole[]>({
    id: 'id',
    group: 'group_name',
    role: 'role',
    grantedIn: 'granted_in',
    createdAt: 'created_at',
    createdBy: 'created_by',
  });

/** Rules in order of group, at most `limit` after `[group, id]`. */
export async function listGroupRoles(
  db: Knex,
  page: { limit: number; after?: readonly [group: string, id: string] },
): Promise<GroupRole[]> {
  const query = groupRoles(db).orderBy(['group_name', 'id']).limit(page.limit);
  if (page.after) void query.whereRaw('(group_name, id) > (?, ?::uuid)', [...page.after]);
  return query;
}

/** Adds a rule. @returns false when there is the same one already */
export async function addGroupRole(db: Knex, rule: GroupRole): Promise<boolean> {
  const added = await db('oidc_group_role')
    .insert({
      id: rule.id,
      group_name: rule.group,
      role: rule.role,
      granted_in: rule.grantedIn,
      created_at: rule.createdAt,
      created_by: rule.createdBy,
    })
    .onConflict()
    .ignore()
    .returning('id');
  return added.length > 0;
}

/** Removes a rule and says what it was; undefined when there is none. */
export async function removeGroupRole(trx: Knex, id: string): Promise<GroupRole | undefined> {
  const rule = await groupRoles(trx).where({ id }).forUpdate().first();
  if (rule !== undefined) await trx('oidc_group_role').where({ id }).delete();
  return rule;
}

/** Roles that groups give to somebody of a tenant, each once, in order. */
export async function grantsOfGroups(db: Knex, groups: readonly string[], tenantId: string): Promise<RoleGrant[]> {
  const result: { rows: RoleGrant[] } = await db.raw(
    `select distinct role, coalesce(granted_in, :tenantId) as "tenantId" from oidc_group_role
     where group_name = any(:groups) order by 1, 2`,
    { groups: [...groups], tenantId },
  );
  return result.rows;
}

/** Makes `grants` the only ones that groups give a person; those given by hand stay. */
export async function replaceGroupGrants(
  trx: Knex,
  personId: string,
  grants: readonly RoleGrant[],
  now: string,
): Promise<void> {
  await trx('role_grant').where({ person_id: personId, source: 'group' }).delete();
  const rows = grants.map((g) => ({
    person_id: personId,
    role: g.role,
    tenant_id: g.tenantId,
    granted_at: now,
    source: 'group',
  }));
  if (rows.length > 0) await trx('role_grant').insert(rows);
}

/** Who somebody is at a provider. */
export interface LinkedIdentity {
  issuer: string;
  subject: string;
  linkedAt: string;
  linkedBy: string;
  lastSignInAt: string | null;
}

/** Lets sign-ins of one identity come one after the other until the transaction ends. */
export async function lockIdentity(trx: Knex, issuer: string, subject: string): Promise<void> {
  await trx.raw('select pg_advisory_xact_lock(hashtextextended(?, 15))', [`${issuer} ${subject}`]);
}

/** Person that an identity belongs to, or undefined. */
export async function personOfIdentity(db: Knex, issuer: string, subject: string): Promise<string | undefined> {
  const row: { person_id: string } | undefined = await db('person_identity')
    .where({ issuer, subject })
    .first('person_id');
  return row?.person_id;
}

/** Identities of a person. */
export async function identitiesOf(db: Knex, personId: string): Promise<LinkedIdentity[]> {
  return db('person_identity').where({ person_id: personId }).orderBy('issuer').select<LinkedIdentity[]>({
    issuer: 'issuer',
    subject: 'subject',
    linkedAt: 'linked_at',
    linkedBy: 'linked_by',
    lastSignInAt: 'last_sign_in_at',
  });
}

/** Makes an identity a person's only one at its issuer. @returns false when it belongs to somebody else */
export async function linkIdentity(
  trx: Knex,
  personId: string,
  { issuer, subject }: { issuer: string; subject: string },
  by: { at: string; actor: string },
): Promise<boolean> {
  await trx('person_identity').where({ issuer, person_id: personId }).whereNot({ subject }).delete();
  const row = { issuer, subject, person_id: personId, linked_at: by.at, linked_by: by.actor };
  await trx('person_identity').insert(row).onConflict(['issuer', 'subject']).ignore();
  return (await personOfIdentity(trx, issuer, subject)) === personId;
}

/** Takes the identity at an issuer away; false when there was none. */
export async function unlinkIdentity(trx: Knex, personId: string, issuer: string): Promise<boolean> {
  return (await trx('person_identity').where({ issuer, person_id: personId }).delete()) > 0;
}

/** Notes a sign-in. @param at ISO 8601 */
export async function noteSignIn(
  trx: Knex,
  personId: string,
  { issuer, subject }: { issuer: string; subject: string },
  at: string,
): Promise<void> {
  await trx('person_identity').where({ issuer, subject }).update({ last_sign_in_at: at });
  await trx('person').where({ id: personId }).update({ last_sign_in_at: at });
}
