import type { Knex } from 'knex';
import type { IncidentView } from '../domain/incident-projection';
import { searchQuery } from '../domain/search-text';
import { conditionOf, type IncidentFilter, type IncidentSight } from './incident-filter';
import { byNumber } from './incident-list-number';
import { type ListQuery, type Place, smallSet, walkNewest } from './incident-list-paths';
import { byPromise, countPromises } from './incident-list-promise';

export type IncidentSort = '-createdAt' | 'dueAt';
/** Position of the last row looked at, opaque to callers. */
export type IncidentCursor = Place;

export interface IncidentPageQuery {
  sort: IncidentSort;
  limit: number;
  after: IncidentCursor | null;
}

const CASE_ID = /^INC-\d+$/i;

/**
 * One keyset page of incidents, from projections only; never asks the engine. What a request examines is bounded, whatever
 * the filter: where matches lie very far apart a page may be short or empty and still have a next one.
 */
export async function listIncidents(
  db: Knex,
  sight: IncidentSight,
  filter: IncidentFilter,
  page: IncidentPageQuery,
): Promise<{ views: IncidentView[]; next: IncidentCursor | null }> {
  if (filter.q !== null && CASE_ID.test(filter.q)) return oneCase(db, sight, filter, page);
  const query = queryOf(sight, filter, page.sort);
  if (query === null) return { views: [], next: null };
  const found =
    page.sort === 'dueAt'
      ? await byPromise(db, query, page.limit, page.after)
      : await byNumber(db, query, page.limit, page.after?.number ?? null);
  return { views: await viewsOf(db, found.numbers), next: found.next };
}

/** A count that stops at `most`: `more` then, and the true one is higher. */
export interface BoundedCount {
  count: number;
  more: boolean;
}

/** How many there are, up to `most`; null for a search by words: they would all have to be read. */
export async function countIncidents(
  db: Knex,
  sight: IncidentSight,
  filter: IncidentFilter,
  most: number,
): Promise<BoundedCount | null> {
  if (filter.q !== null) return null;
  const query = queryOf(sight, filter, filter.dueBefore === null ? '-createdAt' : 'dueAt');
  if (query === null) return { count: 0, more: false };
  if (filter.dueBefore !== null) return countPromises(db, query, most);
  const walked = await walkNewest(db, query, most + 1, null);
  if (walked.rows.length > most) return { count: most, more: true };
  if (walked.end) return { count: walked.rows.length, more: false };
  const numbers = await smallSet(db, query, most);
  return numbers === null ? { count: most, more: true } : { count: numbers.length, more: false };
}

/** Null when the words of the search hold nothing to search for. */
function queryOf(sight: IncidentSight, filter: IncidentFilter, sort: IncidentSort): ListQuery | null {
  const words = filter.q === null ? null : searchQuery(filter.q);
  if (filter.q !== null && words === null) return null;
  // Only open cases have promises to sort by.
  return { sight, filter: sort === 'dueAt' ? { ...filter, open: true } : filter, words };
}

async function oneCase(db: Knex, sight: IncidentSight, filter: IncidentFilter, page: IncidentPageQuery) {
  const { sql, bindings } = conditionOf({ ...filter, ...(page.sort === 'dueAt' && { open: true }) }, sight, 'i');
  const query = db('incident as i')
    .select('doc')
    .where('id', String(filter.q).toUpperCase())
    .whereRaw(sql, bindings as Knex.RawBinding[]);
  const rows: { doc: IncidentView }[] = page.after === null ? await query : [];
  return { views: rows.map((r) => r.doc), next: null };
}

async function viewsOf(db: Knex, numbers: readonly number[]): Promise<IncidentView[]> {
  const { rows }: { rows: { doc: IncidentView }[] } = await db.raw(
    `select i.doc from unnest(?::bigint[]) with ordinality as n(number, place) join incident i using (number) order by place`,
    [[...numbers]],
  );
  return rows.map((r) => r.doc);
}
