import type { z } from 'zod';
import { DomainError, type FieldError } from '../domain/errors';

/** Parts of a request that have a schema. */
export interface Schemas {
  params?: z.ZodType;
  query?: z.ZodType;
  body?: z.ZodType;
}

/** The parts as they came. */
export interface RawInput {
  params: unknown;
  query: unknown;
  body: unknown;
}

/**
 * Checks all parts and names every invalid field of all of them at once. Parts without a schema pass as they are.
 * @throws DomainError ValidationFailed
 */
export function validate(schemas: Schemas, raw: RawInput): RawInput {
  const errors: FieldError[] = [];
  const check = (part: keyof RawInput): unknown => {
    const schema = schemas[part];
    if (schema === undefined) return raw[part];
    const result = schema.safeParse(raw[part]);
    if (result.success) return result.data;
    errors.push(...fieldErrors(result.error.issues, part));
    return undefined;
  };
  const input = { params: check('params'), query: check('query'), body: check('body') };
  if (errors.length === 0) return input;
  const fields = [...new Set(errors.map((e) => e.path))];
  throw new DomainError('ValidationFailed', `Not valid: ${fields.join(', ')}.`, errors);
}

/** Issues of zod as fields; `prefix` says which part of the request they are in. */
export function fieldErrors(issues: readonly z.core.$ZodIssue[], prefix: string): FieldError[] {
  return issues.flatMap((issue) => {
    const path = [prefix, ...issue.path.map(String)].join('.');
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({ path: `${path}.${key}`, message: 'unknown field' }));
    if (issue.code === 'invalid_union') return unionErrors(issue, path);
    if (issue.code === 'invalid_value') return [valueError(issue, path)];
    return [{ path, message: isMissing(issue) ? 'is required' : issue.message }];
  });
}

function valueError(issue: z.core.$ZodIssueInvalidValue, path: string): FieldError {
  const allowed = issue.values.map(String);
  return { path, message: `must be one of ${allowed.join(', ')}`, allowed };
}

/** The branch that fits best speaks for the union: the others complain about what was never meant. */
function unionErrors(issue: z.core.$ZodIssueInvalidUnion, path: string): FieldError[] {
  const [best] = issue.errors
    .filter((e) => e.length > 0)
    .sort((a, b) => depth(b) - depth(a) || missing(a) - missing(b) || a.length - b.length);
  if (best === undefined) return [{ path, message: issue.message }];
  return fieldErrors(best, path);
}

function depth(issues: readonly z.core.$ZodIssue[]): number {
  return Math.min(...issues.map((issue) => issue.path.length));
}

/** A branch whose fields are not even there was hardly meant. */
function missing(issues: readonly z.core.$ZodIssue[]): number {
  return issues.filter(isMissing).length;
}

function isMissing(issue: z.core.$ZodIssue): boolean {
  return issue.code === 'invalid_type' && issue.message.endsWith('received undefined');
}
