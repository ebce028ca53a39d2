import { advance, businessDayDue, countedMs, type WorkingTime } from './calendar';
import type { RungDue } from './request';
import type { Rung, Span } from './request-plan';

/**
 * Deadlines of a step that waits for people. They run on the wall clock or count on the calendar of the process and are
 * computed anew from what happened (start, pauses), so a new version of the calendar moves them exactly. `calendar` is
 * undefined as long as the case has none: then only wall-clock deadlines can be told.
 */
type Calendar = WorkingTime | undefined;

const DAY_MS = 86_400_000;

interface Count {
  /** Ms to count; null: cannot be told. */
  goal: number | null;
  used: (from: number, to: number) => number;
  reach: (from: number, ms: number) => number | null;
}
const WALL = {
  used: (from: number, to: number) => to - from,
  reach: (from: number, ms: number) => from + Math.max(0, ms),
};

/** How a span is counted; working days are the open time until close of business of the last one (24 h each where nothing closes). */
function counting(after: Span, since: number, calendar: Calendar): Count {
  if ('seconds' in after) return { ...WALL, goal: after.seconds * 1000 };
  if (calendar === undefined) return { ...WALL, goal: null };
  const count = {
    used: (from: number, to: number) => countedMs(calendar, from, to),
    reach: (from: number, ms: number) => advance(calendar, from, ms),
  };
  if ('businessSeconds' in after) return { ...count, goal: after.businessSeconds * 1000 };
  if (calendar.open === 'always') return { ...count, goal: after.businessDays * DAY_MS };
  const due = businessDayDue(calendar, since, after.businessDays);
  return { ...count, goal: due === null ? null : countedMs(calendar, since, due) };
}

/** Where a rung stands: `at` while its clock runs, `leftMs` while it does not. */
function tell(rung: Pick<RungDue, 'n' | 'after' | 'since' | 'stood'>, calendar: Calendar): RungDue {
  const { goal, used, reach } = counting(rung.after, rung.since, calendar);
  const stands = rung.stood.length % 2 === 1;
  if (goal === null) return { ...rung, at: null, leftMs: null };
  let [from, left] = [rung.since, goal];
  for (let i = 0; i < rung.stood.length; i += 2) {
    const [stop = from, goOn] = rung.stood.slice(i, i + 2);
    const counted = used(from, stop);
    // Reached before the clock was stopped: it stays due then.
    if (counted >= left) return { ...rung, at: reach(from, left), leftMs: null };
    left -= counted;
    from = goOn ?? stop;
  }
  return stands ? { ...rung, at: null, leftMs: left } : { ...rung, at: reach(from, left), leftMs: null };
}

/** The deadlines of a step that began at `since` (epoch ms), in the order of its ladder. */
export function armLadder(rungs: readonly Rung[], since: number, calendar: Calendar): RungDue[] {
  return rungs.map(({ after }, n) => tell({ n, after, since, stood: [] }, calendar));
}

const isStanding = (rung: RungDue): boolean => rung.stood.length % 2 === 1;

/** Stops the clock of a step; what has stopped already stays as it is. */
export function pauseLadder(dues: readonly RungDue[], now: number, calendar: Calendar): RungDue[] {
  return dues.map((r) => (isStanding(r) ? r : tell({ ...r, stood: [...r.stood, now] }, calendar)));
}

/** Lets it go on with exactly the time that was left. */
export function resumeLadder(dues: readonly RungDue[], now: number, calendar: Calendar): RungDue[] {
  return dues.map((r) => (isStanding(r) ? tell({ ...r, stood: [...r.stood, now] }, calendar) : r));
}

/** The deadlines under a calendar that reaches further or has changed. */
export function retell(dues: readonly RungDue[], calendar: Calendar): RungDue[] {
  return dues.map((r) => tell(r, calendar));
}

/** Positions of the rungs that are due, in the order of their instants. */
export function dueRungs(dues: readonly RungDue[], now: number): number[] {
  const due = dues.flatMap(({ n, at }) => (at !== null && at <= now ? [{ n, at }] : []));
  return due.sort((a, b) => a.at - b.at || a.n - b.n).map(({ n }) => n);
}

/** The deadlines that are left once some have been acted on. */
export function withoutRungs(dues: readonly RungDue[], done: readonly number[]): RungDue[] {
  return dues.filter(({ n }) => !done.includes(n));
}

/** The next deadline, epoch ms; null when none can be told. */
export function nextRungAt(dues: readonly RungDue[]): number | null {
  const known = dues.flatMap(({ at }) => (at === null ? [] : [at]));
  return known.length === 0 ? null : Math.min(...known);
}
