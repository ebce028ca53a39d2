import * as fc from 'fast-check';
import { instants, MINUTE, workingTimes } from '../test/harness/clock-world';
import {
  advance,
  businessDayDue,
  closedTime,
  countedMs,
  covers,
  type Interval,
  isProvisional,
  type WorkingTime,
} from './calendar';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const at = (iso: string): number => Date.parse(iso);

/** Chinese offices around National Day 2026: closed 1–7 October and on plain weekends, Saturday the 10th is worked. */
function october(): WorkingTime {
  const worked = ['09-28', '09-29', '09-30', '10-08', '10-09', '10-10', '10-12', '10-13', '10-14', '10-15', '10-16'];
  const days = worked.map((d): Interval => {
    const midnight = at(`2026-${d}T00:00:00+08:00`);
    return [midnight, midnight + 18 * HOUR];
  });
  const open = days.flatMap(([start]): Interval[] => [
    [start + 9 * HOUR, start + 12 * HOUR],
    [start + 14 * HOUR, start + 18 * HOUR],
  ]);
  const [from, until] = [at('2026-09-28T00:00:00+08:00'), at('2026-10-17T00:00:00+08:00')];
  return { calendarId: 'office', version: 1, from, until, open, days };
}

const always: WorkingTime = { calendarId: '7x24', version: 1, from: 0, until: 10, open: 'always' };

describe('counted time', () => {
  const w = october();
  test.each([
    ['inside a range', '2026-09-30T09:30:00+08:00', '2026-09-30T10:00:00+08:00', 0.5],
    ['over lunch', '2026-09-30T11:00:00+08:00', '2026-09-30T15:00:00+08:00', 2],
    ['closed all along', '2026-10-01T00:00:00+08:00', '2026-10-08T09:00:00+08:00', 0],
    ['over the holidays', '2026-09-30T17:00:00+08:00', '2026-10-08T10:00:00+08:00', 2],
    ['a worked Saturday', '2026-10-10T00:00:00+08:00', '2026-10-11T00:00:00+08:00', 7],
    ['nothing before the expansion', '2026-09-01T00:00:00+08:00', '2026-09-28T10:00:00+08:00', 1],
    ['nothing after it', '2026-10-16T17:00:00+08:00', '2026-11-30T00:00:00+08:00', 1],
    ['backwards', '2026-09-30T10:00:00+08:00', '2026-09-30T09:30:00+08:00', -0.5],
  ])('%s', (_, from, to, hours) => {
    expect(countedMs(w, at(from), at(to))).toBe(hours * HOUR);
  });

  test('a calendar that never closes counts every millisecond, beyond its expansion too', () => {
    expect(countedMs(always, 5, 1005)).toBe(1000);
    expect(advance(always, 5, 1000)).toBe(1005);
    expect(closedTime(always, 0, 99)).toEqual([]);
    expect(covers(always, -5, 99)).toBe(true);
  });

  test('splitting an interval changes nothing', () => {
    const three = fc.tuple(instants, instants, instants).map((all) => all.sort((a, b) => a - b));
    fc.assert(
      fc.property(workingTimes, three, (w, [a = 0, b = 0, c = 0]) => {
        expect(countedMs(w, a, b) + countedMs(w, b, c)).toBe(countedMs(w, a, c));
      }),
    );
  });

  test('equals counting the open minutes one by one', () => {
    fc.assert(
      fc.property(workingTimes, instants, fc.nat(300), (w, from, n) => {
        const open = (t: number) => w.open === 'always' || w.open.some(([start, end]) => start <= t && t < end);
        const minutes = Array.from({ length: n }, (_, i) => from + i * MINUTE).filter(open);
        expect(countedMs(w, from, from + n * MINUTE)).toBe(minutes.length * MINUTE);
      }),
    );
  });

  test('an expansion that is replaced by a longer one of the same array is counted anew', () => {
    const open: Interval[] = [[0, 10]];
    const w: WorkingTime = { calendarId: 'x', version: 1, from: 0, until: 100, open };
    expect(countedMs(w, 0, 100)).toBe(10);
    open.push([20, 30]);
    expect(countedMs(w, 0, 100)).toBe(20);
  });
});

describe('advancing', () => {
  const w = october();
  test.each([
    ['inside a range', '2026-09-30T09:30:00+08:00', 1, '2026-09-30T10:30:00+08:00'],
    ['over lunch', '2026-09-30T11:00:00+08:00', 2, '2026-09-30T15:00:00+08:00'],
    ['to closing time, not to the next opening', '2026-09-30T17:00:00+08:00', 1, '2026-09-30T18:00:00+08:00'],
    ['over the holidays', '2026-09-30T17:00:00+08:00', 2, '2026-10-08T10:00:00+08:00'],
    ['from closed hours', '2026-10-03T12:00:00+08:00', 3, '2026-10-08T12:00:00+08:00'],
    ['nothing to count', '2026-10-03T12:00:00+08:00', 0, '2026-10-03T12:00:00+08:00'],
    ['the last open minute', '2026-10-16T17:00:00+08:00', 1, '2026-10-16T18:00:00+08:00'],
  ])('%s', (_, from, hours, to) => {
    expect(advance(w, at(from), hours * HOUR)).toBe(at(to));
  });

  test('beyond the expansion there is no answer', () => {
    expect(advance(w, at('2026-10-16T17:00:00+08:00'), HOUR + 1)).toBeNull();
    expect(covers(w, w.from, w.until)).toBe(true);
    expect(covers(w, w.from - 1, w.until)).toBe(false);
    expect(covers(w, w.from, w.until + 1)).toBe(false);
  });

  test('is the inverse of counting, and the earliest such instant', () => {
    fc.assert(
      fc.property(workingTimes, instants, fc.integer({ min: 1, max: 900 }), (w, from, n) => {
        const reached = advance(w, from, n * MINUTE);
        if (reached === null) return expect(countedMs(w, from, w.until)).toBeLessThan(n * MINUTE);
        expect(countedMs(w, from, reached)).toBe(n * MINUTE);
        expect(countedMs(w, from, reached - 1)).toBe(n * MINUTE - 1);
      }),
    );
  });
});

describe('business days', () => {
  const w = october();
  test.each([
    ['two, over the holidays', '2026-09-30T10:00:00+08:00', 2, '2026-10-09T18:00:00+08:00'],
    ['seven, Saturday the 10th being worked', '2026-09-30T10:00:00+08:00', 7, '2026-10-15T18:00:00+08:00'],
    ['received after hours is received that day', '2026-09-30T23:59:59+08:00', 1, '2026-10-08T18:00:00+08:00'],
    ['received at midnight belongs to the new day', '2026-10-08T00:00:00+08:00', 1, '2026-10-09T18:00:00+08:00'],
    ['received on a closed day', '2026-10-11T15:00:00+08:00', 1, '2026-10-12T18:00:00+08:00'],
  ])('%s', (_, from, n, due) => {
    expect(businessDayDue(w, at(from), n)).toBe(at(due));
  });

  test('no answer beyond the expansion or without days; no meaning below one', () => {
    expect(businessDayDue(w, at('2026-10-15T10:00:00+08:00'), 2)).toBeNull();
    expect(businessDayDue(always, 0, 1)).toBeNull();
    expect(() => businessDayDue(w, 0, 0)).toThrow('0 given, a whole number from 1 on allowed');
    expect(() => businessDayDue(w, 0, 1.5)).toThrow(RangeError);
  });
});

describe('closed time', () => {
  test('and open time fill every interval without holes', () => {
    fc.assert(
      fc.property(workingTimes, instants, fc.nat(900), (w, from, n) => {
        const to = from + n * MINUTE;
        const closed = closedTime(w, from, to);
        const total = closed.reduce((sum, [start, end]) => sum + end - start, 0);
        expect(total + countedMs(w, from, to)).toBe(to - from);
        for (const [start, end] of closed) expect(start < end && countedMs(w, start, end) === 0).toBe(true);
        for (const [i, [start]] of closed.entries()) expect(start).toBeGreaterThan(closed[i - 1]?.[1] ?? -1);
      }),
    );
  });
});

describe('provisional deadlines', () => {
  test('lie after the announced holidays or after the expansion', () => {
    const w = { ...october(), provisionalFrom: at('2026-10-11T00:00:00+08:00') };
    expect(isProvisional(w, w.provisionalFrom)).toBe(false);
    expect(isProvisional(w, w.provisionalFrom + 1)).toBe(true);
    expect(isProvisional(october(), w.until)).toBe(false);
    expect(isProvisional(october(), w.until + DAY)).toBe(true);
    expect(isProvisional(always, w.until)).toBe(false);
  });
});
