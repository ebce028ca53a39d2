import type { IANAZone } from 'luxon';
import { type CalendarDefinition, type Interval, WEEKDAYS, type WorkingTime } from '../domain/calendar';
import { floatingAt, floatingOf, instantOfFloating, zoneOf } from './wall-clock';

const MINUTE = 60_000;
const DAY = 86_400_000;
const RANGE = /^([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|24:00)$/;

/** Open minutes of a local day, ascending. */
type Hours = readonly Interval[];

/** A definition made quick to ask: keys are local days as floating UTC midnights. */
interface Plan {
  week: readonly Hours[];
  special: ReadonlyMap<number, Hours>;
}

/**
 * Expands a calendar to UTC (I6, I8): an activity's job, since only here zones exist. Every range ends by the wall clock, so
 * a working day across a change of offset is an hour longer or shorter, as it is for the people who work it.
 *
 * @param from first instant that has to be known, epoch ms: the opening of the case or before
 * @param until nothing is known from there on; a working day that closes later is not listed
 * @throws RangeError naming every unreadable field with the allowed form
 */
export function expandCalendar(def: CalendarDefinition, from: number, until: number): WorkingTime {
  const zone = zoneOf(def.zone);
  const base = { calendarId: def.id, version: def.version, from, until };
  if (def.week === 'always') return { ...base, open: 'always' };
  const plan = read(def, def.week);
  const open: Interval[] = [];
  const days: Interval[] = [];
  // A day before and after: the local day of `from` may have begun before it, and a zone may skip one.
  for (let day = dayOf(floatingAt(from, zone)) - DAY; day <= floatingAt(until, zone) + DAY; day += DAY) {
    const worked = hoursOf(plan, day).map(([start, end]) => spell(day, start, end, zone));
    const close = Math.max(...worked.filter(([start, end]) => start < end).map(([, end]) => end));
    if (close > from && close <= until) days.push([instantOfFloating(day, zone, 'start'), close]);
    for (const [start, end] of worked) add(open, Math.max(start, from), Math.min(end, until));
  }
  return { ...base, open, days, ...provisional(def, zone) };
}

const dayOf = (floating: number): number => Math.floor(floating / DAY) * DAY;

/** 1 January 1970 was a Thursday, the fourth day of the ISO week. */
const hoursOf = (plan: Plan, day: number): Hours => plan.special.get(day) ?? plan.week[(day / DAY + 3) % 7] ?? [];

function spell(day: number, start: number, end: number, zone: IANAZone): Interval {
  return [instantOfFloating(day + start * MINUTE, zone, 'start'), instantOfFloating(day + end * MINUTE, zone, 'end')];
}

/** Appends a stretch; one that touches or overlaps the last (midnight, clocks set back) prolongs it. */
function add(open: Interval[], start: number, end: number): void {
  if (start >= end) return;
  const last = open.at(-1);
  if (last === undefined || last[1] < start) open.push([start, end]);
  else open[open.length - 1] = [last[0], Math.max(last[1], end)];
}

function provisional(def: CalendarDefinition, zone: IANAZone): { provisionalFrom?: number } {
  if (def.announcedUntil === undefined) return {};
  return { provisionalFrom: instantOfFloating(floatingOf(`${def.announcedUntil}T24:00`), zone, 'start') };
}

function read(def: CalendarDefinition, week: Exclude<CalendarDefinition['week'], 'always'>): Plan {
  const wrong: string[] = [];
  const hours = (field: string, texts: string[]): Hours => readHours(texts, (what) => wrong.push(`${field}: ${what}`));
  const date = (field: string, text: string): number => readDate(text, (what) => wrong.push(`${field}: ${what}`));
  const plain = WEEKDAYS.map((weekday) => hours(`week.${weekday}`, week[weekday] ?? []));
  const usual = plain.find((h) => h.length > 0) ?? [];
  const holidays = new Map(def.holidays.map((d, i) => [date(`holidays.${i}`, d), [] as Hours]));
  const special = new Map(holidays);
  for (const [i, entry] of def.workingDays.entries()) {
    const own = typeof entry === 'string' ? { date: entry, hours: undefined } : entry;
    const day = date(`workingDays.${i}`, own.date);
    if (holidays.has(day)) wrong.push(`workingDays.${i}: ${own.date} is a holiday too`);
    special.set(day, own.hours === undefined ? usual : hours(`workingDays.${i}.hours`, own.hours));
  }
  if (def.announcedUntil !== undefined) date('announcedUntil', def.announcedUntil);
  if (wrong.length > 0) throw new RangeError(`calendar ${def.id}@${def.version}: ${wrong.join('; ')}`);
  return { week: plain, special };
}

function readDate(text: string, complain: (what: string) => void): number {
  try {
    return floatingOf(`${text}T00:00`);
  } catch {
    complain(`"${text}" is no date; write YYYY-MM-DD`);
    return Number.NaN;
  }
}

function readHours(texts: string[], complain: (what: string) => void): Hours {
  const ranges = texts.map((text): Interval => {
    const [match, h, m, toH = '24', toM = '0'] = RANGE.exec(text) ?? [];
    const range: Interval = [Number(h) * 60 + Number(m), Number(toH) * 60 + Number(toM)];
    if (match === undefined || range[0] >= range[1])
      complain(`"${text}" is no range; write HH:mm-HH:mm within one day, 24:00 at the latest`);
    return range;
  });
  ranges.sort((a, b) => a[0] - b[0]);
  for (const [i, range] of ranges.entries())
    if (range[0] < (ranges[i - 1]?.[1] ?? 0)) complain(`"${texts.join(', ')}" overlap`);
  return ranges;
}
