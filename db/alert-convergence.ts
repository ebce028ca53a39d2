import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import {
  changeOf,
  foldGroup,
  type GroupFold,
  type GroupUpdate,
  judgeAlert,
  marksAfter,
  updateGroup,
} from '../domain/alert-group';
import { type Holding, inhibitableBy } from '../domain/alert-hold';
import { type DroppedPush, keepPlaces, type RoutedPush } from '../domain/alert-route';
import type { AlertRules } from '../domain/alert-rules';
import type { Receipt } from '../domain/alert-state';
import { GROUP_COLUMNS, type LockedGroup, readGroup } from './alert-group-lock';
import { storeGroups } from './alert-group-rows';
import { reviewAlerts } from './alert-review';
import { countAlerts, type DecidedAlert, insertAlerts, knownAlerts, updateAlerts } from './alert-rows';

/** One inbox row, normalised and put under the rules of its tenant. */
export interface ReceivedPush {
  tenantId: string;
  sourceId: string;
  receipt: Receipt;
  groups: RoutedPush[];
  dropped: readonly DroppedPush[];
}

/** What holds at the instant of a batch. */
export interface Convention {
  /** Epoch ms; the only clock of convergence. */
  now: number;
  /** Rules of a tenant, and its silences and mutes that are active at `now`. */
  of(tenantId: string): { rules: AlertRules; holding: Omit<Holding, 'inhibited'> };
}

/** A group that a batch has changed, and the alerts of the batch in it. */
export interface Converged {
  update: GroupUpdate | null;
  fold: GroupFold<DecidedAlert> & { group: LockedGroup };
}

/** Pushes of one group, in the order of receipt. */
interface Bundle {
  tenantId: string;
  sourceId: string;
  pushes: { receipt: Receipt; push: RoutedPush }[];
}

/**
 * Folds pushes into alerts and groups, a fixed number of statements for any number of pushes. Groups are locked in the
 * order of their ids and new ones inserted in the order of their keys before, so that two workers never deadlock.
 */
export async function converge(
  trx: Knex,
  received: readonly ReceivedPush[],
  convention: Convention,
): Promise<Converged[]> {
  await countDropped(trx, received);
  const bundles = bundle(await placed(trx, received));
  if (bundles.size === 0) return [];
  const groups = await lockGroups(trx, bundles);
  const known = await knownAlerts(
    trx,
    groups.flatMap((group) => mentioned(group, bundleOf(bundles, group))),
  );
  const folds = groups.map((group) => ({
    ...foldGroup(group, bundleOf(bundles, group).pushes, known.get(group.id)),
    group,
  }));
  const decided = await decide(trx, folds, convention);
  await insertAlerts(trx, decided);
  await updateAlerts(trx, decided);
  return settle(trx, decided, convention.now);
}

type Folded = GroupFold & { group: LockedGroup };
type Decided = Converged['fold'];

/** Recounts the groups that have moved and stores what they become. */
async function settle(trx: Knex, folds: readonly Decided[], now: number): Promise<Converged[]> {
  const changes = folds.map((fold) => ({ fold, change: changeOf(fold.group, fold.alerts) }));
  const moved = changes.filter(({ change }) => change.moved || change.tells);
  const counts = await countAlerts(
    trx,
    moved.map(({ fold }) => fold.group.id),
  );
  const converged = changes.map(({ fold, change }): Converged => {
    const count = counts.get(fold.group.id);
    if (!count) return { fold, update: null };
    const last = { at: fold.last.receipt.at, push: fold.last.push };
    return { fold, update: updateGroup(fold.group, change, count, last, now) };
  });
  await storeGroups(
    trx,
    converged.flatMap(({ update }) => update ?? []),
    now,
  );
  return converged;
}

/** Judges the alerts of a batch; sources of inhibition are what fires in it and what is known to fire besides. */
async function decide(trx: Knex, folds: readonly Folded[], { now, of }: Convention): Promise<Decided[]> {
  const inhibited = new Map<string, Set<string>>();
  for (const tenantId of new Set(folds.map(({ group }) => group.tenantId))) {
    const { rules } = of(tenantId);
    const own = folds.filter(({ group }) => group.tenantId === tenantId);
    const marks = rules.inhibit.length === 0 ? [] : await marksFor(trx, tenantId, own, rules);
    inhibited.set(tenantId, new Set(marks));
  }
  const decided = folds.map((fold) => {
    const { rules, holding } = of(fold.group.tenantId);
    const all = { ...holding, inhibited: inhibited.get(fold.group.tenantId) ?? new Set<string>() };
    return { ...fold, alerts: fold.alerts.map((alert) => ({ ...alert, ...judgeAlert(alert, rules, all, now) })) };
  });
  await reviewInhibited(trx, decided, now);
  return decided;
}

async function marksFor(trx: Knex, tenantId: string, folds: readonly Folded[], rules: AlertRules): Promise<string[]> {
  const alerts = folds.flatMap(({ group, alerts: own }) => own.map((alert) => ({ groupId: group.id, alert })));
  const needed = new Set(
    alerts
      .flatMap(({ alert: { content } }) => (content ? inhibitableBy(content.seen, rules.inhibit) : []))
      .map((by) => by.mark),
  );
  const within = alerts.flatMap(({ alert }) => marksAfter(alert, rules) ?? []);
  if (needed.size === 0) return within;
  const found: { rows: { group_id: number; fingerprint: string; inhibits: string[] }[] } = await trx.raw(
    `select group_id, fingerprint, inhibits from alert
     where tenant_id = ? and status = 'firing' and inhibits is not null and inhibits && ?::text[]`,
    [tenantId, [...needed]],
  );
  const here = new Set(alerts.map(({ groupId, alert }) => JSON.stringify([groupId, alert.fingerprint])));
  const besides = found.rows.filter((row) => !here.has(JSON.stringify([row.group_id, row.fingerprint])));
  return [...within, ...besides.flatMap((row) => row.inhibits)];
}

/** A source that came or went, and flapping that ends by itself, concern alerts that this batch does not mention. */
async function reviewInhibited(trx: Knex, folds: readonly Decided[], now: number): Promise<void> {
  const due = new Map<string, number>();
  const at = (tenantId: string, instant: number) =>
    due.set(tenantId, Math.min(due.get(tenantId) ?? Number.POSITIVE_INFINITY, instant));
  for (const { group, alerts } of folds)
    for (const { before, inhibits, hold, flapping } of alerts) {
      const former = before?.state.status === 'firing' ? before.inhibits : null;
      if (JSON.stringify(former ?? []) !== JSON.stringify(inhibits ?? [])) at(group.tenantId, now);
      if (hold !== null && flapping.until !== null && flapping.until > now) at(group.tenantId, flapping.until);
    }
  for (const tenantId of [...due.keys()].sort()) await reviewAlerts(trx, tenantId, due.get(tenantId) ?? now);
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

/** Leaves alerts in the group in which they fire already, whatever newer rules say. */
async function placed(trx: Knex, received: readonly ReceivedPush[]): Promise<ReceivedPush[]> {
  const names = received.flatMap(({ groups }) => groups.flatMap(({ alerts }) => alerts.map(nameOf)));
  const found: { rows: { source: string; sender_key: string; fingerprint: string; group_key: string }[] } =
    await trx.raw(
      `select g.source_id as source, a.sender_key, a.fingerprint, g.group_key
       from alert a join alert_group g on g.id = a.group_id
       where a.status = 'firing' and md5(a.sender_key || '/' || a.fingerprint) = any(?::text[])`,
      [[...new Set(names)]],
    );
  const places = new Map<string, string[]>();
  for (const { source, sender_key, fingerprint, group_key } of found.rows) {
    const key = keyOf(source, sender_key, fingerprint);
    places.set(key, [...(places.get(key) ?? []), group_key]);
  }
  return received.map((push) => ({
    ...push,
    groups: push.groups.flatMap((group) =>
      keepPlaces(group, ({ senderKey, fingerprint }) => {
        const known = places.get(keyOf(push.sourceId, senderKey, fingerprint)) ?? [];
        return known.includes(group.groupKey) ? undefined : known[0];
      }),
    ),
  }));
}

/** As the index `alert_firing_name` has it. */
const nameOf = ({ senderKey, fingerprint }: { senderKey: string; fingerprint: string }) =>
  createHash('md5').update(`${senderKey}/${fingerprint}`).digest('hex');

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
    `select ${GROUP_COLUMNS}
     from alert_group g join ${KEYS} using (tenant_id, source_id, group_key) order by g.id for update of g`,
    [keys],
  );
  return locked.rows.map(readGroup);
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

/** Dropped alerts are counted and shown: a filter that drops too much is seen. */
async function countDropped(trx: Knex, received: readonly ReceivedPush[]): Promise<void> {
  const drops = new Map<
    string,
    { tenant: string; source: string; pushes: number; first: string; last: string } & DroppedPush
  >();
  for (const { tenantId: tenant, sourceId: source, receipt, dropped } of received)
    for (const drop of dropped) {
      const key = JSON.stringify([tenant, source, drop.fingerprint, drop.rule]);
      const at = new Date(receipt.at).toISOString();
      const before = drops.get(key);
      drops.set(key, {
        ...drop,
        tenant,
        source,
        pushes: (before?.pushes ?? 0) + 1,
        first: before?.first ?? at,
        last: at,
      });
    }
  if (drops.size === 0) return;
  await trx.raw(
    `insert into alert_drop (tenant_id, source_id, fingerprint, rule, labels, pushes, first_at, last_at)
     select tenant, source, fingerprint, rule, labels, pushes, first, last
     from jsonb_to_recordset(?::jsonb) as d (tenant text, source uuid, fingerprint text, rule text, labels jsonb,
       pushes bigint, first timestamptz, last timestamptz)
     order by tenant, source, fingerprint, rule
     on conflict (tenant_id, source_id, fingerprint, rule) do update set pushes = alert_drop.pushes + excluded.pushes,
       last_at = greatest(alert_drop.last_at, excluded.last_at), labels = excluded.labels`,
    [JSON.stringify([...drops.values()])],
  );
}
