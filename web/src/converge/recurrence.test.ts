import { dayOf, durationOf, endOfWindow, minutesOf, type Pattern, patternOf, rruleOf } from './recurrence';

const START = '2026-11-29T02:00';

test.each<[string, Pattern]>([
  ['FREQ=DAILY', { freq: 'daily', interval: 1 }],
  ['FREQ=DAILY;INTERVAL=3', { freq: 'daily', interval: 3 }],
  ['FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR', { freq: 'weekly', interval: 2, days: ['MO', 'FR'] }],
  ['FREQ=MONTHLY;BYDAY=-1SU', { freq: 'monthly', interval: 1, nth: -1, day: 'SU' }],
  ['FREQ=MONTHLY;BYMONTHDAY=15', { freq: 'monthly', interval: 1, monthDay: 15 }],
])('%s is said in words and comes back', (rrule, pattern) => {
  expect(patternOf(rrule, START)).toEqual(pattern);
  expect(rruleOf(pattern)).toBe(rrule);
});

test('what a rule leaves open is that of its beginning', () => {
  expect(patternOf('RRULE:freq=weekly', START)).toEqual({ freq: 'weekly', interval: 1, days: ['SU'] });
  expect(patternOf('FREQ=MONTHLY', START)).toEqual({ freq: 'monthly', interval: 1, monthDay: 29 });
  expect(dayOf('2026-11-23T00:00')).toBe('MO');
});

test.each([
  'FREQ=YEARLY',
  'FREQ=WEEKLY;COUNT=3',
  'FREQ=WEEKLY;BYDAY=1SU',
  'FREQ=DAILY;BYDAY=MO',
  'FREQ=MONTHLY;BYDAY=MO,TU',
  'FREQ=MONTHLY;BYMONTHDAY=-1',
  'FREQ=DAILY;INTERVAL=x',
  'nonsense',
])('%s says more than the words can', (rrule) => {
  expect(patternOf(rrule, START)).toBeNull();
});

test.each([
  ['PT2H', 120],
  ['PT30M', 30],
  ['P1DT12H', 2160],
  ['P1W', 10_080],
])('%s is %d minutes', (text, minutes) => {
  expect(minutesOf(text)).toBe(minutes);
});

test('lengths are written as ISO 8601, nonsense is none', () => {
  expect([durationOf(120), durationOf(45), durationOf(90), durationOf(0)]).toEqual([
    'PT2H',
    'PT45M',
    'PT1H30M',
    'PT0H',
  ]);
  expect([minutesOf('P'), minutesOf('2 h')]).toEqual([null, null]);
});

test('a window ends on its wall clock, perhaps on another day', () => {
  expect(endOfWindow({ start: START, duration: 'PT2H30M' })).toEqual({ time: '04:30', days: 0 });
  expect(endOfWindow({ start: '2026-11-29T22:00', duration: 'PT4H' })).toEqual({ time: '02:00', days: 1 });
});
