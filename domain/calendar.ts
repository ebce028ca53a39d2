/** Half-open interval of instants, `[start, end)`, in epoch milliseconds (UTC). */
export type Interval = readonly [start: number, end: number];

/**
 * A business calendar expanded to UTC: what is open between `from` and `until`. It is a fact of a case (I6, I7):
 * the arithmetic on it knows neither zones nor holidays any more.
 */
export interface WorkingTime {
  calendarId: string;
  /** Version of the calendar data the expansion was made from; a newer one reaches open cases as a new fact. */
  version: number;
  /** Expanded range, epoch ms. Nothing may be computed beyond `until`. */
  from: number;
  until: number;
  /** Ascending, not overlapping, not touching; the string for a calendar that never closes (7×24). */
  open: 'always' | Interval[];
  /** Working days as `[start of the local day, close of business]`, for `bd` goals; absent for `always`. */
  days?: Interval[];
  /** Holiday data beyond this instant is not announced yet; deadlines after it carry a warning. Epoch ms. */
  provisionalFrom?: number;
}

/** Weekdays in ISO order. */
export const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/**
 * A business calendar as people write it (`process-defs/calendars/*.yaml`). Dates are ISO 8601 local days (`2026-10-01`),
 * hours are wall-clock ranges `HH:mm-HH:mm` of one day (`24:00` ends it; a night shift is two ranges on two days).
 */
export interface CalendarDefinition {
  id: string;
  version: number;
  /** IANA zone the wall clock stands in. */
  zone: string;
  /** Hours by weekday, a missing weekday is closed; `always` for 7×24, which knows no holidays. */
  week: 'always' | Partial<Record<Weekday, string[]>>;
  /** Closed whatever the weekday says. */
  holidays: string[];
  /** Open whatever the weekday says (make-up days); without hours of its own: those of the first open weekday. */
  workingDays: (string | { date: string; hours: string[] })[];
  /** Last day for which the holidays are published; later deadlines are provisional. Absent: no such limit. */
  announcedUntil?: string;
}

/** Expanded calendars of a case by `calendarId`. */
export type Calendars = Readonly<Record<string, WorkingTime>>;

/** Counted time before each interval, and the total at the end. A memo of immutable facts, so replay sees no difference. */
const totals = new WeakMap<readonly Interval[], number[]>();

function totalsOf(open: readonly Interval[]): number[] {
  const known = totals.get(open);
  if (known !== undefined && known.length === open.length + 1) return known;
  const sums = [0];
  let total = 0;
  for (const [start, end] of open) {
    total += end - start;
    sums.push(total);
  }
  totals.set(open, sums);
  return sums;
}

/** Smallest index in `0…length` from which on `holds` is true. */
function firstIndex(length: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

const firstEndingAfter = (open: readonly Interval[], at: number): number =>
  firstIndex(open.length, (i) => (open[i]?.[1] ?? at) > at);

function countedBefore(open: readonly Interval[], at: number): number {
  const i = firstEndingAfter(open, at);
  const start = open[i]?.[0] ?? at;
  return (totalsOf(open)[i] ?? 0) + Math.max(0, at - start);
}

/**
 * Open milliseconds between two instants; negative when they are given backwards. Outside `from … until` nothing is
 * known and nothing counts: see `covers`. A calendar that never closes has no such limit.
 */
export function countedMs(w: WorkingTime, from: number, to: number): number {
  if (w.open === 'always') return to - from;
  return countedBefore(w.open, to) - countedBefore(w.open, from);
}

/**
 * Earliest instant at which `ms` have been counted since `from` (so a day's work ends at closing time, not at the next
 * opening); `from` itself for nothing to count, null when that lies beyond the expanded range.
 */
export function advance(w: WorkingTime, from: number, ms: number): number | null {
  if (ms <= 0) return from;
  if (w.open === 'always') return from + ms;
  const sums = totalsOf(w.open);
  const wanted = countedBefore(w.open, from) + ms;
  const i = firstIndex(w.open.length, (k) => (sums[k + 1] ?? 0) >= wanted);
  const start = w.open[i]?.[0];
  return start === undefined ? null : start + wanted - (sums[i] ?? 0);
}

/**
 * Close of business of the `n`-th working day after the local day of `from`, which is not counted even when it is a
 * working day; null beyond the expanded range and for calendars without days (`always`).
 */
export function businessDayDue(w: WorkingTime, from: number, n: number): number | null {
  if (!Number.isInteger(n) || n < 1)
    throw new RangeError(`business days: ${n} given, a whole number from 1 on allowed`);
  const days = w.days ?? [];
  const next = firstIndex(days.length, (i) => (days[i]?.[0] ?? from) > from);
  return days[next + n - 1]?.[1] ?? null;
}

/** Closed stretches between two instants, ascending; together with the open ones they fill `[from, to)`. */
export function closedTime(w: WorkingTime, from: number, to: number): Interval[] {
  if (w.open === 'always') return [];
  const closed: Interval[] = [];
  let at = from;
  for (let i = firstEndingAfter(w.open, from); at < to; i++) {
    const [start, end] = w.open[i] ?? [to, to];
    if (start > at) closed.push([at, Math.min(start, to)]);
    at = end;
  }
  return closed;
}

/** Whether the expansion knows all of `[from, to]`; if not, the case needs a wider one before it is asked. */
export function covers(w: WorkingTime, from: number, to: number): boolean {
  return w.open === 'always' || (w.from <= from && to <= w.until);
}

/** Whether a deadline at that instant may still move because holidays are not announced or not expanded so far. */
export function isProvisional(w: WorkingTime, at: number): boolean {
  if (w.open === 'always') return false;
  return at > w.until || (w.provisionalFrom !== undefined && at > w.provisionalFrom);
}

/** Whether the calendar is open at an instant. */
export function isOpenAt(w: WorkingTime, at: number): boolean {
  if (w.open === 'always') return true;
  const next = w.open[firstEndingAfter(w.open, at)];
  return next !== undefined && next[0] <= at;
}

/** Next instant after `at` at which the calendar opens or closes; null where none is known. */
export function nextBoundary(w: WorkingTime, at: number): number | null {
  if (w.open === 'always') return null;
  const next = w.open[firstEndingAfter(w.open, at)];
  if (next === undefined) return null;
  return next[0] > at ? next[0] : next[1];
}
