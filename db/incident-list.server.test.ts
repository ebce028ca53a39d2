import type { Knex } from 'knex';
import { generateCrowd } from '../bench/incident-crowd';
import { searchQuery } from '../domain/search-text';
import { openTestDatabase, type TestDatabase } from '../test/harness/database';
import { combinations, modelIncident, workOf } from '../test/harness/incident-crowd';
import { conditionOf, FULL_SIGHT, type IncidentFilter, type IncidentSight, NO_FILTER } from './incident-filter';
import { type IncidentCursor, type IncidentSort, listIncidents } from './incident-list';

// The real figures are in bench/lists.ts; here it is shown that the right rows come and that few are looked at for them.

const CROWD = 60_000;
let database: TestDatabase;
let db: Knex;

beforeAll(async () => {
  database = await openTestDatabase();
  db = database.db;
  const model = await modelIncident(database);
  await generateCrowd(db, { count: CROWD, from: 1_000, model });
}, 240_000);
afterAll(() => database?.close());

/** The same by brute force. */
async function expected(sight: IncidentSight, f: IncidentFilter, sort: IncidentSort, limit: number): Promise<string[]> {
  const { sql, bindings } = conditionOf(sort === 'dueAt' ? { ...f, open: true } : f, sight, 'i');
  const words =
    f.q === null ? '' : 'and exists (select from search_text s where s.case_id = i.id and s.words @@ ?::tsquery)';
  const order = sort === 'dueAt' ? 'due_at, number' : 'number desc';
  const { rows }: { rows: { id: string }[] } = await db.raw(
    `select id from incident i where ${sql} ${words} order by ${order} limit ${limit}`,
    [...bindings, ...(f.q === null ? [] : [searchQuery(f.q)])] as Knex.RawBinding[],
  );
  return rows.map((r) => r.id);
}

/** Pages read until there are enough or there is no next one. */
async function pages(sight: IncidentSight, f: IncidentFilter, sort: IncidentSort, size: number, most: number) {
  const ids: string[] = [];
  let after: IncidentCursor | null = null;
  for (let n = 0; n < 500 && ids.length < most; n++) {
    const { views, next } = await listIncidents(db, sight, f, { sort, limit: size, after });
    ids.push(...views.map((v) => v.id));
    after = next;
    if (next === null) break;
  }
  return ids.slice(0, most);
}

const SORTS = ['-createdAt', 'dueAt'] as const;
const every = (list: IncidentFilter[], nth: number, of: number) => list.filter((_, i) => i % of === nth);
const name = (f: IncidentFilter) => JSON.stringify(Object.entries(f).filter(([, v]) => v !== null && String(v) !== ''));

async function differing(filters: IncidentFilter[], sight = FULL_SIGHT): Promise<string[]> {
  const wrong: string[] = [];
  for (const f of filters)
    for (const sort of SORTS) {
      const found = await pages(sight, f, sort, 30, 75);
      const right = await expected(sight, f, sort, 75);
      if (found.join() !== right.join()) wrong.push(`${sort} ${name(f)}: ${found.length} ${right.length}`);
    }
  return wrong;
}

test('any one filter and any two give the rows that brute force gives, over several pages', async () => {
  expect(await differing([NO_FILTER, ...combinations(1), ...every(combinations(2), 1, 3)])).toEqual([]);
}, 240_000);
test('so do more of them', async () => {
  expect(await differing([...every(combinations(3), 5, 101), ...every(combinations(4), 7, 1_201)])).toEqual([]);
}, 240_000);

/** Rows of tables and indexes that one request may look at: a walk and its end, a small set, windows. */
const BOUND = 40_000;

async function unbounded(filters: IncidentFilter[], sight = FULL_SIGHT): Promise<string[]> {
  const faults: string[] = [];
  for (const f of filters)
    for (const sort of SORTS) {
      const call = () => listIncidents(db, sight, f, { sort, limit: 50, after: null });
      const { examined, sorted, wholeTables } = await workOf(database, call);
      if (examined > BOUND || sorted > 2_000 || wholeTables.length > 0)
        faults.push(`${sort} ${name(f)}: ${examined} examined, ${sorted} sorted, whole: ${wholeTables}`);
    }
  return faults;
}

test('no request reads a table from end to end, sorts many rows or looks at many', async () => {
  expect(await unbounded([NO_FILTER, ...combinations(1), ...combinations(2)])).toEqual([]);
}, 400_000);
test('nor do more filters at once', async () => {
  expect(await unbounded([...every(combinations(3), 11, 61), ...every(combinations(4), 13, 701)])).toEqual([]);
}, 400_000);
