import type { Knex } from 'knex';
import type { IncidentPlan } from '../domain/incident-plan';
import type { IncidentInput, IncidentProjection, IncidentView } from '../domain/incident-projection';
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
