import { decoded, encoded, type FormSchema, isObject, validatorOf, withoutUndefined } from './schema';

/** A field that is refused; the server tells the same (`domain/form.ts`) with words in English. */
export interface FormFault {
  /** JSON pointer: `/sizing/vcpu`; of a missing or unknown field it names that field; '' is the form as a whole. */
  path: string;
  /** JSON Schema keyword that refuses it. */
  keyword: string;
  /** What the keyword demands, if it is a number, a word or a list of words. */
  limit: string | number | null;
}

/** Keywords that only say that something inside is refused. */
const CONTAINERS = new Set([
  '$ref',
  'allOf',
  'dependentSchemas',
  'if',
  'items',
  'prefixItems',
  'properties',
  'patternProperties',
  'propertyNames',
  'additionalProperties',
  'unevaluatedProperties',
  'unevaluatedItems',
]);

const MISSING = /(?:required property|does not have) "(.*)"\.$/;

/** What stands at a place of the schema; places lead through references. */
function demanded(root: FormSchema, location: string): unknown {
  let at: unknown = root;
  for (const token of location.split('/').slice(1)) {
    if (Array.isArray(at)) at = (at as unknown[])[Number(token)];
    else if (isObject(at)) {
      const next: unknown = at[decoded(token)];
      at = token === '$ref' && typeof next === 'string' ? demanded(root, next) : next;
    } else return undefined;
  }
  return at;
}

function limitOf(demand: unknown): string | number | null {
  if (typeof demand === 'string' || typeof demand === 'number') return demand;
  if (Array.isArray(demand)) return demand.map(String).join(', ');
  return null;
}

/** What is refused by which rule; a field that must not be there is told as such. */
function refused(
  keyword: string,
  error: string,
  demand: () => unknown,
): { keyword: string; limit: FormFault['limit'] } {
  if (MISSING.test(error)) return { keyword: 'required', limit: null };
  if (keyword === 'false') return { keyword: 'additionalProperties', limit: null };
  return { keyword, limit: limitOf(demand()) };
}

/** Every fault of the data, in the order of the schema; each field and keyword once. */
export function faultsOf(schema: FormSchema, data: unknown): FormFault[] {
  const { errors } = validatorOf(schema, true).validate(withoutUndefined(data));
  const lists = errors.filter((e) => e.keyword === 'contains');
  const faults = new Map<string, FormFault>();
  for (const { keyword, keywordLocation, instanceLocation, error } of errors) {
    if (CONTAINERS.has(keyword) || lists.some((c) => keywordLocation.startsWith(`${c.keywordLocation}/`))) continue;
    const missing = MISSING.exec(error)?.[1];
    const place = instanceLocation.slice(1);
    const path = missing === undefined ? place : `${place}/${encoded(missing)}`;
    const fault = { path, ...refused(keyword, error, () => demanded(schema, keywordLocation)) };
    const known = `${path} ${fault.keyword}`;
    if (!faults.has(known)) faults.set(known, fault);
  }
  return [...faults.values()];
}
