import { asAttempt, firstThatWorks, NotAvailableError, type Way } from './order';
import { quietProgress } from './progress';

const works = (name: string): Way<string> => ({ name, run: async () => ({ found: name }) });
const fails = (name: string, reason: string): Way<string> => ({ name, run: async () => ({ reason }) });

describe('firstThatWorks', () => {
  test('takes the first way that works and leaves later ones alone', async () => {
    const never = jest.fn();
    const result = await firstThatWorks([fails('a', 'empty'), works('b'), { name: 'c', run: never }], quietProgress);
    expect(result).toEqual({ found: 'b', by: 'b' });
    expect(never).not.toHaveBeenCalled();
  });

  test('returns every reason in order when nothing works', async () => {
    const result = await firstThatWorks([fails('a', 'empty'), fails('b', 'offline')], quietProgress);
    expect(result).toEqual({
      tried: [
        { name: 'a', reason: 'empty' },
        { name: 'b', reason: 'offline' },
      ],
    });
  });

  test('announces a slow way before it runs and says why it failed', async () => {
    const said: string[] = [];
    const slow = { ...fails('net', 'offline'), says: 'asking the net' };
    await firstThatWorks([slow], { say: (line) => said.push(line), update: () => undefined });
    expect(said).toEqual(['asking the net', '  not possible: offline']);
  });
});

describe('asAttempt', () => {
  test('turns a failure into its reason', async () => {
    expect(await asAttempt(() => Promise.reject(new Error('offline')), undefined)).toEqual({ reason: 'offline' });
  });

  test('does not swallow the end of the whole start', async () => {
    const aborted = AbortSignal.abort(new Error('stopped by SIGINT'));
    await expect(asAttempt(() => Promise.reject(new Error('killed')), aborted)).rejects.toThrow('stopped by SIGINT');
  });
});

test('NotAvailableError lists what was tried and what helps', () => {
  const error = new NotAvailableError('The engine', [{ name: 'PATH', reason: 'nothing on it' }], ['install Go']);
  expect(error.message).toBe(
    'The engine is not available. Tried:\n  - PATH: nothing on it\nOne of these helps:\n  - install Go',
  );
});
