import type { Knex } from 'knex';
import { enqueueDispatch } from './alert-dispatch';

const iso = (at: number) => new Date(at).toISOString();

interface DueGroup {
  id: number;
  tenantId: string;
  incidentId: string | null;
  due: boolean;
  repeats: boolean;
  resolves: boolean;
}

/**
 * Moves groups whose moment has come: those that have something to say, those that say again that they still fire, those
 * whose incident is over with its alerts. A repeat and a resolution are changes of their own, so that the case records them.
 * @param now epoch ms
 * @returns how many, at most `limit`
 */
export async function moveDueGroups(db: Knex, now: number, limit = 500): Promise<number> {
  return db.transaction(async (trx) => {
    const found: { rows: DueGroup[] } = await trx.raw(
      `select g.id, g.tenant_id as "tenantId", g.incident_id as "incidentId", coalesce(due_at <= :now, false) as due,
         coalesce(repeat_at <= :now, false) and firing > 0 and incident_id is not null as repeats,
         coalesce(resolve_at <= :now, false) and firing + held = 0 and incident_id is not null as resolves
       from alert_group g
       where least(due_at, repeat_at, resolve_at) <= :now
         and (due_at is not null or repeat_at is not null or resolve_at is not null)
       order by g.id limit :limit for update skip locked`,
      { now: iso(now), limit },
    );
    if (found.rows.length === 0) return 0;
    await trx.raw(
      `update alert_group g set version = g.version + case when p.repeats or p.resolves then 1 else 0 end,
         due_at = case when g.due_at <= ? then null else g.due_at end,
         repeat_at = case when g.repeat_at <= ? then null else g.repeat_at end,
         resolve_at = case when g.resolve_at <= ? then null else g.resolve_at end,
         resolving = g.resolving or p.resolves
       from jsonb_to_recordset(?::jsonb) as p (id bigint, repeats boolean, resolves boolean) where g.id = p.id`,
      [iso(now), iso(now), iso(now), JSON.stringify(found.rows)],
    );
    const speaking = found.rows.filter((group) => group.due || group.repeats || group.resolves);
    await enqueueDispatch(
      trx,
      speaking.map(({ id: groupId, tenantId, incidentId }) => ({ groupId, tenantId, incidentId })),
    );
    return found.rows.length;
  });
}
