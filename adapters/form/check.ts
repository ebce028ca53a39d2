import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { type FormFault, type FormNode, pointerPart } from '../../domain/form';
import { nearest } from '../../domain/nearest';

/** Annotations of ours beside the standard keywords (`process-def-form.ts`). */
const ANNOTATIONS = ['x-title', 'x-help', 'x-options', 'x-widget', 'x-ci-type'];
/** Formats that forms may use; the check in the browser knows the same. */
const FORMATS = ['date', 'date-time', 'time', 'email', 'uri', 'uuid', 'ipv4', 'ipv6', 'hostname'] as const;

const LOCAL_PART = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/i;
const HOST = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i;

/** As the check in the browser has it: hosts of an intranet need no dot, which the format of the library demands. */
function isMailAddress(text: string): boolean {
  const at = text.lastIndexOf('@');
  const [local, host] = [text.slice(0, at), text.slice(at + 1)];
  return at > 0 && local.length <= 64 && LOCAL_PART.test(local) && HOST.test(host);
}

function newAjv(): Ajv2020 {
  // Lists of types and `then` without the properties of its neighbour are lawful JSON Schema and what conditions need.
  const ajv = new Ajv2020({
    allErrors: true,
    strict: true,
    strictTypes: false,
    strictRequired: false,
    verbose: true,
    // 0.3 is a multiple of 0.1 for everybody but a computer.
    multipleOfPrecision: 6,
    validateSchema: true,
  });
  addFormats.default(ajv, [...FORMATS]);
  ajv.addFormat('email', { type: 'string', validate: isMailAddress });
  ajv.addVocabulary(ANNOTATIONS);
  return ajv;
}

const MAX_COMPILED = 500;
const compiled = new Map<string, ValidateFunction>();
/** Making one takes longer than compiling a form with it; it keeps what it has compiled, so it goes with the cache. */
let ajv = newAjv();

/** By content: versions of definitions never change. @throws Error naming the keyword that is wrong */
function compile(schema: FormNode): ValidateFunction {
  const key = JSON.stringify(schema);
  const known = compiled.get(key);
  if (known) return known;
  if (compiled.size >= MAX_COMPILED) {
    compiled.clear();
    ajv = newAjv();
  }
  const fresh = ajv.compile(schema);
  compiled.set(key, fresh);
  return fresh;
}

/** What is wrong with the schema of a form; null when it can judge data. */
export function formSchemaFault(schema: FormNode): string | null {
  try {
    compile(schema);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

type Told = Pick<FormFault, 'message' | 'limit'>;

/** Keywords with a number as their limit, in words. */
const LIMITS: Readonly<Record<string, (limit: number) => string>> = {
  minimum: (n) => `must be ${n} or more`,
  exclusiveMinimum: (n) => `must be more than ${n}`,
  maximum: (n) => `must be ${n} or less`,
  exclusiveMaximum: (n) => `must be less than ${n}`,
  multipleOf: (n) => `must be a multiple of ${n}`,
  minLength: (n) => `must have ${n} characters or more`,
  maxLength: (n) => `must have ${n} characters or fewer`,
  minItems: (n) => `must have ${n} entries or more`,
  maxItems: (n) => `must have ${n} entries or fewer`,
};

function unknownField({ params, parentSchema }: ErrorObject): Told {
  const known = Object.keys((parentSchema as { properties?: object }).properties ?? {});
  const near = nearest(String(params.additionalProperty), known) ?? null;
  return { limit: near, message: `is no field of this form${near === null ? '' : `; did you mean "${near}"?`}` };
}

function wordsOf(error: ErrorObject): Told {
  const { keyword, schema } = error;
  const words = LIMITS[keyword];
  if (words) return { limit: Number(schema), message: words(Number(schema)) };
  const demand = [schema].flat().map(String).join(', ');
  const single = typeof schema === 'boolean' || schema === null ? null : demand;
  switch (keyword) {
    case 'type':
      return { limit: demand, message: `must be of type ${demand}` };
    case 'enum':
    case 'const':
      return { limit: single, message: `must be one of ${demand}` };
    case 'pattern':
      return { limit: demand, message: `does not have the form ${demand}` };
    case 'format':
      return { limit: demand, message: `is not a valid ${demand}` };
    case 'uniqueItems':
      return { limit: null, message: 'has the same entry twice' };
    case 'additionalProperties':
      return unknownField(error);
    case 'required':
    case 'dependentRequired':
      return { limit: null, message: 'is required' };
    default:
      return { limit: null, message: `is not allowed together with the other answers (${keyword})` };
  }
}

function pathOf({ instancePath, keyword, params }: ErrorObject): string {
  if (keyword === 'required' || keyword === 'dependentRequired')
    return `${instancePath}/${pointerPart(String(params.missingProperty))}`;
  if (keyword === 'additionalProperties') return `${instancePath}/${pointerPart(String(params.additionalProperty))}`;
  return instancePath;
}

/** Keywords that only say that something inside them failed, which is told by itself. */
const WRAPPERS = ['if', 'allOf'];

/**
 * Judges what was filled in by the schema of its form; every fault at once, one for each field and code.
 * @throws Error when the schema cannot be used (publish-time checks prevent it)
 */
export function checkFormData(schema: FormNode, data: unknown): FormFault[] {
  const validate = compile(schema);
  if (validate(data)) return [];
  const faults = new Map<string, FormFault>();
  for (const error of validate.errors ?? []) {
    if (WRAPPERS.includes(error.keyword)) continue;
    const keyword = error.keyword === 'dependentRequired' ? 'required' : error.keyword;
    const fault = { path: pathOf(error), keyword, ...wordsOf(error) };
    faults.set(`${fault.path} ${keyword}`, fault);
  }
  return [...faults.values()].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}
