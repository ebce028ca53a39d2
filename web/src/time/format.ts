import type { Language } from '../theme/preferences';

/** How instants are written for one viewer. */
export interface Viewer {
  language: Language;
  /** IANA zone. */
  zone: string;
}

const UNITS = {
  'zh-CN': { d: '天', h: '小时', min: '分', s: '秒' },
  en: { d: 'd', h: 'h', min: 'min', s: 's' },
} as const;
const SIZES = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
  ['s', 1],
] as const;

/** A length of time in its two largest units, rounded down: `1 h 12 min`, `3 天 4 小时`, `45 s`. @param seconds its sign is dropped */
export function duration(seconds: number, language: Language): string {
  const total = Math.floor(Math.abs(seconds));
  const first = SIZES.findIndex(([, size]) => total >= size);
  const [unit, size] = SIZES[first] ?? ['s', 1];
  const names = UNITS[language];
  const head = `${Math.floor(total / size)} ${names[unit]}`;
  const next = SIZES[first + 1];
  if (next === undefined || unit === 'min') return head;
  const rest = Math.floor((total % size) / next[1]);
  return rest === 0 ? head : `${head} ${rest} ${names[next[0]]}`;
}

const formats = new Map<string, Intl.DateTimeFormat>();
function format(v: Viewer, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${v.language}|${v.zone}|${Object.values(options).join()}`;
  const known = formats.get(key);
  if (known !== undefined) return known;
  const locale = v.language === 'en' ? 'en-GB' : 'zh-CN';
  const made = new Intl.DateTimeFormat(locale, { ...options, timeZone: v.zone, hourCycle: 'h23' });
  formats.set(key, made);
  return made;
}

const TIME: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit' };
const DAY: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short' };
const dayOf = (at: number, v: Viewer) =>
  format({ ...v, language: 'en' }, { year: 'numeric', month: 'numeric', day: 'numeric' }).format(at);
const yearOf = (at: number, v: Viewer) => format({ ...v, language: 'en' }, { year: 'numeric' }).format(at);

/** An instant as short as it can be without doubt: `16:40` today, else with day, else with year. Epoch ms. */
export function shortInstant(at: number, now: number, v: Viewer): string {
  if (dayOf(at, v) === dayOf(now, v)) return format(v, TIME).format(at);
  const year: Intl.DateTimeFormatOptions = yearOf(at, v) === yearOf(now, v) ? {} : { year: 'numeric' };
  return `${format(v, { ...DAY, ...year }).format(at)} ${format(v, TIME).format(at)}`;
}

/** An instant to the second with its zone: `24 Nov 2026, 16:40:05 (Asia/Shanghai)`. Epoch ms. */
export function fullInstant(at: number, v: Viewer): string {
  const options = { ...DAY, year: 'numeric', ...TIME, second: '2-digit' } as const;
  return `${format(v, options).format(at)} (${v.zone})`;
}

/** Time of day to the second, `16:40:05`. Epoch ms. */
export function clockTime(at: number, v: Viewer): string {
  return format(v, { ...TIME, second: '2-digit' }).format(at);
}

/** The local day, for headings between entries. Epoch ms. */
export function dayHeading(at: number, v: Viewer): string {
  return format(v, { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' }).format(at);
}

const RELATIVE_UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;

/** `8 min ago`, `in 2 hr`; under a minute `now`. Epoch ms. */
export function relative(at: number, now: number, language: Language): string {
  const seconds = (at - now) / 1000;
  const rtf = new Intl.RelativeTimeFormat(language === 'en' ? 'en-GB' : 'zh-CN', { style: 'short', numeric: 'auto' });
  const [unit, size] = RELATIVE_UNITS.find(([, s]) => Math.abs(seconds) >= s) ?? ['second', Number.POSITIVE_INFINITY];
  return rtf.format(Math.trunc(seconds / size), unit);
}
