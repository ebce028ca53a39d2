import * as fc from 'fast-check';
import { floatingAt, floatingOf, instantOf, zoneOf } from './wall-clock';

const iso = (local: string, zone: string, side: 'start' | 'end'): string =>
  new Date(instantOf(local, zone, side)).toISOString().replace(':00.000Z', 'Z');

describe('a wall-clock time and its instant (I8)', () => {
  test.each([
    ['plain', 'Asia/Shanghai', '2026-10-01T09:00', '2026-10-01T01:00Z'],
    ['winter', 'Europe/Berlin', '2026-01-05T09:00', '2026-01-05T08:00Z'],
    ['summer', 'Europe/Berlin', '2026-07-05T09:00', '2026-07-05T07:00Z'],
    ['the last minute before a gap', 'Europe/Berlin', '2026-03-29T01:59', '2026-03-29T00:59Z'],
    ['skipped: the first instant after', 'Europe/Berlin', '2026-03-29T02:30', '2026-03-29T01:00Z'],
    ['the first time after a gap', 'Europe/Berlin', '2026-03-29T03:00', '2026-03-29T01:00Z'],
    ['skipped in America', 'America/New_York', '2026-03-08T02:30', '2026-03-08T07:00Z'],
    ['skipped half an hour', 'Australia/Lord_Howe', '2026-10-04T02:15', '2026-10-03T15:30Z'],
    ['a skipped midnight', 'America/Santiago', '2026-09-06T00:00', '2026-09-06T04:00Z'],
    ['a skipped day', 'Pacific/Apia', '2011-12-30T12:00', '2011-12-30T10:00Z'],
    ['the day after the skipped one', 'Pacific/Apia', '2011-12-31T00:00', '2011-12-30T10:00Z'],
    ['the end of the day before it', 'Pacific/Apia', '2011-12-29T24:00', '2011-12-30T10:00Z'],
    ['beyond the date line', 'Pacific/Kiritimati', '2026-05-01T00:30', '2026-04-30T10:30Z'],
    ['24:00 is the next midnight', 'Asia/Shanghai', '2026-12-31T24:00', '2026-12-31T16:00Z'],
  ])('%s', (_, zone, local, instant) => {
    expect([iso(local, zone, 'start'), iso(local, zone, 'end')]).toEqual([instant, instant]);
  });

  test.each([
    ['Europe/Berlin', '2026-10-25T02:30', '2026-10-25T00:30Z', '2026-10-25T01:30Z'],
    ['Europe/Berlin', '2026-10-25T02:00', '2026-10-25T00:00Z', '2026-10-25T01:00Z'],
    ['America/New_York', '2026-11-01T01:30', '2026-11-01T05:30Z', '2026-11-01T06:30Z'],
    ['Australia/Lord_Howe', '2026-04-05T01:45', '2026-04-04T14:45Z', '2026-04-04T15:15Z'],
    ['America/Havana', '2026-11-01T00:00', '2026-11-01T04:00Z', '2026-11-01T05:00Z'],
  ])('%s %s occurs twice: a start is the first, an end the last', (zone, local, start, end) => {
    expect([iso(local, zone, 'start'), iso(local, zone, 'end')]).toEqual([start, end]);
  });

  test('every instant lies between the start and the end of its own wall-clock time', () => {
    const zones = fc.constantFrom(
      'Europe/Berlin',
      'Australia/Lord_Howe',
      'America/Havana',
      'Pacific/Apia',
      'Asia/Shanghai',
    );
    const minute = fc.integer({ min: Date.UTC(2008) / 60_000, max: Date.UTC(2030) / 60_000 });
    fc.assert(
      fc.property(zones, minute, (zone, m) => {
        const at = m * 60_000;
        const local = new Date(floatingAt(at, zoneOf(zone))).toISOString().slice(0, 16);
        const [start, end] = [instantOf(local, zone, 'start'), instantOf(local, zone, 'end')];
        expect([start, end]).toContain(at);
        expect(start).toBeLessThanOrEqual(end);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('what is no time', () => {
  test.each(['2026-02-30T09:00', '2026-10-01', '2026-10-01T25:00', '2026-10-01T09:00Z', '2026-10-01T09:00+08:00', ''])(
    '"%s" is refused',
    (text) => {
      expect(() => floatingOf(text)).toThrow(`"${text}" is no local time; write YYYY-MM-DDTHH:mm`);
    },
  );

  test('seconds are read, an unknown zone is refused by name', () => {
    expect(iso('2026-10-01T09:00:30', 'Asia/Shanghai', 'start')).toBe('2026-10-01T01:00:30.000Z');
    expect(() => zoneOf('Asia/Peking')).toThrow('"Asia/Peking" is no time zone');
  });
});
