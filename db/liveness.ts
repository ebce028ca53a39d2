import type { Knex } from 'knex';
import { CASE_TABLES, type CaseTable } from './case-event';

/** How far `next_at` may lie back before a case counts as forgotten (I3): an obligation takes a moment to act. */
const GRACE_SECONDS = 60;

/** What monitoring asks of the cases and the queue tables. */
export interface CaseGauges {
  /** Open cases without a next moment, or whose next moment has passed unused. Zero is the only good value. */
  livenessViolations: number;
  /** Open incidents by severity; severities without one are absent. */
  openIncidents: { severity: string; count: number }[];
  /** Queue rows that were given up. */
  deadRows: { table: 'inbox' | 'outbox'; count: number }[];
}

/** Counts over all tenants, for `/metrics`; the database's clock is compared with `next_at`. */
export async function caseGauges(db: Knex): Promise<CaseGauges> {
  const violations = await Promise.all(CASE_TABLES.map((table) => violationsIn(db, table)));
  const openIncidents = await db('incident')
    .where({ open: true })
    .groupBy('severity')
    .select<{ severity: string; count: number }[]>('severity', db.raw('count(*) as count'));
  const dead: { rows: CaseGauges['deadRows'] } = await db.raw(
    `select 'inbox' as "table", count(*) as count from inbox where state = 'dead'
     union all select 'outbox', count(*) from outbox where state = 'dead'`,
  );
  return { livenessViolations: violations.reduce((sum, n) => sum + n, 0), openIncidents, deadRows: dead.rows };
}

async function violationsIn(db: Knex, table: CaseTable): Promise<number> {
  const found = await db(table)
    .whereRaw('open')
    .where((q) =>
      q
        .whereNull('next_at')
        .orWhereRaw('next_at < now() - make_interval(secs => ?)', [GRACE_SECONDS])
        .orWhereIn('id', db('liveness_finding').select('case_id')),
    )
    .count<{ count: number }[]>({ count: '*' });
  return Number(found[0]?.count ?? 0);
}

/** An open case whose workflow is not well. */
export interface LivenessFinding {
  finding: 'not running' | 'tasks fail';
  detail: string;
}

/** The next open cases behind `after` in order of number, for the watch that asks the engine about each of them. */
export async function openCases(
  db: Knex,
  table: CaseTable,
  after: number,
  limit: number,
): Promise<{ id: string; number: number; tenant_id: string }[]> {
  return db(table)
    .select('id', 'number', 'tenant_id')
    .whereRaw('open')
    .where('number', '>', after)
    .orderBy('number')
    .limit(limit);
}

/** Keeps what was found of a case, or forgets it when it is well again. */
export async function noteFinding(
  db: Knex,
  c: { id: string; tenant_id: string },
  found: LivenessFinding | null,
): Promise<void> {
  if (found === null) await db('liveness_finding').where({ case_id: c.id }).delete();
  else
    await db('liveness_finding')
      .insert({ case_id: c.id, tenant_id: c.tenant_id, ...found, found_at: db.fn.now() })
      .onConflict('case_id')
      .merge(['finding', 'detail']);
}
