import type { ErrorCode, FieldError } from '../../../domain/errors';

/** What went wrong with a call: the API's problem document (RFC 9457), or `Offline` when there was no answer at all. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: ErrorCode | 'Offline' | 'Unreadable',
    readonly detail: string,
    readonly errors: readonly FieldError[] = [],
    /** Names this occurrence in the server's log. */
    readonly instance: string | null = null,
  ) {
    super(`${code}: ${detail}`);
    this.name = 'Problem';
  }
}

const isFieldError = (e: unknown): e is FieldError =>
  typeof e === 'object' && e !== null && 'path' in e && 'message' in e && typeof e.path === 'string';

interface Body {
  detail?: string;
  title?: string;
  instance?: string;
  errors?: unknown;
}

/** Reads the body of a refusal; anything but a problem document becomes `Unreadable`, so that it is shown and not guessed. */
export function problemOf(status: number, body: unknown): Problem {
  if (typeof body !== 'object' || body === null || !('code' in body) || typeof body.code !== 'string')
    return new Problem(status, 'Unreadable', `HTTP ${status}`);
  const { detail, title, errors, instance } = body as Body;
  const fields = Array.isArray(errors) ? errors.filter(isFieldError) : [];
  return new Problem(status, body.code as ErrorCode, detail ?? title ?? '', fields, instance ?? null);
}

/** Any thrown value as a problem: a failed fetch means that nobody answered. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof TypeError) return new Problem(0, 'Offline', error.message);
  return new Problem(0, 'Unreadable', error instanceof Error ? error.message : String(error));
}
