import { differences, formatDifference } from './process-def-diff';

const lines = (before: object | null, after: object | null) => differences(before, after).map(formatDifference);

test.each<[string, object | null, object | null, string[]]>([
  ['nothing', { a: [{ id: 1 }] }, { a: [{ id: 1 }] }, []],
  ['the order of keys', { a: 1, b: 2 }, { b: 2, a: 1 }, []],
  ['a value', { a: { b: 1 } }, { a: { b: '2' } }, ['~ a.b: 1 → 2']],
  ['a key more', { a: 1 }, { a: 1, b: 'x' }, ['+ b: x']],
  ['a key less', { a: 1, b: 'x' }, { a: 1 }, ['- b: x']],
  ['another type', { a: [1] }, { a: { b: 1 } }, ['~ a: [1] → {"b":1}']],
  ['words of a list', { a: ['x', 'y'] }, { a: ['y'] }, ['~ a: ["x","y"] → ["y"]']],
  [
    'an entry inserted before others',
    {
      steps: [
        { id: 'a', k: 1 },
        { id: 'b', k: 2 },
      ],
    },
    {
      steps: [
        { id: 'new', k: 0 },
        { id: 'a', k: 1 },
        { id: 'b', k: 3 },
      ],
    },
    ['~ steps[b].k: 2 → 3', '+ steps[new]: {"id":"new","k":0}'],
  ],
  [
    'entries in another order',
    { s: [{ id: 'a' }, { id: 'b' }] },
    { s: [{ id: 'b' }, { id: 'a' }] },
    ['↕ s: a, b → b, a'],
  ],
  [
    'entries without a name',
    { ladder: [{ after: '1bd' }, { after: '2bd' }] },
    { ladder: [{ after: '1bd' }, { after: '3bd' }, { after: '5bd' }] },
    ['~ ladder[2].after: 2bd → 3bd', '+ ladder[3]: {"after":"5bd"}'],
  ],
  [
    'fields of a form in another order, which is how they are drawn',
    { schema: { properties: { a: { type: 'string', 'x-widget': 'ci' }, b: { properties: { c: {}, d: {} } } } } },
    { schema: { properties: { b: { properties: { d: {}, c: {} } }, a: { 'x-widget': 'ci', type: 'string' } } } },
    ['↕ schema.properties.b.properties: c, d → d, c', '↕ schema.properties: a, b → b, a'],
  ],
  ['a document more', null, { a: 1 }, ['+ document: {"a":1}']],
  ['a document less', { a: 1 }, null, ['- document: {"a":1}']],
])('%s', (_, before, after, expected) => {
  expect(lines(before, after)).toEqual(expected);
});

test('what is long is cut to one line', () => {
  const [line = ''] = lines({ a: 'x' }, { a: `${'long\n'.repeat(50)}` });
  expect(line.length).toBeLessThan(120);
  expect(line).toContain('long long');
});
