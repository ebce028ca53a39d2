import type { TenantScope } from '../domain/principal';

/** Filters of the incident list; empty lists and nulls filter nothing. Logins, names and instants as the API has them. */
export interface IncidentFilter {
  state: readonly string[];
  severity: readonly string[];
  service: readonly string[];
  team: readonly string[];
  line: readonly number[];
  type: readonly string[];
  /** Logins; `@nobody` = lies in a queue. */
  assignee: readonly string[];
  reporter: readonly string[];
  /** Names; `@any` = with whichever supplier. */
  supplier: readonly string[];
  /** Case ids. */
  parent: readonly string[];
  major: boolean | null;
  assessing: boolean | null;
  open: boolean | null;
  /** RFC 3339, inclusive. */
  createdFrom: string | null;
  /** RFC 3339, exclusive. */
  createdTo: string | null;
  /** RFC 3339: open cases with a promise that falls due until then; only with the order by promise. */
  dueBefore: string | null;
  /** Case id, or words. */
  q: string | null;
}

/** Filters nothing. */
export const NO_FILTER: IncidentFilter = {
  state: [],
  severity: [],
  service: [],
  team: [],
  line: [],
  type: [],
  assignee: [],
  reporter: [],
  supplier: [],
  parent: [],
  major: null,
  assessing: null,
  open: null,
  createdFrom: null,
  createdTo: null,
  dueBefore: null,
  q: null,
};

/** What somebody may see of the list (I10). */
export interface IncidentSight {
  scope: TenantScope;
  /** His login if he sees only what he has reported himself. */
  own: string | null;
  /** Types that are kept from him, except for cases that are his own or lie with him. */
  hidden: { types: readonly string[]; login: string } | null;
}

/** Sees everything. */
export const FULL_SIGHT: IncidentSight = { scope: 'all', own: null, hidden: null };

/** A condition in SQL with its values. */
export interface Sql {
  sql: string;
  bindings: unknown[];
}

const LISTS = ['state', 'severity', 'service', 'team', 'line', 'type', 'reporter', 'parent'] as const;
const DAY_MS = 86_400_000;

/** The exact condition, on a row that has the columns of `incident_card` (that of `incident` has them too). */
export function conditionOf(f: IncidentFilter, { scope, own, hidden }: IncidentSight, row: string): Sql {
  const parts: Sql[] = [{ sql: 'true', bindings: [] }];
  const add = (sql: string, ...bindings: unknown[]) => parts.push({ sql, bindings });
  if (scope !== 'all') add(`${row}.tenant_id = any(?)`, [...scope]);
  if (own !== null) add(`${row}.reporter = ?`, own);
  if (hidden !== null)
    add(
      `(${row}.type is null or ${row}.type <> all(?) or ${row}.reporter = ? or ${row}.assignee = ?)`,
      [...hidden.types],
      hidden.login,
      hidden.login,
    );
  for (const name of LISTS) if (f[name].length > 0) add(`${row}.${name} = any(?)`, [...f[name]]);
  if (f.assignee.length > 0) {
    const nobody = f.assignee.includes('@nobody') ? `or ${row}.assignee is null` : '';
    add(`(${row}.assignee = any(?) ${nobody})`, [...f.assignee]);
  }
  if (f.supplier.includes('@any')) add(`${row}.supplier is not null`);
  else if (f.supplier.length > 0) add(`${row}.supplier = any(?)`, [...f.supplier]);
  for (const flag of ['major', 'assessing', 'open'] as const)
    if (f[flag] !== null) add(`${f[flag] ? '' : 'not '}${row}.${flag}`);
  if (f.createdFrom !== null) add(`${row}.created_at >= ?`, f.createdFrom);
  if (f.createdTo !== null) add(`${row}.created_at < ?`, f.createdTo);
  return { sql: parts.map((p) => p.sql).join(' and '), bindings: parts.flatMap((p) => p.bindings) };
}

/**
 * The same in words of `incident_card.facets`: of every group one must be there. Days, hidden types and "not major" are wider than the
 * condition, so that it still has to be asked.
 */
export function facetsOf(f: IncidentFilter, { scope, own, hidden }: IncidentSight): string[][] {
  const groups: string[][] = [];
  if (scope !== 'all') groups.push(scope.map((t) => `tenant:${t}`));
  if (own !== null) groups.push([`reporter:${own}`]);
  if (hidden !== null && f.type.length > 0 && f.type.every((t) => hidden.types.includes(t)))
    groups.push([`reporter:${hidden.login}`, `assignee:${hidden.login}`]);
  for (const name of [...LISTS, 'assignee'] as const)
    if (f[name].length > 0) groups.push(f[name].map((value) => `${name}:${value}`));
  if (f.supplier.length > 0)
    groups.push(f.supplier.includes('@any') ? ['supplier'] : f.supplier.map((s) => `supplier:${s}`));
  if (f.major) groups.push(['major']);
  if (f.assessing) groups.push(['assessing']);
  if (f.open !== null) groups.push([f.open ? 'open' : 'ended']);
  return [...groups, ...createdFacets(f)];
}

/** Of the instants of creation alone; they stand among the marks of texts too. */
export function createdFacets({ createdFrom, createdTo }: IncidentFilter): string[][] {
  return createdFrom === null && createdTo === null ? [] : [daysOf(createdFrom, createdTo)];
}

/** Ranges of numbers by their size, powers of two: 16 million, 262,144, 32,768 and 4,096 cases. */
export const RANGES = [24, 18, 15, 12] as const;

/** Marks of a number and an instant of creation, as migration 0009 makes them for cards. */
export function marksOf(number: number, createdAt: string): string[] {
  const date = new Date(createdAt);
  const year = date.getUTCFullYear();
  return [
    ...RANGES.map((bits) => `n${bits}:${Math.floor(number / 2 ** bits)}`),
    `day:${Math.floor(date.getTime() / DAY_MS)}`,
    `month:${year * 12 + date.getUTCMonth()}`,
    `year:${year}`,
  ];
}

/** Whole years and months of a range and the days at its ends, UTC. */
function daysOf(from: string | null, to: string | null): string[] {
  const end = Math.floor(Date.parse(to ?? '2100-01-01T00:00:00Z') / DAY_MS);
  const words: string[] = [];
  for (let day = Math.floor(Date.parse(from ?? '2000-01-01T00:00:00Z') / DAY_MS); day <= end; ) {
    const date = new Date(day * DAY_MS);
    const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
    const nextYear = Date.UTC(year + 1, 0, 1) / DAY_MS;
    const nextMonth = Date.UTC(year, month + 1, 1) / DAY_MS;
    const newMonth = date.getUTCDate() === 1;
    if (newMonth && month === 0 && nextYear <= end + 1) {
      words.push(`year:${year}`);
      day = nextYear;
    } else if (newMonth && nextMonth <= end + 1) {
      words.push(`month:${year * 12 + month}`);
      day = nextMonth;
    } else words.push(`day:${day++}`);
  }
  return words;
}

/** Groups as a condition on an array column that has a GIN index. An empty group has nothing. */
export function arrayCondition(column: string, groups: readonly (readonly string[])[]): Sql {
  const single = groups.flatMap((g) => (g.length === 1 ? g : []));
  const several = groups.filter((g) => g.length !== 1);
  const all = single.length > 0 || several.length === 0 ? [`${column} @> ?`] : [];
  return {
    sql: [...all, ...several.map(() => `${column} && ?`)].join(' and '),
    bindings: [...(all.length > 0 ? [single] : []), ...several.map((g) => [...g])],
  };
}
