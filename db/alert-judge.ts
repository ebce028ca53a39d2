import type { Knex } from 'knex';
import type { AlertStatus } from '../domain/alert';
import { type GroupChange, updateGroup } from '../domain/alert-group';
import type { HeldReason, Hold } from '../domain/alert-hold';
import { lockGroupIds } from './alert-group-lock';
import { storeGroups } from './alert-group-rows';
import { countAlerts } from './alert-rows';

/** A firing alert as a review reads it. Instants epoch ms. */
export interface FiringAlert {
  groupId: number;
  fingerprint: string;
  labels: Record<string, string>;
  source: string;
  service: string;
  hold: Hold | null;
  inhibits: readonly string[] | null;
  flappingUntil: number | null;
}

/** What a review found different. */
export interface Judgement {
  groupId: number;
  fingerprint: string;
  before: Hold | null;
  hold: Hold | null;
  inhibits: readonly string[] | null;
}

interface FiringRow {
  groupId: number;
  fingerprint: string;
  status: AlertStatus;
  labels: Record<string, string>;
  source: string | null;
  service: string;
  held: HeldReason | null;
  held_by: string | null;
  held_since: string | null;
  inhibits: string[] | null;
  flapping_until: string | null;
}

const iso = (at: number) => new Date(at).toISOString();

/** Every firing alert of a tenant; its lock keeps them as they are for the rest of the transaction. */
export async function firingAlertsOf(trx: Knex, tenantId: string): Promise<FiringAlert[]> {
  const found: { rows: FiringRow[] } = await trx.raw(
    `select a.group_id as "groupId", a.fingerprint, a.labels, s.name as source, g.service, a.held, a.held_by, a.held_since,
       a.inhibits, a.flapping_until
     from alert a join alert_group g on g.id = a.group_id left join intake_source s on s.id = g.source_id
     where a.tenant_id = ? and a.status = 'firing' order by a.group_id`,
    [tenantId],
  );
  return found.rows.map(({ held: reason, held_by: by, held_since: since, flapping_until: until, ...row }) => ({
    groupId: row.groupId,
    fingerprint: row.fingerprint,
    labels: row.labels,
    source: row.source ?? '',
    service: row.service,
    hold: reason !== null && by !== null && since !== null ? { reason, by, since: Date.parse(since) } : null,
    inhibits: row.inhibits,
    flappingUntil: until === null ? null : Date.parse(until),
  }));
}

/** Stores what a review found, and has groups told whose alerts count now or no longer do. */
export async function storeJudgements(trx: Knex, judged: readonly Judgement[], now: number): Promise<void> {
  if (judged.length === 0) return;
  const moved = judged.filter(({ before, hold }) => (before === null) !== (hold === null));
  const groups = await lockGroupIds(trx, [...new Set(moved.map(({ groupId }) => groupId))]);
  await trx.raw(
    `update alert a set held = p.held, held_by = p.by, held_since = p.since,
       inhibits = (select array_agg(x) from jsonb_array_elements_text(nullif(p.inhibits, 'null')) x)
     from jsonb_to_recordset(?::jsonb) as p (group_id bigint, fingerprint text, held text, by text, since timestamptz, inhibits jsonb)
     where a.group_id = p.group_id and a.fingerprint = p.fingerprint`,
    [
      JSON.stringify(
        judged.map(({ groupId, fingerprint, hold, inhibits }) => ({
          ...{ group_id: groupId, fingerprint, held: hold?.reason, by: hold?.by },
          since: hold === null ? null : iso(hold.since),
          inhibits,
        })),
      ),
    ],
  );
  const counts = await countAlerts(
    trx,
    groups.map(({ id }) => id),
  );
  const updates = groups.flatMap((group) => {
    const count = counts.get(group.id);
    const change = changeBy(moved.filter(({ groupId }) => groupId === group.id));
    return count ? [updateGroup(group, change, count, { at: now, push: null }, now)] : [];
  });
  await storeGroups(trx, updates, now);
}

/** Alerts that were let go fire; those that were caught cease to count. */
function changeBy(moved: readonly Judgement[]): GroupChange {
  const freed = moved.flatMap(({ before, hold }) => (before !== null && hold === null ? [before.since] : []));
  return {
    tells: true,
    fires: freed.length > 0,
    refires: false,
    moved: true,
    heldSince: freed.length > 0 ? Math.min(...freed) : null,
  };
}
