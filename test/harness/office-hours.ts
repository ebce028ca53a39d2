import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';

// The shipped calendar 5x8 by counting days in Shanghai, which has had no summer time since 1991: no code of the product.

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

interface Calendar {
  holidays: { from: string; to: string }[];
  workingDays: string[];
}
const CALENDAR: Calendar = parse(
  readFileSync(path.resolve(__dirname, '../../process-defs/calendars/5x8.yaml'), 'utf8'),
);

/** Midnight in Shanghai of the day of an instant, epoch ms. */
const midnight = (at: number) => Math.floor((at + 8 * HOUR) / DAY) * DAY - 8 * HOUR;

function isWorked(at: number): boolean {
  const local = new Date(at + 8 * HOUR);
  const day = local.toISOString().slice(0, 10);
  const weekend = [0, 6].includes(local.getUTCDay());
  const holiday = CALENDAR.holidays.some(({ from, to }) => from <= day && day <= to);
  return CALENDAR.workingDays.includes(day) || (!weekend && !holiday);
}

/** Hours in which 5x8 is open, from the day of an instant on for so many days; epoch ms, `[from, to)`. */
export function officeHours(since: number, days: number): [from: number, to: number][] {
  const found: [number, number][] = [];
  for (let i = 0, day = midnight(since); i < days; i++, day += DAY)
    if (isWorked(day)) found.push([day + 9 * HOUR, day + 12 * HOUR], [day + 13 * HOUR, day + 18 * HOUR]);
  return found;
}

/** Close of business (18:00) of the n-th working day after the one of an instant, epoch ms. */
export function closeOfBusiness(instant: number, n: number): number {
  let day = midnight(instant);
  for (let counted = 0; counted < n; ) {
    day += DAY;
    if (isWorked(day)) counted += 1;
  }
  return day + 18 * HOUR;
}
