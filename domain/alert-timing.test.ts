import { DEFAULT_TIMING } from './alert-rules';
import { type Moment, scheduleAfter } from './alert-timing';

const NOW = 1_000_000;
const BEFORE = { dueAt: null, repeatAt: null, resolveAt: null, firing: 1, dispatchedAt: NOW - 3_000 };
const MOMENT: Moment = {
  before: BEFORE,
  timing: { ...DEFAULT_TIMING, wait: 30, resolve: 600 },
  assigned: true,
  firing: 1,
  held: 0,
  unheard: false,
  tells: true,
};
const of = (over: Partial<Moment>, before: Partial<Moment['before']> = {}) =>
  scheduleAfter({ ...MOMENT, ...over, before: { ...BEFORE, ...before } }, NOW);

test.each([
  ['the first alert waits', { assigned: false, unheard: true }, { firing: 0 }, NOW + 30_000],
  ['a second one does not prolong the wait', { assigned: false, unheard: true }, { dueAt: NOW + 5_000 }, NOW + 5_000],
  ['over before anybody was told', { assigned: false, firing: 0 }, { dueAt: NOW + 5_000 }, null],
  ['more of the same is gathered', { firing: 2 }, {}, NOW + 7_000],
  ['what is due stays due', { firing: 2 }, { dueAt: NOW + 100 }, NOW + 100],
  ['after a long silence at once', { firing: 2 }, { dispatchedAt: NOW - 60_000 }, NOW],
  ['never told before: at once', { firing: 2 }, { dispatchedAt: null }, NOW],
  ['the end of all at once', { firing: 0 }, { dueAt: NOW + 7_000 }, NOW],
  ['a new beginning at once', { firing: 1 }, { firing: 0 }, NOW],
  ['nothing to tell, nothing due', { tells: false, held: 2 }, {}, null],
  ['nothing to tell, what was due stays', { tells: false }, { dueAt: NOW + 9 }, NOW + 9],
] as [string, Partial<Moment>, Partial<Moment['before']>, number | null][])('%s', (_name, over, before, dueAt) => {
  expect(of(over, before).dueAt).toBe(dueAt);
});

test.each([
  ['all over', { firing: 0 }, {}, NOW + 600_000],
  ['still over: from the first instant on', { firing: 0 }, { resolveAt: NOW + 1 }, NOW + 1],
  ['one is held', { firing: 0, held: 1 }, { resolveAt: NOW + 1 }, null],
  ['one fires', { firing: 1 }, { resolveAt: NOW + 1 }, null],
  ['no policy', { firing: 0, timing: DEFAULT_TIMING }, {}, null],
  ['no incident', { firing: 0, assigned: false }, {}, null],
] as [string, Partial<Moment>, Partial<Moment['before']>, number | null][])(
  'resolves: %s',
  (_name, over, before, at) => {
    expect(of(over, before).resolveAt).toBe(at);
  },
);

test('a repeat is forgotten with the last alert that counts', () => {
  expect(of({ firing: 1 }, { repeatAt: NOW + 5 }).repeatAt).toBe(NOW + 5);
  expect(of({ firing: 0 }, { repeatAt: NOW + 5 }).repeatAt).toBeNull();
});
