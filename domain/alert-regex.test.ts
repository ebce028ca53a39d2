import { compileRegex, REGEX_LENGTH } from './alert-regex';

const full = (text: string) =>
  new RegExp(`^(?:${text.replace(/^\(\?i\)/, '')})$`, text.startsWith('(?i)') ? 'iu' : 'u');

test.each([
  ['abc', ['abc', 'ab', 'abcd', 'xabc', '']],
  ['web-\\d+', ['web-1', 'web-123', 'web-', 'web-1a']],
  ['web|db|', ['web', 'db', '', 'webdb']],
  ['(web|db)-(a|b)?', ['web-', 'db-b', 'web-c']],
  ['.*', ['', 'anything at all', '磁盘']],
  ['a.c', ['abc', 'a磁c', 'ac', 'a\nc']],
  ['[a-c]+', ['abcabc', 'abd', '']],
  ['[^a-c]', ['d', 'a', '磁']],
  ['[]a]', [']', 'a', 'b']],
  ['[a\\d-]*', ['a1-', 'a_']],
  ['a{2,3}', ['a', 'aa', 'aaa', 'aaaa']],
  ['a{2}', ['a', 'aa', 'aaa']],
  ['(ab){2,}', ['ab', 'abab', 'ababab', 'aba']],
  ['(a*)*', ['', 'aaaa', 'b']],
  ['(a|aa)+', ['aaaaa', 'ab']],
  ['(?:ab|a)b?', ['ab', 'abb', 'a', 'b']],
  ['^web$', ['web', 'xweb']],
  ['a+?b', ['aab', 'b']],
  ['\\.\\*\\\\', ['.*\\', 'xx']],
  ['\\w+\\s\\S+', ['a_1 磁盘!', 'a', 'a b c']],
  ['(?i)Web-[a-c]', ['WEB-B', 'web-c', 'web-d']],
])('%s as JavaScript does', (text, values) => {
  const expected = text === '[]a]' ? (v: string) => /^[\]a]$/.test(v) : (v: string) => full(text).test(v);
  const regex = compileRegex(text);
  expect(values.map((v) => [v, regex.matches(v)])).toEqual(values.map((v) => [v, expected(v)]));
});

test.each([
  ['(', 'ends too early|without'],
  ['a)', '"\\)" without'],
  ['(a', 'without'],
  ['[a', 'ends too early'],
  ['*a', 'repeats nothing'],
  ['a**', 'two repetitions'],
  ['a{3,2}', 'smaller number first'],
  ['a{1001}', 'at most'],
  ['(a{500}){500}', 'repeats too much'],
  ['(?=a)', 'is known as'],
  ['(?<n>a)', 'is known as'],
  ['(a)\\1', 'is not known'],
  ['\\bweb', 'is not known'],
  ['[[:alpha:]]', 'is not known'],
  ['[z-a]', 'is no range'],
  ['a^b', 'inside'],
  ['a\\', 'ends too early'],
  ['x'.repeat(REGEX_LENGTH + 1), 'longer'],
])('%s is refused', (text, why) => {
  expect(() => compileRegex(text)).toThrow(new RegExp(why));
});

/** The same numbers in every run. */
function* numbers(seed: number): Generator<number> {
  for (let x = seed; ; ) {
    x = (x * 1_103_515_245 + 12_345) % 2 ** 31;
    yield x;
  }
}

test('random expressions agree with JavaScript on random texts', () => {
  const random = numbers(7);
  const pick = (n: number) => Math.floor((random.next().value ?? 0) / 65_536) % n;
  const make = (depth: number): string => {
    if (depth === 0) return ['a', 'b', '.', '[ab]', '[^a]'][pick(5)] ?? 'a';
    const [x, y] = [make(depth - 1), make(depth - 1)];
    return [x + y, `(${x}|${y})`, `(${x})*`, `(${x})?`, `(${x})+`, `(${x}){1,2}`][pick(6)] ?? x;
  };
  for (let i = 0; i < 400; i++) {
    const text = make(3);
    const regex = compileRegex(text);
    for (let j = 0; j < 8; j++) {
      const value = Array.from({ length: pick(7) }, () => 'abc'[pick(3)]).join('');
      expect([text, value, regex.matches(value)]).toEqual([text, value, full(text).test(value)]);
    }
  }
});

test('expressions that stop others for hours are linear here', () => {
  const value = 'a'.repeat(20_000);
  for (const text of ['(a+)+b', '(a|a)*b', '(a|aa)+b', '.*.*.*.*.*b', '(.*)(.*)(.*)(.*)b'])
    expect(compileRegex(text).matches(value)).toBe(false);
});
