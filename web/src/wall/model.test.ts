import type { Incident } from '../incident/types';
import { boardOf, freshnessOf, newcomersOf, rowsThatFit } from './model';

const T0 = Date.parse('2026-11-24T08:00:00Z');
const at = (minutes: number) => new Date(T0 + minutes * 60_000).toISOString();

const clock = (name: string, due: number | null, more: object = {}) => ({
  name,
  state: 'running',
  goalSeconds: 600,
  elapsedSeconds: 0,
  dueAt: due === null ? null : at(due),
  startedAt: at(-60),
  stoppedAt: null,
  breachedAt: null,
  provisional: false,
  calendar: '7x24',
  ...more,
});
const incident = (id: string, more: object = {}) =>
  ({
    id,
    state: 'acknowledged',
    severity: 'II',
    createdAt: at(-60),
    clocks: [],
    major: null,
    ...more,
  }) as unknown as Incident;
const ids = (rows: { incident: Incident }[]) => rows.map((r) => r.incident.id);

test('a tile counts its severity, knows the oldest, what is broken and the next promise that can be kept', () => {
  const { tiles, open } = boardOf(
    [
      incident('a', { createdAt: at(-5), clocks: [clock('resolve', 30)] }),
      incident('b', { createdAt: at(-90), clocks: [clock('resolve', -1, { state: 'breached', breachedAt: at(-1) })] }),
      incident('c', { clocks: [clock('resolve', 20)] }),
      incident('d', { severity: 'IV' }),
    ],
    T0,
  );
  expect(open).toBe(4);
  expect(tiles.map((t) => [t.severity, t.count, t.broken])).toEqual([
    ['I', 0, 0],
    ['II', 3, 1],
    ['III', 0, 0],
    ['IV', 1, 0],
  ]);
  expect([tiles[1]?.oldest, tiles[1]?.next?.incident.id, tiles[0]?.next, tiles[0]?.oldest]).toEqual([
    at(-90),
    'c',
    null,
    null,
  ]);
});

test('what has been solved is not open any more', () => {
  const states = ['resolved', 'merged', 'closed', 'cancelled', 'suspended', 'pending'];
  expect(
    boardOf(
      states.map((state) => incident(state, { state })),
      T0,
    ).open,
  ).toBe(2);
});

test('promises: the longest broken first, then by due instant; paused ones wait', () => {
  const board = boardOf(
    [
      incident('soon', { clocks: [clock('resolve', 10)] }),
      incident('just', { clocks: [clock('resolve', 0)] }),
      incident('long', {
        clocks: [clock('plan', -30, { state: 'breached', breachedAt: at(-30) }), clock('resolve', 5)],
      }),
      incident('waits', { state: 'pending', clocks: [clock('resolve', null, { state: 'paused' })] }),
      incident('met', { clocks: [clock('resolve', null, { state: 'met', stoppedAt: at(-2) })] }),
    ],
    T0,
  );
  expect(ids(board.promised)).toEqual(['long', 'just', 'soon']);
  expect(board.broken).toBe(2);
});

test('silence begins with the clock to respond and is late when that is broken', () => {
  const respond = (start: number, due: number) => [clock('respond', due, { startedAt: at(start) })];
  const { silent } = boardOf(
    [
      incident('answered'),
      incident('fresh', { state: 'new', clocks: respond(-3, 7) }),
      incident('reopened', { state: 'new', createdAt: at(-500), clocks: respond(-20, -10) }),
      incident('unpromised', { state: 'new', createdAt: at(-40) }),
    ],
    T0,
  );
  expect(silent.map((s) => [s.incident.id, (T0 - s.since) / 60_000, s.late])).toEqual([
    ['unpromised', 40, false],
    ['reopened', 20, true],
    ['fresh', 3, false],
  ]);
});

test('major incidents stand on top, the oldest first', () => {
  const major = { since: at(-1), commander: 'a', communications: 'b' };
  const { majors } = boardOf(
    [incident('x', { major }), incident('y'), incident('z', { major, createdAt: at(-99) })],
    T0,
  );
  expect(majors.map((v) => v.id)).toEqual(['z', 'x']);
});

test.each([
  ['open', 0, false, 'fresh'],
  ['open', 89, false, 'fresh'],
  ['open', 91, false, 'stale'],
  ['open', 1, true, 'stale'],
  ['lost', 1, false, 'stale'],
  ['connecting', 1, false, 'connecting'],
] as const)('stream %s, read %d s ago, failed %s: %s', (status, seconds, failed, freshness) => {
  expect(freshnessOf(status, T0 - seconds * 1000, failed, T0)).toBe(freshness);
});

test('rows fit or leave room for the line that counts the rest', () => {
  expect(rowsThatFit(300, 50, 30, 6)).toBe(6);
  expect(rowsThatFit(300, 50, 30, 7)).toBe(5);
  expect(rowsThatFit(10, 50, 30, 7)).toBe(1);
  expect(rowsThatFit(0, 0, 0, 7)).toBe(7);
});

test('nothing is new at the first reading', () => {
  expect(newcomersOf(['a'], null)).toEqual([]);
  expect(newcomersOf(['a', 'b'], new Set(['a']))).toEqual(['b']);
});
