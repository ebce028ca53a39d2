import type { Knex } from 'knex';
import type { Principal } from '../domain/principal';
import { IDENTITY_COLUMNS, type IdentityRow, toPrincipal } from './identity';

/** Who signs in: what is needed to check a password. */
export interface Credentials {
  personId: string;
  /** PHC form; null until a password is set. */
  passwordHash: string | null;
  active: boolean;
}

/** The account of a login, or undefined. */
export async function credentialsOf(db: Knex, login: string): Promise<Credentials | undefined> {
  const row = await db('person').where({ login }).first('id', 'password_hash', 'active');
  return row && { personId: row.id, passwordHash: row.password_hash, active: row.active };
}

/** Opens a session and forgets those of the same person that have run out. */
export async function createSession(
  db: Knex,
  session: { hash: Buffer; personId: string; now: string; expiresAt: string; issuer: string | null },
): Promise<void> {
  await db('session').where({ person_id: session.personId }).where('expires_at', '<=', session.now).delete();
  await db('session').insert({
    token_hash: session.hash,
    person_id: session.personId,
    created_at: session.now,
    expires_at: session.expiresAt,
    issuer: session.issuer,
  });
  await db('person').where({ id: session.personId }).update({ last_sign_in_at: session.now });
}

/** Provider that vouched for a session; null: none, or no such session. */
export async function issuerOfSession(db: Knex, hash: Buffer): Promise<string | null> {
  const row: { issuer: string | null } | undefined = await db('session').where({ token_hash: hash }).first('issuer');
  return row?.issuer ?? null;
}

/** Who a session belongs to; undefined when it is unknown or over, or the person no longer active. */
export async function principalOfSession(db: Knex, hash: Buffer, now: string): Promise<Principal | undefined> {
  const row = await db('session as s')
    .join('person as p', 'p.id', 's.person_id')
    .where({ 's.token_hash': hash, 'p.active': true })
    .where('s.expires_at', '>', now)
    .first<IdentityRow | undefined>(db.raw(`${IDENTITY_COLUMNS}, null as scopes`));
  return row && toPrincipal(row);
}

/** Ends one session. */
export async function endSession(db: Knex, hash: Buffer): Promise<void> {
  await db('session').where({ token_hash: hash }).delete();
}

/** Ends all sessions of a person, but for the one with the hash `except`. */
export async function endSessions(db: Knex, personId: string, except?: Buffer): Promise<void> {
  const query = db('session').where({ person_id: personId });
  if (except !== undefined) void query.whereNot({ token_hash: except });
  await query.delete();
}
