import type { Knex } from 'knex';
import { notifyLanes } from './queue';

/** Wakes whoever moves what is due in convergence (activities/convergence.ts). */
export const CONVERGENCE_WAKE = 'convergence';

/** Asks for the firing alerts of a tenant to be judged anew at `at` (epoch ms) or earlier. */
export async function reviewAlerts(trx: Knex, tenantId: string, at: number): Promise<void> {
  await trx.raw(
    `insert into alert_review (tenant_id, due_at) values (?, ?)
     on conflict (tenant_id) do update set due_at = least(alert_review.due_at, excluded.due_at)`,
    [tenantId, new Date(at).toISOString()],
  );
  await notifyLanes(trx, [CONVERGENCE_WAKE]);
}
