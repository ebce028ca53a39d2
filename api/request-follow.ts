import type { Knex } from 'knex';
import { currentDefinitions } from '../db/definitions';
import { enqueue } from '../db/queue';
import { requestOf, type StoredRequest } from '../db/request';
import { DomainError } from '../domain/errors';
import type { Principal } from '../domain/principal';
import { ofKind } from '../domain/process-def';
import type { RequestEffect } from '../domain/request-effect';
import { handles, requestSight } from './request-access';

/**
 * The request that a new one follows, if it names one. @throws DomainError ValidationFailed when the caller may not see it, or it
 * belongs to another tenant
 */
export async function followed(
  db: Knex,
  p: Principal,
  tenantId: string,
  id: string | undefined,
): Promise<StoredRequest | null> {
  if (!id?.startsWith('REQ-')) return null;
  const found = await requestOf(db, requestSight(p), id);
  if (found?.view.tenantId === tenantId) return found;
  throw new DomainError('ValidationFailed', 'The request that is followed cannot be used.', [
    { path: 'body.follows', message: `there is no request ${id} of this tenant that you may see` },
  ]);
}

/**
 * Somebody did not know where he belonged, and the desk has opened the right request for him (R2.1): the free-text one ends as
 * reclassified. It is told by the queue, so that it hears of it whatever happens now; a repeat changes nothing.
 */
export async function tellReclassified(
  db: Knex,
  p: Principal,
  { view }: StoredRequest,
  { id, at }: { id: string; at: string },
): Promise<void> {
  const item = ofKind(await currentDefinitions(db, view.tenantId), 'catalogue-item').find((i) => i.name === view.item);
  if (!item?.freeText || view.endedAt !== null || !handles(p, view.tenantId)) return;
  const key = `${id}:reclassified:${view.id}`;
  const message = { key, from: id, actor: p.login, what: 'reclassified', as: id } as const;
  const effect: RequestEffect = { key, seq: 1, at: Date.parse(at), kind: 'tell-request', to: view.id, message };
  const row = { key, tenantId: view.tenantId, caseId: id, kind: effect.kind, payload: effect, lane: 'request-effect' };
  await db.transaction((trx) => enqueue(trx, row));
}
