import type { Knex } from 'knex';
import type { GroupCounts, GroupFold } from '../domain/alert-group';
import type { AlertState } from '../domain/alert-state';

interface AlertRow {
  group_id: number;
  fingerprint: string;
  status: AlertState['status'];
  starts_at: string | null;
  ends_at: string | null;
  status_at: string;
  status_order: number;
  fired: boolean;
}

/** States of the named alerts that are there, by group and fingerprint. */
export async function knownAlerts(
  trx: Knex,
  wanted: readonly { group_id: number; fingerprint: string }[],
): Promise<Map<number, Map<string, AlertState>>> {
  const found = await trx.raw(
    `select a.group_id, a.fingerprint, a.status, a.starts_at, a.ends_at, a.status_at, a.status_order, a.fired
     from jsonb_to_recordset(?::jsonb) as k (group_id bigint, fingerprint text) join alert a using (group_id, fingerprint)`,
    [JSON.stringify(wanted)],
  );
  const states = new Map<number, Map<string, AlertState>>();
  for (const row of found.rows as AlertRow[]) {
    const group = states.get(row.group_id) ?? new Map<string, AlertState>();
    states.set(row.group_id, group.set(row.fingerprint, stateOf(row)));
  }
  return states;
}

const ms = (instant: string | null) => (instant === null ? null : Date.parse(instant));
const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString());

function stateOf(row: AlertRow): AlertState {
  return {
    status: row.status,
    startsAt: ms(row.starts_at),
    endsAt: ms(row.ends_at),
    statusAt: Date.parse(row.status_at),
    statusOrder: row.status_order,
    fired: row.fired,
  };
}

const ALERT_COLUMNS = `group_id bigint, fingerprint text, tenant_id text, status text, labels jsonb, annotations jsonb,
  starts_at timestamptz, ends_at timestamptz, first_at timestamptz, last_at timestamptz, pushes bigint, generator_url text,
  weight smallint, episode int, status_at timestamptz, status_order bigint, fired boolean`;

function alertRows(folds: readonly GroupFold[], isNew: boolean): string | null {
  const rows = folds.flatMap(({ group, alerts }) =>
    alerts
      .filter((alert) => alert.isNew === isNew)
      .map(({ fingerprint, state, content, pushes, firstAt, lastAt }) => ({
        group_id: group.id,
        tenant_id: group.tenantId,
        episode: group.episode,
        fingerprint,
        status: state.status,
        starts_at: iso(state.startsAt),
        ends_at: iso(state.endsAt),
        status_at: iso(state.statusAt),
        status_order: state.statusOrder,
        fired: state.fired,
        labels: content?.labels,
        annotations: content?.annotations,
        generator_url: content?.generatorUrl,
        weight: content?.weight,
        first_at: iso(firstAt),
        last_at: iso(lastAt),
        pushes,
      })),
  );
  return rows.length > 0 ? JSON.stringify(rows) : null;
}

/** Stores the alerts that are new; their groups are locked. */
export async function insertAlerts(trx: Knex, folds: readonly GroupFold[]): Promise<void> {
  const rows = alertRows(folds, true);
  if (rows === null) return;
  await trx.raw(
    `insert into alert (group_id, fingerprint, tenant_id, status, labels, annotations, starts_at, ends_at,
       first_received_at, last_received_at, pushes, generator_url, weight, episode, status_at, status_order, fired)
     select group_id, fingerprint, tenant_id, status, labels, annotations, starts_at, ends_at,
       first_at, last_at, pushes, generator_url, weight, episode, status_at, status_order, fired
     from jsonb_to_recordset(?::jsonb) as p (${ALERT_COLUMNS})`,
    [rows],
  );
}

/** Stores the others. A stale push counts and says nothing else: without content the columns stay. */
export async function updateAlerts(trx: Knex, folds: readonly GroupFold[]): Promise<void> {
  const rows = alertRows(folds, false);
  if (rows === null) return;
  await trx.raw(
    `update alert a set status = p.status, starts_at = p.starts_at, ends_at = p.ends_at, status_at = p.status_at,
       status_order = p.status_order, fired = p.fired, episode = p.episode, pushes = a.pushes + p.pushes,
       last_received_at = greatest(a.last_received_at, p.last_at), labels = coalesce(p.labels, a.labels),
       annotations = coalesce(p.annotations, a.annotations), weight = coalesce(p.weight, a.weight),
       generator_url = coalesce(p.generator_url, a.generator_url)
     from jsonb_to_recordset(?::jsonb) as p (${ALERT_COLUMNS})
     where a.group_id = p.group_id and a.fingerprint = p.fingerprint`,
    [rows],
  );
}

/** Counts over all alerts of the groups, as they stand in this transaction. */
export async function countAlerts(trx: Knex, folds: readonly GroupFold[]): Promise<Map<number, GroupCounts>> {
  const ids = folds.map(({ group }) => group.id);
  const counts = new Map<number, GroupCounts>();
  if (ids.length === 0) return counts;
  const result = await trx.raw(
    `select g.id, count(*) filter (where a.status = 'firing')::int as firing,
       count(*) filter (where a.status = 'firing' or a.episode = g.episode)::int as total,
       max(a.weight) filter (where a.status = 'firing')::int as weight
     from alert_group g join alert a on a.group_id = g.id where g.id = any(?::bigint[]) group by g.id`,
    [ids],
  );
  for (const { id, ...count } of result.rows) counts.set(id, count);
  return counts;
}
