import type { Knex } from 'knex';
import {
  byBitmap,
  byFacets,
  byWords,
  type ListQuery,
  matching,
  type Place,
  SMALL,
  smallSet,
  type Window,
  walkNewest,
} from './incident-list-paths';

/** Numbers of a page in order, and where the next one goes on. */
export interface Found {
  numbers: number[];
  next: Place | null;
}

/**
 * Newest first. The newest are looked at one by one: that fills a page of anything common. If it does not, matches are rare
 * or old: all of them when they are few, else from window to window of numbers.
 */
export async function byNumber(db: Knex, q: ListQuery, limit: number, below: number | null): Promise<Found> {
  const walked = await walkNewest(db, q, limit + 1, below);
  const numbers = walked.rows.map((r) => r.number);
  if (numbers.length > limit || walked.end || walked.last === null) return cut(numbers, limit, null);
  const few = await smallSet(db, q, walked.last.number);
  if (few !== null) return cut([...numbers, ...few.sort(descending)], limit, null);
  return byBitmap(db, (trx) => byWindows(trx, q, limit, numbers, walked.last?.number ?? 0));
}

const descending = (a: number, b: number) => b - a;

/** `rest`: below which number has not been looked at, if anywhere. */
function cut(numbers: number[], limit: number, rest: number | null): Found {
  const last = numbers.length > limit ? numbers[limit - 1] : undefined;
  const next = last ?? rest;
  return { numbers: numbers.slice(0, limit), next: next === null ? null : { number: next, dueAt: null } };
}

/** Most windows of one request, and most cases that have the words and are looked at for the rest of the filter. */
const WINDOWS = 24;
const BUDGET = 10_000;
/** Bits of a number that a bucket leaves out: fine `b:`, coarse `c:` (migration 0009). */
const FINE = 12;
const COARSE = 18;
const STEP = 6;

async function byWindows(db: Knex, q: ListQuery, limit: number, numbers: number[], from: number): Promise<Found> {
  let budget = BUDGET;
  let below = from;
  // Size of the next window, as a power of two of numbers; a smallest one is never too large.
  let bits = FINE + 3;
  for (let n = 0; n < WINDOWS && below > 0 && budget > 0; n++) {
    const { window, bottom } = windowBelow(below, bits);
    const limited = bits > FINE ? SMALL : 2 ** FINE * PARTS;
    const found = await (q.words === null ? byFacets : byWords)(db, q, window, limited);
    if (found === null) {
      bits = Math.max(FINE, bits - 3);
      continue;
    }
    budget -= found.length;
    const matches = q.words === null ? found : await matching(db, { ...q, words: null }, found);
    numbers.push(...matches.sort(descending));
    if (numbers.length > limit) return cut(numbers, limit, null);
    below = bottom;
    bits = Math.min(COARSE + STEP, bits + 3);
  }
  return cut(numbers, limit, below > 0 ? below : null);
}

/** More rows of words than this no case has. */
const PARTS = 100;

/** The window that ends below a number and begins at a multiple of its buckets, at most 2^bits numbers long. */
export function windowBelow(below: number, bits: number): { window: Window; bottom: number } {
  const aligned = below % 2 ** COARSE === 0;
  // Coarse buckets only from one of their borders: else they hold too much above.
  const unit = bits >= COARSE && aligned ? COARSE : FINE;
  const top = Math.floor((below - 1) / 2 ** unit);
  const border = unit === FINE ? Math.floor((below - 1) / 2 ** COARSE) * 2 ** (COARSE - FINE) : 0;
  const first = Math.max(border, top + 1 - 2 ** (Math.min(bits, unit + STEP) - unit), 0);
  const buckets = Array.from({ length: top - first + 1 }, (_, i) => `${unit === FINE ? 'b' : 'c'}:${first + i}`);
  return { window: { buckets, below }, bottom: first * 2 ** unit };
}
