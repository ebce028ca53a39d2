import { type Schema, Validator } from '@cfworker/json-schema';
import type { Language } from '../theme/preferences';

/** A text in both languages. */
export type Bilingual = Record<Language, string>;

/** JSON Schema 2020-12 of a form, with hints of ours; see `domain/process-def-form.ts`. */
export interface FormSchema {
  type?: string | string[];
  title?: string;
  description?: string;
  properties?: Record<string, FormSchema>;
  required?: string[];
  items?: FormSchema;
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  format?: string;
  if?: FormSchema;
  then?: FormSchema;
  else?: FormSchema;
  allOf?: FormSchema[];
  dependentRequired?: Record<string, string[]>;
  dependentSchemas?: Record<string, FormSchema>;
  $ref?: string;
  $defs?: Record<string, FormSchema>;
  'x-title'?: Bilingual;
  'x-help'?: Bilingual;
  'x-options'?: Record<string, Bilingual>;
  'x-widget'?: string;
  'x-ci-type'?: string;
  [keyword: string]: unknown;
}

export type Data = Record<string, unknown>;

export const isObject = (value: unknown): value is Data =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** One token of a JSON pointer. */
export const encoded = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');
export const decoded = (token: string): string => token.replaceAll('~1', '/').replaceAll('~0', '~');

/** The schema with what it refers to in its own document; a reference to elsewhere stays as it is. */
export function dereferenced(schema: FormSchema, root: FormSchema): FormSchema {
  const { $ref, ...own } = schema;
  if ($ref === undefined || !$ref.startsWith('#')) return schema;
  let found: unknown = root;
  for (const token of $ref.slice(1).split('/').filter(Boolean))
    found = isObject(found) ? found[decoded(decodeURIComponent(token))] : undefined;
  return isObject(found) ? dereferenced({ ...found, ...own }, root) : own;
}

const holders = new WeakMap<FormSchema, Map<FormSchema, Validator>>();

/** Whether data satisfy a part of a form. Compiles no code: the page's policy forbids it. */
export function holds(part: FormSchema, data: unknown, root: FormSchema): boolean {
  const known = holders.get(root) ?? new Map<FormSchema, Validator>();
  holders.set(root, known);
  const validator = known.get(part) ?? validatorOf({ $defs: root.$defs ?? {}, ...part });
  known.set(part, validator);
  return validator.validate(withoutUndefined(data)).valid;
}

/** @param whole tells every fault, not only the first */
export function validatorOf(schema: FormSchema, whole = false): Validator {
  // It writes marks of its own into what it is given.
  return new Validator(structuredClone(schema) as Schema, '2020-12', !whole);
}

/** What JSON would keep of it. */
export function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((v) => (v === undefined ? null : withoutUndefined(v)));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([k, v]) => (v === undefined ? [] : [[k, withoutUndefined(v)]])),
  );
}
