import { Client, types } from 'pg';

/** Everything the independent checker reads from the database, in one snapshot. Instants are epoch ms. */
export interface World {
  cases: CaseRow[];
  events: Map<string, EventRow[]>;
  steps: StepRow[];
  pages: PageRow[];
  tasks: { id: string; caseId: string; kind: string; at: number }[];
  /** Mails about a case to its requester or a supplier, as they were recorded before they went. */
  caseMails: { messageId: string; address: string; caseId: string }[];
  alerts: AlertRow[];
  /** Incidents that alert groups were given: incident by group key, newest last. */
  groupIncidents: { groupKey: string; incidentId: string }[];
  outbox: { key: string; kind: string; state: string; error: string | null }[];
  inbox: { id: number; state: string; error: string | null }[];
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
  fingerprint: string;
  status: string;
  pushes: number;
  version: number;
  seenVersion: number;
}

const ms = (column: string) => `(extract(epoch from ${column}) * 1000)::float8`;

const QUERIES = {
  cases: `select id, tenant_id as "tenantId", seq, title, state, severity, team, assignee, reporter, source, open,
    ${ms('next_at')} as "nextAt", ${ms('due_at')} as "dueAt", escalation_level as level,
    ${ms('acknowledged_at')} as "acknowledgedAt", ${ms('created_at')} as "createdAt", ${ms('updated_at')} as "updatedAt",
    doc, head_hash as "headHash" from incident order by number`,
  events: `select case_id as "caseId", tenant_id as "tenantId", seq, kind, ${ms('at')} as at, actor, body,
    prev_hash as "prevHash", hash from case_event order by case_id, seq, at`,
  steps: `select key, case_id as "caseId", step, visit, level, ${ms('planned_at')} as at, outcome from page_step`,
  pages: `select key, case_id as "caseId", step, visit, level, person_id as "personId", method, address,
    ${ms('planned_at')} as at, outcome, reason, ${ms('settled_at')} as "settledAt", message_id as "messageId" from page`,
  tasks: `select id, case_id as "caseId", kind, ${ms('created_at')} as at from task`,
  caseMails: `select message_id as "messageId", address, case_id as "caseId" from mail_message where direction = 'out'`,
  alerts: `select g.group_key as "groupKey", a.fingerprint, a.status, a.pushes::int, g.version::int,
    g.seen_version::int as "seenVersion" from alert a join alert_group g on g.id = a.group_id`,
  groupIncidents: `select g.group_key as "groupKey", i.incident_id as "incidentId"
    from alert_incident i join alert_group g on g.id = i.group_id order by i.number`,
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
    return { ...(found as unknown as World), events };
  } finally {
    await client.end();
  }
}
