import type { Knex } from 'knex';
import {
  arrayCondition,
  conditionOf,
  createdFacets,
  facetsOf,
  type IncidentFilter,
  type IncidentSight,
  type Sql,
} from './incident-filter';

/** What is looked for: the filter, who looks, and the words of a search as a `tsquery`. */
export interface ListQuery {
  sight: IncidentSight;
  filter: IncidentFilter;
  words: string | null;
}

/** Where a row stands in either order. */
export interface Place {
  number: number;
  dueAt: string | null;
}

/** What a walk came by. `last`: the place of the last row it looked at; `end`: there is nothing behind. */
export interface Walked {
  rows: Place[];
  last: Place | null;
  end: boolean;
}

/** Most rows a walk looks at, some 5 ms; each of them costs a look into the words when there are some. */
const WALK = 10_000;
const WALK_WORDS = 1_000;
/** Most matches that are fetched to be sorted; a text costs more to look at than a card. */
export const SMALL = 2_000;
export const SMALL_WORDS = 500;
/** Above every number. */
const TOP = Number.MAX_SAFE_INTEGER;

export const walkLength = (q: ListQuery) => (q.words === null ? WALK : WALK_WORDS);

/** Whether the words stand in a case; `limit` keeps the planner from reading all cases that have them. */
export function wordsCondition(q: ListQuery, caseId: string): Sql {
  if (q.words === null) return { sql: '', bindings: [] };
  return {
    sql: `cross join lateral (select from search_text s where s.case_id = ${caseId} and s.audience = any(?)
      and s.words @@ ?::tsquery limit 1) found`,
    bindings: [audiences(q.sight), q.words],
  };
}

/** Who sees only his own cases does not find them by internal notes. */
export const audiences = (sight: IncidentSight) => ['all', sight.own === null ? 'staff' : 'requester'];

/** The newest cases below a number, one by one, until enough match or enough were looked at. */
export async function walkNewest(db: Knex, q: ListQuery, wanted: number, below: number | null): Promise<Walked> {
  const condition = conditionOf(q.filter, q.sight, 'w');
  const words = wordsCondition(q, 'w.case_id');
  const newest = `from incident_card where number < ? order by number desc limit ${walkLength(q)}`;
  const found: { rows: { number: number }[] } = await db.raw(
    `select w.number from (select * ${newest}) w ${words.sql} where ${condition.sql} order by w.number desc limit ?`,
    bound(below ?? TOP, words, condition, wanted),
  );
  const rows = found.rows.map(({ number }) => ({ number, dueAt: null }));
  if (rows.length === wanted) return { rows, last: rows.at(-1) ?? null, end: false };
  const looked: { rows: { last: number | null; count: number }[] } = await db.raw(
    `select min(number) as last, count(*) as count from (select number ${newest}) w`,
    [below ?? TOP],
  );
  const { last = null, count = 0 } = looked.rows[0] ?? {};
  return { rows, last: last === null ? null : { number: last, dueAt: null }, end: count < walkLength(q) };
}

/** Share of the newest cases that have the words, whatever the filter. */
export async function commonness(db: Knex, q: ListQuery, below: number | null): Promise<number> {
  const words = wordsCondition(q, 'w.case_id');
  const found: { rows: { share: number }[] } = await db.raw(
    `select count(*)::float8 / ? as share
     from (select case_id from incident_card where number < ? order by number desc limit ?) w ${words.sql}`,
    bound(WALK_WORDS, below ?? TOP, WALK_WORDS, words),
  );
  return found.rows[0]?.share ?? 0;
}

/** Values of conditions in the order they stand in. */
export function bound(...parts: (Sql | string | number)[]): Knex.RawBinding[] {
  return parts.flatMap((p) => (typeof p === 'object' ? p.bindings : [p])) as Knex.RawBinding[];
}

/**
 * Statements that must be answered by the GIN indexes: which words are common together no statistics know, and a scan in the
 * hope of the first matches would read the whole table.
 */
export async function byBitmap<T>(db: Knex, work: (trx: Knex) => Promise<T>): Promise<T> {
  return db.transaction(async (trx) => {
    await trx.raw(PLANS.map((p) => `set local ${p} = off`).join('; '));
    const answer = await work(trx);
    // Within a transaction of the caller's the settings would outlive this.
    if (db.isTransaction) await trx.raw(PLANS.map((p) => `set local ${p} to default`).join('; '));
    return answer;
  });
}
const PLANS = ['enable_seqscan', 'enable_indexscan', 'enable_indexonlyscan', 'jit'];

/** Cases among a range of numbers and below one; null: anywhere. */
export interface Window {
  /** `n18:11`, see migration 0009. */
  range: string | null;
  below: number | null;
}

/** Numbers of the cases that the facets and the exact condition let through, unordered; null: more than `most`. */
export async function byFacets(db: Knex, q: ListQuery, w: Window, most: number): Promise<number[] | null> {
  const { sql, bindings } = facetQuery(q, w);
  const { rows }: { rows: { number: number }[] } = await db.raw(`${sql} limit ?`, bound({ sql, bindings }, most + 1));
  return rows.length > most ? null : rows.map((r) => r.number);
}

/** How many of them Postgres expects: a guess, for a fiftieth of the time. */
export async function guessByFacets(db: Knex, q: ListQuery, w: Window): Promise<number> {
  const { sql, bindings } = facetQuery(q, w);
  const { rows } = await db.raw(`explain (format json) ${sql}`, bound({ sql, bindings }));
  return rows[0]['QUERY PLAN'][0].Plan['Plan Rows'];
}

function facetQuery(q: ListQuery, w: Window): Sql {
  const groups = facetsOf(q.filter, q.sight);
  const facets = arrayCondition('c.facets', w.range === null ? groups : [...groups, [w.range]]);
  const condition = conditionOf(q.filter, q.sight, 'c');
  const sql = `select c.number from incident_card c where ${facets.sql} and ${condition.sql} and c.number < ?`;
  return { sql, bindings: bound(facets, condition, w.below ?? TOP) };
}

/** Numbers of the cases that have the words, unordered and whatever the filter but for the instant of creation; null: more than `most` rows. */
export async function byWords(db: Knex, q: ListQuery, w: Window, most: number): Promise<number[] | null> {
  const { scope } = q.sight;
  const marks = arrayCondition('s.marks', [
    ['kind:INC'],
    audiences(q.sight).map((a) => `audience:${a}`),
    ...(scope === 'all' ? [] : [scope.map((t) => `tenant:${t}`)]),
    ...createdFacets(q.filter),
    ...(w.range === null ? [] : [[w.range]]),
  ]);
  const { rows }: { rows: { number: number }[] } = await db.raw(
    `select s.number from search_text s where s.words @@ ?::tsquery and ${marks.sql} and s.number < ? limit ?`,
    bound(q.words ?? '', marks, w.below ?? TOP, most + 1),
  );
  return rows.length > most ? null : [...new Set(rows.map((r) => r.number))];
}

/** Of some cases those that match: by filter, and by words if there are any. */
export async function matching(db: Knex, q: ListQuery, numbers: readonly number[]): Promise<number[]> {
  const condition = conditionOf(q.filter, q.sight, 'c');
  const words = wordsCondition(q, 'c.case_id');
  const { rows }: { rows: { number: number }[] } = await db.raw(
    `select c.number from unnest(?::bigint[]) n(number) cross join lateral
       (select * from incident_card c where c.number = n.number limit 1) c ${words.sql} where ${condition.sql}`,
    [[...numbers], ...bound(words, condition)],
  );
  return rows.map((r) => r.number);
}

/** All matches, unordered, when they are few by the filter or by the words; null: they are many. */
export async function smallSet(db: Knex, q: ListQuery, most = SMALL): Promise<number[] | null> {
  const anywhere = { range: null, below: null };
  const filters = facetsOf(q.filter, q.sight).length > 0;
  return byBitmap(db, async (trx) => {
    if (q.words === null) return filters ? byFacets(trx, q, anywhere, most) : null;
    const having = await byWords(trx, q, anywhere, most);
    if (having !== null) return matching(trx, { ...q, words: null }, having);
    const filtered = filters ? await byFacets(trx, q, anywhere, most) : null;
    return filtered && matching(trx, q, filtered);
  });
}
