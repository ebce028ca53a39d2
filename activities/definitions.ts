import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { formSchemaFault } from '../adapters/form/check';
import { nearest } from '../domain/nearest';
import {
  DEFINITION_KINDS,
  DEFINITION_SCHEMAS,
  type Definition,
  definitionId,
  isDefinitionKind,
} from '../domain/process-def';
import { checkDefinitionSet } from '../domain/process-def-check';
import type { World } from '../domain/process-def-reference';
import { ROLES } from '../domain/roles';
import { schemaProblems } from './definitions-issues';
import { type DefinitionFile, type Problem, parseYaml, type YamlSource } from './definitions-yaml';

/** What a file turned out to be. `declared` says what it claims to be when it cannot be used. */
type Read =
  | { source: YamlSource; def: Definition }
  | { problems: Problem[]; declared?: { kind: string; name: string } };

const PLATFORM_ROLES: World = { roles: ROLES.map((role) => role.name) };

/** Definition files that cannot be used; the message lists every problem. */
export class DefinitionError extends Error {
  override name = 'DefinitionError';
  constructor(readonly problems: readonly Problem[]) {
    super(problems.map(formatProblem).join('\n'));
  }
}

/** `file:line:column: error: message (did you mean "x"?)`. */
export function formatProblem(problem: Problem): string {
  const hint = problem.nearest ? ` (did you mean "${problem.nearest}"?)` : '';
  return `${problem.file}:${problem.line}:${problem.column}: ${problem.severity}: ${problem.message}${hint}`;
}

function readKind(source: YamlSource): Problem[] {
  const { file, value } = source;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [{ file, ...source.at([]), message: 'must be a map with apiVersion, kind, name …', severity: 'error' }];
  }
  const { kind } = value as { kind?: unknown };
  if (isDefinitionKind(kind)) return [];
  const message = kind === undefined ? 'missing key "kind"' : `unknown kind "${String(kind)}"`;
  const known = `known: ${DEFINITION_KINDS.join(', ')}`;
  return [
    {
      file,
      ...source.at(['kind']),
      message: `${message}; ${known}`,
      nearest: nearest(String(kind), DEFINITION_KINDS),
      severity: 'error',
    },
  ];
}

function readOne(file: DefinitionFile): Read {
  const source = parseYaml(file);
  if (source.errors.length > 0) return { problems: source.errors };
  const problems = readKind(source);
  if (problems.length > 0) return { problems };
  const { kind, name } = source.value as { kind: Definition['kind']; name: unknown };
  const result = DEFINITION_SCHEMAS[kind].safeParse(source.value);
  if (result.success) {
    const fault = result.data.kind === 'form' ? formSchemaFault(result.data.schema) : null;
    if (fault === null) return { source, def: result.data };
    const problem: Problem = { file: source.file, ...source.at(['schema']), message: fault, severity: 'error' };
    return { problems: [problem], declared: { kind, name: String(name) } };
  }
  return { problems: schemaProblems(source, kind, result.error), declared: { kind, name: String(name) } };
}

/** Those of `base` that none of `defs` replaces. */
export function notReplaced(base: readonly Definition[], defs: readonly Definition[]): Definition[] {
  const replaced = new Set(defs.map(definitionId));
  return base.filter((def) => !replaced.has(definitionId(def)));
}

/** What becomes wrong with definitions that are published already, because others change beside them. */
function brokenByChange(
  base: readonly Definition[],
  kept: readonly Definition[],
  all: Map<Definition, string[]>,
  world: World,
): Problem[] {
  const before = new Set(
    checkDefinitionSet(base, world).map((i) => `${base[i.index]?.name} ${i.path.join('.')} ${i.message}`),
  );
  return kept.flatMap((def) =>
    (all.get(def) ?? [])
      .filter((text) => !before.has(`${def.name} ${text}`))
      .map((text) => ({
        file: `${definitionId(def)} (published)`,
        line: 1,
        column: 1,
        message: text.slice(text.indexOf(' ') + 1),
        severity: 'error' as const,
      })),
  );
}

function readAll(
  files: readonly DefinitionFile[],
  world: World,
  base: readonly Definition[],
): { defs: Definition[]; problems: Problem[] } {
  const read = files.map(readOne);
  const good = read.flatMap((r) => ('def' in r ? [r] : []));
  const defs = good.map((r) => r.def);
  const broken = read.flatMap((r) => ('problems' in r && r.declared ? [r.declared] : []));
  const kept = notReplaced(base, defs);
  const ofKept = new Map<Definition, string[]>();
  const found: Problem[] = [];
  for (const issue of checkDefinitionSet([...defs, ...kept], { ...world, broken })) {
    const { index, path: at, message, nearest: near, severity } = issue;
    const source = good[index]?.source;
    const other = kept[index - defs.length];
    if (source) found.push({ file: source.file, ...source.at(at), message, nearest: near, severity });
    else if (other && severity === 'error')
      ofKept.set(other, [...(ofKept.get(other) ?? []), `${at.join('.')} ${message}`]);
  }
  const caused = ofKept.size > 0 ? brokenByChange(base, kept, ofKept, world) : [];
  const problems = [...read.flatMap((r) => ('problems' in r ? r.problems : [])), ...found, ...caused];
  const order = new Map(files.map((file, i) => [file.path, i]));
  const placeOf = (p: Problem) => order.get(p.file) ?? files.length;
  problems.sort((a, b) => placeOf(a) - placeOf(b) || a.line - b.line || a.column - b.column);
  return { defs, problems };
}

/**
 * Checks files of definitions as one set: syntax, schema, unknown keys, references, publish-time rules.
 * @param world roles (the platform's by default) and, with a database at hand, people
 * @param base definitions that are there already and that the files may name or replace; what the change breaks in them is told
 * @returns every problem, in the order of files and lines; empty means the set can be published
 */
export function checkDefinitions(
  files: readonly DefinitionFile[],
  world: World = PLATFORM_ROLES,
  base: readonly Definition[] = [],
): Problem[] {
  return readAll(files, world, base).problems;
}

/** The definitions in files. @throws DefinitionError with every problem when one of them is an error. */
export function parseDefinitions(
  files: readonly DefinitionFile[],
  world: World = PLATFORM_ROLES,
  base: readonly Definition[] = [],
): Definition[] {
  const { defs, problems } = readAll(files, world, base);
  if (problems.some((p) => p.severity === 'error')) throw new DefinitionError(problems);
  return defs;
}

/** Every `.yaml` and `.yml` file below a folder, sorted by path; paths are relative to it. @throws when it cannot be read. */
export async function readDefinitionFiles(dir: string): Promise<DefinitionFile[]> {
  const names = (await readdir(dir, { recursive: true })).filter((name) => /\.ya?ml$/.test(name)).sort();
  return Promise.all(names.map(async (name) => ({ path: name, text: await readFile(path.join(dir, name), 'utf8') })));
}

/** Reads and checks the definitions below a folder. @throws DefinitionError; Error when the folder holds none. */
export async function loadDefinitions(dir: string, base: readonly Definition[] = []): Promise<Definition[]> {
  const files = await readDefinitionFiles(dir);
  if (files.length === 0) throw new Error(`no definition (*.yaml) below ${dir}`);
  return parseDefinitions(files, PLATFORM_ROLES, base);
}
