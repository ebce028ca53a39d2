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
  /** Of a field of a form: what refuses it (JSON Schema keyword), for words in the reader's language. */
  keyword?: string;
  /** What the keyword demands. */
  limit?: string | number | null;
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
