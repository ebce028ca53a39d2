import { type Data, dereferenced, encoded, type FormSchema, holds, isObject } from './schema';

/** The fields an object has with the data it holds: those of its conditions, too, as far as they apply. */
export interface Shape {
  properties: Record<string, FormSchema>;
  required: readonly string[];
}

const NONE: Shape = { properties: {}, required: [] };

function together(a: Shape, b: Shape): Shape {
  const properties = { ...a.properties };
  for (const [name, field] of Object.entries(b.properties)) {
    const known = properties[name];
    properties[name] = known === undefined ? field : merged(known, field);
  }
  return { properties, required: [...new Set([...a.required, ...b.required])] };
}

/** A field that is described in two places: a condition adds to what stands there, its words included. */
function merged(a: FormSchema, b: FormSchema): FormSchema {
  const both = { ...a, ...b };
  if (a.properties !== undefined && b.properties !== undefined)
    both.properties = together(
      { properties: a.properties, required: [] },
      { properties: b.properties, required: [] },
    ).properties;
  if (a.required !== undefined && b.required !== undefined)
    both.required = [...new Set([...a.required, ...b.required])];
  const conditional = [a, b].filter((s) => s.if !== undefined || s.allOf !== undefined);
  if (conditional.length < 2) return both;
  const conditions = conditional.flatMap((s) => [
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    ...(s.if === undefined ? [] : [{ if: s.if, then: s.then, else: s.else }]),
    ...(s.allOf ?? []),
  ]);
  const { if: _if, then: _then, else: _else, ...rest } = both;
  return { ...rest, allOf: conditions };
}

/** Fields and duties of one object, with its data. */
export function shapeOf(given: FormSchema, data: unknown, root: FormSchema): Shape {
  const schema = dereferenced(given, root);
  const values: Data = isObject(data) ? data : {};
  const parts: FormSchema[] = [...(schema.allOf ?? [])];
  if (schema.if !== undefined) {
    const branch = holds(schema.if, values, root) ? schema.then : schema.else;
    if (branch !== undefined) parts.push(branch);
  }
  for (const [name, part] of Object.entries(schema.dependentSchemas ?? {}))
    if (values[name] !== undefined) parts.push(part);
  const duties = Object.entries(schema.dependentRequired ?? {}).flatMap(([name, needed]) =>
    values[name] === undefined ? [] : needed,
  );
  const own: Shape = {
    properties: Object.fromEntries(
      Object.entries(schema.properties ?? {}).map(([name, field]) => [name, dereferenced(field, root)]),
    ),
    required: [...(schema.required ?? []), ...duties],
  };
  return parts.map((part) => shapeOf(part, values, root)).reduce(together, together(NONE, own));
}

export const isSection = (field: FormSchema): boolean => field.type === 'object' || field.properties !== undefined;
/** Rows of several fields each. */
export const rowsOf = (field: FormSchema, root: FormSchema): FormSchema | null => {
  if (field.type !== 'array' || field.items === undefined) return null;
  const items = dereferenced(field.items, root);
  return isSection(items) ? items : null;
};

/** JSON pointers of every field there is with the data, in the order of the form. */
export function pathsOf(schema: FormSchema, data: unknown, root: FormSchema = schema, at = ''): string[] {
  const values = isObject(data) ? data : {};
  return Object.entries(shapeOf(schema, values, root).properties).flatMap(([name, field]) => {
    const path = `${at}/${encoded(name)}`;
    const value = values[name];
    const rows = rowsOf(field, root);
    if (rows !== null)
      return [
        path,
        ...(Array.isArray(value) ? value : []).flatMap((row: unknown, i) => pathsOf(rows, row, root, `${path}/${i}`)),
      ];
    return isSection(field) ? [path, ...pathsOf(field, value, root, path)] : [path];
  });
}

const isEmpty = (value: unknown) => value === undefined || value === '' || value === null;

/**
 * What is sent: without fields that are empty or that no condition shows any more. A section that has to be there is there
 * even when nothing is in it, so that what it lacks is told at its fields.
 */
export function tidy(schema: FormSchema, data: unknown, root: FormSchema = schema): Data {
  const values = isObject(data) ? data : {};
  const { properties, required } = shapeOf(schema, values, root);
  const kept: Data = {};
  for (const [name, field] of Object.entries(properties)) {
    const value = tidied(field, values[name], required.includes(name), root);
    if (value !== undefined) kept[name] = value;
  }
  return kept;
}

function tidied(field: FormSchema, value: unknown, required: boolean, root: FormSchema): unknown {
  const rows = rowsOf(field, root);
  if (rows !== null) {
    const list = Array.isArray(value) ? value : [];
    return list.length > 0 || required ? list.map((row: unknown) => tidy(rows, row, root)) : undefined;
  }
  if (isSection(field)) {
    const inner = tidy(field, value, root);
    return required || Object.keys(inner).length > 0 ? inner : undefined;
  }
  if (Array.isArray(value)) {
    const list = value.filter((v) => !isEmpty(v));
    return list.length > 0 || required ? list : undefined;
  }
  return isEmpty(value) ? undefined : value;
}
