import {
  type CustomValidator,
  createErrorHandler,
  type ErrorSchema,
  type ErrorTransformer,
  type RJSFSchema,
  type RJSFValidationError,
  toErrorList,
  type UiSchema,
  unwrapErrorHandler,
  type ValidationData,
  type ValidatorType,
  validationDataMerge,
} from '@rjsf/utils';
import { type FormFault, faultsOf } from './check';
import type { FormContext } from './context';
import { tokensOf } from './fault-words';
import { type Data, type FormSchema, holds, isObject } from './schema';

/** Faults as the tree of the form: each at its field. */
export function errorTree(told: readonly { path: string; message: string }[]): ErrorSchema<Data> {
  const root: ErrorSchema<Data> = {};
  for (const { path, message } of told) {
    let at = root as Record<string, unknown>;
    for (const token of tokensOf(path)) {
      const next = isObject(at[token]) ? (at[token] as Record<string, unknown>) : {};
      at[token] = next;
      at = next;
    }
    at.__errors = [...((at.__errors as string[] | undefined) ?? []), message];
  }
  return root;
}

const asError = ({ path, keyword, limit }: FormFault): RJSFValidationError => ({
  name: keyword,
  message: keyword,
  params: { limit },
  property: tokensOf(path)
    .map((token) => `.${token}`)
    .join(''),
  stack: `${path} ${keyword}`,
});

/** Validation for rjsf that compiles no code, as the page's security policy demands. Messages are the keywords. */
export const validator: ValidatorType<Data, RJSFSchema, FormContext> = {
  validateFormData(
    data: Data | undefined,
    schema: RJSFSchema,
    custom?: CustomValidator<Data, RJSFSchema, FormContext>,
    transform?: ErrorTransformer<Data, RJSFSchema, FormContext>,
    ui?: UiSchema<Data, RJSFSchema, FormContext>,
  ): ValidationData<Data> {
    const found = faultsOf(schema as FormSchema, data ?? {}).map(asError);
    const errors = transform?.(found, ui) ?? found;
    const tree = errorTree(
      errors.map((e) => ({ path: (e.property ?? '').replaceAll('.', '/'), message: e.message ?? e.name ?? '' })),
    );
    if (custom === undefined) return { errors, errorSchema: tree };
    const own = unwrapErrorHandler(custom(data, createErrorHandler<Data>(data ?? {}), ui, tree));
    return validationDataMerge({ errors: [...errors, ...toErrorList(own)], errorSchema: tree }, own);
  },
  isValid: (schema, data, root) =>
    typeof schema === 'boolean' ? schema : holds(schema as FormSchema, data, root as FormSchema),
  // The type leaves the shape of an error to whoever asks.
  rawValidation: <Result>(schema: RJSFSchema, data?: Data) => ({
    errors: faultsOf(schema as FormSchema, data ?? {}) as Result[],
  }),
};
