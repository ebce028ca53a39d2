import { steadyRows } from './steady';

const rows = (...ids: string[]) => ids.map((id) => ({ id, says: 'new' }));
const kept = (...ids: string[]) => ids.map((id) => ({ id, says: 'old' }));
const said = (r: { rows: { id: string; says: string }[]; fresh: number; gone: ReadonlySet<string> }) => [
  r.rows.map((x) => `${x.id} ${x.says}`).join(', '),
  r.fresh,
  ...r.gone,
];

test('rows keep their place and say what they say now', () => {
  expect(said(steadyRows(kept('c', 'b', 'a'), rows('b', 'c', 'a')))).toEqual(['c new, b new, a new', 0]);
});

test('what comes above is counted, what comes below is shown', () => {
  expect(said(steadyRows(kept('c', 'b'), rows('e', 'd', 'c', 'b', 'a')))).toEqual(['c new, b new, a new', 2]);
});

test('what is gone stays until the reader asks', () => {
  expect(said(steadyRows(kept('c', 'b'), rows('c')))).toEqual(['c new, b old', 0, 'b']);
});

test('the first reading is shown as it is, and so is one that has nothing in common with what was there', () => {
  expect(said(steadyRows([], rows('b', 'a')))).toEqual(['b new, a new', 0]);
  expect(said(steadyRows(kept('x'), rows('b')))).toEqual(['x old, b new', 0, 'x']);
});
