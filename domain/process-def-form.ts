import { z } from 'zod';
import { header } from './process-def-common';

const jsonObject = z.record(z.string(), z.unknown());

const formTest = z.strictObject({
  data: jsonObject,
  valid: z.boolean(),
  errors: z
    .array(z.string())
    .optional()
    .meta({ description: 'JSON pointers of the fields that are refused: /sizing/vcpu' }),
});

/**
 * A form: JSON Schema 2020-12 for content and check, in browser and server alike, with hints of ours beside the standard
 * keywords: `x-title`, `x-help` (bilingual), `x-options` (bilingual texts of `enum` values), `x-widget` (`long-text`,
 * `person`, `service`, `ci`, `team`, `attachments`, `table`), `x-ci-type`. Top-level objects are its sections; conditions are
 * `if`/`then`/`else` and `dependentRequired`.
 */
export const formSchema = z.strictObject({
  ...header('form', formTest),
  schema: jsonObject.meta({ description: 'JSON Schema of the content, type object' }),
});
export type FormDoc = z.infer<typeof formSchema>;

/** Widgets a field may ask for. */
export const FORM_WIDGETS = ['long-text', 'person', 'service', 'ci', 'team', 'attachments', 'table'] as const;
export type FormWidget = (typeof FORM_WIDGETS)[number];
