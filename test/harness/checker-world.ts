import { Client, types } from 'pg';

/** Everything the independent checker reads from the database, in one snapshot. Instants are epoch ms. */
export interface World {
  cases: CaseRow[];
  requests: RequestRow[];
  reservations: { key: string; poolId: string; caseId: string; state: string; amounts: Record<string, number> }[];
  poolUnits: { poolId: string; unit: string; total: number; reserved: number; allocated: number }[];
  /** Configuration items that requests have recorded. */
  recordedCis: { id: string; caseId: string; status: string }[];
  /** Resources that were made for requests and not removed again. */
  resources: { caseId: string; resource: string }[];
  events: Map<string, EventRow[]>;
  steps: StepRow[];
  pages: PageRow[];
  tasks: { id: string; caseId: string; kind: string; at: number }[];
  /** Mails about a case to its requester or a supplier, as they were recorded before they went. */
  caseMails: { messageId: string; address: string; caseId: string }[];
  alerts: AlertRow[];
  /** Incidents that alert groups were given: incident by group key, newest last. */
  groupIncidents: { groupKey: string; incidentId: string; allocatedAt: number }[];
  /** Alerts that a filter dropped. */
  drops: { fingerprint: string; rule: string; pushes: number }[];
  silences: SilenceRow[];
  /** Newest published alert rules of each name; a tenant's own before those of all. */
  rules: RulesDoc[];
  outbox: { key: string; kind: string; state: string; error: string | null }[];
  inbox: { id: number; state: string; error: string | null }[];
}

export interface RequestRow {
  id: string;
  tenantId: string;
  seq: number;
  state: string;
  requester: string;
  open: boolean;
  nextAt: number | null;
  createdAt: number;
  updatedAt: number;
  doc: { version: number; state: string };
  headHash: Buffer;
}

export interface CaseRow {
  id: string;
  tenantId: string;
  seq: number;
  title: string;
  state: string;
  severity: string;
  team: string;
  assignee: string | null;
  reporter: string;
  source: string;
  open: boolean;
  nextAt: number | null;
  dueAt: number | null;
  level: number;
  acknowledgedAt: number | null;
  createdAt: number;
  updatedAt: number;
  doc: CaseDoc;
  headHash: Buffer;
}

/** The parts of the stored view that the checker compares. */
export interface CaseDoc {
  version: number;
  state: string;
  severity: string;
  assignee: string | null;
  team: string;
  updatedAt: string;
  clocks: ClockDoc[];
}

export interface ClockDoc {
  name: string;
  state: string;
  goalSeconds: number;
  elapsedSeconds: number;
  dueAt: string | null;
  startedAt: string;
  stoppedAt: string | null;
  breachedAt: string | null;
}

export interface EventRow {
  caseId: string;
  tenantId: string;
  seq: number;
  kind: string;
  at: number;
  actor: string;
  body: Record<string, unknown>;
  prevHash: Buffer;
  hash: Buffer;
}

export interface StepRow {
  key: string;
  caseId: string;
  step: string;
  visit: number;
  level: number;
  at: number;
  outcome: string;
}

export interface PageRow {
  key: string;
  caseId: string;
  step: string;
  visit: number;
  level: number;
  personId: string | null;
  method: string | null;
  address: string | null;
  at: number;
  outcome: string | null;
  reason: string | null;
  settledAt: number | null;
  messageId: string | null;
}

export interface AlertRow {
  groupKey: string;
  /** Group key of its sender, before rules. */
  senderKey: string;
  fingerprint: string;
  labels: Record<string, string>;
  source: string;
  service: string;
  /** Why it does not count: silenced, muted, inhibited, flapping. */
  held: string | null;
  /** Id of a silence, or `document/rule`. */
  heldBy: string | null;
  heldSince: number | null;
  status: string;
  pushes: number;
  version: number;
  seenVersion: number;
}

export interface SilenceRow {
  id: string;
  matchers: { label: string; op: string; value: string }[];
  startsAt: number;
  endsAt: number | null;
  endedAt: number | null;
  /** It holds in windows only. */
  recurs: boolean;
}

/** The parts of published alert rules that hold alerts back; conditions as they are written: `label="value"`. */
export interface RulesDoc {
  name: string;
  mute?: { name: string; match: string[] }[];
  flapping?: { name: string; match: string[] }[];
  inhibit?: { name: string; source: string[]; target: string[]; equal: string[] }[];
}

const ms = (column: string) => `(extract(epoch from ${column}) * 1000)::float8`;

const QUERIES = {
  cases: `select id, tenant_id as "tenantId", seq, title, state, severity, team, assignee, reporter, source, open,
    ${ms('next_at')} as "nextAt", ${ms('due_at')} as "dueAt", escalation_level as level,
    ${ms('acknowledged_at')} as "acknowledgedAt", ${ms('created_at')} as "createdAt", ${ms('updated_at')} as "updatedAt",
    doc, head_hash as "headHash" from incident order by number`,
  requests: `select id, tenant_id as "tenantId", seq, state, requester, open, ${ms('next_at')} as "nextAt",
    ${ms('created_at')} as "createdAt", ${ms('updated_at')} as "updatedAt", doc, head_hash as "headHash"
    from request order by number`,
  reservations: `select key, pool_id as "poolId", case_id as "caseId", state, amounts from pool_reservation`,
  poolUnits: `select pool_id as "poolId", unit, total::float8, reserved::float8, allocated::float8 from pool_unit`,
  recordedCis: `select c.id, r.case_id as "caseId", c.status from ci c join ci_revision r on r.ci_id = c.id and r.change = 'recorded'
    where r.case_id is not null`,
  resources: `select case_id as "caseId", resource from provisioning_run made
    where operation = 'create' and state = 'done' and resource is not null and not exists (
      select 1 from provisioning_run gone where gone.operation = 'remove' and gone.state = 'done'
        and gone.case_id = made.case_id and gone.resource = made.resource)`,
  events: `select case_id as "caseId", tenant_id as "tenantId", seq, kind, ${ms('at')} as at, actor, body,
    prev_hash as "prevHash", hash from case_event order by case_id, seq, at`,
  steps: `select key, case_id as "caseId", step, visit, level, ${ms('planned_at')} as at, outcome from page_step`,
  pages: `select key, case_id as "caseId", step, visit, level, person_id as "personId", method, address,
    ${ms('planned_at')} as at, outcome, reason, ${ms('settled_at')} as "settledAt", message_id as "messageId" from page`,
  tasks: `select id, case_id as "caseId", kind, ${ms('created_at')} as at from task`,
  caseMails: `select message_id as "messageId", address, case_id as "caseId" from mail_message where direction = 'out'`,
  alerts: `select g.group_key as "groupKey", a.sender_key as "senderKey", a.fingerprint, a.labels, coalesce(s.name, '') as source, g.service,
    a.held, a.held_by as "heldBy", ${ms('a.held_since')} as "heldSince", a.status, a.pushes::int, g.version::int,
    g.seen_version::int as "seenVersion"
    from alert a join alert_group g on g.id = a.group_id left join intake_source s on s.id = g.source_id`,
  groupIncidents: `select g.group_key as "groupKey", i.incident_id as "incidentId", ${ms('i.allocated_at')} as "allocatedAt"
    from alert_incident i join alert_group g on g.id = i.group_id order by i.number`,
  drops: 'select fingerprint, rule, pushes::int from alert_drop',
  silences: `select id, matchers, ${ms('starts_at')} as "startsAt", ${ms('ends_at')} as "endsAt",
    ${ms('ended_at')} as "endedAt", recurrence is not null as recurs from silence order by number`,
  rules: `select doc from (select distinct on (name) name, doc::jsonb || jsonb_build_object('name', name) as doc
    from definition_version where kind = 'alert-rules' and tenant_id in ('default', '*')
    order by name, tenant_id = '*', version desc) newest`,
  outbox: 'select key, kind, state, last_error as error from outbox',
  inbox: 'select id::int, state, last_error as error from inbox',
} as const;

/** Only what JSON needs: no parser settings that product code may have changed for the process. */
const parsers = {
  getTypeParser(oid: number): (text: string) => unknown {
    if (oid === types.builtins.INT4 || oid === types.builtins.FLOAT8) return Number;
    if (oid === types.builtins.BOOL) return (text) => text === 't';
    if (oid === types.builtins.JSONB) return (text) => JSON.parse(text);
    if (oid === types.builtins.BYTEA) return (text) => Buffer.from(text.slice(2), 'hex');
    return (text) => text;
  },
};

/** Reads the whole database of a test platform in one snapshot. */
export async function readWorld(databaseUrl: string): Promise<World> {
  const client = new Client({ connectionString: databaseUrl, types: parsers });
  await client.connect();
  try {
    await client.query('begin isolation level repeatable read read only');
    const read = async (name: keyof typeof QUERIES) => (await client.query(QUERIES[name])).rows;
    const found: Record<string, unknown[]> = {};
    for (const name of Object.keys(QUERIES) as (keyof typeof QUERIES)[]) found[name] = await read(name);
    const events = new Map<string, EventRow[]>();
    for (const event of found.events as EventRow[])
      events.set(event.caseId, [...(events.get(event.caseId) ?? []), event]);
    const rules = (found.rules as { doc: RulesDoc }[]).map((row) => row.doc);
    return { ...(found as unknown as World), rules, events };
  } finally {
    await client.end();
  }
}
