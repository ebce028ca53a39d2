import {
  type Client,
  ServiceError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import {
  ApplicationFailure,
  NamespaceNotFoundError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
} from '@temporalio/common';
import { DomainError, type FieldError } from '../domain/errors';
import { isErrorCode } from './problem';

/** How long a call may wait for the engine: longer than any command takes, shorter than a caller's patience (ms). */
export const ENGINE_DEADLINE_MS = 10_000;
/** The backstop lies behind the deadline of the client's own call, whose error says more. */
const BACKSTOP_MS = 1_000;

/** gRPC status codes, as `@grpc/grpc-js` numbers them. */
const GRPC = { alreadyExists: 6, resourceExhausted: 8 } as const;
/**
 * Cancelled, unknown, deadline exceeded, failed precondition (the task that took the update failed), aborted, internal,
 * unavailable, data loss: the engine's trouble, not the caller's.
 */
const UNWELL: readonly number[] = [1, 2, 4, 9, 10, 13, 14, 15];

const UNANSWERED =
  'The engine did not answer in time. Whether the request was carried out is not known: repeat it with the same Idempotency-Key.';

/**
 * Awaits a call to the engine, never for ever.
 * @throws DomainError for what the engine or a workflow states, see `engineProblem`; any other error as it is
 */
export async function engineCall<T>(call: () => Promise<T>, ms: number = ENGINE_DEADLINE_MS): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DomainError('EngineUnavailable', UNANSWERED)), ms + BACKSTOP_MS);
  });
  try {
    return await Promise.race([call(), late]);
  } catch (error) {
    throw engineProblem(error) ?? error;
  } finally {
    clearTimeout(timer);
  }
}

/** As `engineCall` for a client whose calls carry no deadline yet: the SDK sets none by itself. */
export function withDeadline<T>(client: Client, call: () => Promise<T>, ms = ENGINE_DEADLINE_MS): Promise<T> {
  return engineCall(() => client.withDeadline(Date.now() + ms, call), ms);
}

/** What an error of the SDK means to a caller; undefined for an error that is none of the engine's. */
export function engineProblem(error: unknown): DomainError | undefined {
  if (error instanceof DomainError) return error;
  if (error instanceof WorkflowUpdateFailedError) return failureProblem(error.cause);
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError)
    return new DomainError('EngineUnavailable', UNANSWERED);
  if (error instanceof WorkflowNotFoundError) return new DomainError('NotFound', 'No such running case.');
  if (error instanceof WorkflowExecutionAlreadyStartedError) return alreadyThere();
  if (error instanceof NamespaceNotFoundError) {
    return new DomainError('EngineUnavailable', `The engine has no namespace ${error.namespace}.`);
  }
  const code = grpcCode(error);
  if (code === GRPC.resourceExhausted) return new DomainError('TooManyRequests', 'The engine takes no more just now.');
  if (code === GRPC.alreadyExists) return alreadyThere();
  if (code !== undefined && UNWELL.includes(code)) return new DomainError('EngineUnavailable', UNANSWERED);
  return undefined;
}

/** A refusal by the workflow: `type` is our code, the first detail the invalid fields. */
function failureProblem(cause: Error | undefined): DomainError | undefined {
  if (!(cause instanceof ApplicationFailure) || !isErrorCode(cause.type)) return undefined;
  // The message of an internal error may hold anything; it stays in the log.
  if (cause.type === 'Internal') return undefined;
  const fields: unknown = cause.details?.[0];
  return new DomainError(cause.type, cause.message, Array.isArray(fields) ? fields.filter(isFieldError) : []);
}

function isFieldError(value: unknown): value is FieldError {
  return typeof value === 'object' && value !== null && 'path' in value && 'message' in value;
}

function alreadyThere(): DomainError {
  return new DomainError('Conflict', 'A case with this number exists already.');
}

/** The status of a gRPC failure, wrapped by the SDK or not. */
function grpcCode(error: unknown): number | undefined {
  const inner = error instanceof ServiceError ? error.cause : error;
  if (!(inner instanceof Error) || !('code' in inner) || !('details' in inner)) return undefined;
  return typeof inner.code === 'number' ? inner.code : undefined;
}
