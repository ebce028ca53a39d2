import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import type { CaseEvent } from '../domain/incident';

/** Projections of cases; each carries the head of its chain and the next moment at which its workflow acts. */
export const CASE_TABLES = ['incident', 'request'] as const;
export type CaseTable = (typeof CASE_TABLES)[number];

/** Previous hash of a case's first event. */
const GENESIS = Buffer.alloc(32);

/** JSON with sorted keys: the same text before and after jsonb has reordered an object. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((v) => canonicalJson(v === undefined ? null : v)).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value ?? null);
  const entries = Object.entries(value).filter(([, v]) => v !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([k, v]) => `${JSON.stringify(k)}:${canonicalJson(v)}`).join(',')}}`;
}

/** What is hashed of an event: its canonical JSON. The chain is SHA-256 over the previous hash and this text (I11). */
export function hashedText(caseId: string, tenantId: string, e: CaseEvent): string {
  return canonicalJson({ caseId, tenantId, seq: e.seq, kind: e.kind, at: e.at, actor: e.actor, body: e.body });
}

function eventHash(prev: Buffer, caseId: string, tenantId: string, e: CaseEvent): Buffer {
  return createHash('sha256')
    .update(prev)
    .update(hashedText(caseId, tenantId, e))
    .digest();
}

/** One fault in a chain. */
export interface ChainFault {
  caseId: string;
  seq: number;
  fault: string;
}

interface ChainRow {
  case_id: string;
  tenant_id: string;
  seq: number;
  kind: string;
  at: string | Date;
  actor: string;
  body: Record<string, unknown>;
  prev_hash: Buffer;
  hash: Buffer;
}

/**
 * Proves the event chains (I11): sequence without gaps from 1, each hash right, each `prev_hash` the hash before it, and
 * the head kept on the case equal to the last one, so that a chain cannot be shortened unnoticed. Pages through every case.
 */
export async function verifyChains(
  db: Knex,
  onProgress: (cases: number) => void = () => undefined,
): Promise<{ cases: number; events: number; faults: ChainFault[] }> {
  const total = { cases: 0, events: 0, faults: [] as ChainFault[] };
  for (const table of CASE_TABLES) await verifyTable(db, table, total, onProgress);
  const orphans: { case_id: string }[] = await db('case_event')
    .distinct('case_id')
    .whereNotIn('case_id', db('incident').select('id'))
    .whereNotIn('case_id', db('request').select('id'));
  for (const o of orphans) total.faults.push({ caseId: o.case_id, seq: 0, fault: 'events of a case that has no row' });
  return total;
}

async function verifyTable(
  db: Knex,
  table: CaseTable,
  total: { cases: number; events: number; faults: ChainFault[] },
  onProgress: (cases: number) => void,
): Promise<void> {
  for (let after = 0; ; ) {
    const cases: { id: string; number: number; seq: number; head_hash: Buffer }[] = await db(table)
      .select('id', 'number', 'seq', 'head_hash')
      .where('number', '>', after)
      .orderBy('number')
      .limit(200);
    const last = cases.at(-1);
    if (!last) return;
    const ids = cases.map((c) => c.id);
    const events: ChainRow[] = await db('case_event')
      .whereIn('case_id', ids)
      .orderBy([{ column: 'case_id' }, { column: 'seq' }]);
    for (const c of cases) {
      const own = events.filter((e) => e.case_id === c.id);
      verifyCase(c, own, total.faults);
    }
    total.cases += cases.length;
    total.events += events.length;
    after = Number(last.number);
    onProgress(total.cases);
  }
}

function verifyCase(c: { id: string; seq: number; head_hash: Buffer }, rows: ChainRow[], faults: ChainFault[]): void {
  let prev: Buffer = GENESIS;
  const fault = (seq: number, text: string) => faults.push({ caseId: c.id, seq, fault: text });
  rows.forEach((row, i) => {
    if (row.seq !== i + 1) fault(row.seq, `expected seq ${i + 1}`);
    const event = { seq: row.seq, kind: row.kind, at: new Date(row.at).getTime(), actor: row.actor, body: row.body };
    if (!row.prev_hash.equals(prev)) fault(row.seq, 'does not follow the event before it');
    if (!eventHash(row.prev_hash, row.case_id, row.tenant_id, event).equals(row.hash))
      fault(row.seq, 'content was changed');
    prev = row.hash;
  });
  if (rows.length !== c.seq) fault(c.seq, `the case counts ${c.seq} events, ${rows.length} are there`);
  if (!prev.equals(c.head_hash)) fault(c.seq, 'the head of the chain is not the one kept on the case');
}
