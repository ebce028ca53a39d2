import Ajv2020, { type ErrorObject, type ValidateFunction } from 'ajv/dist/2020';
import type { CiType } from '../../domain/cmdb';
import { DomainError } from '../../domain/errors';

const ajv = new Ajv2020({ allErrors: true, strict: false });
/** By the schema's text: types change seldom. */
const compiled = new Map<string, ValidateFunction>();

function validator(type: CiType): ValidateFunction {
  const text = JSON.stringify(type.schema);
  const known = compiled.get(text);
  if (known) return known;
  const made = ajv.compile(type.schema);
  compiled.set(text, made);
  return made;
}

const pathOf = (error: ErrorObject): string => {
  const missing: unknown = error.params.missingProperty;
  const at = [...error.instancePath.split('/').slice(1), ...(typeof missing === 'string' ? [missing] : [])];
  return ['attributes', ...at].join('.');
};

/** @throws DomainError ValidationFailed with every attribute that the type refuses; paths begin with `attributes` */
export function checkAttributes(type: CiType, attributes: Record<string, unknown>): void {
  const check = validator(type);
  if (check(attributes)) return;
  const errors = (check.errors ?? []).map((e) => ({ path: pathOf(e), message: e.message ?? 'is not valid' }));
  const named = errors.map((e) => `${e.path} ${e.message}`).join('; ');
  throw new DomainError('ValidationFailed', `Not valid for ${type.name}: ${named}.`, errors);
}
