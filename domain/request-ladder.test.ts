import * as fc from 'fast-check';
import { instants, MINUTE, workingTimes } from '../test/harness/clock-world';
import { countedMs, type Interval, type WorkingTime } from './calendar';
import type { RungDue } from './request';
import { armLadder, dueRungs, nextRungAt, pauseLadder, resumeLadder, retell, withoutRungs } from './request-ladder';
import type { Rung, Span } from './request-plan';

const HOUR = 3_600_000;
const at = (iso: string): number => Date.parse(iso);
const rungs = (...spans: Span[]): Rung[] => spans.map((after) => ({ after, act: { kind: 'remind' } }));

/** Chinese offices around National Day 2026: closed 1–7 October, Saturday the 10th is worked. */
function october(lastDay = 16): WorkingTime {
  const days = ['09-28', '09-29', '09-30', '10-08', '10-09', '10-10', '10-12', '10-13', '10-14', '10-15', '10-16']
    .filter((d) => d < `10-${String(lastDay + 1).padStart(2, '0')}`)
    .map((d): Interval => [at(`2026-${d}T00:00:00+08:00`), at(`2026-${d}T18:00:00+08:00`)]);
  const open = days.map(([start, end]): Interval => [start + 9 * HOUR, end]);
  const [from = 0, until = 0] = [days[0]?.[0], days.at(-1)?.[1]];
  return { calendarId: 'office', version: 1, from, until, open, days };
}
const always: WorkingTime = { calendarId: '7x24', version: 1, from: 0, until: 10, open: 'always' };
const only = (dues: RungDue[]): number | null => dues[0]?.at ?? null;

describe('deadlines', () => {
  const since = at('2026-09-30T10:00:00+08:00');
  test.each<[string, Span, string]>([
    ['two working days over the holidays: Friday at closing', { businessDays: 2 }, '2026-10-09T18:00:00+08:00'],
    ['seven, Saturday being worked: Thursday', { businessDays: 7 }, '2026-10-15T18:00:00+08:00'],
    ['working hours', { businessSeconds: 9 * 3600 }, '2026-10-08T10:00:00+08:00'],
    ['wall clock', { seconds: 86_400 }, '2026-10-01T10:00:00+08:00'],
  ])('%s', (_, span, due) => {
    expect(only(armLadder(rungs(span), since, october()))).toBe(at(due));
  });

  test('without a calendar only the wall clock is known; told once there is one, moved by another', () => {
    const dues = armLadder(rungs({ seconds: 60 }, { businessDays: 2 }, { businessSeconds: 60 }), since, undefined);
    expect(dues.map((d) => d.at)).toEqual([since + MINUTE, null, null]);
    expect(nextRungAt(dues)).toBe(since + MINUTE);
    const told = retell(dues, october());
    expect(told.map((d) => d.at)).toEqual([since + MINUTE, at('2026-10-09T18:00:00+08:00'), since + MINUTE]);
    const closed = october();
    const later = { ...closed, days: (closed.days ?? []).filter(([d]) => d !== at('2026-10-09T00:00:00+08:00')) };
    expect(retell(told, later)[1]?.at).toBe(at('2026-10-10T18:00:00+08:00'));
  });

  test('beyond the expansion there is none until the calendar reaches further', () => {
    const near = armLadder(rungs({ businessDays: 7 }), since, october(10));
    expect(near[0]).toMatchObject({ at: null, leftMs: null });
    expect(nextRungAt(near)).toBeNull();
    expect(only(retell(near, october()))).toBe(at('2026-10-15T18:00:00+08:00'));
  });

  test('where nothing ever closes a working day has 24 hours: a deadline is never lost', () => {
    expect(only(armLadder(rungs({ businessDays: 2 }, { businessSeconds: 60 }), 1000, always))).toBe(1000 + 48 * HOUR);
  });
});

describe('pauses', () => {
  test('a working day that was paused for four working hours ends four later', () => {
    const w = october();
    const dues = armLadder(rungs({ businessDays: 1 }), at('2026-10-08T10:00:00+08:00'), w);
    const paused = pauseLadder(dues, at('2026-10-09T10:00:00+08:00'), w);
    expect(paused[0]).toMatchObject({ at: null, leftMs: 8 * HOUR });
    expect(only(resumeLadder(paused, at('2026-10-09T14:00:00+08:00'), w))).toBe(at('2026-10-10T13:00:00+08:00'));
  });

  test('stopping what stands and starting what runs change nothing', () => {
    const dues = armLadder(rungs({ seconds: 60 }), 0, undefined);
    expect(resumeLadder(dues, 5, undefined)).toEqual(dues);
    const paused = pauseLadder(dues, 10, undefined);
    expect(pauseLadder(paused, 20, undefined)).toEqual(paused);
    expect(only(resumeLadder(paused, 30, undefined))).toBe(60_000 + 20);
  });

  test('what was due before the clock stopped stays due then', () => {
    const paused = pauseLadder(armLadder(rungs({ seconds: 60 }), 0, undefined), 70_000, undefined);
    expect(only(paused)).toBe(60_000);
    expect(dueRungs(resumeLadder(paused, 90_000, undefined), 90_000)).toEqual([0]);
  });

  const spans = fc.oneof(
    fc.integer({ min: 1, max: 400 }).map((n) => ({ seconds: n * 60 })),
    fc.integer({ min: 1, max: 400 }).map((n) => ({ businessSeconds: n * 60 })),
  );
  const pauses = fc.array(fc.tuple(fc.integer({ min: 0, max: 90 }), fc.integer({ min: 0, max: 90 })), { maxLength: 5 });

  test('the time counted outside pauses until the deadline is exactly the span, and the calendar may come late', () => {
    fc.assert(
      fc.property(workingTimes, instants, spans, pauses, (w, since, span, gaps) => {
        let [now, counted, from] = [since, 0, since];
        let [dues, blind] = [armLadder(rungs(span), since, w), armLadder(rungs(span), since, undefined)];
        const used = (a: number, b: number): number => ('seconds' in span ? b - a : countedMs(w, a, b));
        for (const [run, stand] of gaps) {
          if (dueRungs(dues, now + run * MINUTE).length > 0) break;
          now += run * MINUTE;
          counted += used(from, now);
          [dues, blind] = [pauseLadder(dues, now, w), pauseLadder(blind, now, undefined)];
          now = from = now + stand * MINUTE;
          [dues, blind] = [resumeLadder(dues, now, w), resumeLadder(blind, now, undefined)];
        }
        expect(retell(blind, w)).toEqual(dues);
        const due = only(dues);
        const wanted = ('seconds' in span ? span.seconds : span.businessSeconds) * 1000;
        if (due === null) expect(counted + used(from, w.until)).toBeLessThan(wanted);
        else expect(counted + used(from, due)).toBe(wanted);
      }),
    );
  });
});

test('what is due comes in the order of its instants; what was acted on is gone', () => {
  const dues = armLadder(rungs({ seconds: 30 }, { seconds: 10 }, { seconds: 20 }, { seconds: 10 }), 0, undefined);
  expect(dueRungs(dues, 9_999)).toEqual([]);
  expect(dueRungs(dues, 20_000)).toEqual([1, 3, 2]);
  const rest = withoutRungs(dues, [1, 3]);
  expect(nextRungAt(rest)).toBe(20_000);
  expect(nextRungAt([])).toBeNull();
});
