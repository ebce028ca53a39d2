import { Client } from 'pg';
import { pgTypes } from '../../db/connect';
import { type IncidentFilter, NO_FILTER } from '../../db/incident-filter';
import { viewIncident } from '../../domain/incident-view';
import type { TestDatabase } from './database';
import { openedCase, shippedPlan } from './incident-fixture';

/** A row for the crowd to copy its shape from. */
export async function modelIncident({ db }: TestDatabase): Promise<string> {
  const at = '2026-06-01T00:00:00Z';
  const doc = viewIncident(openedCase(await shippedPlan(), 'II', Date.parse(at)));
  await db('incident').insert({
    id: 'INC-000001',
    number: 1,
    tenant_id: 'default',
    seq: 1,
    title: 'Model',
    state: 'new',
    severity: 'II',
    service: 'service1',
    team: 'team1',
    reporter: 'person1',
    source: 'portal',
    open: true,
    next_at: at,
    created_at: at,
    updated_at: at,
    doc,
    sla: {},
    plan_id: 'plan',
    head_hash: Buffer.alloc(32),
  });
  return 'INC-000001';
}

/** What the screen offers to filter by: per filter values that are common, rare, of old times, and of nothing. */
export const OFFERED: Partial<IncidentFilter>[][] = [
  [{ state: ['closed'] }, { state: ['new'] }, { state: ['resolved'] }, { state: ['new', 'acknowledged'] }],
  [{ severity: ['I'] }, { severity: ['III', 'IV'] }],
  [{ service: ['service0'] }, { service: ['retired'] }, { service: ['service48', 'service49'] }, { service: ['none'] }],
  [{ team: ['team3'] }],
  [{ line: [1] }, { line: [3] }],
  [{ type: ['fault'] }],
  [{ assignee: ['engineer0'] }, { assignee: ['engineer59'] }, { assignee: ['@nobody'] }],
  [{ reporter: ['person5'] }],
  [{ supplier: ['@any'] }, { supplier: ['acme'] }],
  [{ parent: ['INC-000001'] }],
  [{ major: true }, { major: false }],
  [{ assessing: true }],
  [{ open: true }, { open: false }],
  [
    { createdFrom: '2026-04-20T03:00:00Z', createdTo: '2026-04-25T05:00:00Z' },
    { createdTo: '2026-04-22T00:00:00Z' },
    { createdFrom: '2026-05-31T00:00:00Z' },
  ],
  [{ q: '网络中断' }, { q: 'ERR-17' }, { q: '4711' }, { q: '值班人员 silent' }, { q: '没有这回事' }],
];

/** Every choice of values of any `n` different filters. */
export function combinations(n: number, from = 0): IncidentFilter[] {
  if (n === 0) return [NO_FILTER];
  return OFFERED.slice(from).flatMap((values, i) =>
    combinations(n - 1, from + i + 1).flatMap((rest) => values.map((value) => ({ ...rest, ...value }))),
  );
}

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  Plans?: PlanNode[];
}

/** What a statement did: rows of tables it looked at, rows it sorted, and tables it read from end to end. */
export interface Work {
  examined: number;
  sorted: number;
  wholeTables: string[];
}

/** Runs what `call` ran once more under EXPLAIN ANALYZE, with the settings its transaction had. */
export async function workOf({ db, url }: TestDatabase, call: () => Promise<unknown>): Promise<Work> {
  const ran: { sql: string; bindings: unknown[]; __knexTxId?: string }[] = [];
  const note = (query: (typeof ran)[number]) => ran.push(query);
  db.on('query', note);
  await call();
  db.removeListener('query', note);
  const settings = new Map(ran.filter((q) => q.sql.startsWith('set local')).map((q) => [q.__knexTxId, q.sql]));
  const client = new Client({ connectionString: url, types: pgTypes });
  await client.connect();
  const total: Work = { examined: 0, sorted: 0, wholeTables: [] };
  for (const { sql, bindings, __knexTxId: trx } of ran.filter((q) => q.sql.startsWith('select'))) {
    await client.query(`begin; ${settings.get(trx) ?? ''}`);
    const { rows } = await client.query(`explain (analyze, timing off, format json) ${sql}`, bindings);
    await client.query('rollback');
    add(total, rows[0]['QUERY PLAN'][0].Plan);
  }
  await client.end();
  return total;
}

function add(total: Work, node: PlanNode): void {
  const removed = (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0);
  const rows = (node['Actual Rows'] + removed) * node['Actual Loops'];
  if (node['Relation Name']) total.examined += rows;
  if (node['Node Type'] === 'Seq Scan') total.wholeTables.push(node['Relation Name'] ?? '');
  const inputs = node.Plans ?? [];
  if (node['Node Type'].includes('Sort')) total.sorted += inputs[0]?.['Actual Rows'] ?? 0;
  for (const input of inputs) add(total, input);
}
