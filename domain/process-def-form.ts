import { z } from 'zod';
import { bilingual, header, slug } from './process-def-common';

const jsonObject = z.record(z.string(), z.unknown());

const formTest = z.strictObject({
  data: jsonObject,
  valid: z.boolean(),
  errors: z
    .array(z.string())
    .optional()
    .meta({ description: 'JSON pointers of the fields that are refused: /sizing/vcpu' }),
});

/** Widgets a field may ask for. */
export const FORM_WIDGETS = ['long-text', 'person', 'service', 'ci', 'team', 'attachments', 'table'] as const;
export type FormWidget = (typeof FORM_WIDGETS)[number];

const TYPES = ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null'] as const;
/** Formats that are checked alike in browser and server. */
export const FORM_FORMATS = ['date', 'date-time', 'time', 'email', 'uri', 'uuid', 'ipv4', 'ipv6', 'hostname'] as const;

const isPattern = (text: string): boolean => {
  try {
    return new RegExp(text, 'u').source !== '';
  } catch {
    return false;
  }
};
const count = z.number().int().min(0);
const names = z.array(z.string().min(1));

/**
 * The keywords of JSON Schema that forms use, and hints of ours. A field is written where it stands: there are no references,
 * so that conditions, drawing and comparison find it by its path.
 */
const node: z.ZodType<FormNodeDoc> = z.lazy(() =>
  z.strictObject({
    $schema: z.literal('https://json-schema.org/draft/2020-12/schema').optional(),
    type: z
      .union([z.enum(TYPES), z.array(z.enum(TYPES)).min(1)], `must be one of ${TYPES.join(', ')}, or a list of them`)
      .optional(),
    properties: z.record(z.string(), node).optional(),
    required: names.optional(),
    additionalProperties: z.boolean().optional(),
    items: node.optional(),
    minItems: count.optional(),
    maxItems: count.optional(),
    uniqueItems: z.boolean().optional(),
    enum: z
      .array(z.union([z.string(), z.number(), z.boolean(), z.null()]))
      .min(1)
      .optional(),
    const: z.union([z.string(), z.number(), z.boolean(), z.null()]).optional(),
    default: z.unknown().optional(),
    format: z.enum(FORM_FORMATS).optional(),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
    exclusiveMinimum: z.number().optional(),
    exclusiveMaximum: z.number().optional(),
    multipleOf: z.number().positive().optional(),
    minLength: count.optional(),
    maxLength: count.optional(),
    pattern: z.string().refine(isPattern, 'not a regular expression (ECMA-262, with u)').optional(),
    if: node.optional(),
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: node.optional(),
    else: node.optional(),
    allOf: z.array(node).min(1).optional(),
    anyOf: z.array(node).min(1).optional().meta({ description: 'Inside if only' }),
    not: node.optional().meta({ description: 'Inside if only' }),
    contains: node.optional().meta({ description: 'Inside if only' }),
    dependentRequired: z.record(z.string(), names).optional(),
    'x-title': bilingual.optional(),
    'x-help': bilingual.optional(),
    'x-options': z.record(z.string(), bilingual).optional().meta({ description: 'Texts of the values of enum' }),
    'x-widget': z.enum(FORM_WIDGETS).optional(),
    'x-ci-type': slug.optional().meta({ description: 'Type of configuration item, with x-widget ci' }),
  }),
);

type JsonType = (typeof TYPES)[number];
type Scalar = string | number | boolean | null;
/** One level of a form's schema. */
export type FormNodeDoc = {
  $schema?: 'https://json-schema.org/draft/2020-12/schema' | undefined;
  type?: JsonType | JsonType[] | undefined;
  properties?: Record<string, FormNodeDoc> | undefined;
  required?: string[] | undefined;
  additionalProperties?: boolean | undefined;
  items?: FormNodeDoc | undefined;
  minItems?: number | undefined;
  maxItems?: number | undefined;
  uniqueItems?: boolean | undefined;
  enum?: Scalar[] | undefined;
  const?: Scalar | undefined;
  default?: unknown;
  format?: (typeof FORM_FORMATS)[number] | undefined;
  minimum?: number | undefined;
  maximum?: number | undefined;
  exclusiveMinimum?: number | undefined;
  exclusiveMaximum?: number | undefined;
  multipleOf?: number | undefined;
  minLength?: number | undefined;
  maxLength?: number | undefined;
  pattern?: string | undefined;
  if?: FormNodeDoc | undefined;
  then?: FormNodeDoc | undefined;
  else?: FormNodeDoc | undefined;
  allOf?: FormNodeDoc[] | undefined;
  anyOf?: FormNodeDoc[] | undefined;
  not?: FormNodeDoc | undefined;
  contains?: FormNodeDoc | undefined;
  dependentRequired?: Record<string, string[]> | undefined;
  'x-title'?: { 'zh-CN': string; en: string } | undefined;
  'x-help'?: { 'zh-CN': string; en: string } | undefined;
  'x-options'?: Record<string, { 'zh-CN': string; en: string }> | undefined;
  'x-widget'?: FormWidget | undefined;
  'x-ci-type'?: string | undefined;
};

/**
 * A form: JSON Schema 2020-12 for content and check, in browser and server alike, with hints of ours beside the standard
 * keywords: `x-title`, `x-help` (bilingual), `x-options` (bilingual texts of `enum` values), `x-widget` (`long-text`,
 * `person`, `service`, `ci`, `team`, `attachments`, `table`), `x-ci-type`. Top-level objects are its sections; conditions are
 * `if`/`then`/`else` and `dependentRequired`.
 */
export const formSchema = z.strictObject({
  ...header('form', formTest),
  schema: node.meta({ description: 'JSON Schema of the content, type object' }),
});
export type FormDoc = z.infer<typeof formSchema>;
