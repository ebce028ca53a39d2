import type { Knex } from 'knex';
import type { Impact, Urgency } from '../domain/incident-plan';
import type { TenantScope } from '../domain/principal';
import { inTenants } from './tenant';

/** A group of alerts as API and screen show it, whether an incident works on it or not. */
export interface AlertGroupView {
  id: string;
  tenantId: string;
  source: string | null;
  groupKey: string;
  title: string;
  service: string;
  /** Of the worst firing alert; the last one that was known when none fires. */
  impact: Impact;
  urgency: Urgency;
  labels: Record<string, string>;
  /** The one open incident. */
  incidentId: string | null;
  /** The newest incident, open or ended. */
  lastIncidentId: string | null;
  firing: number;
  /** Firing alerts that are held and do not count. */
  held: number;
  /** Grouping rule that formed it; null = the sender did. */
  rule: string | null;
  /** When its incident is opened or hears of it next. */
  dueAt: string | null;
  /** Alerts since the last incident ended. */
  total: number;
  /** Alerts the sender left out of its last push. */
  truncated: number;
  updatedAt: string;
}

/** A page of groups, newest first. @param filter.firing null = both */
export async function listGroups(
  db: Knex,
  scope: TenantScope,
  filter: { firing: boolean | null; assigned: boolean | null },
  page: { limit: number; before: number | null },
): Promise<AlertGroupView[]> {
  const query = groups(db, scope).orderBy('g.id', 'desc').limit(page.limit);
  if (filter.firing !== null) query.where('g.firing', filter.firing ? '>' : '=', 0);
  if (filter.assigned === true) query.whereNotNull('g.incident_id');
  if (filter.assigned === false) query.whereNull('g.incident_id');
  if (page.before !== null) query.where('g.id', '<', page.before);
  const rows: GroupRow[] = await query;
  return rows.map(view);
}

/** One group, or null when there is none in the scope. */
export async function alertGroup(db: Knex, scope: TenantScope, id: number): Promise<AlertGroupView | null> {
  const row: GroupRow | undefined = await groups(db, scope).where('g.id', id).first();
  return row ? view(row) : null;
}

type GroupRow = Omit<AlertGroupView, 'id'> & { id: number };
const view = (row: GroupRow): AlertGroupView => ({ ...row, id: String(row.id) });

function groups(db: Knex, scope: TenantScope) {
  const last = db('alert_incident as i').whereRaw('i.group_id = g.id').orderBy('i.number', 'desc').limit(1);
  const query = db('alert_group as g')
    .leftJoin('intake_source as s', 's.id', 'g.source_id')
    .select({
      id: 'g.id',
      tenantId: 'g.tenant_id',
      source: 's.name',
      groupKey: 'g.group_key',
      title: 'g.title',
      service: 'g.service',
      impact: 'g.impact',
      urgency: 'g.urgency',
      labels: 'g.labels',
      incidentId: 'g.incident_id',
      lastIncidentId: last.select('i.incident_id'),
      firing: 'g.firing',
      held: 'g.held',
      rule: 'g.rule',
      dueAt: 'g.due_at',
      total: 'g.total',
      truncated: 'g.truncated',
      updatedAt: 'g.updated_at',
    });
  return inTenants(query, 'g.tenant_id', scope);
}
