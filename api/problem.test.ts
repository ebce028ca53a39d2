import { databaseProblem } from './problem';

const withCode = (message: string, code: string) => Object.assign(new Error(message), { code });

it.each([
  ['a refused connection', withCode('connect ECONNREFUSED 127.0.0.1:5432', 'ECONNREFUSED')],
  ['a shutdown', withCode('terminating connection due to administrator command', '57P01')],
  ['a connection that breaks during a statement', new Error('select 1 - Connection terminated unexpectedly')],
  ['one that breaks before it', new Error('Connection terminated due to connection timeout')],
  [
    'one that broke a while ago',
    new Error('select 1 - Client has encountered a connection error and is not queryable'),
  ],
  ['all addresses of a host', new AggregateError([withCode('connect', 'ECONNREFUSED')])],
])('%s means: repeat it in a moment', (_what, error) => {
  expect(databaseProblem(error)?.code).toBe('DatabaseUnavailable');
});

it.each([
  ['a statement that is wrong', withCode('syntax error at or near "form"', '42601')],
  ['a fault of ours', new TypeError('Connection is not a function')],
])('%s does not', (_what, error) => {
  expect(databaseProblem(error)).toBeUndefined();
});
