import type { Knex } from 'knex';
import type { HeldReason } from '../domain/alert-hold';
import type { TenantScope } from '../domain/principal';
import { ALERT_COLUMNS, type AlertRow, type AlertView, viewAlert } from './alert';
import { inTenants } from './tenant';

/** An alert with the group, service, source and incident it belongs to. */
export interface PlacedAlert extends AlertView {
  tenantId: string;
  groupId: string;
  groupTitle: string;
  service: string;
  source: string | null;
  incidentId: string | null;
}

/** Position in a list of placed alerts. */
export interface PlacedCursor {
  groupId: number;
  fingerprint: string;
}

interface PlacedRow extends AlertRow {
  tenant_id: string;
  group_id: number;
  group_title: string;
  service: string;
  source: string | null;
  incident_id: string | null;
}

function placed(row: PlacedRow): PlacedAlert {
  return {
    ...viewAlert(row),
    tenantId: row.tenant_id,
    groupId: String(row.group_id),
    groupTitle: row.group_title,
    service: row.service,
    source: row.source,
    incidentId: row.incident_id,
  };
}

function firing(db: Knex, scope: TenantScope, page: { limit: number; after: PlacedCursor | null }) {
  const query = db('alert as a')
    .join('alert_group as g', 'g.id', 'a.group_id')
    .leftJoin('intake_source as s', 's.id', 'g.source_id')
    .where('a.status', 'firing')
    .orderBy(['a.group_id', 'a.fingerprint'])
    .limit(page.limit)
    .select(ALERT_COLUMNS.map((column) => `a.${column}`))
    .select('a.tenant_id', 'a.group_id', 'g.service', 'g.incident_id', { group_title: 'g.title', source: 's.name' });
  const { after } = page;
  if (after) void query.whereRaw('(a.group_id, a.fingerprint) > (?, ?)', [after.groupId, after.fingerprint]);
  return inTenants(query, 'a.tenant_id', scope);
}

/** A page of firing alerts, in the order of groups. */
export async function firingAlerts(
  db: Knex,
  scope: TenantScope,
  page: { limit: number; after: PlacedCursor | null },
): Promise<PlacedAlert[]> {
  const rows: PlacedRow[] = await firing(db, scope, page);
  return rows.map(placed);
}

/** A page of firing alerts that are held and do not count. @param filter.by id of a silence or name of a rule */
export async function heldAlerts(
  db: Knex,
  scope: TenantScope,
  filter: { reason?: HeldReason; by?: string },
  page: { limit: number; after: PlacedCursor | null },
): Promise<PlacedAlert[]> {
  const query = firing(db, scope, page).whereNotNull('a.held');
  if (filter.reason !== undefined) void query.where('a.held', filter.reason);
  if (filter.by !== undefined) void query.where('a.held_by', filter.by);
  const rows: PlacedRow[] = await query;
  return rows.map(placed);
}

/** Every firing alert of a tenant, page by page: however many there are, none is left out (I12). */
export async function* allFiringAlerts(db: Knex, tenantId: string): AsyncGenerator<PlacedAlert> {
  const limit = 2_000;
  for (let after: PlacedCursor | null = null; ; ) {
    const page: PlacedAlert[] = await firingAlerts(db, [tenantId], { limit, after });
    yield* page;
    const last = page.at(-1);
    if (page.length < limit || last === undefined) return;
    after = { groupId: Number(last.groupId), fingerprint: last.fingerprint };
  }
}

/** Alerts that a filter dropped, as one line for each alert and rule. */
export interface DroppedAlert {
  tenantId: string;
  source: string | null;
  fingerprint: string;
  rule: string;
  labels: Record<string, string>;
  pushes: number;
  firstAt: string;
  lastAt: string;
}

/** A page of dropped alerts, the newest first. @param page.before `lastAt` and fingerprint of the last one seen */
export async function droppedAlerts(
  db: Knex,
  scope: TenantScope,
  page: { limit: number; before: { lastAt: string; fingerprint: string } | null },
): Promise<DroppedAlert[]> {
  const query = db('alert_drop as d')
    .leftJoin('intake_source as s', 's.id', 'd.source_id')
    .orderBy([
      { column: 'd.last_at', order: 'desc' },
      { column: 'd.fingerprint', order: 'desc' },
    ])
    .limit(page.limit)
    .select({
      tenantId: 'd.tenant_id',
      source: 's.name',
      fingerprint: 'd.fingerprint',
      rule: 'd.rule',
      labels: 'd.labels',
      pushes: 'd.pushes',
      firstAt: 'd.first_at',
      lastAt: 'd.last_at',
    });
  if (page.before)
    void query.whereRaw('(d.last_at, d.fingerprint) < (?::timestamptz, ?)', [
      page.before.lastAt,
      page.before.fingerprint,
    ]);
  return inTenants(query, 'd.tenant_id', scope);
}

/** How many alerts were dropped and how often, by rule. */
export async function droppedByRule(
  db: Knex,
  scope: TenantScope,
): Promise<{ rule: string; alerts: number; pushes: number }[]> {
  const query = db('alert_drop')
    .groupBy('rule')
    .orderBy('rule')
    .select('rule', { alerts: db.raw('count(*)::int'), pushes: db.raw('sum(pushes)::int') });
  return inTenants(query, 'tenant_id', scope);
}
