import { z } from 'zod';
import { nearest } from '../domain/nearest';
import { DEFINITION_SCHEMAS, type DefinitionKind } from '../domain/process-def';
import type { Path } from '../domain/process-def-reference';
import type { Problem, YamlSource } from './definitions-yaml';

type Issue = z.core.$ZodIssue;
type JsonSchema = z.core.JSONSchema.BaseSchema;

/** JSON Schema of a kind; draft 7 is what YAML editors read best. */
export function jsonSchemaOf(kind: DefinitionKind): JsonSchema {
  return z.toJSONSchema(DEFINITION_SCHEMAS[kind], { target: 'draft-7' });
}

const asSchema = (value: unknown): JsonSchema[] => (value && typeof value === 'object' ? [value as JsonSchema] : []);

/** What a reference within the schema stands for, itself otherwise: steps and fields hold others of their kind. */
function resolved(schema: JsonSchema, root: JsonSchema): JsonSchema {
  const [, where, name] = /^#\/(definitions|\$defs)\/(.+)$/.exec(schema.$ref ?? '') ?? [];
  if (where === undefined || name === undefined) return schema;
  const named = where === 'definitions' ? root.definitions : root.$defs;
  return asSchema((named as Record<string, unknown> | undefined)?.[name])[0] ?? schema;
}

/** Keys that the schema knows at a path; none below a map with free keys. `kind` tells which of several shapes is meant. */
function keysAt(schema: JsonSchema, path: Path, value: unknown): string[] {
  const spread = (list: JsonSchema[]): JsonSchema[] =>
    list.flatMap((part) => {
      const s = resolved(part, schema);
      return [s, ...spread([...(s.anyOf ?? []), ...(s.oneOf ?? []), ...(s.allOf ?? [])].flatMap(asSchema))];
    });
  let here = spread([schema]);
  for (const [i, step] of path.entries()) {
    const there = here.flatMap((s) =>
      typeof step === 'number' ? asSchema(s.items) : asSchema(s.properties?.[step] ?? s.additionalProperties),
    );
    here = meant(spread(there), valueAt(value, path.slice(0, i + 1)));
  }
  return [...new Set(here.flatMap((s) => Object.keys(s.properties ?? {})))];
}

/** Of several shapes that differ by `kind` those whose kind stands there. */
function meant(shapes: JsonSchema[], value: unknown): JsonSchema[] {
  const kind = (value as { kind?: unknown } | null | undefined)?.kind;
  const fits = (s: JsonSchema) => {
    const own = asSchema(s.properties?.kind)[0];
    return own === undefined || own.const === kind || own.enum?.some((k) => k === kind) === true;
  };
  const found = shapes.filter(fits);
  return found.some((s) => s.properties !== undefined) ? found : shapes;
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((v, step) => (v as Record<string | number, unknown> | null | undefined)?.[step], value);
}

const shown = (value: unknown): string => {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a map' : JSON.stringify(value);
};
const NOUNS: Record<string, string> = { object: 'a map', array: 'a list', string: 'a text', record: 'a map' };

/** The branch of a union the writer had in mind: the one whose outermost type fits what stands there. */
function chosenBranch(issue: Issue & { code: 'invalid_union' }): Issue[] | undefined {
  return issue.errors.find((branch) =>
    branch.every((i) => i.path.length > 0 || (i.code !== 'invalid_type' && i.code !== 'invalid_value')),
  );
}

/** The kinds that a union told apart by one key knows, when what stands there is none of them. */
function kindsOf(issue: Issue & { code: 'invalid_union' }): string[] | null {
  if (!('discriminator' in issue)) return null;
  const names = [...issue.message.matchAll(/'([^']+)'/g)].flatMap((m) => m[1] ?? []);
  return names.length === 0 ? null : names;
}

function unknownKeys(source: YamlSource, path: Path, schema: JsonSchema, keys: string[]): Problem[] {
  const known = keysAt(schema, path, source.value);
  const present = Object.keys((valueAt(source.value, path) as object | undefined) ?? {});
  return keys.map((key) => ({
    file: source.file,
    ...source.atKey([...path, key]),
    message: `unknown key "${key}"; known here: ${known.join(', ')}`,
    nearest:
      nearest(
        key,
        known.filter((k) => !present.includes(k)),
      ) ?? nearest(key, known),
    severity: 'error',
  }));
}

function wrongValue(value: unknown, values: readonly unknown[]): { message: string; nearest?: string } {
  const names = values.map(String);
  const message = values.length === 1 ? `must be ${names[0]}` : `must be one of ${names.join(', ')}`;
  return { message: `${shown(value)}: ${message}`, nearest: nearest(String(value), names) };
}

function textOf(issue: Issue, value: unknown): { message: string; nearest?: string } {
  const own = issue.message.startsWith('Invalid ') ? undefined : issue.message;
  if (issue.code === 'custom') return { message: issue.message, nearest: issue.params?.nearest };
  if (value === undefined) {
    const missing = `missing key "${String(issue.path.at(-1))}"`;
    return { message: own ? `${missing}: ${own}` : missing };
  }
  if (issue.code === 'invalid_value') return wrongValue(value, issue.values);
  if (issue.code === 'invalid_type') {
    return { message: `must be ${NOUNS[issue.expected] ?? issue.expected}, not ${shown(value)}` };
  }
  if (issue.code === 'invalid_format') return { message: `${shown(value)}: ${issue.message}` };
  if (issue.code === 'invalid_key') return { message: `key ${issue.issues.map((i) => i.message).join('; ')}` };
  return { message: issue.message };
}

function problemsOf(source: YamlSource, schema: JsonSchema, issue: Issue, prefix: Path): Problem[] {
  const path = [...prefix, ...issue.path].filter((step): step is string | number => typeof step !== 'symbol');
  if (issue.code === 'unrecognized_keys') return unknownKeys(source, path, schema, issue.keys);
  if (issue.code === 'invalid_union') {
    const known = kindsOf(issue);
    if (known) {
      const value = valueAt(source.value, path);
      return [{ file: source.file, ...source.at(path), ...wrongValue(value, known), severity: 'error' }];
    }
    const branch = chosenBranch(issue);
    if (branch) return branch.flatMap((inner) => problemsOf(source, schema, inner, path));
  }
  const value = valueAt(source.value, path);
  const position = issue.code === 'invalid_key' ? source.atKey(path) : source.at(path);
  return [{ file: source.file, ...position, ...textOf(issue, value), severity: 'error' }];
}

/** What the schema of a kind finds wrong in a file, at the lines where it stands. */
export function schemaProblems(source: YamlSource, kind: DefinitionKind, error: z.ZodError): Problem[] {
  const schema = jsonSchemaOf(kind);
  return error.issues.flatMap((issue) => problemsOf(source, schema, issue, []));
}
