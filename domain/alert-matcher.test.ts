import {
  checkMatcher,
  compileMatchers,
  formatMatcher,
  hostOf,
  type Matcher,
  matchesEverything,
  parseMatcher,
  withMeta,
} from './alert-matcher';

const match = (...texts: string[]) => compileMatchers(texts.map(parseMatcher));

test.each([
  ['a=b', { a: 'b' }, true],
  ['a="b"', { a: 'b' }, true],
  ['a = "b c"', { a: 'b c' }, true],
  ['a=b', { a: 'bb' }, false],
  ['a=', {}, true],
  ['a=""', { a: 'x' }, false],
  ['a!=b', { a: 'c' }, true],
  ['a!=b', {}, true],
  ['a!=""', {}, false],
  ['a=~"b|c"', { a: 'c' }, true],
  ['a=~b', { a: 'bb' }, false],
  ['a=~".+"', {}, false],
  ['a!~"b|"', { a: 'c' }, true],
  ['a!~"b|"', {}, false],
  ['a=~"x\\.y"', { a: 'x.y' }, true],
  ['a=~"x\\\\.y"', { a: 'x.y' }, true],
  ['a="say \\"no\\""', { a: 'say "no"' }, true],
  ['中文=严重', { 中文: '严重' }, true],
  ['constructor=""', {}, true],
])('%s and %j: %s', (text, labels, expected) => {
  expect(match(text)(labels as Record<string, string>)).toBe(expected);
});

test('all have to match', () => {
  expect(match('a=1', 'b=2')({ a: '1', b: '2' })).toBe(true);
  expect(match('a=1', 'b=2')({ a: '1' })).toBe(false);
  expect(match()({})).toBe(true);
});

test.each([
  ['a', 'write label='],
  ['=b', 'write label='],
  ['a~b', 'write label='],
  ['1a=b', 'write label='],
  ['a="b', 'do not match'],
  ['a="b"c"', 'do not match'],
  ['a=b"c', 'quote the whole value'],
  ['a=~"("', 'the expression "(" '],
  ['a!~"(?=x)"', 'the expression'],
])('%s is refused', (text, why) => {
  expect(() => parseMatcher(text)).toThrow(why);
});

const VALUES = ['', 'b', 'web-1', 'a"b', 'a\\b', 'x.y', '磁盘', '\\"', ' b '];
test('what is written is read back the same', () => {
  for (const op of ['=', '!=', '=~', '!~'] as const)
    for (const value of VALUES) {
      const matcher: Matcher = { label: 'a', op, value };
      if (op.endsWith('~') && value.includes('\\b')) continue;
      expect(() => checkMatcher(matcher)).not.toThrow();
      expect(parseMatcher(formatMatcher(matcher))).toEqual(matcher);
    }
});

test('an operator and its negation never agree', () => {
  for (const value of ['', 'b', 'web-.*', 'a|'])
    for (const label of ['', 'b', 'web-1', 'a', 'x'])
      for (const [yes, no] of [
        ['=', '!='],
        ['=~', '!~'],
      ] as const) {
        const of = (op: Matcher['op']) => compileMatchers([{ label: 'a', op, value }])({ a: label });
        expect(of(yes)).toBe(!of(no));
      }
});

test.each([
  [['a=""'], true],
  [['a!=b'], true],
  [['a=~".*"', 'b=~"x|"'], true],
  [['a=b'], false],
  [['a=~".*"', 'b=~".+"'], false],
])('%j match everything: %s', (texts, expected) => {
  expect(matchesEverything(texts.map(parseMatcher))).toBe(expected);
});

test('the host is named by the first label that is there, without port', () => {
  expect(hostOf({ instance: 'db1:9100', node: 'n1' })).toBe('n1');
  expect(hostOf({ instance: 'db1:9100' })).toBe('db1');
  expect(hostOf({ host: ' ', instance: '10.0.0.1:80' })).toBe('10.0.0.1');
  expect(hostOf({ instance: 'db1' }, ['pod'])).toBe('');
  expect(match('__host=db1', '__source=prom')(withMeta({ instance: 'db1:1' }, { source: 'prom', service: 's' }))).toBe(
    true,
  );
});
