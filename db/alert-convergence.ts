import type { Knex } from 'knex';
import { type GroupPush, priorityOf } from '../domain/alert';
import type { GroupRow, GroupUpdate } from '../domain/alert-group';
import { foldGroup, updateGroup } from '../domain/alert-group';
import type { Receipt } from '../domain/alert-state';
import { countAlerts, insertAlerts, knownAlerts, updateAlerts } from './alert-rows';

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
  const known = await knownAlerts(
    trx,
    groups.flatMap((group) => mentioned(group, bundleOf(bundles, group))),
  );
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

function mentioned(group: LockedGroup, { pushes }: Bundle) {
  const fingerprints = new Set(pushes.flatMap(({ push }) => push.alerts.map((alert) => alert.fingerprint)));
  return [...fingerprints].map((fingerprint) => ({ group_id: group.id, fingerprint }));
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
    at: new Date(at).toISOString(),
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
