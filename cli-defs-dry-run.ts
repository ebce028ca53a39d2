import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { Knex } from 'knex';
import {
  type Candidates,
  candidateTriggers,
  type TriedRequest,
  tryOnRequest,
} from './activities/definitions-trigger-trial';
import { currentDefinitions, SHARED } from './db/definitions';
import { requestInside } from './db/request';
import { lastEnded } from './db/request-history';
import { DomainError } from './domain/errors';
import { ofKind } from './domain/process-def';
import type { TriggerPlan } from './domain/request-plan';

interface Options {
  tenant: string;
  request?: string;
  last: string;
  file?: string;
  pinned?: true;
}

/** `continuo defs dry-run <process>`. @param withDatabase opens the configured database for the time of some work */
export function addDryRun(defs: Command, withDatabase: (work: (db: Knex) => Promise<void>) => Promise<void>): void {
  defs
    .command('dry-run')
    .argument('<process>', 'process of requests, such as resource-allocation')
    .option('--request <id>', 'on the story of this request')
    .option('--last <n>', 'on the last so many requests of the process that have ended', '20')
    .option('--tenant <id>', 'whose requests; of all tenants if absent', SHARED)
    .option('--file <yaml>', 'triggers to try: a list, or a process; those of the process in use if absent')
    .option('--pinned', 'those that each request is pinned to')
    .description('say which triggers would have fired on what has happened, in which order and doing what')
    .action((process: string, options: Options) => withDatabase((db) => dryRun(db, process, options)));
}

const out = (line: string) => process.stdout.write(`${line}\n`);

async function dryRun(db: Knex, name: string, options: Options): Promise<void> {
  const last = Number(options.last);
  if (!Number.isInteger(last) || last < 1) throw new Error(`--last ${options.last}: write a whole number above 0`);
  if (options.file !== undefined && options.pinned) throw new Error('either --file or --pinned, not both');
  const tenant = options.tenant === SHARED ? null : options.tenant;
  const ids = options.request === undefined ? await lastEnded(db, name, tenant, last) : [options.request];
  const source = options.file === undefined ? null : await readFile(options.file, 'utf8');
  const compiled = new Map<string, Promise<TriggerPlan[]>>();
  /** Read and checked once for each version of the process, however many requests are pinned to it. */
  const candidatesIn = (tenantId: string) => (process: string) => {
    const key = `${tenantId} ${process}`;
    const known = compiled.get(key) ?? compile(db, { tenantId, process, name, source, file: options.file ?? '' });
    compiled.set(key, known);
    return known;
  };
  const rows: string[][] = [];
  for (const id of ids) {
    const found = await requestInside(db, id);
    if (!found) throw new Error(`there is no request ${id}`);
    if (found.view.process !== name) throw new Error(`${id} is a request of ${found.view.process}, not of ${name}`);
    const candidates = options.pinned ? null : candidatesIn(found.view.tenantId);
    rows.push(...rowsOf(await tryOnRequest(db, found, candidates).catch(named)));
  }
  if (rows.length > 0) for (const line of table([HEAD, ...rows])) out(line);
  const stopped = rows.filter((r) => r[5]?.startsWith(STOPPED)).length;
  out(`${ids.length} requests looked at: ${rows.length - stopped} firings, ${stopped} stopped by the loop limit`);
}

interface Wanted {
  tenantId: string;
  /** Version of the process that requests are pinned to. */
  process: string;
  name: string;
  /** YAML to try; null: the process as it is in use for the tenant. */
  source: string | null;
  file: string;
}

async function compile(db: Knex, { tenantId, process, name, source, file }: Wanted): Promise<TriggerPlan[]> {
  const given: Candidates = source === null ? { triggers: await triggersInUse(db, tenantId, name) } : { source, file };
  return candidateTriggers(db, tenantId, process, given);
}

async function triggersInUse(db: Knex, tenantId: string, name: string): Promise<unknown[]> {
  const process = ofKind(await currentDefinitions(db, tenantId), 'request-process').find((p) => p.name === name);
  if (!process) throw new Error(`no process of requests "${name}" is in use`);
  return process.triggers ?? [];
}

/** Every problem with its place on a line of its own. */
function named(error: unknown): never {
  if (!(error instanceof DomainError)) throw error;
  throw new Error([error.message, ...(error.errors ?? []).map((e) => e.message)].join('\n'));
}

const HEAD = ['request', 'at', 'event', 'because of', 'trigger', 'does'];
const STOPPED = 'nothing: stopped by';

/** One line for each firing and each stop, in the order of time. */
function rowsOf({ id, fired, stopped }: TriedRequest): string[][] {
  const line = (t: TriedRequest['fired'][number] | TriedRequest['stopped'][number], does: string) => ({
    at: t.at,
    row: [id, new Date(t.at).toISOString(), t.event, t.because ?? `#${t.seq}`, t.trigger, does],
  });
  const told = [
    ...fired.map((f) => line(f, f.does.map(actionText).join(', '))),
    ...stopped.map((s) => line(s, `${STOPPED} the limit of ${s.limit}`)),
  ];
  return told.sort((a, b) => a.at - b.at).map(({ row }) => row);
}

function actionText(action: TriedRequest['fired'][number]['does'][number]): string {
  if (action.kind === 'set-team') return `set-team ${action.team}`;
  if (action.kind === 'add-task') return `add-task ${action.id}`;
  if (action.kind !== 'open-request') return action.kind;
  return `open-request ${action.item} ${'data' in action ? JSON.stringify(action.data) : ''}`;
}

/** Columns as wide as their longest entry. */
function table(rows: readonly string[][]): string[] {
  const widths = HEAD.map((_, i) => Math.max(...rows.map((r) => (r[i] ?? '').length)));
  return rows.map((r) =>
    r
      .map((text, i) => text.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
