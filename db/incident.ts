import type { Knex } from 'knex';
import type { IncidentInput, IncidentProjection, IncidentView } from '../domain/incident';
import type { IncidentPlan } from '../domain/incident-plan';
import type { TenantScope } from '../domain/principal';
import type { SlaFact } from '../domain/sla';
import { hashedText } from './case-event';

/** Due pages become pointless: why (kind of the event), when (ISO 8601), and whether only those of the escalation do. */
export interface Settling {
  /** Of the event. */
  seq: number;
  reason: string;
  at: string;
  escalationOnly: boolean;
}

/** What a projection found. */
export interface ProjectionResult {
  /** False: the row was as new already, nothing was written. */
  fresh: boolean;
  /** Seq of the row before; effects of events up to it are already committed. */
  before: number;
  /** Another story stands there already: its inputs; nothing was written. */
  committed: IncidentInput[] | null;
}

/**
 * Writes snapshot and unconfirmed events of a case in one round trip; idempotent and order-free: a late projection changes
 * nothing (I2). See migration 0004 for what happens inside.
 * @throws when events between the row and the projection are missing: nothing may be skipped
 */
export async function writeProjection(
  db: Knex,
  p: IncidentProjection,
  settlings: readonly Settling[],
): Promise<ProjectionResult> {
  const { id, tenantId, version } = p.view;
  const events = p.events.map((e) => ({ ...e, at: new Date(e.at).toISOString() }));
  const texts = p.events.map((e) => hashedText(id, tenantId, e));
  const result = await db.raw('select * from project_incident(?, ?, ?, ?, ?)', [
    JSON.stringify(columnsOf(p)),
    JSON.stringify(events),
    texts,
    JSON.stringify(settlings),
    JSON.stringify(p.inputs),
  ]);
  const { before, committed }: { before: number; committed: IncidentInput[] | null } = result.rows[0];
  return { fresh: committed === null && before < version, before, committed };
}

/** Keeps a compiled plan that cases pin (I7), once. */
export async function storePlan(trx: Knex, planId: string, plan: IncidentPlan): Promise<void> {
  await trx.raw('insert into incident_plan (id, plan) values (?, ?) on conflict (id) do nothing', [
    planId,
    JSON.stringify(plan),
  ]);
}

function columnsOf(p: IncidentProjection): Record<string, unknown> {
  const v = p.view;
  return {
    id: v.id,
    number: p.number,
    tenant_id: v.tenantId,
    seq: v.version,
    title: v.title,
    state: v.state,
    severity: v.severity,
    service: v.service,
    team: v.team,
    assignee: v.assignee,
    reporter: v.reporter,
    source: v.source,
    open: v.closedAt === null,
    next_at: v.nextAt,
    due_at: v.dueAt,
    escalation_level: v.escalationLevel,
    type: v.type,
    line: v.line,
    major: v.major !== null,
    parent: v.parent,
    first_handler: v.firstHandler,
    resolving_line: v.resolvingLine,
    contacts: v.contacts,
    reopens: v.reopens,
    supplier: v.supplier && !['solved', 'withdrawn'].includes(v.supplier.state) ? v.supplier.name : null,
    assessing: v.assessment !== null,
    merged_into: v.mergedInto,
    acknowledged_at: v.acknowledgedAt,
    created_at: v.createdAt,
    updated_at: v.updatedAt,
    doc: v,
    sla: { facts: p.facts, calendars: p.calendars },
    plan_id: p.planId,
  };
}

/** Filters of the incident list; empty arrays filter nothing. */
export interface IncidentFilter {
  state: readonly string[];
  severity: readonly string[];
  service: readonly string[];
  assignee: readonly string[];
  reporter: string | null;
  open: boolean | null;
  /** Case id, or part of the title. */
  q: string | null;
}

export type IncidentSort = '-createdAt' | 'dueAt';
/** Position of the last row seen, opaque to callers. */
export interface IncidentCursor {
  number: number;
  dueAt: string | null;
}

const OPEN_STATES = ['new', 'acknowledged', 'pending', 'suspended', 'merged', 'resolved'];

/** One keyset page of incidents, from the projection only; never asks the engine. */
export async function listIncidents(
  db: Knex,
  scope: TenantScope,
  filter: IncidentFilter,
  page: { sort: IncidentSort; limit: number; after: IncidentCursor | null },
): Promise<{ views: IncidentView[]; next: IncidentCursor | null }> {
  const query = db('incident')
    .select('doc', 'number', 'due_at')
    .limit(page.limit + 1);
  if (scope !== 'all') query.whereIn('tenant_id', scope);
  const onlyOpen = filter.state.length > 0 && filter.state.every((s) => OPEN_STATES.includes(s));
  // Stated as a constant so that the partial indexes of open cases serve the query.
  if (filter.open === true || (filter.open === null && onlyOpen) || page.sort === 'dueAt') query.whereRaw('open');
  if (filter.open === false) query.whereRaw('not open');
  for (const column of ['state', 'severity', 'service', 'assignee'] as const) {
    const wanted = filter[column];
    if (wanted.length === 1) query.where(column, wanted[0]);
    else if (wanted.length > 1) query.whereIn(column, wanted);
  }
  if (filter.reporter !== null) query.where('reporter', filter.reporter);
  if (filter.q !== null) search(query, filter.q);
  order(query, page.sort, page.after);
  const rows: { doc: IncidentView; number: string; due_at: string | Date | null }[] = await query;
  const views = rows.slice(0, page.limit).map((r) => r.doc);
  const last = rows.length > page.limit ? rows[page.limit - 1] : undefined;
  const dueAt = last?.due_at ? new Date(last.due_at).toISOString() : null;
  return { views, next: last ? { number: Number(last.number), dueAt } : null };
}

function search(query: Knex.QueryBuilder, q: string): void {
  if (/^INC-\d+$/i.test(q)) query.where('id', q.toUpperCase());
  else
    query.whereRaw('id in (select case_id from case_title where title ilike ?)', [`%${q.replace(/[\\%_]/g, '\\$&')}%`]);
}

function order(query: Knex.QueryBuilder, sort: IncidentSort, after: IncidentCursor | null): void {
  if (sort === '-createdAt') {
    query.orderBy('number', 'desc');
    if (after) query.where('number', '<', after.number);
    return;
  }
  query.orderByRaw('due_at asc nulls last, number asc');
  if (!after) return;
  if (after.dueAt === null) query.whereRaw('due_at is null and number > ?', [after.number]);
  else
    query.whereRaw('(due_at > ? or (due_at = ? and number > ?) or due_at is null)', [
      after.dueAt,
      after.dueAt,
      after.number,
    ]);
}

/** A case with what is needed to run its SLA fold again; null when it is not there or not visible. */
export async function incidentOf(
  db: Knex,
  scope: TenantScope,
  id: string,
): Promise<{ view: IncidentView; facts: SlaFact[]; calendars: Record<string, number>; planId: string } | null> {
  const query = db('incident').select('doc', 'sla', 'plan_id').where('id', id);
  if (scope !== 'all') query.whereIn('tenant_id', scope);
  const row = await query.first();
  if (!row) return null;
  return { view: row.doc, facts: row.sla.facts, calendars: row.sla.calendars, planId: row.plan_id };
}

/** The compiled plan a case is pinned to (I7). */
export async function incidentPlan(db: Knex, planId: string): Promise<IncidentPlan> {
  const row = await db('incident_plan').select('plan').where('id', planId).first();
  if (!row) throw new Error(`plan ${planId} is missing`);
  return row.plan;
}

/** A page of a case's events, oldest first. */
export async function timelineOf(
  db: Knex,
  caseId: string,
  page: { limit: number; afterSeq: number },
): Promise<{ seq: number; kind: string; at: string; actor: string; body: Record<string, unknown> }[]> {
  return db('case_event')
    .select('seq', 'kind', 'at', 'actor', 'body')
    .where('case_id', caseId)
    .where('seq', '>', page.afterSeq)
    .orderBy('seq')
    .limit(page.limit);
}

/** SQL for the id of the next incident: saves a round trip where a row is being written anyway. */
export function nextIncidentId(db: Knex): Knex.Raw {
  return db.raw(
    `(select 'INC-' || lpad(n::text, greatest(6, length(n::text)), '0') from nextval('incident_number') n)`,
  );
}
