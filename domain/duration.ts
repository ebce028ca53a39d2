import type { Goal } from './sla';

/** A length of time as definitions write it. `seconds` run on the wall clock or on a calendar, `business-*` only on a calendar. */
export type Duration =
  | { unit: 'seconds'; amount: number }
  | { unit: 'business-hours'; amount: number }
  | { unit: 'business-days'; amount: number };

const ISO = /^P(?:(\d+)W|(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?)$/;
const BUSINESS = /^(\d+)(bd|bh)$/;

/** Pattern of every accepted text, for JSON Schema. */
export const DURATION_PATTERN = '^(P(\\d+W|(\\d+D)?(T(?=\\d)(\\d+H)?(\\d+M)?(\\d+S)?)?)|\\d+(bd|bh))$';

const num = (digits: string | undefined): number => (digits === undefined ? 0 : Number(digits));

/**
 * Reads an ISO 8601 duration of weeks or days, hours, minutes and seconds (`P2W`, `P1DT12H`, `PT10M`), or `2bd` / `3bh`.
 * Years and months are refused: they have no fixed length.
 * @throws Error that says what is accepted.
 */
export function parseDuration(text: string): Duration {
  const business = BUSINESS.exec(text);
  if (business) return { unit: business[2] === 'bd' ? 'business-days' : 'business-hours', amount: num(business[1]) };
  const iso = ISO.exec(text);
  if (!iso || text === 'P') {
    const why = /^P.*\d[YM]/.test(text.split('T')[0] ?? '')
      ? 'years and months have no fixed length'
      : 'not a duration';
    throw new Error(
      `"${text}": ${why}; write ISO 8601 such as PT10M, PT3H, P1D, P2W, or 2bd (working days), 3bh (working hours)`,
    );
  }
  const [, weeks, days, hours, minutes, seconds] = iso;
  const amount = ((num(weeks) * 7 + num(days)) * 24 + num(hours)) * 3600 + num(minutes) * 60 + num(seconds);
  return { unit: 'seconds', amount };
}

/** A clock's goal: seconds and working hours are both counted on the clock's calendar. @throws Error as `parseDuration`. */
export function parseGoal(text: string): Goal {
  const { unit, amount } = parseDuration(text);
  if (amount === 0) throw new Error(`"${text}": a goal must be longer than nothing`);
  if (unit === 'business-days') return { businessDays: amount };
  return { seconds: unit === 'business-hours' ? amount * 3600 : amount };
}

/** Seconds on the wall clock. @throws Error as `parseDuration`, and for `bd` and `bh`, which need a calendar. */
export function parseWallSeconds(text: string): number {
  const { unit, amount } = parseDuration(text);
  if (unit !== 'seconds') throw new Error(`"${text}": working time has no meaning here; write ISO 8601 such as PT10M`);
  return amount;
}

/** Number of working days. @throws Error as `parseDuration`, and for anything but `<n>bd`. */
export function parseBusinessDays(text: string): number {
  const { unit, amount } = parseDuration(text);
  if (unit !== 'business-days' || amount === 0) throw new Error(`"${text}": write whole working days such as 3bd`);
  return amount;
}
