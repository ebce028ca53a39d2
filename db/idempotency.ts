import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import { DomainError } from '../domain/errors';

/** A caller's key and what it was sent with. */
export interface KeyClaim {
  tenantId: string;
  /** Login of the caller: keys of two callers never meet. */
  principal: string;
  key: string;
  /** SHA-256 of what is asked for, see `requestHash`. */
  requestHash: Buffer;
  /** What a first claim stands for: id of the case (or other object) about to be made, or SQL that makes one. */
  caseId: string | Knex.Raw;
  /** ISO 8601. */
  now: string;
}

/** SHA-256 over what a request asks for; parts are JSON with sorted keys, so that key order does not matter. */
export function requestHash(...parts: readonly unknown[]): Buffer {
  const sorted = (_: string, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  return createHash('sha256').update(JSON.stringify(parts, sorted)).digest();
}

/**
 * Takes a key, or finds what it was taken for before. Concurrent claims of one key agree on one answer.
 * @returns the object the key stands for; `fresh` when this call has taken it
 * @throws DomainError IdempotencyKeyReused when the key came with another request before
 */
export async function claimKey(db: Knex, claim: KeyClaim): Promise<{ caseId: string; fresh: boolean }> {
  const [inserted]: { case_id: string }[] = await db('idempotency')
    .insert({
      tenant_id: claim.tenantId,
      principal: claim.principal,
      key: claim.key,
      request_hash: claim.requestHash,
      case_id: claim.caseId,
      created_at: claim.now,
    })
    .onConflict(['tenant_id', 'principal', 'key'])
    .ignore()
    .returning('case_id');
  if (inserted) return { caseId: inserted.case_id, fresh: true };
  const held: { request_hash: Buffer; case_id: string } = await db('idempotency')
    .where({ tenant_id: claim.tenantId, principal: claim.principal, key: claim.key })
    .first('request_hash', 'case_id');
  if (!held.request_hash.equals(claim.requestHash)) {
    throw new DomainError(
      'IdempotencyKeyReused',
      'This Idempotency-Key was used with another request before; a new request needs a new key.',
    );
  }
  return { caseId: held.case_id, fresh: false };
}
