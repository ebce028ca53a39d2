/** Stable error codes; the same string travels as `ApplicationFailure.type` and as `code` of a problem document. */
export type ErrorCode =
  | 'ValidationFailed'
  | 'InvalidTransition'
  | 'NotFound'
  | 'Unauthenticated'
  | 'Forbidden'
  | 'IdempotencyKeyRequired'
  | 'IdempotencyKeyReused'
  | 'PayloadTooLarge'
  | 'UnsupportedMediaType'
  | 'Conflict'
  | 'PreconditionFailed'
  | 'TooManyRequests'
  | 'EngineUnavailable'
  | 'DatabaseUnavailable'
  | 'Internal';

/** One invalid field. `path` is a JSON pointer-like dotted path; `allowed` lists the legal values where they are countable. */
export interface FieldError {
  path: string;
  message: string;
  allowed?: readonly string[];
}

/** A refusal with a code; adapters map it to HTTP (api/problem.ts) or to an `ApplicationFailure` (workflows). */
export class DomainError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly errors: FieldError[] = [],
  ) {
    super(message);
    this.name = 'DomainError';
  }
}
