import { formFields } from './form';
import type { FormDoc, FormNodeDoc } from './process-def-form';
import type { Check, Path } from './process-def-reference';
import { checkName } from './process-def-reference';

const listOf = <T>(value: T | T[] | undefined): T[] => (value === undefined ? [] : ([value].flat() as T[]));

/** Parts of a schema that describe the same data: itself and what a condition adds. */
function partsOf(schema: FormNodeDoc, at: Path): { node: FormNodeDoc; at: Path }[] {
  const added = [
    ...(schema.then ? [{ node: schema.then, at: [...at, 'then'] }] : []),
    ...(schema.else ? [{ node: schema.else, at: [...at, 'else'] }] : []),
    ...(schema.allOf ?? []).map((node, i) => ({ node, at: [...at, 'allOf', i] })),
  ];
  return [{ node: schema, at }, ...added.flatMap((part) => partsOf(part.node, part.at))];
}

/** Names that a rule gives must be fields of the same level. */
function checkRequired(
  check: Check,
  parts: readonly { node: FormNodeDoc; at: Path }[],
  names: readonly string[],
): void {
  for (const { node, at } of parts) {
    const rules: [Path, FormNodeDoc][] = [
      [at, node],
      ...(node.if ? [[[...at, 'if'], node.if] as [Path, FormNodeDoc]] : []),
    ];
    for (const [place, part] of rules) {
      for (const [i, name] of (part.required ?? []).entries())
        checkName(check, [...place, 'required', i], 'field', name, names);
      for (const [key, others] of Object.entries(part.dependentRequired ?? {})) {
        checkName(check, [...place, 'dependentRequired', key], 'field', key, names);
        for (const [i, name] of others.entries())
          checkName(check, [...place, 'dependentRequired', key, i], 'field', name, names);
      }
    }
    for (const name of Object.keys(node.if?.properties ?? {}))
      checkName(check, [...at, 'if', 'properties', name], 'field', name, names);
  }
}

/** A widget shows values of its own kind only. */
function checkWidget(check: Check, node: FormNodeDoc, at: Path): void {
  const widget = node['x-widget'];
  if (node['x-ci-type'] !== undefined && widget !== 'ci')
    check.report([...at, 'x-ci-type'], 'x-ci-type belongs to a field with x-widget: ci');
  if (widget === undefined) return;
  const types = listOf(node.type);
  const text = types.includes('string');
  const texts = types.includes('array') && listOf(node.items?.type).includes('string');
  const rows = types.includes('array') && listOf(node.items?.type).includes('object');
  const path = [...at, 'x-widget'];
  if (widget === 'long-text' && !text) check.report(path, 'long-text is for a field of type string');
  if (widget === 'table' && !rows) check.report(path, 'a table is for a list (array) of objects');
  if (widget === 'attachments' && !texts) check.report(path, 'attachments are a list (array) of strings: their ids');
  if (['person', 'service', 'ci', 'team'].includes(widget) && !text && !texts)
    check.report(path, `${widget} is for a field of type string, or a list of strings`);
}

function checkOptions(check: Check, node: FormNodeDoc, at: Path): void {
  const options = node['x-options'];
  const values = (node.enum ?? []).map(String);
  if (options === undefined) {
    if (node.enum && values.some((value) => /[a-z]/i.test(value)))
      check.report(at, 'its values have no texts in both languages; add x-options', { severity: 'warning' });
    return;
  }
  for (const name of Object.keys(options)) checkName(check, [...at, 'x-options', name], 'value of enum', name, values);
  for (const value of values)
    if (!Object.hasOwn(options, value)) check.report([...at, 'x-options'], `the value "${value}" has no text`);
}

const LIMITS = [
  ['minimum', 'maximum'],
  ['minLength', 'maxLength'],
  ['minItems', 'maxItems'],
] as const;

function checkField(check: Check, key: string, node: FormNodeDoc, at: Path): void {
  if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(key))
    check.report(at, `"${key}": fields are letters, digits and underscores, or conditions could not name them`);
  if (node.type === undefined) check.report(at, `the field "${key}" has no type`);
  if (node['x-title'] === undefined) check.report(at, `the field "${key}" has no x-title in both languages`);
  checkWidget(check, node, at);
  checkOptions(check, node, at);
  for (const [low, high] of LIMITS) {
    const [from, to] = [node[low], node[high]];
    if (from !== undefined && to !== undefined && from > to)
      check.report([...at, low], `${low} ${from} is more than ${high} ${to}: nothing could be entered`);
  }
}

/** Words that decide between data, not what is entered: a person could not be told which of them to follow. */
function checkChoices(check: Check, node: FormNodeDoc, at: Path): void {
  for (const key of ['anyOf', 'not', 'contains'] as const)
    if (node[key] !== undefined) check.report([...at, key], `${key} belongs inside if`);
}

function checkLevel(check: Check, schema: FormNodeDoc, at: Path): void {
  const parts = partsOf(schema, at);
  const names = [...new Set(parts.flatMap((p) => Object.keys(p.node.properties ?? {})))];
  checkRequired(check, parts, names);
  const described = new Set<string>();
  for (const part of parts) {
    checkChoices(check, part.node, part.at);
    for (const [key, node] of Object.entries(part.node.properties ?? {})) {
      const here = [...part.at, 'properties', key];
      // A condition may say more about a field that is described already.
      if (!described.has(key)) checkField(check, key, node, here);
      described.add(key);
      checkLevel(check, node, here);
      if (node.items) checkLevel(check, node.items, [...here, 'items']);
    }
  }
}

/** A form is a map of titled fields, its rules name fields it has, and its widgets fit what they show. */
export function checkForm(check: Check, def: FormDoc): void {
  if (def.schema.type !== 'object') check.report(['schema', 'type'], 'a form is of type object');
  checkLevel(check, def.schema, ['schema']);
  if (formFields(def.schema).length === 0) check.report(['schema'], 'a form has fields: properties');
}
