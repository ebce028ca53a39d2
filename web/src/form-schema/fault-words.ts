import type { TFunction } from 'i18next';
import type { Language } from '../theme/preferences';
import { isSection, rowsOf, shapeOf } from './active';
import type { FormFault } from './check';
import { decoded, type FormSchema, isObject } from './schema';
import { titleOf } from './shown';

/** Rules we have a sentence for. */
const TOLD = [
  'required',
  'additionalProperties',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'uniqueItems',
  'pattern',
  'format',
  'enum',
  'type',
  'no-person',
  'no-service',
  'no-ci',
  'no-team',
  'no-attachment',
] as const;
const FORMATS = ['email', 'date', 'date-time', 'uri'] as const;

/** What is wrong with a field, in one sentence. */
export function faultWords({ keyword, limit }: Pick<FormFault, 'keyword' | 'limit'>, t: TFunction): string {
  const told = TOLD.find((k) => k === keyword);
  const format = told === 'format' ? FORMATS.find((f) => f === limit) : undefined;
  if (format !== undefined) return t(`formFault.${format}`);
  return told === undefined ? t('formFault.other') : t(`formFault.${told}`, { limit: limit ?? '' });
}

export const tokensOf = (path: string): string[] => path.split('/').slice(1).map(decoded);

/** A field by the names people read, outermost first: `Sizing › Disks 2 › Size`. */
export function fieldName(schema: FormSchema, data: unknown, path: string, language: Language): string {
  const names: string[] = [];
  let at: FormSchema = schema;
  let value = data;
  for (const token of tokensOf(path)) {
    const rows = rowsOf(at, schema);
    if (rows !== null) {
      const last = names.pop() ?? '';
      names.push(`${last} ${Number(token) + 1}`.trim());
      at = rows;
      value = Array.isArray(value) ? (value as unknown[])[Number(token)] : undefined;
      continue;
    }
    const next = isSection(at) ? shapeOf(at, value, schema).properties[token] : undefined;
    if (next === undefined) break;
    names.push(titleOf(next, token, language));
    at = next;
    value = isObject(value) ? value[token] : undefined;
  }
  return names.join(' › ');
}

/** Element of a field in the page. */
export const fieldId = (path: string): string => ['form', ...tokensOf(path)].join('-');
