import type { Recurrence } from '../../../domain/alert-silence';

/** Weekdays as RFC 5545 writes them, in ISO order. */
export const DAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const;
export type Day = (typeof DAYS)[number];

/** A rule that the form can ask for in words; whatever goes beyond is written as RRULE. */
export type Pattern =
  | { freq: 'daily'; interval: number }
  | { freq: 'weekly'; interval: number; days: Day[] }
  /** The n-th such weekday of the month, -1 = the last. */
  | { freq: 'monthly'; interval: number; nth: number; day: Day }
  | { freq: 'monthly'; interval: number; monthDay: number };

const isDay = (text: string): text is Day => (DAYS as readonly string[]).includes(text);

function partsOf(rrule: string): Map<string, string> {
  const parts = rrule
    .replace(/^RRULE:/i, '')
    .toUpperCase()
    .split(';')
    .filter(Boolean);
  return new Map(parts.map((p) => [p.split('=')[0] ?? '', p.split('=')[1] ?? '']));
}

const only = (parts: Map<string, string>, ...names: string[]) =>
  [...parts.keys()].every((name) => ['FREQ', 'INTERVAL', 'WKST', ...names].includes(name));

/** A rule in words, or null for one that says more than the words can. @param start local, its weekday is the rule's when that names none */
export function patternOf(rrule: string, start: string): Pattern | null {
  const parts = partsOf(rrule);
  const interval = Number(parts.get('INTERVAL') ?? 1);
  if (!Number.isInteger(interval) || interval < 1) return null;
  const days = parts.get('BYDAY')?.split(',') ?? [];
  switch (parts.get('FREQ')) {
    case 'DAILY':
      return only(parts) ? { freq: 'daily', interval } : null;
    case 'WEEKLY': {
      if (!only(parts, 'BYDAY') || !days.every(isDay)) return null;
      return {
        freq: 'weekly',
        interval,
        days: days.length > 0 ? DAYS.filter((d) => days.includes(d)) : [dayOf(start)],
      };
    }
    case 'MONTHLY':
      return monthly(parts, interval, days, start);
    default:
      return null;
  }
}

function monthly(parts: Map<string, string>, interval: number, days: string[], start: string): Pattern | null {
  if (only(parts, 'BYDAY') && days.length === 1) {
    const [, nth, day] = /^(-1|[1-4])(\w\w)$/.exec(days[0] ?? '') ?? [];
    return nth !== undefined && day !== undefined && isDay(day)
      ? { freq: 'monthly', interval, nth: Number(nth), day }
      : null;
  }
  if (!only(parts, 'BYMONTHDAY')) return null;
  const monthDay = Number(parts.get('BYMONTHDAY') ?? start.slice(8, 10));
  return Number.isInteger(monthDay) && monthDay >= 1 && monthDay <= 31 ? { freq: 'monthly', interval, monthDay } : null;
}

/** Weekday of a local time `2026-11-29T02:00`. */
export function dayOf(start: string): Day {
  const at = Date.parse(`${start}:00Z`);
  return DAYS[Number.isNaN(at) ? 0 : (new Date(at).getUTCDay() + 6) % 7] ?? 'MO';
}

/** The rule that says a pattern. */
export function rruleOf(p: Pattern): string {
  const every = p.interval === 1 ? '' : `;INTERVAL=${p.interval}`;
  if (p.freq === 'daily') return `FREQ=DAILY${every}`;
  if (p.freq === 'weekly') return `FREQ=WEEKLY${every};BYDAY=${p.days.join(',')}`;
  return 'day' in p ? `FREQ=MONTHLY${every};BYDAY=${p.nth}${p.day}` : `FREQ=MONTHLY${every};BYMONTHDAY=${p.monthDay}`;
}

const DURATION = /^P(?:(\d+)W|(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?)$/;

/** Length of an ISO 8601 duration by the wall clock, minutes; null when it is none. */
export function minutesOf(duration: string): number | null {
  const found = DURATION.exec(duration);
  if (found === null || duration === 'P') return null;
  const [w, d, h, m] = found.slice(1).map((n) => Number(n ?? 0));
  return (w ?? 0) * 10_080 + (d ?? 0) * 1440 + (h ?? 0) * 60 + (m ?? 0);
}

/** ISO 8601 of so many minutes. */
export function durationOf(minutes: number): string {
  const [h, m] = [Math.floor(minutes / 60), minutes % 60];
  return `PT${h > 0 || m === 0 ? `${h}H` : ''}${m > 0 ? `${m}M` : ''}`;
}

/** Wall clock `HH:mm` at which a window ends, and how many days after it began. */
export function endOfWindow({ start, duration }: Pick<Recurrence, 'start' | 'duration'>): {
  time: string;
  days: number;
} {
  const [hours, minutes] = start.slice(11, 16).split(':').map(Number);
  const total = (hours ?? 0) * 60 + (minutes ?? 0) + (minutesOf(duration) ?? 0);
  const rest = total % 1440;
  const two = (n: number) => String(n).padStart(2, '0');
  return { time: `${two(Math.floor(rest / 60))}:${two(rest % 60)}`, days: Math.floor(total / 1440) };
}
