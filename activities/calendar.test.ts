import { businessDayDue, type CalendarDefinition, countedMs } from '../domain/calendar';
import { expandCalendar } from './calendar';

const at = (iso: string): number => Date.parse(iso);
const iso = (instant: number | null | undefined): string | undefined =>
  instant === null || instant === undefined ? undefined : new Date(instant).toISOString().replace(':00.000Z', 'Z');
const HOUR = 3_600_000;
const shift = ['09:00-12:00', '14:00-18:00'];
const fiveDays = { monday: shift, tuesday: shift, wednesday: shift, thursday: shift, friday: shift };

/** National Day and Mid-Autumn 2026 as the State Council announced them. */
const china: CalendarDefinition = {
  id: 'cn-office',
  version: 3,
  zone: 'Asia/Shanghai',
  week: fiveDays,
  holidays: ['25', '26', '27'].map((d) => `2026-09-${d}`).concat([1, 2, 3, 4, 5, 6, 7].map((d) => `2026-10-0${d}`)),
  workingDays: ['2026-09-20', '2026-10-10'],
  announcedUntil: '2026-12-31',
};
const autumn = [at('2026-09-01T00:00:00Z'), at('2026-11-30T00:00:00Z')] as const;

describe('China 2026', () => {
  const w = expandCalendar(china, ...autumn);
  test.each([
    [2, '2026-10-09T10:00Z'],
    [3, '2026-10-10T10:00Z'],
    [7, '2026-10-15T10:00Z'],
  ])('a task of Wednesday 30 September is due after %d working days at %s', (n, due) => {
    expect(iso(businessDayDue(w, at('2026-09-30T02:00:00Z'), n))).toBe(due);
  });

  test('make-up days have the usual hours, holidays none', () => {
    const day = (d: string) => countedMs(w, at(`${d}T00:00:00+08:00`), at(`${d}T24:00:00+08:00`)) / HOUR;
    expect(['2026-09-20', '2026-09-25', '2026-10-01', '2026-10-08', '2026-10-10', '2026-10-11'].map(day)).toEqual([
      7, 0, 0, 7, 7, 0,
    ]);
  });

  test('carries its identity, its range and the end of what is announced', () => {
    expect(w).toMatchObject({ calendarId: 'cn-office', version: 3, from: autumn[0], until: autumn[1] });
    expect(iso(w.provisionalFrom)).toBe('2026-12-31T16:00Z');
  });
});

describe('the expanded range', () => {
  test('cuts open time; a day that closes after its end is not listed, one that began before its start is', () => {
    const w = expandCalendar(china, at('2026-10-08T10:00:00+08:00'), at('2026-10-09T15:00:00+08:00'));
    expect(Array.isArray(w.open) && w.open.map((i) => i.map(iso))).toEqual([
      ['2026-10-08T02:00Z', '2026-10-08T04:00Z'],
      ['2026-10-08T06:00Z', '2026-10-08T10:00Z'],
      ['2026-10-09T01:00Z', '2026-10-09T04:00Z'],
      ['2026-10-09T06:00Z', '2026-10-09T07:00Z'],
    ]);
    expect(w.days?.map((i) => i.map(iso))).toEqual([['2026-10-07T16:00Z', '2026-10-08T10:00Z']]);
  });

  test('a wider one changes nothing inside a narrower one', () => {
    const narrow = expandCalendar(china, at('2026-09-29T05:00:00Z'), at('2026-10-20T00:00:00Z'));
    const wide = expandCalendar(china, ...autumn);
    for (let t = narrow.from; t < narrow.until; t += 13 * HOUR)
      expect(countedMs(narrow, narrow.from, t)).toBe(countedMs(wide, narrow.from, t));
  });

  test('a year is exact: 7×24 is one word, working hours are days times hours', () => {
    const year = [at('2026-01-01T00:00:00+08:00'), at('2027-01-01T00:00:00+08:00')] as const;
    expect(expandCalendar({ ...china, week: 'always' }, ...year)).toEqual({
      calendarId: 'cn-office',
      version: 3,
      from: year[0],
      until: year[1],
      open: 'always',
    });
    const w = expandCalendar({ ...china, holidays: [], workingDays: [] }, ...year);
    expect([w.days?.length, countedMs(w, ...year) / HOUR]).toEqual([261, 261 * 7]);
  });
});

describe('wall-clock hours across changes of offset', () => {
  const range = (hours: string[], zone: string, day: string) => {
    const date = new Date(`${day}T00:00:00Z`).getTime();
    const def = { ...china, zone, week: {}, holidays: [], workingDays: [{ date: day, hours }] };
    const w = expandCalendar(def, date - 48 * HOUR, date + 72 * HOUR);
    return { open: Array.isArray(w.open) ? w.open.map((i) => i.map(iso)) : [], days: w.days?.map((i) => i.map(iso)) };
  };

  test.each([
    [
      'a gap shortens the shift',
      'Europe/Berlin',
      '2026-03-29',
      ['01:00-05:00'],
      '2026-03-29T00:00Z',
      '2026-03-29T03:00Z',
    ],
    [
      'an overlap lengthens it',
      'Europe/Berlin',
      '2026-10-25',
      ['01:00-05:00'],
      '2026-10-24T23:00Z',
      '2026-10-25T04:00Z',
    ],
    [
      'an end in an overlap is its last',
      'Europe/Berlin',
      '2026-10-25',
      ['00:00-02:30'],
      '2026-10-24T22:00Z',
      '2026-10-25T01:30Z',
    ],
    [
      'ranges meeting in an overlap',
      'Europe/Berlin',
      '2026-10-25',
      ['01:00-02:30', '02:30-04:00'],
      '2026-10-24T23:00Z',
      '2026-10-25T03:00Z',
    ],
    [
      'a start in a gap is its end',
      'Europe/Berlin',
      '2026-03-29',
      ['02:30-04:00'],
      '2026-03-29T01:00Z',
      '2026-03-29T02:00Z',
    ],
    ['half an hour', 'Australia/Lord_Howe', '2026-04-05', ['00:00-24:00'], '2026-04-04T13:00Z', '2026-04-05T13:30Z'],
  ])('%s', (_, zone, day, hours, start, end) => {
    expect(range(hours, zone, day).open).toEqual([[start, end]]);
  });

  test('a day the zone skips, or whose hours it skips, is no working day', () => {
    expect(range(['09:00-17:00'], 'Pacific/Apia', '2011-12-30')).toEqual({ open: [], days: [] });
    expect(range(['02:00-03:00'], 'Europe/Berlin', '2026-03-29')).toEqual({ open: [], days: [] });
  });

  test('ranges that touch at midnight are one stretch, but two working days', () => {
    const week = { saturday: ['22:00-24:00'], sunday: ['00:00-06:00'] };
    const w = expandCalendar(
      { ...china, week, holidays: [], workingDays: [] },
      at('2026-10-09T16:00:00Z'),
      at('2026-10-12T00:00:00Z'),
    );
    expect([w.open.length, w.days?.length]).toEqual([1, 2]);
    expect(iso(businessDayDue(w, at('2026-10-10T14:30:00Z'), 1))).toBe('2026-10-10T22:00Z');
  });
});

test('an unreadable definition names every bad field and what is allowed', () => {
  const bad: CalendarDefinition = {
    ...china,
    week: { monday: ['9:00-17:00'], tuesday: ['17:00-09:00'], friday: ['09:00-12:00', '11:00-13:00'] },
    holidays: ['2026-02-30', '2026-10-10'],
    workingDays: ['2026-10-10', { date: 'tomorrow', hours: ['00:00-24:30'] }],
    announcedUntil: '2026',
  };
  const call = (): unknown => expandCalendar(bad, ...autumn);
  for (const field of [
    'week.monday',
    'week.tuesday',
    'week.friday',
    'holidays.0',
    'workingDays.0',
    'workingDays.1',
    'workingDays.1.hours',
    'announcedUntil',
  ])
    expect(call).toThrow(`${field}: `);
  expect(call).toThrow('"9:00-17:00" is no range; write HH:mm-HH:mm within one day, 24:00 at the latest');
  expect(() => expandCalendar({ ...china, zone: 'Mars' }, ...autumn)).toThrow('"Mars" is no time zone');
});
