import { nearest } from './nearest';

const CLOCKS = ['respond', 'plan', 'resolve'];

test.each([
  ['resolv', 'resolve'],
  ['reslove', 'resolve'],
  ['Respond', 'respond'],
  ['paln', 'plan'],
  ['respnd', 'respond'],
  ['res', 'respond'],
])('%s means %s', (word, expected) => {
  expect(nearest(word, CLOCKS)).toBe(expected);
});

test.each(['availability', 'x', '', 'vendor'])('%j means none of them', (word) => {
  expect(nearest(word, CLOCKS)).toBeUndefined();
});

test('the smaller edit wins, then the first candidate', () => {
  expect(nearest('7x2', ['5x8', '7x24'])).toBe('7x24');
  expect(nearest('cat', ['bat', 'car'])).toBe('bat');
});
