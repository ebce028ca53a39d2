import * as fc from 'fast-check';
import type { Override, Schedule } from '../domain/oncall';
import { shiftAt, shifts } from './oncall';

const at = (iso: string): number => Date.parse(iso);
const iso = (instant: number | null): string | null =>
  instant === null ? null : new Date(instant).toISOString().replace(':00.000Z', 'Z');
const DAY = 86_400_000;
const people = ['ana', 'bo', 'chen'];

const rota = (
  zone: string,
  start: string,
  turn: { everyDays: number } | { everyWeeks: number },
  overrides: Override[] = [],
): Schedule => ({
  id: 'network',
  zone,
  rotation: { start, participants: people, ...turn },
  overrides,
});
const daily = (zone: string, start: string): Schedule => rota(zone, start, { everyDays: 1 });
const show = (s: Schedule, instant: string, participants = people) => {
  const { login, from, to } = shiftAt(s, participants, at(instant));
  return [login, iso(from), iso(to)];
};

describe('turns', () => {
  const weekly = rota('Asia/Shanghai', '2026-01-05T09:00', { everyWeeks: 1 });
  test.each([
    ['the first turn', '2026-01-05T01:00:00Z', 'ana', '2026-01-05T01:00Z', '2026-01-12T01:00Z'],
    ['the last millisecond', '2026-01-12T00:59:59.999Z', 'ana', '2026-01-05T01:00Z', '2026-01-12T01:00Z'],
    ['the hand-over', '2026-01-12T01:00:00Z', 'bo', '2026-01-12T01:00Z', '2026-01-19T01:00Z'],
    ['after a full round', '2026-01-26T01:00:00Z', 'ana', '2026-01-26T01:00Z', '2026-02-02T01:00Z'],
    ['before the rotation began', '2026-01-01T00:00:00Z', null, null, '2026-01-05T01:00Z'],
  ])('%s', (_, instant, ...shift) => {
    expect(show(weekly, instant)).toEqual(shift);
  });

  test('of two days; of one person; of nobody', () => {
    const two = rota('Asia/Shanghai', '2026-01-05T09:00', { everyDays: 2 });
    expect(show(two, '2026-01-08T00:00:00Z')).toEqual(['bo', '2026-01-07T01:00Z', '2026-01-09T01:00Z']);
    expect(show(two, '2026-01-08T00:00:00Z', ['ana'])).toEqual(['ana', '2026-01-07T01:00Z', '2026-01-09T01:00Z']);
    expect(show(two, '2026-01-08T00:00:00Z', [])).toEqual([null, null, null]);
  });

  test.each([0, -1, 1.5])('of %d days are refused', (everyDays) => {
    expect(() => shiftAt(rota('Asia/Shanghai', '2026-01-05T09:00', { everyDays }), people, 0)).toThrow(
      `a turn of ${everyDays} days; whole days or weeks from 1 on are allowed`,
    );
  });
});

describe('hand-over by the wall clock', () => {
  test.each([
    [
      'short day in Berlin',
      'Europe/Berlin',
      '2026-03-28T09:00',
      '2026-03-28T12:00:00Z',
      '2026-03-28T08:00Z',
      '2026-03-29T07:00Z',
    ],
    [
      'long day in Berlin',
      'Europe/Berlin',
      '2026-10-24T09:00',
      '2026-10-24T12:00:00Z',
      '2026-10-24T07:00Z',
      '2026-10-25T08:00Z',
    ],
    [
      'a skipped hand-over',
      'Europe/Berlin',
      '2026-03-28T02:30',
      '2026-03-28T12:00:00Z',
      '2026-03-28T01:30Z',
      '2026-03-29T01:00Z',
    ],
    [
      'a doubled hand-over: its first',
      'Europe/Berlin',
      '2026-10-24T02:30',
      '2026-10-24T12:00:00Z',
      '2026-10-24T00:30Z',
      '2026-10-25T00:30Z',
    ],
    [
      'a skipped day',
      'Pacific/Apia',
      '2011-12-29T08:00',
      '2011-12-30T00:00:00Z',
      '2011-12-29T18:00Z',
      '2011-12-30T10:00Z',
    ],
  ])('%s', (_, zone, start, instant, from, to) => {
    expect(show(daily(zone, start), instant)).toEqual(['ana', from, to]);
  });

  test('clocks set back after a hand-over do not give the pager back', () => {
    const s = daily('Europe/Berlin', '2026-10-24T02:30');
    const shift = ['bo', '2026-10-25T00:30Z', '2026-10-26T01:30Z'];
    expect(['00:30', '00:59', '01:00', '01:29', '01:30'].map((t) => show(s, `2026-10-25T${t}:00Z`))).toEqual(
      Array.from({ length: 5 }, () => shift),
    );
    expect(show(s, '2026-10-25T00:29:59Z')).toEqual(['ana', '2026-10-24T00:30Z', '2026-10-25T00:30Z']);
  });

  test('the turn of a skipped day is short, or empty and passed over', () => {
    expect(show(daily('Pacific/Apia', '2011-12-29T08:00'), '2011-12-30T12:00:00Z')).toEqual([
      'bo',
      '2011-12-30T10:00Z',
      '2011-12-30T18:00Z',
    ]);
    expect(show(daily('Pacific/Apia', '2011-12-29T00:00'), '2011-12-30T10:00:00Z')).toEqual([
      'chen',
      '2011-12-30T10:00Z',
      '2011-12-31T10:00Z',
    ]);
  });

  test('without end there are neither holes nor overlaps, and the shift asked for is the shift shown', () => {
    const zones = fc.constantFrom(
      'Europe/Berlin',
      'Australia/Lord_Howe',
      'America/Havana',
      'Pacific/Apia',
      'Asia/Shanghai',
    );
    const times = fc.constantFrom('00:00', '01:30', '01:45', '02:30', '09:00', '23:59');
    fc.assert(
      fc.property(zones, times, fc.integer({ min: 1, max: 9 }), fc.nat(400), (zone, time, everyDays, n) => {
        const s = rota(zone, `2011-06-01T${time}`, { everyDays });
        const from = at('2011-06-03T00:00:00Z') + n * DAY;
        const shown = shifts(s, people, from, from + 30 * DAY);
        for (const [i, shift] of shown.entries()) {
          expect(shift.from).toBe(shown[i - 1]?.to ?? from);
          if (i > 0 && i < shown.length - 1) expect(shiftAt(s, people, shift.from ?? 0)).toEqual(shift);
        }
        expect(shown.at(-1)?.to).toBe(from + 30 * DAY);
      }),
    );
  });
});

describe('overrides', () => {
  const start = '2026-01-05T09:00';
  const over = (from: string, to: string, login: string, replaces?: string): Override => ({
    from: at(`2026-01-${from}:00:00+08:00`),
    to: at(`2026-01-${to}:00:00+08:00`),
    login,
    replaces,
  });
  const list = (overrides: Override[], from: string, to: string, participants = people) =>
    shifts(
      rota('Asia/Shanghai', start, { everyDays: 1 }, overrides),
      participants,
      at(`2026-01-${from}:00:00+08:00`),
      at(`2026-01-${to}:00:00+08:00`),
    ).map((s) => `${s.login} ${new Date((s.from ?? 0) + 8 * 3_600_000).toISOString().slice(8, 13)}`);

  test('win, over hand-overs too, and are one shift', () => {
    const one = [over('05T20', '07T10', 'dora')];
    expect(list(one, '05T09', '08T09')).toEqual(['ana 05T09', 'dora 05T20', 'chen 07T10']);
    expect(show(rota('Asia/Shanghai', start, { everyDays: 1 }, one), '2026-01-06T01:00:00Z')).toEqual([
      'dora',
      '2026-01-05T12:00Z',
      '2026-01-07T02:00Z',
    ]);
    expect(show(rota('Asia/Shanghai', start, { everyDays: 1 }, one), '2026-01-05T11:59:00Z')).toEqual([
      'ana',
      '2026-01-05T01:00Z',
      '2026-01-05T12:00Z',
    ]);
  });

  test('a later entry sees what an earlier one made', () => {
    const both = [over('05T10', '05T20', 'dora'), over('05T12', '05T14', 'eli', 'dora'), over('05T19', '05T22', 'fay')];
    expect(list(both, '05T09', '06T09')).toEqual([
      'ana 05T09',
      'dora 05T10',
      'eli 05T12',
      'dora 05T14',
      'fay 05T19',
      'ana 05T22',
    ]);
  });

  test('a swap follows the person, not the hour', () => {
    const swap = [over('05T00', '09T00', 'dora', 'bo')];
    expect(list(swap, '05T09', '09T09')).toEqual(['ana 05T09', 'dora 06T09', 'chen 07T09', 'ana 08T09']);
    expect(list(swap, '05T09', '08T09', ['chen', 'ana', 'bo'])).toEqual(['chen 05T09', 'ana 06T09', 'dora 07T09']);
  });

  test('fill gaps, and leave the rest of them visible', () => {
    const early = [over('03T00', '04T00', 'dora')];
    expect(list(early, '02T00', '05T10')).toEqual(['null 02T00', 'dora 03T00', 'null 04T00', 'ana 05T09']);
    const s = rota('Asia/Shanghai', start, { everyDays: 1 }, early);
    expect(show(s, '2026-01-01T00:00:00Z')).toEqual([null, null, '2026-01-02T16:00Z']);
    expect(show(s, '2026-01-04T00:00:00Z')).toEqual([null, '2026-01-03T16:00Z', '2026-01-05T01:00Z']);
    expect(show(s, '2026-01-04T00:00:00Z', [])).toEqual([null, '2026-01-03T16:00Z', null]);
  });
});
