import { type AlertState, applyPush, LATE_MS } from './alert-state';

const T = Date.UTC(2026, 0, 31, 8);
const MIN = 60_000;
const at = (minute: number, order = minute) => ({ at: T + minute * MIN, order });
const start = (minute: number | null) => (minute === null ? null : T + minute * MIN);
const firing = (startsAt: number | null) => ({ status: 'firing' as const, startsAt: start(startsAt), endsAt: null });
const resolved = (startsAt: number | null, endsAt: number | null) => ({
  status: 'resolved' as const,
  startsAt: start(startsAt),
  endsAt: start(endsAt),
});
type Push = Parameters<typeof applyPush>[1];
type Step = readonly [Push, ReturnType<typeof at>];

function fold(steps: readonly Step[]) {
  let state: AlertState | null = null;
  const effects = steps.map(([push, receipt]) => {
    const result = applyPush(state, push, receipt);
    state = result.state;
    return result.effect;
  });
  return { state: state as AlertState | null, effects };
}

const TABLE: [string, Step[], string[], 'firing' | 'resolved'][] = [
  ['a first firing push fires', [[firing(0), at(1)]], ['fired'], 'firing'],
  ['an alert that is over before it was heard of is recorded', [[resolved(0, 1), at(2)]], ['ended'], 'resolved'],
  [
    'repeats change nothing',
    [
      [firing(0), at(1)],
      [firing(0), at(2)],
    ],
    ['fired', 'same'],
    'firing',
  ],
  [
    'an end ends',
    [
      [firing(0), at(1)],
      [resolved(0, 5), at(6)],
    ],
    ['fired', 'ended'],
    'resolved',
  ],
  [
    'a second end says nothing new',
    [
      [resolved(0, 5), at(6)],
      [resolved(0, 5), at(7)],
    ],
    ['ended', 'same'],
    'resolved',
  ],
  [
    'a newer occurrence fires again',
    [
      [resolved(0, 5), at(6)],
      [firing(6), at(6)],
    ],
    ['ended', 'fired'],
    'firing',
  ],
  [
    'the end of an older occurrence does not close a newer one',
    [
      [firing(0), at(1)],
      [firing(10), at(11)],
      [resolved(0, 5), at(12)],
    ],
    ['fired', 'same', 'stale'],
    'firing',
  ],
  [
    'an older occurrence that ended after the newer began was merged by the sender',
    [
      [firing(10), at(11)],
      [resolved(0, 12), at(12)],
    ],
    ['fired', 'ended'],
    'resolved',
  ],
  [
    'a firing push delivered late stays over',
    [
      [resolved(0, 5), at(6)],
      [firing(0), at(6.5)],
    ],
    ['ended', 'stale'],
    'resolved',
  ],
  [
    'an alert that had fired, ended and is pushed again with its old start was a false recovery',
    [
      [firing(0), at(1)],
      [resolved(0, 5), at(6)],
      [firing(0), at(6.1)],
    ],
    ['fired', 'ended', 'fired'],
    'firing',
  ],
  [
    'a repeat from before the end that is processed after it is stale',
    [
      [firing(0), at(1)],
      [resolved(0, 5), at(6)],
      [firing(0), at(5.9)],
    ],
    ['fired', 'ended', 'stale'],
    'resolved',
  ],
  [
    'an older occurrence delivered after the end of a newer one is stale',
    [
      [firing(3), at(3)],
      [resolved(3, 5), at(6)],
      [firing(0), at(6.5)],
    ],
    ['fired', 'ended', 'stale'],
    'resolved',
  ],
  [
    'so was one whose first firing push comes long after its end',
    [
      [resolved(0, 5), at(6)],
      [firing(0), at(8)],
    ],
    ['ended', 'fired'],
    'firing',
  ],
  [
    'without instants the order of receipt decides',
    [
      [resolved(null, null), at(2)],
      [firing(null), at(3)],
    ],
    ['ended', 'fired'],
    'firing',
  ],
  [
    'and late ones are stale: firing',
    [
      [resolved(null, null), at(3)],
      [firing(null), at(2)],
    ],
    ['ended', 'stale'],
    'resolved',
  ],
  [
    'and late ones are stale: end',
    [
      [firing(null), at(3)],
      [resolved(null, null), at(2)],
    ],
    ['fired', 'stale'],
    'firing',
  ],
  [
    'an end without start closes what began before it',
    [
      [firing(1), at(2)],
      [resolved(null, 3), at(3)],
    ],
    ['fired', 'ended'],
    'resolved',
  ],
  [
    'and not what began after it',
    [
      [firing(4), at(4)],
      [resolved(null, 3), at(5)],
    ],
    ['fired', 'stale'],
    'firing',
  ],
];

test.each(TABLE)('%s', (_name, steps, effects, status) => {
  const result = fold(steps);
  expect(result.effects).toEqual(effects);
  expect(result.state?.status).toBe(status);
});

test('the limit of late delivery is exact', () => {
  const ended = { ...at(6) };
  const state = fold([[resolved(0, 5), ended]]).state;
  const push = (ms: number) => applyPush(state, firing(0), { at: ended.at + ms, order: 99 }).effect;
  expect([push(LATE_MS), push(LATE_MS + 1)]).toEqual(['stale', 'fired']);
});

test('a late push of an occurrence whose end is known does not revive it', () => {
  const { effects } = fold([
    [resolved(0, 1), at(2)],
    [resolved(10, 11), at(12)],
    [firing(10), at(12.5)],
  ]);
  expect(effects).toEqual(['ended', 'same', 'stale']);
});

test('a stale push leaves the state untouched', () => {
  const before = fold([[firing(10), at(11)]]).state;
  expect(applyPush(before, resolved(0, 5), at(12)).state).toBe(before);
});
