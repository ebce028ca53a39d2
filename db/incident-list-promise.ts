import type { Knex } from 'knex';
import { conditionOf } from './incident-filter';
import type { Found } from './incident-list-number';
import {
  bound,
  byBitmap,
  type ListQuery,
  type Place,
  smallSet,
  type Walked,
  walkLength,
  wordsCondition,
} from './incident-list-paths';

/** Most walks of one request. */
const WALKS = 6;

/**
 * Open cases by the next promise to fall due, those without one last. They are looked at in that order; where this does not
 * fill a page soon and the matches are few, all of them are sorted.
 */
export async function byPromise(db: Knex, q: ListQuery, limit: number, after: Place | null): Promise<Found> {
  let walked = await walkPromises(db, q, limit + 1, after);
  const rows = walked.rows;
  if (rows.length <= limit && !walked.end) {
    const few = await smallSet(db, q);
    if (few !== null) return cut(await inOrder(db, q, few, limit + 1, after), limit, null);
  }
  for (let n = 1; n < WALKS && rows.length <= limit && !walked.end; n++) {
    walked = await walkPromises(db, q, limit + 1 - rows.length, walked.last);
    rows.push(...walked.rows);
  }
  return cut(rows, limit, walked.end ? null : walked.last);
}

/** How many open cases have a promise that falls due until `dueBefore`; what was not looked at counts as "more". */
export async function countPromises(db: Knex, q: ListQuery, most: number): Promise<{ count: number; more: boolean }> {
  const walked = await walkPromises(db, q, most + 1, null);
  const few = walked.end || walked.rows.length > most ? null : await smallSet(db, q);
  const count = few === null ? walked.rows.length : (await inOrder(db, q, few, most + 1, null)).length;
  return { count: Math.min(count, most), more: count > most || (few === null && !walked.end) };
}

function cut(rows: Place[], limit: number, rest: Place | null): Found {
  const numbers = rows.slice(0, limit).map((r) => r.number);
  return { numbers, next: rows.length > limit ? (rows[limit - 1] ?? null) : rest };
}

/** Open cases from a place on in the order of their promises, until enough match or enough were looked at. */
export async function walkPromises(db: Knex, q: ListQuery, wanted: number, after: Place | null): Promise<Walked> {
  const due = after?.dueAt === null ? null : await walkPart(db, q, wanted, after, 'due');
  // Behind the last promise stand the cases that have none; where only overdue ones are wanted they do not count.
  if (due !== null && (!due.end || q.filter.dueBefore !== null)) return due;
  if (q.filter.dueBefore !== null) return { rows: [], last: after, end: true };
  const left = wanted - (due?.rows.length ?? 0);
  const none = await walkPart(db, q, left, after?.dueAt === null ? after : null, 'none');
  return { ...none, rows: [...(due?.rows ?? []), ...none.rows] };
}

async function walkPart(
  db: Knex,
  q: ListQuery,
  wanted: number,
  after: Place | null,
  part: 'due' | 'none',
): Promise<Walked> {
  const condition = conditionOf(q.filter, q.sight, 'w');
  const words = wordsCondition(q, 'w.id');
  const range = rangeOf(q, after, part);
  const length = walkLength(q);
  const walk = `from incident where open and ${range.sql} order by due_at, number limit ${length}`;
  const found: { rows: { number: number; due_at: string | null }[] } = await db.raw(
    `select w.number, w.due_at from (select * ${walk}) w ${words.sql} where ${condition.sql} order by w.due_at, w.number limit ?`,
    bound(range, words, condition, wanted),
  );
  const rows = found.rows.map((r) => ({ number: r.number, dueAt: r.due_at }));
  if (rows.length === wanted) return { rows, last: rows.at(-1) ?? null, end: false };
  const looked: { rows: { number: number; due_at: string | null }[] } = await db.raw(
    `select number, due_at from (select number, due_at ${walk}) w offset ${length - 1}`,
    bound(range),
  );
  const last = looked.rows[0];
  return { rows, last: last ? { number: last.number, dueAt: last.due_at } : null, end: last === undefined };
}

function rangeOf(q: ListQuery, after: Place | null, part: 'due' | 'none') {
  if (part === 'none') return { sql: 'due_at is null and number > ?', bindings: [after?.number ?? -1] };
  const until = q.filter.dueBefore === null ? [] : [q.filter.dueBefore];
  const from = after === null ? [] : [after.dueAt, after.number];
  const sql = [
    'due_at is not null',
    ...(until.length > 0 ? ['due_at <= ?'] : []),
    ...(from.length > 0 ? ['(due_at, number) > (?, ?)'] : []),
  ];
  return { sql: sql.join(' and '), bindings: [...until, ...from] };
}

/** Some cases by promise, from a place on; the sort has no more than a small set to do. */
async function inOrder(
  db: Knex,
  q: ListQuery,
  numbers: number[],
  wanted: number,
  after: Place | null,
): Promise<Place[]> {
  const range = after === null ? { sql: 'true', bindings: [] } : behind(after);
  const until =
    q.filter.dueBefore === null
      ? { sql: 'true', bindings: [] }
      : { sql: 'due_at <= ?', bindings: [q.filter.dueBefore] };
  return byBitmap(db, async (trx) => {
    const { rows }: { rows: { number: number; due_at: string | null }[] } = await trx.raw(
      `select i.number, i.due_at from unnest(?::bigint[]) n(number) cross join lateral
         (select number, due_at from incident where number = n.number and open limit 1) i
       where ${range.sql} and ${until.sql} order by i.due_at, i.number limit ?`,
      [numbers, ...bound(range, until, wanted)],
    );
    return rows.map((r) => ({ number: r.number, dueAt: r.due_at }));
  });
}

function behind(after: Place) {
  return after.dueAt === null
    ? { sql: '(i.due_at is null and i.number > ?)', bindings: [after.number] }
    : { sql: '((i.due_at, i.number) > (?, ?) or i.due_at is null)', bindings: [after.dueAt, after.number] };
}
