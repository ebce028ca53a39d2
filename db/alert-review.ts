import type { Knex } from 'knex';
import { notifyLanes } from './queue';

/** Wakes whoever moves what is due in convergence (activities/convergence.ts). */
export const CONVERGENCE_WAKE = 'convergence';

const iso = (at: number) => new Date(at).toISOString();
/** Publications of rules that the alerts of a tenant are under; grows with each. */
const PUBLISHED = `(select count(*) from definition_version d
  where d.tenant_id in (r.tenant_id, '*') and d.kind = 'alert-rules')`;

/** Asks for the firing alerts of a tenant to be judged anew at `at` (epoch ms) or earlier. */
export async function reviewAlerts(trx: Knex, tenantId: string, at: number): Promise<void> {
  await trx.raw(
    `insert into alert_review (tenant_id, due_at) values (?, ?)
     on conflict (tenant_id) do update set due_at = least(alert_review.due_at, excluded.due_at)`,
    [tenantId, iso(at)],
  );
  await notifyLanes(trx, [CONVERGENCE_WAKE]);
}

/** Sees to it that the tenant is reviewed at `at` or earlier; nothing is written when it is anyway. @param at null = never */
export async function ensureReview(trx: Knex, tenantId: string, at: number | null): Promise<void> {
  const found: { rows: { due: string | null }[] } = await trx.raw(
    'select due_at as due from alert_review where tenant_id = ?',
    [tenantId],
  );
  const [row] = found.rows;
  const due = row?.due == null ? null : Date.parse(row.due);
  if (row === undefined && at === null)
    await trx.raw('insert into alert_review (tenant_id) values (?) on conflict do nothing', [tenantId]);
  else if (at !== null && (due === null || due > at)) await reviewAlerts(trx, tenantId, at);
}

/** Tenants whose alerts have to be judged anew. @param now epoch ms */
export async function dueReviews(db: Knex, now: number): Promise<string[]> {
  const found: { rows: { tenant: string }[] } = await db.raw(
    `select r.tenant_id as tenant from alert_review r where r.due_at <= ? or r.rules <> ${PUBLISHED} order by 1`,
    [iso(now)],
  );
  return found.rows.map(({ tenant }) => tenant);
}

/** Whoever asks for another review waits until this one has ended: what it has not seen is not forgotten. */
export async function holdReview(trx: Knex, tenantId: string): Promise<void> {
  await trx.raw('select 1 from alert_review where tenant_id = ? for update', [tenantId]);
}

/** Notes a review that knew the rules as published now, and when the next one is due. */
export async function endReview(trx: Knex, tenantId: string, nextAt: number | null): Promise<void> {
  await trx.raw(`update alert_review r set due_at = ?, rules = ${PUBLISHED} where r.tenant_id = ?`, [
    nextAt === null ? null : iso(nextAt),
    tenantId,
  ]);
}

/**
 * Pushes share the tenant's lock, a review has it alone: no alert is judged by a silence of which the review that follows
 * its end knows nothing. Released with the transaction; tenants in order, so that nobody deadlocks.
 */
export async function lockTenants(trx: Knex, tenantIds: readonly string[], how: 'shared' | 'alone'): Promise<void> {
  const lock = how === 'shared' ? 'pg_advisory_xact_lock_shared' : 'pg_advisory_xact_lock';
  for (const tenantId of [...new Set(tenantIds)].sort())
    await trx.raw(`select ${lock}(hashtextextended(?, 0))`, [`alerts of ${tenantId}`]);
}
