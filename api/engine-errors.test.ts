import { ServiceError, WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client';
import { ApplicationFailure, WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/common';
import { DomainError } from '../domain/errors';
import { engineCall, engineProblem } from './engine-errors';
import { databaseProblem, PROBLEMS } from './problem';

/** A failure as gRPC reports it. */
const grpc = (code: number) => Object.assign(new Error('rpc'), { code, details: 'rpc', metadata: {} });
const refused = (type: string, ...details: unknown[]) =>
  new WorkflowUpdateFailedError(
    'Workflow Update failed',
    ApplicationFailure.nonRetryable('It is closed.', type, ...details),
  );

it.each([
  ['a refusal of the workflow', refused('InvalidTransition'), 'InvalidTransition', 409],
  ['a call without answer', new WorkflowUpdateRPCTimeoutOrCancelledError('late'), 'EngineUnavailable', 503],
  ['an unknown case', new WorkflowNotFoundError('no', 'incident/INC-1', undefined), 'NotFound', 404],
  ['a number that is taken', new WorkflowExecutionAlreadyStartedError('there', 'x', 'incident'), 'Conflict', 409],
  ['an engine that is full', new ServiceError('x', { cause: grpc(8) }), 'TooManyRequests', 429],
  ['a deadline', grpc(4), 'EngineUnavailable', 503],
  ['an engine in trouble', grpc(13), 'EngineUnavailable', 503],
  ['an engine that cannot say', new ServiceError('x', { cause: grpc(2) }), 'EngineUnavailable', 503],
  ['an engine that is away', new ServiceError('x', { cause: grpc(14) }), 'EngineUnavailable', 503],
])('%s has a code', (_name, error, code, status) => {
  expect(engineProblem(error)?.code).toBe(code);
  expect(PROBLEMS[code as keyof typeof PROBLEMS].status).toBe(status);
});

it('hands on the invalid fields, and only what are fields', () => {
  const field = { path: 'body.until', message: 'must lie in the future' };
  expect(engineProblem(refused('ValidationFailed', [field, 'noise', null]))?.errors).toEqual([field]);
});

it.each([
  ['a bug in a workflow', refused('Internal')],
  ['a type that is none of our codes', refused('TypeError')],
  ['an update that failed for another cause', new WorkflowUpdateFailedError('x', new Error('y'))],
  ['an error of ours', new TypeError('x is undefined')],
  ['a wrong argument to the engine', grpc(3)],
])('%s stays unexpected', (_name, error) => {
  expect(engineProblem(error)).toBeUndefined();
});

it('a call that never ends is given up', async () => {
  jest.useFakeTimers();
  try {
    const call = engineCall(() => new Promise(() => undefined), 1_000);
    const outcome = expect(call).rejects.toMatchObject({ code: 'EngineUnavailable' });
    await jest.advanceTimersByTimeAsync(2_000);
    await outcome;
  } finally {
    jest.useRealTimers();
  }
});

it('a refusal of ours goes through a call unchanged, an unknown error as it is', async () => {
  const ours = new DomainError('Conflict', 'x');
  await expect(engineCall(() => Promise.reject(ours))).rejects.toBe(ours);
  const bug = new TypeError('x');
  await expect(engineCall(() => Promise.reject(bug))).rejects.toBe(bug);
});

it.each([
  [Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }), true],
  [Object.assign(new Error('shutting down'), { code: '57P01' }), true],
  [Object.assign(new Error('too many'), { code: '53300' }), true],
  [new Error('Connection terminated unexpectedly'), true],
  [new AggregateError([Object.assign(new Error('v6'), { code: 'ECONNREFUSED' })]), true],
  [Object.assign(new Error('duplicate key'), { code: '23505' }), false],
  [new Error('x'), false],
])('a database that is away is told from one that complains: %s', (error, away) => {
  expect(databaseProblem(error)?.code).toBe(away ? 'DatabaseUnavailable' : undefined);
});
