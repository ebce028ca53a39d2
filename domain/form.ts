import type { FieldError } from './errors';

/**
 * What is wrong with one field of a form. `keyword` and `limit` say it for every language, as the check in the browser does;
 * `message` says it in English for whoever reads the answer of the API.
 */
export interface FormFault extends FieldError {
  /** JSON pointer (RFC 6901) into the data: `/sizing/gb`; of a missing or unknown field it names that field; '' is the form. */
  path: string;
  /** JSON Schema keyword that refuses it, or one of REFERENCE_FAULTS. */
  keyword: string;
  /** What the keyword demands, if it is a number, a word or a list of words. */
  limit: string | number | null;
}

/** A value that names nothing the requester may name. */
export const REFERENCE_FAULTS = ['no-person', 'no-service', 'no-ci', 'no-team', 'no-attachment'] as const;

/** Part of a JSON pointer. */
export const pointerPart = (key: string | number): string => `${key}`.replaceAll('~', '~0').replaceAll('/', '~1');

/** A JSON Schema as far as forms use it; see `process-def-form.ts`. */
export type FormNode = Readonly<Record<string, unknown>>;

const isNode = (value: unknown): value is FormNode =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const nodes = (value: unknown): FormNode[] =>
  Array.isArray(value) ? value.filter(isNode) : isNode(value) ? [value] : [];

/** A property of a form as a path of keys below its schema; `then` and `else` add to the same properties. */
export interface FormField {
  /** Dotted: `sizing.gb`; items of a list have no path of their own. */
  path: string;
  node: FormNode;
  /** Keys that lead to it in the schema. */
  at: (string | number)[];
}

/** Every property of a form, those that only a condition adds too; not those inside lists. */
export function formFields(schema: FormNode, prefix = '', at: (string | number)[] = []): FormField[] {
  const properties = isNode(schema.properties) ? schema.properties : {};
  const own = Object.entries(properties).flatMap(([key, node]): FormField[] => {
    if (!isNode(node)) return [];
    const path = prefix === '' ? key : `${prefix}.${key}`;
    const here = [...at, 'properties', key];
    return [{ path, node, at: here }, ...formFields(node, path, here)];
  });
  const added = (['then', 'else', 'allOf'] as const).flatMap((key) => {
    const list = Array.isArray(schema[key]);
    return nodes(schema[key]).flatMap((node, i) => formFields(node, prefix, list ? [...at, key, i] : [...at, key]));
  });
  return [...own, ...added];
}

/** A value that names something outside the form. */
export interface FormReference {
  /** JSON pointer into the data. */
  path: string;
  widget: 'person' | 'service' | 'ci' | 'team' | 'attachments';
  value: string;
  /** Of a configuration item. */
  ciType: string | null;
}

const WIDGETS = ['person', 'service', 'ci', 'team', 'attachments'] as const;

/** Everything in the data of a form that names a person, service, item, team or attachment. */
export function referencesIn(schema: FormNode, data: unknown, pointer = ''): FormReference[] {
  const widget = WIDGETS.find((w) => w === schema['x-widget']);
  const ciType = typeof schema['x-ci-type'] === 'string' ? schema['x-ci-type'] : null;
  if (widget && typeof data === 'string') return [{ path: pointer, widget, value: data, ciType }];
  if (Array.isArray(data)) {
    const items = isNode(schema.items) ? schema.items : {};
    return data.flatMap((value, i) => {
      const own = `${pointer}/${i}`;
      if (widget && typeof value === 'string') return [{ path: own, widget, value, ciType }];
      return referencesIn(items, value, own);
    });
  }
  if (!isNode(data)) return [];
  const found = new Map<string, FormReference>();
  const parts = [schema, ...['then', 'else', 'allOf'].flatMap((key) => nodes(schema[key]))];
  for (const part of parts) {
    const properties = isNode(part.properties) ? part.properties : {};
    for (const [key, node] of Object.entries(properties)) {
      if (!isNode(node) || !Object.hasOwn(data, key)) continue;
      for (const r of referencesIn(node, data[key], `${pointer}/${pointerPart(key)}`)) found.set(r.path, r);
    }
  }
  return [...found.values()];
}
