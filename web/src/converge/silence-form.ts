import { checkMatcher, LABEL_PATTERN, type Matcher, matchesEverything } from '../../../domain/alert-matcher';
import type { SilenceKind } from '../../../domain/alert-silence';
import { instantOf, localOf } from '../time/zone';
import type { Day, Pattern } from './recurrence';
import { durationOf, minutesOf, patternOf, rruleOf } from './recurrence';
import type { NewSilence, Silence, SilenceChoice } from './silence-queries';

/** What the form holds, complete or not; times are local to `zone`. */
export interface SilenceValues {
  kind: SilenceKind;
  host: string;
  matchers: Partial<Matcher>[];
  schedule: 'once' | 'recurring';
  /** Empty: at once. */
  from: string;
  to: string;
  /** First window. */
  start: string;
  minutes: number;
  repeat: 'daily' | 'weekly' | 'monthlyDay' | 'monthlyNth' | 'rrule';
  interval: number;
  days: Day[];
  monthDay: number;
  nth: number;
  day: Day;
  rrule: string;
  /** Empty: without an end. */
  until: string;
  zone: string;
  comment: string;
}

const HOUR = 3_600_000;

/** An empty form. @param now epoch ms */
export function emptySilence(now: number, zone: string): SilenceValues {
  const nextHour = localOf(Math.ceil(now / HOUR) * HOUR, zone);
  return {
    kind: 'silence',
    host: '',
    matchers: [{ label: '', op: '=', value: '' }],
    schedule: 'once',
    from: '',
    to: localOf(now + 2 * HOUR, zone),
    start: nextHour,
    minutes: 120,
    repeat: 'weekly',
    interval: 1,
    days: ['SU'],
    monthDay: 1,
    nth: 1,
    day: 'SU',
    rrule: 'FREQ=WEEKLY;BYDAY=SU',
    until: '',
    zone,
    comment: '',
  };
}

/** The form for another silence like this one; the time is asked for anew unless it comes again by itself. */
export function likeSilence(s: Silence, empty: SilenceValues): SilenceValues {
  const values = { ...empty, kind: s.kind, comment: s.comment, host: s.host ?? '' };
  const chosen = s.host === null ? { ...values, matchers: s.matchers } : values;
  if (s.recurrence === null) return chosen;
  const { rrule, start, duration, zone } = s.recurrence;
  const pattern = patternOf(rrule, start);
  return {
    ...chosen,
    ...(pattern === null ? { repeat: 'rrule' as const } : fieldsOf(pattern)),
    schedule: 'recurring',
    rrule,
    start,
    minutes: minutesOf(duration) ?? empty.minutes,
    zone,
  };
}

function fieldsOf(p: Pattern): Partial<SilenceValues> {
  const { interval } = p;
  if (p.freq === 'daily') return { repeat: 'daily', interval };
  if (p.freq === 'weekly') return { repeat: 'weekly', interval, days: p.days };
  return 'day' in p
    ? { repeat: 'monthlyNth', interval, nth: p.nth, day: p.day }
    : { repeat: 'monthlyDay', interval, monthDay: p.monthDay };
}

/** The rule that the fields say. */
export function ruleOf(v: SilenceValues): string {
  const { interval } = v;
  switch (v.repeat) {
    case 'daily':
      return rruleOf({ freq: 'daily', interval });
    case 'weekly':
      return rruleOf({ freq: 'weekly', interval, days: v.days });
    case 'monthlyDay':
      return rruleOf({ freq: 'monthly', interval, monthDay: v.monthDay });
    case 'monthlyNth':
      return rruleOf({ freq: 'monthly', interval, nth: v.nth, day: v.day });
    case 'rrule':
      return v.rrule.trim();
  }
}

/** What is wrong with a condition; null = nothing. */
export function matcherProblem(part: 'label' | 'value', m: Partial<Matcher>): 'required' | 'label' | 'regex' | null {
  if (part === 'label') {
    if (!m.label?.trim()) return 'required';
    return LABEL_PATTERN.test(m.label.trim()) ? null : 'label';
  }
  try {
    checkMatcher({ label: '', op: m.op ?? '=', value: m.value ?? '' });
    return null;
  } catch {
    return 'regex';
  }
}

const whole = (m: Partial<Matcher>): Matcher => ({
  label: m.label?.trim() ?? '',
  op: m.op ?? '=',
  value: m.value ?? '',
});

/** What the silence would choose by; null while the form does not say it yet, `everything` when it would hold every alert. */
export function choiceOf(v: Pick<SilenceValues, 'kind' | 'host' | 'matchers'>): SilenceChoice | 'everything' | null {
  if (v.kind === 'host') return v.host.trim() === '' ? null : { host: v.host.trim() };
  const list = v.matchers.map(whole);
  const broken = v.matchers.some((m) => matcherProblem('label', m) !== null || matcherProblem('value', m) !== null);
  if (list.length === 0 || broken) return null;
  return matchesEverything(list) ? 'everything' : { matchers: list };
}

const isoOf = (local: string, zone: string): string | undefined => {
  const at = instantOf(local, zone);
  return at === null ? undefined : new Date(at).toISOString();
};

/** The body of the request. */
export function bodyOf(v: SilenceValues): NewSilence {
  const choice = v.kind === 'host' ? { host: v.host.trim() } : { matchers: v.matchers.map(whole) };
  const common = { kind: v.kind, ...choice, comment: v.comment };
  if (v.schedule === 'once') return { ...common, startsAt: isoOf(v.from, v.zone), endsAt: isoOf(v.to, v.zone) };
  const recurrence = { rrule: ruleOf(v), start: v.start, duration: durationOf(v.minutes), zone: v.zone };
  return { ...common, recurrence, endsAt: isoOf(v.until, v.zone) };
}

/** Fields of the form by the paths of the API, where their names differ. */
const FIELDS: Record<string, keyof SilenceValues> = {
  startsAt: 'from',
  'recurrence.rrule': 'rrule',
  'recurrence.start': 'start',
  'recurrence.duration': 'minutes',
  'recurrence.zone': 'zone',
  recurrence: 'start',
};

/** Where an error of the API belongs in the form. @param path `body.matchers.0.value` */
export function formField(path: string, schedule: SilenceValues['schedule']): (string | number)[] {
  const name = path.replace(/^body\./, '');
  if (name === 'endsAt') return [schedule === 'once' ? 'to' : 'until'];
  const own = FIELDS[name];
  return own === undefined ? name.split('.').map((p) => (/^\d+$/.test(p) ? Number(p) : p)) : [own];
}
