import { randomUUID } from 'node:crypto';
import { isNativeError } from 'node:util/types';
import type { Response } from 'express';
import { DomainError, type ErrorCode, type FieldError } from '../domain/errors';

/** The one table from code to HTTP status and title. */
export const PROBLEMS: Readonly<Record<ErrorCode, { status: number; title: string; retryAfterSeconds?: number }>> = {
  ValidationFailed: { status: 400, title: 'The request is not valid' },
  IdempotencyKeyRequired: { status: 400, title: 'An Idempotency-Key is required' },
  Unauthenticated: { status: 401, title: 'Sign-in is required' },
  Forbidden: { status: 403, title: 'Not permitted' },
  NotFound: { status: 404, title: 'Not found' },
  InvalidTransition: { status: 409, title: 'Not possible in this state' },
  Conflict: { status: 409, title: 'Conflict' },
  PreconditionFailed: { status: 412, title: 'Changed in the meantime' },
  PayloadTooLarge: { status: 413, title: 'The request is too large' },
  UnsupportedMediaType: { status: 415, title: 'Media type is not supported' },
  IdempotencyKeyReused: { status: 422, title: 'The Idempotency-Key belongs to another request' },
  TooManyRequests: { status: 429, title: 'Too many requests', retryAfterSeconds: 1 },
  Internal: { status: 500, title: 'Internal error' },
  EngineUnavailable: { status: 503, title: 'The process engine does not answer', retryAfterSeconds: 2 },
  DatabaseUnavailable: { status: 503, title: 'The database does not answer', retryAfterSeconds: 2 },
};

/** RFC 9457 problem document; `code` is stable, `errors` names every invalid field. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: ErrorCode;
  /** Names this occurrence in the log. */
  instance: string;
  errors?: readonly FieldError[];
}

/** Whether a string from outside (an `ApplicationFailure.type`) is one of our codes. */
export function isErrorCode(text: string | null | undefined): text is ErrorCode {
  return typeof text === 'string' && Object.hasOwn(PROBLEMS, text);
}

/** The document for a refusal. @param id of the request, as the log has it */
export function problemOf(error: DomainError, id: string = randomUUID()): Problem {
  const { status, title } = PROBLEMS[error.code];
  return {
    type: `urn:continuo:problem:${error.code}`,
    title,
    status,
    detail: error.message,
    code: error.code,
    instance: `urn:continuo:request:${id}`,
    ...(error.errors.length > 0 ? { errors: error.errors } : {}),
  };
}

/** Answers with a problem document. A `Retry-After` that is already set stays. */
export function sendProblem(res: Response, error: DomainError, id: string): void {
  const problem = problemOf(error, id);
  const { retryAfterSeconds } = PROBLEMS[error.code];
  if (retryAfterSeconds !== undefined && !res.hasHeader('Retry-After')) res.set('Retry-After', `${retryAfterSeconds}`);
  if (error.code === 'Unauthenticated') res.set('WWW-Authenticate', 'Bearer');
  res.status(problem.status).type('application/problem+json').set('Cache-Control', 'no-store').json(problem);
}

/** SQLSTATE classes 08 (connection) and 57P0x (shutdown), 53300 (too many connections), and sockets that fail. */
const DATABASE_DOWN =
  /^(08...|57P0[1-5]|53300|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH)$/;

/** What the driver says without a code; knex puts the statement before it. */
const CONNECTION_LOST = /(^| - )(Connection (terminated|ended)|Client has encountered a connection error)/;

/** What an error of the driver or the pool means to a caller; undefined when it is not about reaching the database. */
export function databaseProblem(error: unknown): DomainError | undefined {
  // Not `instanceof`: errors of Node itself are of another realm where code runs in a sandbox.
  if (!isNativeError(error)) return undefined;
  const code = 'code' in error ? String(error.code) : '';
  const pool = error.name === 'KnexTimeoutError' || CONNECTION_LOST.test(error.message);
  // Node bundles the failures of all addresses of a host.
  const parts: unknown = 'errors' in error ? error.errors : [];
  const bundled = Array.isArray(parts) && parts.some((part) => databaseProblem(part) !== undefined);
  if (!pool && !bundled && !DATABASE_DOWN.test(code)) return undefined;
  return new DomainError('DatabaseUnavailable', 'The database does not answer; repeat the request in a moment.');
}
