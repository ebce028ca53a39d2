import type { TimeRange } from '../domain/alert-rules';
import { WEEKDAYS } from '../domain/calendar';
import { nextWindow, rangePhase, ruleOf, silencePhase, silenceState, windows } from './convergence-time';

const at = (text: string) => Date.parse(text);
const shown = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString().slice(0, 16));
const range = (over: Partial<TimeRange> = {}): TimeRange => ({
  zone: 'Europe/Berlin',
  weekdays: WEEKDAYS,
  from: 22 * 60,
  to: 7 * 60,
  ...over,
});

test.each([
  ['before', '2026-02-02T20:59:59Z', false, '2026-02-02T21:00'],
  ['at its first instant', '2026-02-02T21:00:00Z', true, '2026-02-03T06:00'],
  ['after midnight', '2026-02-03T03:00:00Z', true, '2026-02-03T06:00'],
  ['at its end', '2026-02-03T06:00:00Z', false, '2026-02-03T21:00'],
  ['the night clocks go back', '2026-10-24T23:00:00Z', true, '2026-10-25T06:00'],
  ['before the clocks go back', '2026-10-24T19:00:00Z', false, '2026-10-24T20:00'],
  ['the night clocks go forward', '2026-03-28T23:00:00Z', true, '2026-03-29T05:00'],
])('22:00–07:00: %s', (_name, now, active, until) => {
  const phase = rangePhase(range(), at(now));
  expect([phase.active, shown(phase.until)]).toEqual([active, until]);
});

test('a range in the repeated hour holds over both, one in the skipped hour not at all', () => {
  const hour = range({ from: 120, to: 180 });
  expect(shown(rangePhase(hour, at('2026-10-25T00:30:00Z')).until)).toBe('2026-10-25T02:00');
  const skipped = rangePhase(hour, at('2026-03-29T01:00:00Z'));
  expect([skipped.active, shown(skipped.until)]).toEqual([false, '2026-03-30T00:00']);
});

test('ranges that touch are one: no end at midnight', () => {
  const weekend = range({ weekdays: ['saturday', 'sunday'], from: 0, to: 1_440 });
  expect(rangePhase(weekend, at('2026-02-07T12:00:00Z'))).toEqual({ active: true, until: at('2026-02-08T23:00:00Z') });
  expect(rangePhase(range({ from: 0, to: 1_440 }), at('2026-02-07T12:00:00Z')).active).toBe(true);
});

test('a weekday is that of its beginning', () => {
  const friday = range({ weekdays: ['friday'] });
  expect(rangePhase(friday, at('2026-02-07T02:00:00Z')).active).toBe(true);
  expect(rangePhase(friday, at('2026-02-06T02:00:00Z')).active).toBe(false);
});

test('a phase says when it changes: nothing happens before, something does then', () => {
  for (const zone of ['Europe/Berlin', 'Asia/Shanghai', 'America/New_York', 'Australia/Lord_Howe', 'UTC'])
    for (let now = at('2026-03-05T00:10:00Z'); now < at('2026-04-10T00:00:00Z'); now += 17 * 3_600_000) {
      const r = range({ zone, from: 90, to: 200 });
      const { active, until } = rangePhase(r, now);
      expect(until).toBeGreaterThan(now);
      if (until === null) continue;
      expect(rangePhase(r, Math.floor((now + until) / 2)).active).toBe(active);
      expect(rangePhase(r, until).active).toBe(!active);
    }
});

const WEEKLY = { rrule: 'FREQ=WEEKLY;BYDAY=SU', start: '2026-02-01T02:00', duration: 'PT2H', zone: 'Europe/Berlin' };

test('windows keep the wall clock over changes of offset', () => {
  const found = windows(WEEKLY, at('2026-03-20T00:00:00Z'), at('2026-04-06T00:00:00Z'));
  expect(found.map((w) => w.map(shown))).toEqual([
    ['2026-03-22T01:00', '2026-03-22T03:00'],
    // 02:00 does not exist: the window begins with the first instant after.
    ['2026-03-29T01:00', '2026-03-29T02:00'],
    ['2026-04-05T00:00', '2026-04-05T02:00'],
  ]);
});

test('the window in which clocks go back is an hour longer', () => {
  const [window] = windows(WEEKLY, at('2026-10-24T12:00:00Z'), at('2026-10-26T00:00:00Z'));
  expect(window?.map(shown)).toEqual(['2026-10-25T00:00', '2026-10-25T03:00']);
});

const once = { startsAt: 1_000, endsAt: 2_000, recurrence: null, endedAt: null };
const recurring = { startsAt: at('2026-02-01T00:00:00Z'), endsAt: null, recurrence: WEEKLY, endedAt: null };

test.each([
  ['before', 999, { active: false, until: 1_000 }, 'pending'],
  ['at the start', 1_000, { active: true, until: 2_000 }, 'active'],
  ['at the end', 2_000, { active: false, until: null }, 'expired'],
] as const)('a stretch: %s', (_name, now, phase, state) => {
  expect([silencePhase(once, now), silenceState(once, now)]).toEqual([phase, state]);
});

test('ended early is over, whatever it would still have had', () => {
  expect(silencePhase({ ...once, endedAt: 1_500 }, 1_499)).toEqual({ active: true, until: 1_500 });
  expect(silencePhase({ ...once, endedAt: 1_500 }, 1_500)).toEqual({ active: false, until: null });
});

test('a recurrence: between windows, in one, at its end', () => {
  const monday = at('2026-02-02T00:00:00Z');
  expect(silenceState(recurring, monday)).toBe('scheduled');
  expect(shown(nextWindow(recurring, monday))).toBe('2026-02-08T01:00');
  expect(shown(silencePhase(recurring, at('2026-02-08T02:00:00Z')).until)).toBe('2026-02-08T03:00');
  expect(silenceState({ ...recurring, endsAt: at('2026-02-08T02:30:00Z') }, at('2026-02-08T02:30:00Z'))).toBe(
    'expired',
  );
});

test('a recurrence that counts is over with its last window', () => {
  const twice = { ...recurring, recurrence: { ...WEEKLY, rrule: 'FREQ=WEEKLY;COUNT=2;BYDAY=SU' } };
  expect(silenceState(twice, at('2026-02-03T00:00:00Z'))).toBe('scheduled');
  expect(silenceState(twice, at('2026-02-08T02:00:00Z'))).toBe('active');
  expect(silenceState(twice, at('2026-02-09T00:00:00Z'))).toBe('expired');
});

test('a rule that never comes true is over, and searched for in no time', () => {
  const never = { ...recurring, recurrence: { ...WEEKLY, rrule: 'FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30' } };
  expect(silenceState(never, at('2026-02-03T00:00:00Z'))).toBe('expired');
});

test.each([
  ['FREQ=HOURLY', 'FREQ must be one of'],
  ['BYDAY=SU', 'FREQ must be one of'],
  ['FREQ=DAILY;TZID=UTC', '"TZID=UTC" is not known'],
  ['FREQ=WEEKLY;BYDAY=XX', '"BYDAY=XX" is not known'],
  ['FREQ=DAILY;INTERVAL=0', '"INTERVAL=0" is not known'],
  ['FREQ=MONTHLY;BYMONTHDAY=32', 'is not known'],
  ['nonsense', 'is not known'],
])('%s is refused', (rrule, why) => {
  expect(() => ruleOf({ rrule, start: '2026-01-01T00:00' })).toThrow(new RegExp(why));
});
