import type { Knex } from 'knex';
import { type AlertStatus, priorityOf } from '../domain/alert';
import type { HeldReason } from '../domain/alert-hold';
import type { Impact, Urgency } from '../domain/incident-plan';
import type { TenantScope } from '../domain/principal';
import { enqueueDispatch } from './alert-dispatch';

/** An alert as API and screen show it. Instants RFC 3339; null where the sender did not say. */
export interface AlertView {
  fingerprint: string;
  status: AlertStatus;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  impact: Impact;
  urgency: Urgency;
  startsAt: string | null;
  endsAt: string | null;
  firstReceivedAt: string;
  lastReceivedAt: string;
  /** Pushes that carried it. */
  pushes: number;
  generatorUrl: string | null;
  /** Why it does not count although it fires; null when it counts, or is over. */
  held: { reason: HeldReason; by: string; since: string } | null;
}

/** Position of the last alert of a page. */
export interface AlertCursor {
  status: AlertStatus;
  fingerprint: string;
}
export interface AlertPage {
  items: AlertView[];
  next: AlertCursor | null;
}

/**
 * An incident says up to which version of its group it has recorded the changes; called in its projection's transaction.
 * Late calls change nothing.
 */
export async function confirmAlerts(trx: Knex, groupId: string, version: number): Promise<void> {
  await trx.raw('update alert_group set seen_version = ? where id = ? and seen_version < ?', [
    version,
    groupId,
    version,
  ]);
}

/**
 * Parts a group from its incident, which has ended; called in the transaction that projects the end. The alerts are kept
 * as they stand, for reviews. What began to fire without the incident having seen it gets a follow-up at once; what
 * merely goes on firing gets one when monitoring pushes it again: whoever closed the case knew of it.
 */
export async function releaseGroup(trx: Knex, incidentId: string): Promise<void> {
  const found = await trx.raw(
    `select id, tenant_id, firing, version, seen_version, fired_version from alert_group where incident_id = ? for update`,
    [incidentId],
  );
  const group = found.rows[0];
  if (!group) return;
  await keepAlerts(trx, incidentId);
  await trx.raw('update alert_incident set released_at = now() where incident_id = ?', [incidentId]);
  const unheard = group.firing > 0 && group.fired_version > group.seen_version;
  await trx.raw(
    `update alert_group set incident_id = null, episode = episode + 1, total = firing + held, seen_version = ?,
       due_at = null, repeat_at = null, resolve_at = null where id = ?`,
    [unheard ? group.seen_version : group.version, group.id],
  );
  if (unheard) await enqueueDispatch(trx, [{ groupId: group.id, tenantId: group.tenant_id, incidentId: null }]);
}

/** Alerts of a group that belong to its present incident: those that fire, and those that did in its time. */
const OF_EPISODE = `(a.status = 'firing' or a.episode = g.episode)`;
const COLUMNS = `fingerprint, status, labels, annotations, starts_at, ends_at, first_received_at, last_received_at, pushes,
  generator_url, weight, held, held_by, held_since`;
/** Columns of {@link AlertRow}. */
export const ALERT_COLUMNS: readonly string[] = COLUMNS.split(/,\s*/);

async function keepAlerts(trx: Knex, incidentId: string): Promise<void> {
  await trx.raw(
    `insert into incident_alert (incident_id, tenant_id, ${COLUMNS})
     select g.incident_id, a.tenant_id, ${COLUMNS.replace(/\w+/g, 'a.$&')}
     from alert_group g join alert a on a.group_id = g.id where g.incident_id = ? and ${OF_EPISODE}
     on conflict do nothing`,
    [incidentId],
  );
}

/**
 * A page of an incident's alerts, firing ones first: as they are while it is open, as they were when it ended. Empty for
 * an incident without alerts and for one outside the scope.
 */
export async function alertsOf(
  db: Knex,
  scope: TenantScope,
  incidentId: string,
  page: { limit: number; after: AlertCursor | null } = { limit: 100, after: null },
): Promise<AlertPage> {
  const live = db('alert as a')
    .join('alert_group as g', 'g.id', 'a.group_id')
    .where('g.incident_id', incidentId)
    .whereRaw(OF_EPISODE);
  const kept = db('incident_alert as a').where('a.incident_id', incidentId);
  const current = await readPage(live, scope, page);
  return current.items.length > 0 ? current : readPage(kept, scope, page);
}

/** A page of a group's alerts, whether an incident works on them or not, firing ones first. */
export async function alertsOfGroup(
  db: Knex,
  scope: TenantScope,
  groupId: number,
  page: { limit: number; after: AlertCursor | null },
): Promise<AlertPage> {
  return readPage(db('alert as a').where('a.group_id', groupId), scope, page);
}

/** A row as {@link viewAlert} shows it. */
export interface AlertRow {
  fingerprint: string;
  status: AlertStatus;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  starts_at: string | null;
  ends_at: string | null;
  first_received_at: string;
  last_received_at: string;
  pushes: number;
  generator_url: string | null;
  weight: number;
  held: HeldReason | null;
  held_by: string | null;
  held_since: string | null;
}

async function readPage(
  query: Knex.QueryBuilder,
  scope: TenantScope,
  page: { limit: number; after: AlertCursor | null },
): Promise<AlertPage> {
  if (scope !== 'all') query.whereIn('a.tenant_id', scope);
  if (page.after) query.whereRaw('(a.status, a.fingerprint) > (?, ?)', [page.after.status, page.after.fingerprint]);
  const rows: AlertRow[] = await query
    .select(ALERT_COLUMNS.map((column) => `a.${column}`))
    .orderBy(['a.status', 'a.fingerprint'])
    .limit(page.limit + 1);
  const items = rows.slice(0, page.limit).map(viewAlert);
  const last = rows.length > page.limit ? items.at(-1) : undefined;
  return { items, next: last ? { status: last.status, fingerprint: last.fingerprint } : null };
}

/** An alert as API and screen show it. */
export function viewAlert(row: AlertRow): AlertView {
  const { held: reason, held_by: by, held_since: since } = row;
  return {
    fingerprint: row.fingerprint,
    status: row.status,
    labels: row.labels,
    annotations: row.annotations,
    ...priorityOf(row.weight),
    startsAt: row.starts_at,
    endsAt: row.ends_at,
    firstReceivedAt: row.first_received_at,
    lastReceivedAt: row.last_received_at,
    pushes: row.pushes,
    generatorUrl: row.generator_url,
    held: reason !== null && by !== null && since !== null ? { reason, by, since } : null,
  };
}
