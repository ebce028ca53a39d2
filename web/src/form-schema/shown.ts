import type { RJSFSchema, UiSchema } from '@rjsf/utils';
import type { Language } from '../theme/preferences';
import { isSection, rowsOf, shapeOf } from './active';
import type { FormSchema } from './schema';

/** What is drawn: plain JSON Schema without conditions, in one language, and how each field looks. */
export interface Shown {
  schema: RJSFSchema;
  ui: UiSchema;
}

/** Up to so many choices stand in sight; more are chosen from a list. */
const IN_SIGHT = 5;

/** Name of a field as people read it. */
export const titleOf = (field: FormSchema, name: string, language: Language): string =>
  field['x-title']?.[language] ?? field.title ?? name;
export const helpOf = (field: FormSchema, language: Language): string | undefined =>
  field['x-help']?.[language] ?? field.description;
/** A value of an enumeration as people read it. */
export const optionOf = (field: FormSchema, value: unknown, language: Language): string =>
  field['x-options']?.[String(value)]?.[language] ?? String(value);

const REFERENCES: readonly string[] = ['person', 'service', 'ci', 'team'];

function widgetOf(field: FormSchema): string | undefined {
  const asked = field['x-widget'];
  if (asked !== undefined && (REFERENCES.includes(asked) || asked === 'attachments')) return asked;
  if (asked === 'long-text') return 'textarea';
  if (field.type === 'boolean') return 'checkbox';
  if (field.type === 'array') return 'several';
  if (field.enum !== undefined) return field.enum.length <= IN_SIGHT ? 'radio' : 'select';
  if (field.format === 'date') return 'day';
  if (field.format === 'date-time') return 'instant';
  if (field.format === 'time') return 'clock';
  return undefined;
}

const namesOf = (field: FormSchema, language: Language) =>
  field.enum === undefined ? {} : { enumNames: field.enum.map((v) => optionOf(field, v, language)) };

function leaf(field: FormSchema, name: string, language: Language): Shown {
  const {
    type = 'string',
    enum: values,
    format,
    items,
    minimum,
    maximum,
    maxLength,
    multipleOf,
    default: start,
  } = field;
  const widget = widgetOf(field);
  const choices = items === undefined ? field : items;
  const options = {
    ...namesOf(choices, language),
    ciType: field['x-ci-type'] ?? choices['x-ci-type'],
    allowed: choices.enum,
  };
  const schema = {
    type: Array.isArray(type) ? type.find((x) => x !== 'null') : type,
    title: titleOf(field, name, language),
    ...(values === undefined ? {} : { enum: values }),
    ...(items === undefined ? {} : { items: { type: items.type ?? 'string' } }),
    ...Object.fromEntries(
      Object.entries({ format, minimum, maximum, maxLength, multipleOf, default: start }).filter(
        ([, v]) => v !== undefined,
      ),
    ),
  } as RJSFSchema;
  const several =
    field.type === 'array' && REFERENCES.includes(String(choices['x-widget'])) ? choices['x-widget'] : widget;
  const ui: UiSchema = { 'ui:options': options, 'ui:help': helpOf(field, language) };
  if (several !== undefined) ui['ui:widget'] = several;
  return { schema, ui };
}

function field(given: FormSchema, name: string, data: unknown, language: Language, root: FormSchema): Shown {
  const title = titleOf(given, name, language);
  const help = { 'ui:help': helpOf(given, language) };
  const rows = rowsOf(given, root);
  if (rows !== null) {
    const row = section(rows, undefined, language, root);
    const { minItems, maxItems } = given;
    const limits = { ...(minItems === undefined ? {} : { minItems }), ...(maxItems === undefined ? {} : { maxItems }) };
    // Rows are added by hand: a table that needs some says so when it is sent.
    const schema = { type: 'array', title, ...limits, minItems: 0, items: row.schema } as RJSFSchema;
    return { schema, ui: { ...help, items: row.ui } };
  }
  if (!isSection(given)) return leaf(given, name, language);
  const inner = section(given, data, language, root);
  return { schema: { ...inner.schema, title }, ui: { ...inner.ui, ...help } };
}

function section(schema: FormSchema, data: unknown, language: Language, root: FormSchema): Shown {
  const { properties, required } = shapeOf(schema, data, root);
  const values = typeof data === 'object' && data !== null ? (data as Record<string, unknown>) : {};
  const drawn = Object.entries(properties)
    .filter(([, f]) => f.const === undefined)
    .map(([name, f]) => [name, field(f, name, values[name], language, root)] as const);
  return {
    schema: {
      type: 'object',
      properties: Object.fromEntries(drawn.map(([name, f]) => [name, f.schema])),
      required: required.filter((name) => name in properties),
    },
    ui: Object.fromEntries(drawn.map(([name, f]) => [name, f.ui])),
  };
}

/** The form as it is to be drawn with the data it holds: fields that conditions hide are not in it. */
export function shown(schema: FormSchema, data: unknown, language: Language): Shown {
  return section(schema, data, language, schema);
}
