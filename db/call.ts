import type { Knex } from 'knex';
import type { IncidentStatus } from '../domain/incident-command';
import type { PhoneSearch } from '../domain/phone';
import type { TenantScope } from '../domain/principal';
import type { Severity } from '../domain/sla';
import { inTenants } from './tenant';

/** What became of a call: answered at once, noted on a case, opened a case, nothing (wrong number, hung up). */
export const CALL_OUTCOMES = ['answered', 'noted', 'opened', 'abandoned'] as const;

/** A call as it is logged; never changed afterwards. */
export interface NewCall {
  id: string;
  tenantId: string;
  /** In one spelling (domain/phone.ts); null when it was withheld. */
  number: string | null;
  /** A person we know, by id. */
  caller: string | null;
  /** The name an unknown caller gave. */
  callerName: string | null;
  /** Login of whoever answered. */
  agent: string;
  /** ISO 8601, as the agent's screen measured them. */
  startedAt: string;
  endedAt: string;
  /** What it was about, in one line. */
  line: string;
  caseId: string | null;
  outcome: (typeof CALL_OUTCOMES)[number];
}

/** A call as it is read: the caller by his names. */
export type LoggedCall = Omit<NewCall, 'caller'> & {
  caller: { id: string; login: string; displayName: string } | null;
};

/** Writes a call once; a repeat with the same id changes nothing. */
export async function logCall(db: Knex, c: NewCall): Promise<void> {
  await db('call_log')
    .insert({
      id: c.id,
      tenant_id: c.tenantId,
      number: c.number,
      caller: c.caller,
      caller_name: c.callerName,
      agent: c.agent,
      started_at: c.startedAt,
      ended_at: c.endedAt,
      line: c.line,
      case_id: c.caseId,
      outcome: c.outcome,
    })
    .onConflict('id')
    .ignore();
}

/** Position of a row in the log, newest first. */
export interface CallCursor {
  startedAt: string;
  id: string;
}

export interface CallFilter {
  id?: string;
  number?: string;
  caseId?: string;
  agent?: string;
}

/** The log, newest first, at most `limit` rows behind `after`. */
export async function listCalls(
  db: Knex,
  scope: TenantScope,
  filter: CallFilter,
  page: { limit: number; after?: CallCursor },
): Promise<LoggedCall[]> {
  const { id, number, caseId, agent } = filter;
  const wanted = Object.entries({ 'c.id': id, 'c.number': number, 'c.case_id': caseId, 'c.agent': agent });
  const query = inTenants(db({ c: 'call_log' }), 'c.tenant_id', scope)
    .leftJoin({ p: 'person' }, 'p.id', 'c.caller')
    .where(Object.fromEntries(wanted.filter(([, value]) => value !== undefined)))
    .orderBy([
      { column: 'c.started_at', order: 'desc' },
      { column: 'c.id', order: 'desc' },
    ])
    .limit(page.limit)
    .select('c.*', 'p.login', 'p.display_name');
  if (page.after) void query.whereRaw('(c.started_at, c.id) < (?, ?)', [page.after.startedAt, page.after.id]);
  return (await query).map((r) => ({
    id: r.id,
    tenantId: r.tenant_id,
    number: r.number,
    caller: r.caller === null ? null : { id: r.caller, login: r.login, displayName: r.display_name },
    callerName: r.caller_name,
    agent: r.agent,
    startedAt: r.started_at,
    endedAt: r.ended_at,
    line: r.line,
    caseId: r.case_id,
    outcome: r.outcome,
  }));
}

/** Somebody who may be calling; `number` is the one that matched, null for a match by name. */
export interface Caller {
  id: string;
  tenantId: string;
  login: string;
  displayName: string;
  email: string | null;
  phones: string[];
  number: string | null;
}

const PHONES = 'array(select t.number from person_phone t where t.person_id = p.id order by t.position) as phones';

/**
 * Active people of the tenants with such a number, those who have exactly this one first.
 * @returns at most `limit`, and how many there are
 */
export function callersByNumber(
  db: Knex,
  scope: TenantScope,
  search: PhoneSearch,
  limit: number,
): Promise<{ callers: Caller[]; total: number }> {
  const { exact, suffix, prefix, locals } = search;
  const hits = db('person_phone')
    .distinctOn('person_id')
    .select('person_id', 'number', db.raw('number is not distinct from ? as exact', [exact]))
    .where('backwards', 'like', `${[...suffix].reverse().join('')}%`)
    .orWhere('extension', suffix)
    .orderBy('person_id')
    .orderByRaw('number is not distinct from ? desc, position', [exact]);
  if (prefix !== null) void hits.orWhere('digits', 'like', `${prefix}%`);
  if (locals.length > 0) void hits.orWhereIn('number', [...locals]);
  const query = db({ p: 'person' })
    .join(hits.as('h'), 'h.person_id', 'p.id')
    .select('h.number')
    .orderByRaw('h.exact desc, p.login');
  return pageOfCallers(db, inTenants(query, 'p.tenant_id', scope), limit);
}

/** Active people of the tenants whose name or login contains the text. @returns as `callersByNumber` */
export function callersByName(
  db: Knex,
  scope: TenantScope,
  name: string,
  limit: number,
): Promise<{ callers: Caller[]; total: number }> {
  const query = db({ p: 'person' })
    .select(db.raw('null as number'))
    .whereRaw('(strpos(p.login, lower(?)) > 0 or strpos(lower(p.display_name), lower(?)) > 0)', [name, name])
    .orderBy('p.login');
  return pageOfCallers(db, inTenants(query, 'p.tenant_id', scope), limit);
}

interface CallerRow {
  id: string;
  tenant_id: string;
  login: string;
  display_name: string;
  email: string | null;
  phones: string[];
  number: string | null;
  total: number;
}

async function pageOfCallers(db: Knex, query: Knex.QueryBuilder, limit: number) {
  const columns = ['p.id', 'p.tenant_id', 'p.login', 'p.display_name', 'p.email'];
  const rows: CallerRow[] = await query
    .where('p.active', true)
    .select(...columns, db.raw(PHONES), db.raw('count(*) over ()::int as total'))
    .limit(limit);
  const callers = rows.map(
    (r): Caller => ({
      id: r.id,
      tenantId: r.tenant_id,
      login: r.login,
      displayName: r.display_name,
      email: r.email,
      phones: r.phones,
      number: r.number,
    }),
  );
  return { callers, total: rows[0]?.total ?? 0 };
}

/** A case as the call screen lists it. */
export interface CallerCase {
  id: string;
  title: string;
  state: IncidentStatus;
  severity: Severity;
  open: boolean;
  updatedAt: string;
}

interface CaseRow extends Omit<CallerCase, 'updatedAt'> {
  reporter: string;
  updated_at: string;
  total: number;
}

/** Cases that people have reported, open ones first, newest first; at most `limit` each, and how many there are. */
export async function casesOfCallers(
  db: Knex,
  scope: TenantScope,
  logins: readonly string[],
  limit: number,
): Promise<Map<string, { cases: CallerCase[]; total: number }>> {
  const ranked = inTenants(db('incident').whereIn('reporter', [...logins]), 'tenant_id', scope).select(
    'id',
    'reporter',
    'title',
    'state',
    'severity',
    'open',
    'updated_at',
    db.raw('row_number() over (partition by reporter order by open desc, number desc) as place'),
    db.raw('count(*) over (partition by reporter)::int as total'),
  );
  const rows: CaseRow[] = await db
    .select('*')
    .from(ranked.as('r'))
    .where('place', '<=', limit)
    .orderBy(['reporter', 'place']);
  const found = new Map<string, { cases: CallerCase[]; total: number }>();
  for (const r of rows) {
    const of = found.get(r.reporter) ?? { cases: [] as CallerCase[], total: r.total };
    const { id, title, state, severity, open } = r;
    of.cases.push({ id, title, state, severity, open, updatedAt: r.updated_at });
    found.set(r.reporter, of);
  }
  return found;
}
