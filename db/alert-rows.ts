import type { Knex } from 'knex';
import type { AlertFold, GroupCounts, GroupFold, JudgedAlert, KnownAlert } from '../domain/alert-group';
import type { HeldReason } from '../domain/alert-hold';
import type { AlertState } from '../domain/alert-state';

/** An alert with its pushes, and what was decided on it. */
export type DecidedAlert = AlertFold & JudgedAlert;

interface AlertRow {
  group_id: number;
  fingerprint: string;
  status: AlertState['status'];
  starts_at: string | null;
  ends_at: string | null;
  status_at: string;
  status_order: number;
  fired: boolean;
  weight: number;
  held: HeldReason | null;
  held_by: string | null;
  held_since: string | null;
  inhibits: string[] | null;
  changes: string[];
  flapping_until: string | null;
}

/** The named alerts that are there, by group and fingerprint. */
export async function knownAlerts(
  trx: Knex,
  wanted: readonly { group_id: number; fingerprint: string }[],
): Promise<Map<number, Map<string, KnownAlert>>> {
  const found: { rows: AlertRow[] } = await trx.raw(
    `select a.group_id, a.fingerprint, a.status, a.starts_at, a.ends_at, a.status_at, a.status_order, a.fired, a.weight,
       a.held, a.held_by, a.held_since, a.inhibits, to_json(a.changes) as changes, a.flapping_until
     from jsonb_to_recordset(?::jsonb) as k (group_id bigint, fingerprint text) join alert a using (group_id, fingerprint)`,
    [JSON.stringify(wanted)],
  );
  const states = new Map<number, Map<string, KnownAlert>>();
  for (const row of found.rows) {
    const group = states.get(row.group_id) ?? new Map<string, KnownAlert>();
    states.set(row.group_id, group.set(row.fingerprint, knownOf(row)));
  }
  return states;
}

const ms = (instant: string | null) => (instant === null ? null : Date.parse(instant));
const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString());

function knownOf(row: AlertRow): KnownAlert {
  const { held: reason, held_by: by, held_since: since } = row;
  return {
    state: {
      status: row.status,
      startsAt: ms(row.starts_at),
      endsAt: ms(row.ends_at),
      statusAt: Date.parse(row.status_at),
      statusOrder: row.status_order,
      fired: row.fired,
    },
    hold: reason !== null && by !== null && since !== null ? { reason, by, since: Date.parse(since) } : null,
    flapping: { changes: row.changes.map((at) => Date.parse(at)), until: ms(row.flapping_until) },
    inhibits: row.inhibits,
    weight: row.weight,
  };
}

const RECORD = `group_id bigint, fingerprint text, tenant_id text, status text, labels jsonb, annotations jsonb,
  starts_at timestamptz, ends_at timestamptz, first_at timestamptz, last_at timestamptz, pushes bigint, generator_url text,
  weight smallint, episode int, status_at timestamptz, status_order bigint, fired boolean, sender_key text, held text,
  held_by text, held_since timestamptz, inhibits text[], changes timestamptz[], flapping_until timestamptz`;

/** Instants and fingerprints come as JSON arrays; a Postgres array literal is what the record takes. */
const array = (texts: readonly string[] | null) =>
  texts && `{${texts.map((text) => `"${text.replace(/[\\"]/g, '\\$&')}"`).join(',')}}`;

function alertRow({ group }: GroupFold<DecidedAlert>, alert: DecidedAlert) {
  const { state, content, hold, flapping } = alert;
  return {
    group_id: group.id,
    tenant_id: group.tenantId,
    episode: group.episode,
    fingerprint: alert.fingerprint,
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
    sender_key: content?.senderKey,
    first_at: iso(alert.firstAt),
    last_at: iso(alert.lastAt),
    pushes: alert.pushes,
    held: hold?.reason,
    held_by: hold?.by,
    held_since: iso(hold?.since ?? null),
    inhibits: array(alert.inhibits),
    changes: array(flapping.changes.map((at) => new Date(at).toISOString())),
    flapping_until: iso(flapping.until),
  };
}

function alertRows(folds: readonly GroupFold<DecidedAlert>[], isNew: boolean): string | null {
  const rows = folds.flatMap((fold) =>
    fold.alerts.filter(({ before }) => (before === null) === isNew).map((alert) => alertRow(fold, alert)),
  );
  return rows.length > 0 ? JSON.stringify(rows) : null;
}

/** Stores the alerts that are new; their groups are locked. */
export async function insertAlerts(trx: Knex, folds: readonly GroupFold<DecidedAlert>[]): Promise<void> {
  const rows = alertRows(folds, true);
  if (rows === null) return;
  await trx.raw(
    `insert into alert (group_id, fingerprint, tenant_id, status, labels, annotations, starts_at, ends_at,
       first_received_at, last_received_at, pushes, generator_url, weight, episode, status_at, status_order, fired,
       sender_key, held, held_by, held_since, inhibits, changes, flapping_until)
     select group_id, fingerprint, tenant_id, status, labels, annotations, starts_at, ends_at,
       first_at, last_at, pushes, generator_url, weight, episode, status_at, status_order, fired,
       sender_key, held, held_by, held_since, inhibits, changes, flapping_until
     from jsonb_to_recordset(?::jsonb) as p (${RECORD})`,
    [rows],
  );
}

/** Stores the others. A stale push counts and says nothing else: without content the columns stay. */
export async function updateAlerts(trx: Knex, folds: readonly GroupFold<DecidedAlert>[]): Promise<void> {
  const rows = alertRows(folds, false);
  if (rows === null) return;
  await trx.raw(
    `update alert a set status = p.status, starts_at = p.starts_at, ends_at = p.ends_at, status_at = p.status_at,
       status_order = p.status_order, fired = p.fired, episode = p.episode, pushes = a.pushes + p.pushes,
       last_received_at = greatest(a.last_received_at, p.last_at), labels = coalesce(p.labels, a.labels),
       annotations = coalesce(p.annotations, a.annotations), weight = coalesce(p.weight, a.weight),
       generator_url = coalesce(p.generator_url, a.generator_url), sender_key = coalesce(p.sender_key, a.sender_key),
       held = p.held, held_by = p.held_by, held_since = p.held_since, inhibits = p.inhibits, changes = p.changes,
       flapping_until = p.flapping_until
     from jsonb_to_recordset(?::jsonb) as p (${RECORD})
     where a.group_id = p.group_id and a.fingerprint = p.fingerprint`,
    [rows],
  );
}

/** Counts over all alerts of the groups, as they stand in this transaction. */
export async function countAlerts(trx: Knex, ids: readonly number[]): Promise<Map<number, GroupCounts>> {
  const counts = new Map<number, GroupCounts>();
  if (ids.length === 0) return counts;
  const result = await trx.raw(
    `select g.id, count(*) filter (where a.status = 'firing' and a.held is null)::int as firing,
       count(*) filter (where a.status = 'firing' and a.held is not null)::int as held,
       count(*) filter (where a.status = 'firing' or a.episode = g.episode)::int as total,
       max(a.weight) filter (where a.status = 'firing' and a.held is null)::int as weight
     from alert_group g join alert a on a.group_id = g.id where g.id = any(?::bigint[]) group by g.id`,
    [[...ids]],
  );
  for (const { id, ...count } of result.rows) counts.set(id, count);
  return counts;
}
