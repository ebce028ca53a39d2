import type { Knex } from 'knex';
import { type GroupPush, priorityOf } from '../domain/alert';
import type { GroupFold, GroupRow, GroupUpdate } from '../domain/alert-group';
import { foldGroup, updateGroup } from '../domain/alert-group';
import type { AlertState, Receipt } from '../domain/alert-state';

/** One inbox row, normalised. */
export interface ReceivedPush {
  tenantId: string;
  sourceId: string;
  receipt: Receipt;
  groups: GroupPush[];
}

/** A group after convergence, and when it has to be dispatched; null = nothing new for its incident. */
export interface Converged {
  groupId: number;
  tenantId: string;
  incidentId: string | null;
  dispatch: 'now' | 'soon' | null;
}

/** Pushes of one group, in the order of receipt. */
interface Bundle {
  tenantId: string;
  sourceId: string;
  pushes: { receipt: Receipt; push: GroupPush }[];
}

/**
 * Folds pushes into alerts and groups, a fixed number of statements for any number of pushes. Groups are locked in the
 * order of their ids and new ones inserted in the order of their keys before, so that two workers never deadlock.
 */
export async function converge(trx: Knex, received: readonly ReceivedPush[]): Promise<Converged[]> {
  const bundles = bundle(received);
  if (bundles.size === 0) return [];
  const groups = await lockGroups(trx, bundles);
  const known = await knownAlerts(trx, groups, bundles);
  const folds = groups.map((group) => foldGroup(group, bundleOf(bundles, group).pushes, known.get(group.id)));
  await insertAlerts(trx, folds);
  await updateAlerts(trx, folds);
  const changed = folds.filter((fold) => fold.changed || fold.refires);
  const counts = await countAlerts(trx, changed);
  const updates = changed.map((fold) =>
    updateGroup(fold, counts.get(fold.group.id) ?? { firing: 0, total: 0, weight: null }),
  );
  await updateGroups(trx, updates);
  return updates.map(({ id, tenantId, incidentId, dispatch }) => ({ groupId: id, tenantId, incidentId, dispatch }));
}

const keyOf = (tenantId: string, sourceId: string, groupKey: string) => JSON.stringify([tenantId, sourceId, groupKey]);

function bundle(received: readonly ReceivedPush[]): Map<string, Bundle> {
  const bundles = new Map<string, Bundle>();
  const ordered = [...received].sort((a, b) => a.receipt.order - b.receipt.order);
  for (const { tenantId, sourceId, receipt, groups } of ordered) {
    for (const push of groups) {
      const key = keyOf(tenantId, sourceId, push.groupKey);
      const entry = bundles.get(key) ?? { tenantId, sourceId, pushes: [] };
      entry.pushes.push({ receipt, push });
      bundles.set(key, entry);
    }
  }
  return bundles;
}

type LockedGroup = GroupRow & { sourceId: string; groupKey: string };

function bundleOf(bundles: Map<string, Bundle>, group: LockedGroup): Bundle {
  const found = bundles.get(keyOf(group.tenantId, group.sourceId, group.groupKey));
  if (!found) throw new Error(`group ${group.id} was not asked for`);
  return found;
}

const KEYS = 'jsonb_to_recordset(?::jsonb) as k (tenant_id text, source_id uuid, group_key text)';

async function lockGroups(trx: Knex, bundles: Map<string, Bundle>): Promise<LockedGroup[]> {
  const rows = [...bundles.values()].map((b) => newGroup(b));
  const keys = JSON.stringify(rows.map(({ tenant_id, source_id, group_key }) => ({ tenant_id, source_id, group_key })));
  const there = await trx.raw(
    `select g.tenant_id, g.source_id, g.group_key from alert_group g join ${KEYS} using (tenant_id, source_id, group_key)`,
    [keys],
  );
  const found = new Set(
    there.rows.map((r: { tenant_id: string; source_id: string; group_key: string }) =>
      keyOf(r.tenant_id, r.source_id, r.group_key),
    ),
  );
  const missing = rows.filter((r) => !found.has(keyOf(r.tenant_id, r.source_id, r.group_key)));
  if (missing.length > 0) await insertGroups(trx, missing);
  const locked = await trx.raw(
    `select g.id, g.tenant_id as "tenantId", g.source_id as "sourceId", g.group_key as "groupKey",
       g.incident_id as "incidentId", g.version, g.seen_version as "seenVersion", g.fired_version as "firedVersion",
       g.firing, g.episode
     from alert_group g join ${KEYS} using (tenant_id, source_id, group_key) order by g.id for update of g`,
    [keys],
  );
  return locked.rows;
}

function newGroup({ tenantId, sourceId, pushes }: Bundle) {
  const first = pushes[0];
  if (!first) throw new Error('a bundle has at least one push');
  const { groupKey, service, title, description, labels } = first.push;
  const at = new Date(first.receipt.at).toISOString();
  return { tenant_id: tenantId, source_id: sourceId, group_key: groupKey, service, title, description, labels, at };
}

async function insertGroups(trx: Knex, groups: ReturnType<typeof newGroup>[]): Promise<void> {
  await trx.raw(
    `insert into alert_group (tenant_id, source_id, group_key, service, title, description, impact, urgency, labels, updated_at)
     select tenant_id, source_id, group_key, service, title, description, 'low', 'low', labels, at
     from jsonb_to_recordset(?::jsonb) as g (tenant_id text, source_id uuid, group_key text, service text, title text,
       description text, labels jsonb, at timestamptz)
     order by tenant_id, source_id, group_key
     on conflict (tenant_id, source_id, group_key) do nothing`,
    [JSON.stringify(groups)],
  );
}

interface AlertRow {
  group_id: number;
  fingerprint: string;
  status: AlertState['status'];
  starts_at: string | null;
  ends_at: string | null;
  status_at: string;
  status_order: number;
}

async function knownAlerts(trx: Knex, groups: readonly LockedGroup[], bundles: Map<string, Bundle>) {
  const wanted = groups.flatMap((group) => {
    const pushes = bundleOf(bundles, group).pushes.flatMap(({ push }) => push.alerts);
    return [...new Set(pushes.map((a) => a.fingerprint))].map((fingerprint) => ({ group_id: group.id, fingerprint }));
  });
  const found = await trx.raw(
    `select a.group_id, a.fingerprint, a.status, a.starts_at, a.ends_at, a.status_at, a.status_order
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
  };
}

const ALERT_COLUMNS = `group_id bigint, fingerprint text, tenant_id text, status text, labels jsonb, annotations jsonb,
  starts_at timestamptz, ends_at timestamptz, first_at timestamptz, last_at timestamptz, pushes bigint, generator_url text,
  weight smallint, episode int, status_at timestamptz, status_order bigint`;

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

async function insertAlerts(trx: Knex, folds: readonly GroupFold[]): Promise<void> {
  const rows = alertRows(folds, true);
  if (rows === null) return;
  await trx.raw(
    `insert into alert (group_id, fingerprint, tenant_id, status, labels, annotations, starts_at, ends_at,
       first_received_at, last_received_at, pushes, generator_url, weight, episode, status_at, status_order)
     select group_id, fingerprint, tenant_id, status, labels, annotations, starts_at, ends_at,
       first_at, last_at, pushes, generator_url, weight, episode, status_at, status_order
     from jsonb_to_recordset(?::jsonb) as p (${ALERT_COLUMNS})`,
    [rows],
  );
}

/** A stale push counts and says nothing else: without content the columns stay. */
async function updateAlerts(trx: Knex, folds: readonly GroupFold[]): Promise<void> {
  const rows = alertRows(folds, false);
  if (rows === null) return;
  await trx.raw(
    `update alert a set status = p.status, starts_at = p.starts_at, ends_at = p.ends_at, status_at = p.status_at,
       status_order = p.status_order, episode = p.episode, pushes = a.pushes + p.pushes,
       last_received_at = greatest(a.last_received_at, p.last_at), labels = coalesce(p.labels, a.labels),
       annotations = coalesce(p.annotations, a.annotations), weight = coalesce(p.weight, a.weight),
       generator_url = coalesce(p.generator_url, a.generator_url)
     from jsonb_to_recordset(?::jsonb) as p (${ALERT_COLUMNS})
     where a.group_id = p.group_id and a.fingerprint = p.fingerprint`,
    [rows],
  );
}

async function countAlerts(trx: Knex, folds: readonly GroupFold[]) {
  const ids = folds.map(({ group }) => group.id);
  const counts = new Map<number, { firing: number; total: number; weight: number | null }>();
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

async function updateGroups(trx: Knex, updates: readonly GroupUpdate[]): Promise<void> {
  if (updates.length === 0) return;
  const rows = updates.map(({ id, push, at, weight, version, firedVersion, seenVersion, firing, total }) => ({
    id,
    version,
    fired: firedVersion,
    seen: seenVersion,
    firing,
    total,
    title: push.title,
    description: push.description,
    labels: push.labels,
    truncated: push.truncated,
    at: iso(at),
    ...(weight === null ? {} : priorityOf(weight)),
  }));
  await trx.raw(
    `update alert_group g set version = p.version, fired_version = p.fired, seen_version = p.seen, firing = p.firing,
       total = p.total, title = p.title, description = p.description, labels = p.labels, truncated = p.truncated,
       updated_at = greatest(g.updated_at, p.at), impact = coalesce(p.impact, g.impact), urgency = coalesce(p.urgency, g.urgency)
     from jsonb_to_recordset(?::jsonb) as p (id bigint, version bigint, fired bigint, seen bigint, firing int, total int,
       title text, description text, labels jsonb, truncated int, at timestamptz, impact text, urgency text)
     where g.id = p.id`,
    [JSON.stringify(rows)],
  );
}
