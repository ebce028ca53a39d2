import type { Knex } from 'knex';
import type { Principal } from '../domain/principal';
import type { Permission } from '../domain/roles';
import { IDENTITY_COLUMNS, type IdentityRow, toPrincipal } from './identity';

/** An API token without its secret. */
export interface ApiToken {
  id: string;
  label: string;
  /** Null = everything its person may do. */
  scopes: Permission[] | null;
  createdAt: string;
  expiresAt: string | null;
  revokedAt: string | null;
}

/** A token about to be stored. */
export interface NewToken {
  id: string;
  hash: Buffer;
  tenantId: string;
  personId: string;
  label: string;
  scopes: readonly Permission[] | null;
  createdAt: string;
  expiresAt: string | null;
}

interface TokenRow {
  id: string;
  label: string;
  scopes: Permission[] | null;
  created_at: string;
  expires_at: string | null;
  revoked_at: string | null;
}

/** Stores a token; with an id that is there already the secret is replaced, the old one opens nothing any more. */
export async function putToken(db: Knex, token: NewToken): Promise<void> {
  await db('api_token')
    .insert({
      id: token.id,
      token_hash: token.hash,
      tenant_id: token.tenantId,
      person_id: token.personId,
      label: token.label,
      scopes: token.scopes === null ? null : [...token.scopes],
      created_at: token.createdAt,
      expires_at: token.expiresAt,
    })
    .onConflict('id')
    .merge(['token_hash']);
}

/** A person's tokens, newest first. */
export async function listTokens(db: Knex, personId: string): Promise<ApiToken[]> {
  const rows = await db<TokenRow & { person_id: string }>('api_token')
    .where({ person_id: personId })
    .orderBy([{ column: 'created_at', order: 'desc' }, 'id'])
    .select('id', 'label', 'scopes', 'created_at', 'expires_at', 'revoked_at');
  return rows.map((r) => ({
    id: r.id,
    label: r.label,
    scopes: r.scopes,
    createdAt: r.created_at,
    expiresAt: r.expires_at,
    revokedAt: r.revoked_at,
  }));
}

/** Revokes one token of a person. @returns false when he has no such token that is still valid */
export async function revokeToken(db: Knex, personId: string, id: string, now: string): Promise<boolean> {
  const changed = await db('api_token')
    .where({ person_id: personId, id })
    .whereNull('revoked_at')
    .update({ revoked_at: now });
  return changed > 0;
}

/** Revokes all tokens of a person. */
export async function revokeTokens(db: Knex, personId: string, now: string): Promise<void> {
  await db('api_token').where({ person_id: personId }).whereNull('revoked_at').update({ revoked_at: now });
}

/** Who an API token stands for; undefined when unknown, revoked, expired, or the person no longer active. */
export async function principalOfToken(db: Knex, hash: Buffer, now: string): Promise<Principal | undefined> {
  const row = await db('api_token as t')
    .join('person as p', 'p.id', 't.person_id')
    .where({ 't.token_hash': hash, 'p.active': true })
    .whereNull('t.revoked_at')
    .where((q) => q.whereNull('t.expires_at').orWhere('t.expires_at', '>', now))
    .first<IdentityRow | undefined>(db.raw(`${IDENTITY_COLUMNS}, t.scopes`));
  return row && toPrincipal(row);
}
