import { RRule } from 'rrule';
import type { TimeRange } from '../domain/alert-rules';
import type { Phase, Recurrence, Silence, SilenceState } from '../domain/alert-silence';
import { WEEKDAYS } from '../domain/calendar';
import { parseWallSeconds } from '../domain/duration';
import { floatingAt, floatingOf, instantOfFloating, zoneOf } from './wall-clock';

const MINUTE = 60_000;
const DAY = 86_400_000;
/** A window is looked for so far ahead; one that is later is found when time has come nearer. */
const AHEAD = 400 * DAY;
/** Longest window, seconds: longer ones would be one long silence. */
export const LONGEST_WINDOW = 31 * 86_400;
const FREQUENCIES = ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'];
const LIST = (item: string) => `${item}(,${item})*`;
/** Parts of a rule that are understood; a wrong value in one would make rrule fail later, or search for ever. */
const PARTS: Record<string, RegExp> = Object.fromEntries(
  Object.entries({
    FREQ: '[A-Z]+',
    INTERVAL: '[1-9]\\d{0,2}',
    COUNT: '[1-9]\\d{0,3}',
    UNTIL: '\\d{8}(T\\d{6}Z?)?',
    WKST: '(MO|TU|WE|TH|FR|SA|SU)',
    BYDAY: LIST('([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)'),
    BYMONTHDAY: LIST('-?([1-9]|[12]\\d|3[01])'),
    BYMONTH: LIST('([1-9]|1[0-2])'),
    BYSETPOS: LIST('-?[1-9]\\d{0,2}'),
    BYYEARDAY: LIST('-?[1-9]\\d{0,2}'),
    BYWEEKNO: LIST('-?[1-9]\\d?'),
  }).map(([name, value]) => [name, new RegExp(`^${value}$`)]),
);

type Interval = readonly [start: number, end: number];

/** Where an instant lies among intervals in ascending order; those that touch are one. */
function phaseIn(intervals: readonly Interval[], now: number, beyond: number | null): Phase {
  let until: number | null = null;
  for (const [start, end] of intervals) {
    if (end <= now) continue;
    if (until === null && start > now) return { active: false, until: start };
    if (until !== null && start > until) break;
    until = Math.max(until ?? 0, end);
  }
  return until === null ? { active: false, until: beyond } : { active: true, until };
}

/**
 * Whether a weekly range of a zone holds at an instant (I8): hours are the wall clock's, so a range across a change of
 * offset is an hour longer or shorter, as it is for the people who sleep through it.
 */
export function rangePhase(range: TimeRange, now: number): Phase {
  const zone = zoneOf(range.zone);
  const today = Math.floor(floatingAt(now, zone) / DAY) * DAY;
  const intervals: Interval[] = [];
  for (let day = today - 2 * DAY; day <= today + 9 * DAY; day += DAY) {
    const weekday = WEEKDAYS[(day / DAY + 3) % 7];
    if (weekday === undefined || !range.weekdays.includes(weekday)) continue;
    // To the same or an earlier time means: of the next day.
    const to = range.to > range.from ? range.to : range.to + 24 * 60;
    intervals.push([
      instantOfFloating(day + range.from * MINUTE, zone, 'start'),
      instantOfFloating(day + to * MINUTE, zone, 'end'),
    ]);
  }
  const nonEmpty = intervals.filter(([start, end]) => start < end);
  return phaseIn(nonEmpty, now, now + 7 * DAY);
}

/** Parsed rules: a list of silences is judged with every batch. */
const rules = new Map<string, RRule>();

/**
 * A recurrence rule on the wall clock as if it were UTC: rrule itself is wrong around changes of offset.
 * @throws Error saying what is wrong
 */
export function ruleOf({ rrule, start }: Pick<Recurrence, 'rrule' | 'start'>): RRule {
  const key = `${start} ${rrule}`;
  const known = rules.get(key);
  if (known) return known;
  const text = rrule.replace(/^RRULE:/i, '').toUpperCase();
  const wrong = text.split(';').find((part) => {
    const [name = '', value = ''] = part.split('=');
    return !Object.hasOwn(PARTS, name) || !PARTS[name]?.test(value);
  });
  if (wrong !== undefined) throw new Error(`"${wrong}" is not known here; write e.g. FREQ=WEEKLY;BYDAY=SU`);
  const freq = /(?:^|;)FREQ=([A-Z]*)/.exec(text)?.[1] ?? '';
  if (!FREQUENCIES.includes(freq)) throw new Error(`FREQ must be one of ${FREQUENCIES.join(', ')}`);
  const rule = new RRule({ ...RRule.parseString(text), dtstart: new Date(floatingOf(start)) });
  if (rules.size >= 500) rules.clear();
  rules.set(key, rule);
  return rule;
}

/** Windows of a recurrence that have not ended at `from` and begin before `to`, ascending. */
export function windows(recurrence: Recurrence, from: number, to: number): Interval[] {
  const zone = zoneOf(recurrence.zone);
  const length = parseWallSeconds(recurrence.duration) * 1000;
  const first = new Date(floatingAt(from, zone) - length - 2 * DAY);
  return ruleOf(recurrence)
    .between(first, new Date(floatingAt(to, zone) + DAY), true)
    .map((at): Interval => {
      const floating = at.getTime();
      return [instantOfFloating(floating, zone, 'start'), instantOfFloating(floating + length, zone, 'end')];
    })
    .filter(([start, end]) => start < end && end > from && start <= to);
}

type Timed = Pick<Silence, 'startsAt' | 'endsAt' | 'recurrence' | 'endedAt'>;

/** Whether a silence holds at an instant, and when that changes next. An end by hand is final. */
export function silencePhase({ startsAt, endsAt, recurrence, endedAt }: Timed, now: number): Phase {
  const end = Math.min(endsAt ?? Number.POSITIVE_INFINITY, endedAt ?? Number.POSITIVE_INFINITY);
  if (now >= end) return { active: false, until: null };
  if (now < startsAt) return { active: false, until: startsAt };
  if (recurrence === null) return { active: true, until: end };
  // Beyond what was searched there may be more: look again when half of it has passed.
  const phase = phaseIn(windows(recurrence, now, now + AHEAD), now, now + AHEAD / 2);
  if (phase.until !== null && phase.until >= end) return { active: phase.active, until: phase.active ? end : null };
  return phase;
}

/** The state people read. */
export function silenceState(silence: Timed, now: number): SilenceState {
  const { active, until } = silencePhase(silence, now);
  if (active) return 'active';
  if (until === null) return 'expired';
  if (silence.recurrence === null) return 'pending';
  if (nextWindow(silence, now) === null) return 'expired';
  return now < silence.startsAt ? 'pending' : 'scheduled';
}

/** When the window begins that comes next; null while one is open, and when none comes. */
export function nextWindow(silence: Timed, now: number): number | null {
  const { active, until } = silencePhase(silence, now);
  if (active || until === null) return null;
  if (silence.recurrence === null) return until;
  const [first] = windows(silence.recurrence, Math.max(now, silence.startsAt), now + AHEAD);
  return first?.[0] ?? null;
}
