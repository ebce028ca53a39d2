import type { Knex } from 'knex';
import type { Logger } from 'pino';
import { converge, type ReceivedPush } from '../db/alert-convergence';
import { currentAlertRules } from '../db/alert-rules';
import { completeInputs, INTAKE_LANE, lockInputs } from '../db/inbox';
import { type IntakeSource, sourcesById } from '../db/intake-source';
import { DONE, exponential, type InboxRow, type Lane, type Verdict } from '../db/queue';
import type { RouteContext } from '../domain/alert-route';
import { NO_RULES } from '../domain/alert-rules';
import { routeBody } from './convergence-route';
import { conventionFor } from './convergence-situation';

export interface IntakeDeps {
  db: Knex;
  log: Logger;
  /** The clock of convergence, epoch ms. */
  now(): number;
  /** Published services of a tenant. */
  serviceNames(tenantId: string): Promise<string[]>;
}

/** Alerts of one transaction: groups are locked for its length, and projections of their incidents wait for it. */
const ALERTS_PER_TRANSACTION = 2_000;

/** A row that was read, ready to be folded. */
interface Readable extends ReceivedPush {
  id: number;
  alerts: number;
}

/** Queue lane that turns accepted input into alerts and groups, hundreds of rows with one set of statements. */
export function intakeLane(deps: IntakeDeps): Lane {
  return {
    name: INTAKE_LANE,
    table: 'inbox',
    batch: 200,
    concurrency: 2,
    leaseSeconds: 60,
    maxAttempts: 20,
    backoff: exponential(0.5, 30),
    handle: (rows) => handle(deps, rows),
  };
}

async function handle(deps: IntakeDeps, rows: readonly InboxRow[]): Promise<Map<number, Verdict>> {
  const verdicts = new Map<number, Verdict>();
  const readable = await read(deps, rows, verdicts);
  for (const chunk of chunks(readable)) await fold(deps, chunk, verdicts);
  return verdicts;
}

/** Parses and normalises; a row that cannot be read is dead at once and stops nobody. */
async function read(deps: IntakeDeps, rows: readonly InboxRow[], verdicts: Map<number, Verdict>): Promise<Readable[]> {
  const sources = await sourcesById(deps.db, [
    ...new Set(rows.flatMap((r) => (r.sourceId === null ? [] : [r.sourceId]))),
  ]);
  const tenants = new Map<string, Omit<RouteContext, 'source'>>();
  for (const tenantId of new Set(rows.map((r) => r.tenantId))) {
    const services = new Set(await deps.serviceNames(tenantId));
    tenants.set(tenantId, { services, rules: await currentAlertRules(deps.db, tenantId) });
  }
  return rows.flatMap((row) => {
    try {
      return [readRow(row, sources, tenants.get(row.tenantId) ?? { services: new Set(), rules: NO_RULES })];
    } catch (error) {
      verdicts.set(row.id, { kind: 'dead', error: messageOf(error) });
      return [];
    }
  });
}

function readRow(row: InboxRow, sources: Map<string, IntakeSource>, tenant: Omit<RouteContext, 'source'>): Readable {
  const source = row.sourceId === null ? undefined : sources.get(row.sourceId);
  if (!source) throw new Error(`input ${row.id} names no intake source`);
  return {
    id: row.id,
    tenantId: row.tenantId,
    sourceId: source.id,
    receipt: { at: Date.parse(row.createdAt), order: row.id },
    ...routeBody(row.kind, JSON.parse(row.body), { ...tenant, source }),
  };
}

function* chunks(rows: readonly Readable[]): Generator<Readable[]> {
  let chunk: Readable[] = [];
  let alerts = 0;
  for (const row of rows) {
    if (chunk.length > 0 && alerts + row.alerts > ALERTS_PER_TRANSACTION) {
      yield chunk;
      [chunk, alerts] = [[], 0];
    }
    chunk.push(row);
    alerts += row.alerts;
  }
  if (chunk.length > 0) yield chunk;
}

/** One transaction for all; when the data of one of them is at fault, each on its own, so that only that one is dead. */
async function fold(deps: IntakeDeps, rows: readonly Readable[], verdicts: Map<number, Verdict>): Promise<void> {
  try {
    await transact(deps, rows, verdicts);
  } catch (error) {
    if (!isDataFault(error)) {
      deps.log.warn({ err: error, rows: rows.length }, 'alerts not converged; tried again');
      for (const { id } of rows) verdicts.set(id, { kind: 'retry', error: messageOf(error) });
    } else if (rows.length === 1) {
      for (const { id } of rows) verdicts.set(id, { kind: 'dead', error: messageOf(error) });
    } else {
      for (const row of rows) await fold(deps, [row], verdicts);
    }
  }
}

async function transact(deps: IntakeDeps, rows: readonly Readable[], verdicts: Map<number, Verdict>): Promise<void> {
  const busy = await deps.db.transaction(async (trx) => {
    const locked = await lockInputs(
      trx,
      rows.map(({ id }) => id),
    );
    const todo = rows.filter(({ id }) => locked.ready.has(id));
    const tenants = [...new Set(todo.map(({ tenantId }) => tenantId))];
    await converge(trx, todo, await conventionFor(trx, tenants, deps.now));
    await completeInputs(
      trx,
      todo.map(({ id }) => id),
    );
    return locked.busy;
  });
  // A worker whose lease is over holds them still: look again when it has committed or failed.
  for (const { id } of rows) verdicts.set(id, busy.has(id) ? { kind: 'defer', seconds: 1 } : DONE);
}

/** SQLSTATE classes 22 (data), 23 (constraint) and 54 (limit): trying again gives the same answer. */
function isDataFault(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^(22|23|54)/.test(String(error.code));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
