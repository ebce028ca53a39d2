import { factsOf, leavesOf } from './request-facts';

const data = { sizing: { vcpu: 4, note: 'x' }, applicant: { name: 'secret' }, list: [1, 2] };

test.each([
  [['sizing.vcpu'], { sizing: { vcpu: 4 } }],
  [['sizing'], { sizing: { vcpu: 4, note: 'x' } }],
  [['sizing.vcpu', 'sizing.note'], { sizing: { vcpu: 4, note: 'x' } }],
  [['sizing.vcpu', 'sizing'], { sizing: { vcpu: 4, note: 'x' } }],
  [['missing.deep'], { missing: { deep: null } }],
  [['list'], { list: [1, 2] }],
  [['toString'], { toString: null }],
])('facts at %j', (paths, expected) => {
  expect(factsOf(paths, data)).toEqual(expected);
});

test('what nobody names does not travel', () => {
  expect(JSON.stringify(factsOf(['sizing.vcpu'], data))).not.toContain('secret');
});

test('leaves: numbers, choices and short texts; no lists, no long texts', () => {
  expect(leavesOf({ a: { b: 1, c: 'short', d: 'x'.repeat(501) }, e: [1], f: true, g: null })).toEqual({
    a: { b: 1, c: 'short' },
    f: true,
  });
});

test('at most a hundred leaves', () => {
  const many = Object.fromEntries(Array.from({ length: 150 }, (_, i) => [`k${i}`, i]));
  expect(Object.keys(leavesOf(many))).toHaveLength(100);
});
