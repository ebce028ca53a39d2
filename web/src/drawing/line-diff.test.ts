import fc from 'fast-check';
import { foldDiff, lineDiff } from './line-diff';

const text = fc
  .array(fc.constantFrom('a', 'b', 'c', ''), { minLength: 1, maxLength: 20 })
  .map((lines) => lines.join('\n'));
const side = (lines: ReturnType<typeof lineDiff>, not: 'added' | 'removed') =>
  lines
    .filter((l) => l.kind !== not)
    .map((l) => l.text)
    .join('\n');

test('a diff holds both texts, and nothing is changed where they are equal', () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      const lines = lineDiff(before, after);
      expect(side(lines, 'added')).toBe(before);
      expect(side(lines, 'removed')).toBe(after);
      if (before === after) expect(lines.every((l) => l.kind === 'same')).toBe(true);
    }),
  );
});

test('one changed line is one removed and one added line', () => {
  const marks = lineDiff('a\nb\nc', 'a\nB\nc').map((l) => `${l.kind[0]}${l.text}`);
  expect(marks).toEqual(['sa', 'rb', 'aB', 'sc']);
});

test('what is far from a change is folded, and no line is lost', () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      const lines = lineDiff(before, after);
      const counted = foldDiff(lines).reduce((sum, p) => sum + (p.kind === 'fold' ? p.count : p.lines.length), 0);
      expect(counted).toBe(lines.length);
    }),
  );
  const many = Array.from({ length: 30 }, (_, i) => `line ${i}`);
  const parts = foldDiff(lineDiff(many.join('\n'), many.with(15, 'other').join('\n')));
  expect(parts.map((p) => (p.kind === 'fold' ? p.count : `${p.lines.length} lines`))).toEqual([12, '8 lines', 11]);
});
