import path from 'node:path';
import type { Command } from 'commander';
import type { Knex } from 'knex';
import {
  checkDefinitions,
  formatProblem,
  loadDefinitions,
  notReplaced,
  readDefinitionFiles,
} from './activities/definitions';
import { writeJsonSchemas } from './activities/definitions-schema';
import { runDefinitionTests } from './activities/definitions-tests';
import { addDryRun } from './cli-defs-dry-run';
import { currentDefinitions, definitionOfVersion, SHARED } from './db/definitions';
import { publishDefinitions } from './db/definitions-publish';
import { type Definition, definitionId } from './domain/process-def';
import { differences, formatDifference } from './domain/process-def-diff';
import { PROCESS_DEFS } from './prepare';

type WithDatabase = (work: (db: Knex) => Promise<void>) => Promise<void>;

const out = (line: string) => process.stdout.write(`${line}\n`);
const shown = (file: string) => path.relative(process.cwd(), file) || file;
const DIR = ['[dir]', 'folder of definitions', PROCESS_DEFS] as const;
const BASE = ['--base <dir>', 'definitions that those of the folder may name; the shipped ones if absent'] as const;
const TENANT = ['--tenant <id>', 'for one tenant only', SHARED] as const;

/** `continuo defs …`. @param withDatabase opens the configured database for the time of some work */
export function addDefsCommands(cli: Command, withDatabase: WithDatabase): void {
  const defs = cli.command('defs').description('process definitions');
  defs
    .command('check')
    .argument(...DIR)
    .option(...BASE)
    .description('check every file; names file, line and the nearest valid name')
    .action(async (dir: string, { base }: { base?: string }) => checkDefs(dir, await baseOf(dir, base)));
  defs
    .command('test')
    .argument(...DIR)
    .option(...BASE)
    .description("run the definitions' own tests")
    .action(async (dir: string, { base }: { base?: string }) => testDefs(dir, await baseOf(dir, base)));
  defs
    .command('publish')
    .argument(...DIR)
    .option(...TENANT)
    .description('publish what has changed as new versions; running cases keep theirs')
    .action((dir: string, { tenant }: { tenant: string }) => withDatabase((db) => publish(db, dir, tenant)));
  defs
    .command('diff')
    .argument(...DIR)
    .option(...TENANT)
    .option('--from <version>', 'with --to: compare versions, such as form/disk@1')
    .option('--to <version>', 'a version, or the one in use if absent')
    .description('say what publishing the folder would change, or how two versions differ')
    .action((dir: string, options: DiffOptions) =>
      withDatabase((db) =>
        options.from ? diffVersions(db, options.from, options) : diffFiles(db, dir, options.tenant),
      ),
    );
  addDryRun(defs, withDatabase);
  defs
    .command('schema')
    .argument('[dir]', 'folder to write to', path.join(PROCESS_DEFS, 'schema'))
    .description('write the JSON Schemas that editors use')
    .action(async (dir: string) => {
      for (const file of await writeJsonSchemas(dir)) out(shown(file));
    });
}

interface DiffOptions {
  tenant: string;
  from?: string;
  to?: string;
}

/** What a folder builds on: nothing for the shipped one itself. */
async function baseOf(dir: string, base: string | undefined): Promise<Definition[]> {
  if (base === undefined && path.resolve(dir) === path.resolve(PROCESS_DEFS)) return [];
  return loadDefinitions(base ?? PROCESS_DEFS);
}

async function checkDefs(dir: string, base: readonly Definition[]): Promise<void> {
  const problems = checkDefinitions(await readDefinitionFiles(dir), undefined, base);
  for (const problem of problems) out(formatProblem({ ...problem, file: shown(problem.file) }));
  const errors = problems.filter((p) => p.severity === 'error').length;
  out(`${errors} errors, ${problems.length - errors} warnings`);
  if (errors > 0) process.exitCode = 1;
}

async function testDefs(dir: string, base: readonly Definition[]): Promise<void> {
  const defs = await loadDefinitions(dir, base);
  const results = runDefinitionTests(defs, notReplaced(base, defs));
  const failed = results.filter((r) => !r.ok);
  for (const r of failed) out(`${r.definition} test ${r.index + 1}: ${r.message}`);
  out(`${results.length - failed.length} passed, ${failed.length} failed`);
  if (failed.length > 0) process.exitCode = 1;
}

async function publish(db: Knex, dir: string, tenant: string): Promise<void> {
  const base = await currentDefinitions(db, tenant);
  await testDefs(dir, base);
  if (process.exitCode === 1) throw new Error('Nothing was published: the definitions fail tests of their own.');
  const { published, unchanged } = await publishDefinitions(db, tenant, await loadDefinitions(dir, base), 'cli');
  for (const id of published) out(`published ${id}`);
  out(`${published.length} published, ${unchanged.length} unchanged`);
}

function tell(title: string, before: Definition | null, after: Definition | null): boolean {
  const found = differences(before, after);
  if (found.length === 0) return false;
  out(before === null ? `${title}: new` : after === null ? `${title}: removed` : title);
  if (before !== null && after !== null) for (const difference of found) out(`  ${formatDifference(difference)}`);
  return true;
}

async function diffFiles(db: Knex, dir: string, tenant: string): Promise<void> {
  const base = await currentDefinitions(db, tenant);
  const known = new Map(base.map((def) => [definitionId(def), def]));
  const defs = await loadDefinitions(dir, base);
  const changed = defs.filter((def) => tell(definitionId(def), known.get(definitionId(def)) ?? null, def));
  out(`${changed.length} changed, ${defs.length - changed.length} unchanged`);
}

async function diffVersions(db: Knex, from: string, { tenant, to }: DiffOptions): Promise<void> {
  const before = await versionOf(db, tenant, from);
  const id = definitionId(before);
  const inUse = (await currentDefinitions(db, tenant)).find((def) => definitionId(def) === id);
  const after = to === undefined ? inUse : await versionOf(db, tenant, to);
  if (!after) throw new Error(`no ${id} is in use`);
  if (!tell(`${from} → ${to ?? 'the version in use'}`, before, after)) out('no difference');
}

async function versionOf(db: Knex, tenant: string, version: string): Promise<Definition> {
  const found = await definitionOfVersion(db, tenant, version);
  if (!found) throw new Error(`no such version of a definition: ${version}; write kind/name@version`);
  return found;
}
