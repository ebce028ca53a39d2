import type { TFunction } from 'i18next';
import type { Recurrence } from '../../../domain/alert-silence';
import type { Viewer } from '../time/format';
import { DAYS, type Day, endOfWindow, minutesOf, type Pattern, patternOf } from './recurrence';

/** A Monday. */
const MONDAY = Date.UTC(2026, 0, 5);

/** Name of a weekday in the language of the viewer. */
export function dayName(day: Day, { language }: Pick<Viewer, 'language'>, width: 'short' | 'long' = 'short'): string {
  const at = MONDAY + DAYS.indexOf(day) * 86_400_000;
  return new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : 'zh-CN', { weekday: width, timeZone: 'UTC' }).format(at);
}

function when(p: Pattern, t: TFunction, v: Viewer): string {
  const n = p.interval;
  const each = n === 1;
  if (p.freq === 'daily') return each ? t('repeats.daily') : t('repeats.dailyN', { n });
  if (p.freq === 'weekly') {
    if (each && p.days.length === 7) return t('repeats.daily');
    const list = new Intl.ListFormat(v.language === 'en' ? 'en-GB' : 'zh-CN', { type: 'conjunction' });
    const days = list.format(p.days.map((d) => dayName(d, v)));
    return each ? t('repeats.weekly', { days }) : t('repeats.weeklyN', { n, days });
  }
  if (!('day' in p)) {
    const day = p.monthDay;
    return each ? t('repeats.monthDay', { day }) : t('repeats.monthDayN', { n, day });
  }
  const [nth, day] = [t(`repeats.nth_${p.nth as 1}`), dayName(p.day, v, 'long')];
  return each ? t('repeats.monthNth', { nth, day }) : t('repeats.monthNthN', { n, nth, day });
}

/** `Every week on Sun, 02:00–04:00 (Asia/Shanghai)`; a rule that words cannot say is shown as it is written. */
export function recurrenceWords(r: Recurrence, t: TFunction, v: Viewer): string {
  const pattern = patternOf(r.rrule, r.start);
  const length = minutesOf(r.duration);
  if (length === null || r.start.length < 16) return r.rrule;
  const end = endOfWindow(r);
  const { days, time } = end;
  const to = days === 0 ? time : days === 1 ? t('repeats.nextDay', { time }) : t('repeats.later', { days, time });
  const hours = t('repeats.hours', { from: r.start.slice(11, 16), to, zone: r.zone });
  return `${pattern === null ? r.rrule : when(pattern, t, v)}${t('repeats.comma')}${hours}`;
}
