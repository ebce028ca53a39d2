/** Country whose national numbers are meant when none is named (ITU-T E.164); the platform's zone is China's as well. */
const HOME = '86';
/** E.164: at most 15 digits; below 7 there is no country that gives out numbers. */
const LONGEST = 15;
const SHORTEST = 7;
/** Too few digits tell nobody apart. */
const FEWEST_TYPED = 4;
/** `转` and its foreign cousins stand before the extension behind a switchboard. */
const EXTENSION = /(?:;ext=|ext\.?|extension|转|轉|分机|x|#)(\d{1,6})$/i;
/** Numbers of a network of one's own or of one place: extensions, hot lines, subscribers without area code. */
const LOCAL = /^\d{3,8}$/;
/** What people write between digits. */
const FILLING = /[\s\-‐-―.·()/~_]/g;

/** Full-width digits and signs as ASCII, without filling and `tel:`. */
function bare(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/^\s*(?:tel|电话)\s*:/i, '')
    .replace(/\(0\)/g, '')
    .replace(FILLING, '');
}

/** National (significant) number of the home country, written without trunk prefix, or null. */
function atHome(digits: string): string | null {
  // A mobile number; a free or shared-cost line, which has no trunk prefix either.
  if (/^1[3-9]\d{9}$/.test(digits) || /^[48]00\d{7}$/.test(digits)) return digits;
  // Trunk prefix 0, area code, subscriber; some write it before a mobile number as well.
  return /^0(?:[1-9]\d{8,10})$/.test(digits) ? digits.slice(1) : null;
}

function international(digits: string): string | null {
  // +86 010 … is common and wrong: no national number begins with the trunk prefix.
  const fixed = digits.startsWith(`${HOME}0`) ? `${HOME}${digits.slice(HOME.length + 1)}` : digits;
  return fixed.length >= SHORTEST && fixed.length <= LONGEST && !fixed.startsWith('0') ? `+${fixed}` : null;
}

function mainNumber(text: string): string | null {
  const plus = /^\+(\d+)$/.exec(text)?.[1];
  if (plus !== undefined) return international(plus);
  if (!/^\d+$/.test(text)) return null;
  if (text.startsWith('00')) return international(text.slice(2));
  const national = atHome(text);
  if (national !== null) return `+${HOME}${national}`;
  const named = text.startsWith(HOME)
    ? (atHome(text.slice(HOME.length)) ?? atHome(`0${text.slice(HOME.length)}`))
    : null;
  if (named !== null) return `+${HOME}${named}`;
  return LOCAL.test(text) ? text : null;
}

/**
 * A telephone number in its one spelling: E.164 (`+8613812345678`), with `;ext=8021` behind it for an extension (RFC 3966);
 * an internal or local number stays as its 3–8 digits. Null when it is no number. Normalising twice changes nothing.
 */
export function normalisePhone(text: string): string | null {
  const written = bare(text);
  const extension = EXTENSION.exec(written);
  const main = mainNumber(extension === null ? written : written.slice(0, extension.index));
  if (main === null || extension === null) return main;
  return `${main};ext=${extension[1]}`;
}

/** A normalised number without its sign: digits with country code, and the extension behind a switchboard. */
export function phoneParts(number: string): { digits: string; extension: string | null } {
  const [main = '', extension = null] = number.split(';ext=');
  return { digits: main.replace(/\D/g, ''), extension };
}

/** How stored numbers are found by what has been typed so far. */
export interface PhoneSearch {
  /** The typed number in its one spelling, when it is complete. */
  exact: string | null;
  /** Last digits of a stored number, or its extension. */
  suffix: string;
  /** First digits of a stored number with country code; null for a complete one. */
  prefix: string | null;
  /** Subscriber numbers that somebody may have stored without area code. */
  locals: readonly string[];
}

/** Lengths of subscriber numbers within an area code of the home country. */
const SUBSCRIBER = [7, 8];

/** What to look for while a number is being typed; null while there are too few digits. */
export function phoneSearch(text: string): PhoneSearch | null {
  const exact = normalisePhone(text);
  const typed = bare(text).replace(/^\+/, '');
  if (exact !== null && (exact.includes('+') || typed.length < FEWEST_TYPED)) {
    const { digits } = phoneParts(exact);
    const locals = exact.startsWith(`+${HOME}`) ? SUBSCRIBER.map((length) => digits.slice(-length)) : [];
    return { exact, suffix: digits, prefix: null, locals };
  }
  if (!/^\d+$/.test(typed) || typed.length < FEWEST_TYPED) return null;
  return { exact, suffix: typed, prefix: prefixOf(bare(text), typed), locals: [] };
}

function prefixOf(written: string, typed: string): string {
  if (written.startsWith('+')) return typed;
  return typed.startsWith('00') ? typed.slice(2) : `${HOME}${typed.replace(/^0/, '')}`;
}
