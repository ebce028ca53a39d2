import type { Knex } from 'knex';
import { facetsOf, RANGES } from './incident-filter';
import {
  byBitmap,
  byFacets,
  byWords,
  commonness,
  guessByFacets,
  type ListQuery,
  matching,
  type Place,
  SMALL,
  SMALL_WORDS,
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
 * or old, and are looked for from range to range of numbers.
 */
export async function byNumber(db: Knex, q: ListQuery, limit: number, below: number | null): Promise<Found> {
  const walked = await walkNewest(db, q, limit + 1, below);
  const numbers = walked.rows.map((r) => r.number);
  const from = walked.last?.number ?? 0;
  if (numbers.length > limit || walked.end || from === 0) return cut(numbers, limit, null);
  const common = q.words !== null && facetsOf(q.filter, q.sight).length > 0 ? await commonness(db, q, below) : 0;
  return byBitmap(db, (trx) => byRanges(trx, { ...q, common }, limit, numbers, from));
}

/** With the share of cases that have the words, as far as it is known. */
type RangedQuery = ListQuery & { common: number };

/** `rest`: below which number has not been looked at, if anywhere. */
function cut(numbers: number[], limit: number, rest: number | null): Found {
  const last = numbers.length > limit ? numbers[limit - 1] : undefined;
  const next = last ?? rest;
  return { numbers: numbers.slice(0, limit), next: next === null ? null : { number: next, dueAt: null } };
}

/** Most ranges one request looks into, and most cases: where both are used up the page ends early. */
const MOST_RANGES = 64;
const MOST_CASES = 10_000;

/** A range: numbers from `index * 2^bits` on; `level` counts the divisions. */
interface Range {
  level: number;
  index: number;
}
const bitsOf = ({ level }: Range) => RANGES[level] ?? 0;

/**
 * Goes down from the largest ranges: those that hold nothing are left out at once, those that hold few are taken whole, the
 * others are divided, the newest part first.
 */
async function byRanges(db: Knex, q: RangedQuery, limit: number, numbers: number[], from: number): Promise<Found> {
  const top = Math.floor((from - 1) / 2 ** (RANGES[0] ?? 0));
  const ranges: Range[] = Array.from({ length: top + 1 }, (_, index) => ({ level: 0, index }));
  let below = from;
  let cases = 0;
  for (let n = 0; n < MOST_RANGES && cases < MOST_CASES; n++) {
    const range = ranges.pop();
    if (range === undefined) return cut(numbers, limit, null);
    const found = await lookInto(db, q, range, below);
    if (found === null) ranges.push(...partsOf(range, below));
    else {
      cases += found.looked;
      numbers.push(...found.numbers.sort((a, b) => b - a));
      if (numbers.length > limit) return cut(numbers, limit, null);
      below = range.index * 2 ** bitsOf(range);
    }
  }
  return cut(numbers, limit, below > 0 ? below : null);
}

/** The parts of a range as far as they lie below a number, the newest last. */
function partsOf(range: Range, below: number): Range[] {
  const level = range.level + 1;
  const count = 2 ** (bitsOf(range) - bitsOf({ level, index: 0 }));
  const parts = Array.from({ length: count }, (_, i) => ({ level, index: range.index * count + i }));
  return parts.filter((p) => p.index * 2 ** bitsOf(p) < below);
}

/** Matches among a range of numbers, and how many cases were looked at for them; null: it holds too many. */
async function lookInto(db: Knex, q: RangedQuery, range: Range, below: number) {
  const whole = range.level === 0 && below <= 2 ** bitsOf(range);
  const window: Window = { range: whole ? null : `n${bitsOf(range)}:${range.index}`, below };
  const smallest = range.level === RANGES.length - 1;
  const filters = facetsOf(q.filter, q.sight).length > 0;
  // At the top a guess will do: where it is wrong the parts are looked into for nothing.
  const many = filters && range.level === 0 && (await guessByFacets(db, q, window)) > 10 * SMALL;
  if (q.words === null) {
    const numbers = many ? null : await byFacets(db, q, window, smallest ? EVERYTHING : SMALL);
    return numbers && { numbers, looked: numbers.length };
  }
  const filtered = filters && !many ? await byFacets(db, q, window, SMALL_WORDS) : null;
  if (filtered !== null) return { numbers: await matching(db, q, filtered), looked: filtered.length };
  // Words that every tenth case has need not be counted in a large range.
  if (!smallest && q.common * 2 ** bitsOf(range) > 4 * SMALL_WORDS) return null;
  const having = await byWords(db, q, window, smallest ? EVERYTHING : SMALL_WORDS);
  return having && { numbers: await matching(db, { ...q, words: null }, having), looked: having.length };
}

/** More than the smallest range has, chunks of long texts included. */
const EVERYTHING = 1_000_000;
