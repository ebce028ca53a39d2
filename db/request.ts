import type { Knex } from 'knex';
import type { IncidentProjection } from '../domain/incident-projection';
import type { TenantScope } from '../domain/principal';
import type { RequestFact } from '../domain/request';
import type { RequestPlan } from '../domain/request-plan';
import type { RequestInput, RequestProjection, RequestView } from '../domain/request-projection';
import { hashedText } from './case-event';

/** Pages become pointless because of an event: those whose step is like one of these SQL patterns. */
export interface RequestSettling {
  /** Of the event. */
  seq: number;
  /** Kind of the event. */
  reason: string;
  /** ISO 8601. */
  at: string;
  steps: string[];
}

/** What a projection found; see `ProjectionResult` of incidents. */
export interface RequestProjectionResult {
  fresh: boolean;
  before: number;
  committed: RequestInput[] | null;
}

/**
 * Writes snapshot and unconfirmed events of a request in one round trip; idempotent and order-free (I2).
 * @throws when events between the row and the projection are missing
 */
export async function writeRequestProjection(
  db: Knex,
  p: RequestProjection,
  settlings: readonly RequestSettling[],
): Promise<RequestProjectionResult> {
  const { id, tenantId, version } = p.view;
  const events = p.events.map((e) => ({ ...e, at: new Date(e.at).toISOString() }));
  const texts = p.events.map((e) => hashedText(id, tenantId, e));
  const result = await db.raw('select * from project_request(?, ?, ?, ?, ?)', [
    JSON.stringify(columnsOf(p)),
    JSON.stringify(events),
    texts,
    JSON.stringify(settlings),
    JSON.stringify(p.inputs),
  ]);
  const { before, committed }: { before: number; committed: RequestInput[] | null } = result.rows[0];
  return { fresh: committed === null && before < version, before, committed };
}

/** Keeps a compiled plan that requests pin (I7), once. */
export async function storeRequestPlan(trx: Knex, planId: string, plan: RequestPlan): Promise<void> {
  await trx.raw('insert into request_plan (id, plan) values (?, ?) on conflict (id) do nothing', [
    planId,
    JSON.stringify(plan),
  ]);
}

const some = (logins: (string | null | undefined)[]): string[] => [
  ...new Set(logins.filter((x): x is string => typeof x === 'string' && x !== 'system')),
];

/** Everybody who has or had a part in it: they may read it. Those of earlier versions stay (union in SQL). */
function involvedIn({ view, events }: RequestProjection): string[] {
  const named = events.flatMap((e) => {
    const { mentions, to, assignee } = e.body as { mentions?: unknown; to?: unknown; assignee?: unknown };
    return [...(Array.isArray(mentions) ? mentions : []), to, assignee].filter((x) => typeof x === 'string');
  });
  return some([
    view.enteredBy,
    ...view.approvals.flatMap((a) => a.approvers.map((x) => x.login)),
    ...view.tasks.flatMap((t) => [t.assignee, ...t.candidates]),
    ...view.steps.map((s) => s.by),
    ...named,
  ]);
}

function columnsOf(p: RequestProjection): Record<string, unknown> {
  const v = p.view;
  const running = v.approvals.filter((a) => a.state === 'running');
  return {
    id: v.id,
    number: p.number,
    tenant_id: v.tenantId,
    seq: v.version,
    title: v.title,
    state: v.state,
    item: v.item,
    process: v.process,
    service: v.service,
    team: v.team,
    requester: v.requester,
    beneficiary: v.beneficiary,
    stage: v.stages.find((s) => s.state === 'current')?.name ?? v.stages.at(-1)?.name ?? '',
    waiting_logins: some(v.waitingFor.map((w) => w.login)),
    waiting_teams: some(v.waitingFor.map((w) => w.team)),
    voting: some(running.flatMap((a) => a.approvers.filter((x) => x.state === 'asked').map((x) => x.login))),
    involved: involvedIn(p),
    shared_with: v.sharedWith,
    parent: v.parent?.id ?? null,
    follows: v.follows,
    outcome: v.outcome,
    open: v.endedAt === null,
    next_at: v.nextAt,
    due_at: v.dueAt,
    created_at: v.createdAt,
    updated_at: v.updatedAt,
    ended_at: v.endedAt,
    content_hash: v.content.hash,
    doc: v,
    sla: { facts: p.facts, calendars: p.calendars },
    plan_id: p.planId,
  };
}

/** Who looks, and where what is his to see: SQL decides (I10). */
export interface RequestSight {
  login: string;
  /** Where he reads all requests. */
  all: TenantScope;
  /** Where he reads those he has a part in. */
  own: TenantScope;
  /** Roles he holds, for what is shared with a role: `[role, tenant]`, tenant `*` = everywhere. */
  roles: readonly { role: string; tenantId: string }[];
}

const within = (column: string, scope: TenantScope): [string, (string | readonly string[])[]] =>
  scope === 'all' ? ['true', []] : [`${column} = any(?)`, [scope]];

/** Condition on rows of `request` under the alias that a reader may see. */
export function seenBy(db: Knex, sight: RequestSight, alias = 'request'): Knex.Raw {
  const [all, allBinding] = within(`${alias}.tenant_id`, sight.all);
  const [own, ownBinding] = within(`${alias}.tenant_id`, sight.own);
  const shared = sight.roles.filter((r) => r.tenantId === '*').map((r) => r.role);
  const local = sight.roles.filter((r) => r.tenantId !== '*').map((r) => `${r.tenantId} ${r.role}`);
  return db.raw(
    `((${all}) or ((${own}) and (${alias}.requester = ? or ${alias}.beneficiary = ? or ${alias}.involved @> array[?]::text[]))
      or ${alias}.shared_with && ?::text[]
      or exists (select 1 from unnest(${alias}.shared_with) s(role) where ${alias}.tenant_id || ' ' || s.role = any(?::text[])))`,
    [
      ...allBinding,
      ...ownBinding,
      sight.login,
      sight.login,
      sight.login,
      shared,
      local,
    ] as unknown as Knex.RawBinding[],
  );
}

/** A request with what is needed to run its clocks again. */
export interface StoredRequest {
  view: RequestView;
  facts: RequestFact[];
  calendars: IncidentProjection['calendars'];
  planId: string;
}

interface Row {
  doc: RequestView;
  sla: { facts: RequestFact[]; calendars: IncidentProjection['calendars'] };
  plan_id: string;
}
const stored = (row: Row): StoredRequest => ({
  view: row.doc,
  facts: row.sla.facts,
  calendars: row.sla.calendars,
  planId: row.plan_id,
});

/** A request that a reader may see, or null. */
export async function requestOf(db: Knex, sight: RequestSight, id: string): Promise<StoredRequest | null> {
  const row: Row | undefined = await db('request')
    .select('doc', 'sla', 'plan_id')
    .where('id', id)
    .whereRaw(seenBy(db, sight))
    .first();
  return row ? stored(row) : null;
}

/** A request for the platform itself (lanes, workers); never for an answer to a caller. */
export async function requestInside(db: Knex, id: string): Promise<StoredRequest | null> {
  const row: Row | undefined = await db('request').select('doc', 'sla', 'plan_id').where('id', id).first();
  return row ? stored(row) : null;
}

/** The compiled plan a request is pinned to (I7). */
export async function requestPlan(db: Knex, planId: string): Promise<RequestPlan> {
  const row: { plan: RequestPlan } | undefined = await db('request_plan').select('plan').where('id', planId).first();
  if (!row) throw new Error(`plan ${planId} is missing`);
  return row.plan;
}

/** SQL for the id of the next request: saves a round trip where a row is being written anyway. */
export function nextRequestId(db: Knex): Knex.Raw {
  return db.raw(`(select 'REQ-' || lpad(n::text, greatest(6, length(n::text)), '0') from nextval('request_number') n)`);
}

/** Hashes of what was filled in for a request, in its forms and those of its steps, oldest first. */
export async function contentHashesOf(db: Knex, caseId: string): Promise<string[]> {
  const rows: { hash: string }[] = await db('case_event')
    .where('case_id', caseId)
    .whereRaw(`coalesce(body ->> 'content', body ->> 'hash') is not null`)
    .orderBy('seq')
    .select(db.raw(`coalesce(body ->> 'content', body ->> 'hash') as hash`));
  return [...new Set(rows.map((r) => r.hash))];
}
