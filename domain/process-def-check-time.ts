import { WEEKDAYS } from './calendar';
import { parseWallSeconds } from './duration';
import { nearest } from './nearest';
import type { Check, Path } from './process-def-reference';
import { checkActor, checkName } from './process-def-reference';
import type { CalendarDoc, ScheduleDoc } from './process-def-time';

/** IANA zones have aliases that no list contains, so the runtime decides; the list only serves to suggest. */
export function checkZone(check: Check, zone: string, path: Path = ['zone']): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
  } catch {
    const near = nearest(zone, Intl.supportedValuesOf('timeZone'));
    check.report(path, `unknown time zone "${zone}"; write an IANA name such as Asia/Shanghai`, { nearest: near });
  }
}

function checkHours(check: Check, week: Exclude<CalendarDoc['week'], 'always'>): void {
  for (const day of WEEKDAYS) {
    let last = '';
    for (const [i, span] of week[day].entries()) {
      const [start = '', end = ''] = span.split('-');
      if (start >= end)
        check.report(['week', day, i], `"${span}" ends before it starts; a night is two spans of two days`);
      else if (start <= last) check.report(['week', day, i], `"${span}" overlaps or touches the span before it`);
      last = end;
    }
  }
  if (WEEKDAYS.every((day) => week[day].length === 0)) check.report(['week'], 'the calendar is never open');
}

/** Weekday of a local date, which needs no zone. */
function weekdayOf(date: string): (typeof WEEKDAYS)[number] {
  const index = (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7;
  return WEEKDAYS[index] ?? 'monday';
}

function checkWorkingDays(check: Check, def: CalendarDoc): void {
  const seen = new Set<string>();
  for (const [i, date] of def.workingDays.entries()) {
    const path = ['workingDays', i];
    if (seen.has(date)) check.report(path, `${date} is listed twice`);
    seen.add(date);
    if (def.holidays.some((h) => h.from <= date && date <= h.to)) check.report(path, `${date} is also a holiday`);
    if (def.week !== 'always' && def.week[weekdayOf(date)].length > 0) {
      check.report(path, `${date} is a ${weekdayOf(date)}, which is worked anyway`, { severity: 'warning' });
    }
    if (def.announcedUntil && date > def.announcedUntil) check.report(path, `${date} is after announcedUntil`);
  }
}

/** Hours in order, dates that contradict nothing, and a warning for what is not announced yet. */
export function checkCalendar(check: Check, def: CalendarDoc): void {
  checkZone(check, def.zone);
  if (def.week !== 'always') checkHours(check, def.week);
  else if (def.holidays.length + def.workingDays.length > 0) {
    check.report(['week'], 'a calendar that is always open has no holidays and no make-up days');
  }
  for (const [i, { from, to }] of def.holidays.entries()) {
    if (to < from) check.report(['holidays', i, 'to'], `the holiday ends on ${to}, before it starts on ${from}`);
    const before = def.holidays.slice(0, i).find((h) => h.from <= to && from <= h.to);
    if (before) check.report(['holidays', i, 'from'], `the holiday overlaps that of ${before.from} to ${before.to}`);
    if (def.announcedUntil && to > def.announcedUntil)
      check.report(['holidays', i, 'to'], `${to} is after announcedUntil`);
  }
  checkWorkingDays(check, def);
  if (def.announcedUntil) {
    const text = `holidays after ${def.announcedUntil} are not announced: later deadlines are provisional`;
    check.report(['announcedUntil'], text, { severity: 'warning' });
  }
}

/** Turns of whole days, and participants who exist. */
export function checkSchedule(check: Check, def: ScheduleDoc): void {
  checkZone(check, def.zone);
  const seconds = parseWallSeconds(def.rotation.every);
  if (seconds === 0 || seconds % 86_400 !== 0) {
    check.report(
      ['rotation', 'every'],
      `"${def.rotation.every}": a turn lasts whole days or weeks, such as P1D or P1W`,
    );
  }
  const { participants } = def.rotation;
  const path = ['rotation', 'participants'];
  if (typeof participants === 'string') checkActor(check, path, participants);
  else {
    for (const [i, login] of participants.entries()) {
      if (check.world.logins) checkName(check, [...path, i], 'person', login, check.world.logins);
    }
  }
}
