import { dayHeading, duration, fullInstant, relative, shortInstant } from './format';
import { instantOf, localOf } from './zone';

const zh = { language: 'zh-CN', zone: 'Asia/Shanghai' } as const;
const en = { language: 'en', zone: 'Asia/Shanghai' } as const;
const at = Date.parse('2026-11-24T08:40:05Z');

test.each([
  [0, '0 s', '0 秒'],
  [59.9, '59 s', '59 秒'],
  [4320, '1 h 12 min', '1 小时 12 分'],
  [719, '11 min', '11 分'],
  [3600, '1 h', '1 小时'],
  [-90_061, '1 d 1 h', '1 天 1 小时'],
])('duration of %d s', (seconds, english, chinese) => {
  expect([duration(seconds, 'en'), duration(seconds, 'zh-CN')]).toEqual([english, chinese]);
});

test('an instant is as short as it can be in the zone of the viewer', () => {
  expect(shortInstant(at, at, en)).toBe('16:40');
  expect(shortInstant(at, at + 86_400_000, en)).toBe('24 Nov 16:40');
  expect(shortInstant(at, at + 90 * 86_400_000, en)).toBe('24 Nov 2026 16:40');
  expect(shortInstant(at, at + 86_400_000, zh)).toBe('11月24日 16:40');
  expect(shortInstant(Date.parse('2026-11-24T17:00:00Z'), at, en)).toBe('25 Nov 01:00');
  expect(fullInstant(at, en)).toBe('24 Nov 2026, 16:40:05 (Asia/Shanghai)');
  expect(dayHeading(at, zh)).toContain('2026年11月24日');
});

test('relative time', () => {
  expect(relative(at - 8 * 60_000, at, 'en')).toBe('8 min ago');
  expect(relative(at - 8 * 60_000, at, 'zh-CN')).toBe('8分钟前');
  expect(relative(at + 7_200_000, at, 'en')).toBe('in 2 hr');
  expect(relative(at - 20_000, at, 'en')).toBe('now');
});

test.each([
  ['2026-11-24T09:00', 'Asia/Shanghai', '2026-11-24T01:00:00.000Z'],
  ['2026-07-01T09:00', 'America/New_York', '2026-07-01T13:00:00.000Z'],
  // Twice on 25 October: the first occurrence. Missing on 29 March: the first instant after.
  ['2026-10-25T02:30', 'Europe/Berlin', '2026-10-25T00:30:00.000Z'],
  ['2026-03-29T02:30', 'Europe/Berlin', '2026-03-29T01:00:00.000Z'],
])('%s in %s', (local, zone, utc) => {
  expect(new Date(instantOf(local, zone) ?? 0).toISOString()).toBe(utc);
});

test('a wall clock time comes back as it was written; nonsense is refused', () => {
  expect(localOf(instantOf('2026-11-24T09:07', 'Asia/Kolkata') ?? 0, 'Asia/Kolkata')).toBe('2026-11-24T09:07');
  expect(instantOf('2026-11-24', 'UTC')).toBeNull();
  expect(instantOf('2026-19-44T99:00', 'UTC')).toBeNull();
});
