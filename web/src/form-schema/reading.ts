import type { Language } from '../theme/preferences';
import { isSection, rowsOf, shapeOf } from './active';
import { encoded, type FormSchema, isObject } from './schema';
import { optionOf, titleOf } from './shown';

/** A field as it was filled in, to be read. */
export interface ReadField {
  /** JSON pointer. */
  path: string;
  title: string;
  value: ReadValue;
}
/** Text is shown as it was written; instants and files are written by whoever shows them. */
export type ReadValue =
  | { kind: 'text'; text: string }
  | { kind: 'yes-no'; yes: boolean }
  | { kind: 'date-time'; at: string }
  | { kind: 'reference'; widget: string; values: string[] }
  | { kind: 'files'; ids: string[] }
  | { kind: 'table'; rows: ReadField[][] };

/** Fields that belong together. The one without a title holds those that stand in no section. */
export interface ReadSection {
  path: string;
  title: string | null;
  fields: ReadField[];
}

const REFERENCES = ['person', 'service', 'ci', 'team'];
const texts = (value: unknown): string[] => (Array.isArray(value) ? value : [value]).map(String);

function readValue(field: FormSchema, value: unknown, path: string, language: Language, root: FormSchema): ReadValue {
  const rows = rowsOf(field, root);
  if (rows !== null) {
    const list = Array.isArray(value) ? (value as unknown[]) : [];
    return { kind: 'table', rows: list.map((row, i) => fieldsOf(rows, row, `${path}/${i}`, language, root, '')) };
  }
  const choices = field.items ?? field;
  const widget = field['x-widget'] ?? choices['x-widget'] ?? '';
  if (widget === 'attachments') return { kind: 'files', ids: texts(value) };
  if (REFERENCES.includes(widget)) return { kind: 'reference', widget, values: texts(value) };
  if (typeof value === 'boolean') return { kind: 'yes-no', yes: value };
  if (field.format === 'date-time' && typeof value === 'string') return { kind: 'date-time', at: value };
  const words = texts(value).map((v) => (choices.enum === undefined ? v : optionOf(choices, v, language)));
  return { kind: 'text', text: words.join(language === 'en' ? ', ' : '、') };
}

/** Fields of one object that have a value; groups within it are told with their titles before those of their fields. */
function fieldsOf(
  schema: FormSchema,
  data: unknown,
  path: string,
  language: Language,
  root: FormSchema,
  before: string,
): ReadField[] {
  const values = isObject(data) ? data : {};
  return Object.entries(shapeOf(schema, values, root).properties).flatMap(([name, field]) => {
    const value = values[name];
    const at = `${path}/${encoded(name)}`;
    const title = before + titleOf(field, name, language);
    if (value === undefined || value === '' || value === null) return [];
    if (isSection(field)) return fieldsOf(field, value, at, language, root, `${title} › `);
    return [{ path: at, title, value: readValue(field, value, at, language, root) }];
  });
}

/** A form as it was filled in: its sections with the fields that have a value, in the order of the form. */
export function sectionsOf(schema: FormSchema, data: unknown, language: Language): ReadSection[] {
  const values = isObject(data) ? data : {};
  const loose: ReadSection = { path: '', title: null, fields: [] };
  const sections: ReadSection[] = [];
  for (const [name, field] of Object.entries(shapeOf(schema, values, schema).properties)) {
    const value = values[name];
    const path = `/${encoded(name)}`;
    if (value === undefined || value === '' || value === null) continue;
    const title = titleOf(field, name, language);
    if (isSection(field)) sections.push({ path, title, fields: fieldsOf(field, value, path, language, schema, '') });
    else loose.fields.push({ path, title, value: readValue(field, value, path, language, schema) });
  }
  return [loose, ...sections].filter((s) => s.fields.length > 0);
}

/** A field that differs between two revisions; null where it was empty. */
export interface FieldChange {
  path: string;
  section: string | null;
  title: string;
  before: ReadValue | null;
  after: ReadValue | null;
}

interface Filled {
  schema: FormSchema;
  data: unknown;
}

/** What differs between two revisions, in the order of the later form; fields that are gone come last. */
export function changesOf(before: Filled, after: Filled, language: Language): FieldChange[] {
  const flat = ({ schema, data }: Filled) =>
    sectionsOf(schema, data, language).flatMap((s) => s.fields.map((field) => ({ section: s.title, field })));
  const old = new Map(flat(before).map((e) => [e.field.path, e]));
  const now = flat(after);
  const later = new Set(now.map((e) => e.field.path));
  const same = (a: ReadValue, b: ReadValue) => JSON.stringify(a) === JSON.stringify(b);
  const changed = now.flatMap(({ section, field: { path, title, value } }) => {
    const was = old.get(path)?.field.value ?? null;
    return was !== null && same(was, value) ? [] : [{ path, section, title, before: was, after: value }];
  });
  const gone = [...old.values()]
    .filter((e) => !later.has(e.field.path))
    .map(({ section, field: { path, title, value } }) => ({ path, section, title, before: value, after: null }));
  return [...changed, ...gone];
}
