import fc from 'fast-check';
import { searchChunks } from './search-chunk';

/** Lexeme → places, out of the literal. */
const read = (chunk: string) =>
  new Map(
    [...chunk.matchAll(/'((?:[^']|'')*)'(?::([\d,]+))?/g)].map(([, lexeme, places]) => [
      lexeme ?? '',
      places?.split(',').map(Number) ?? [],
    ]),
  );

test('texts do not stand side by side', () => {
  expect(searchChunks('INC-000001 disk', ['full 端口', 'down'])).toEqual([
    `'inc-000001':1 'inc':1 '000001':2 'disk':3 'full':5 '端口':6 '端' '口' 'down':8`,
  ]);
});

test('nothing to be found by is one empty chunk', () => {
  expect(searchChunks('', ['', '。'])).toEqual(['']);
});

test('a chunk ends before a place that Postgres would drop, and what stands at the cut stands in both', () => {
  const chunks = searchChunks('head', ['x '.repeat(70)], { positions: 1000, places: 50, bytes: 100_000 }).map(read);
  expect(chunks.map((c) => c.get('x')?.length)).toEqual([50, 50, 34]);
  expect(chunks.every((c) => c.has('head'))).toBe(true);
});

test('limits too narrow for the overlap still end', () => {
  const chunks = searchChunks('', ['x '.repeat(35)], { positions: 1000, places: 10, bytes: 100_000 }).map(read);
  expect(chunks.every((c) => c.get('x')?.length === 10 || c === chunks.at(-1))).toBe(true);
  expect(searchChunks('', ['word'], { positions: 1000, places: 10, bytes: 3 })).toEqual(['']);
});

test('limits hold and every pair of neighbours is found in some chunk', () => {
  const limits = { positions: 120, places: 60, bytes: 20_000 };
  const word = fc.constantFrom('disk', 'full', '端口', '链路中断', 'ERR-1042', 'x');
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 300 }), (words) => {
      const chunks = searchChunks('T', [words.join(' ')], limits).map(read);
      for (const chunk of chunks)
        for (const places of chunk.values()) {
          expect(places.length).toBeLessThanOrEqual(limits.places);
          expect(Math.max(0, ...places)).toBeLessThanOrEqual(limits.positions);
        }
      const last = words.at(-1) === '链路中断' ? '中断' : (words.at(-1) ?? '').toLowerCase();
      expect(chunks.at(-1)?.has(last)).toBe(true);
    }),
    { numRuns: 50 },
  );
});
