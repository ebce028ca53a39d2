import { sharedLookup } from './shared-lookup';

/** Lookups that answer when told to. */
function manual() {
  const calls: { key: string; answer(value: string): void; fail(error: Error): void }[] = [];
  const lookup = sharedLookup<string>((key) => new Promise((answer, fail) => calls.push({ key, answer, fail })));
  return { calls, lookup };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

test('questions asked while a query runs share the next one, never the running one', async () => {
  const { calls, lookup } = manual();
  const first = lookup('a');
  const later = [lookup('a'), lookup('a'), lookup('a')];
  expect(calls).toHaveLength(1);
  calls[0]?.answer('old');
  expect(await first).toBe('old');
  await settled();
  expect(calls).toHaveLength(2);
  calls[1]?.answer('new');
  expect(await Promise.all(later)).toEqual(['new', 'new', 'new']);
});

test('keys do not wait for one another', async () => {
  const { calls, lookup } = manual();
  const [a, b] = [lookup('a'), lookup('b')];
  expect(calls.map((c) => c.key)).toEqual(['a', 'b']);
  calls[1]?.answer('b');
  expect(await b).toBe('b');
  calls[0]?.answer('a');
  expect(await a).toBe('a');
});

test('a failure is told to those who asked, and the next question asks again', async () => {
  const { calls, lookup } = manual();
  const [first, second] = [lookup('a'), lookup('a')];
  calls[0]?.fail(new Error('gone'));
  await expect(first).rejects.toThrow('gone');
  await settled();
  calls[1]?.answer('back');
  expect(await second).toBe('back');
});

test('nothing is remembered', async () => {
  const { calls, lookup } = manual();
  const first = lookup('a');
  calls[0]?.answer('one');
  await first;
  await settled();
  const second = lookup('a');
  calls[1]?.answer('two');
  expect(await second).toBe('two');
});
