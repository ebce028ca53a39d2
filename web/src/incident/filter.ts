import type { IncidentStatus } from '../../../domain/incident-command';
import type { IncidentView } from '../../../domain/incident-projection';
import type { IncidentColumn } from '../../../domain/saved-view';
import type { Severity } from '../../../domain/sla';

export const STATES: readonly IncidentStatus[] = [
  'new',
  'acknowledged',
  'pending',
  'suspended',
  'merged',
  'resolved',
  'closed',
  'cancelled',
];
export const SEVERITIES: readonly Severity[] = ['I', 'II', 'III', 'IV'];
export const LINES = ['1', '2', '3', '4', '5'] as const;
/** Columns a list can show, in the order they stand in. */
export const COLUMNS: readonly IncidentColumn[] = [
  'severity',
  'title',
  'type',
  'line',
  'state',
  'owner',
  'promise',
  'reporter',
  'createdAt',
  'updatedAt',
];
const SORTS = ['dueAt', '-createdAt'] as const;
const OPEN = ['open', 'closed', 'all'] as const;
/** Filters by one of several values; names as the API has them. */
export const LIST_FILTERS = [
  'state',
  'severity',
  'service',
  'team',
  'line',
  'type',
  'assignee',
  'reporter',
  'supplier',
  'parent',
] as const;
export type ListFilter = (typeof LIST_FILTERS)[number];

/** What a list shows; its URL says the same, so that a link is a view. */
export interface IncidentFilter extends Record<Exclude<ListFilter, 'state' | 'severity'>, string[]> {
  state: IncidentStatus[];
  severity: Severity[];
  major: boolean;
  assessing: boolean;
  /** RFC 3339; '' filters nothing. */
  createdFrom: string;
  createdTo: string;
  q: string;
  open: (typeof OPEN)[number];
  /** Only what is overdue or falls due within {@link SOON_MS}. */
  breaching: boolean;
  /** `dueAt` knows open cases only. */
  sort: (typeof SORTS)[number];
  /** Null = the usual ones. */
  columns: IncidentColumn[] | null;
}

export type IncidentSort = IncidentFilter['sort'];

/** A promise this near is at risk. */
export const SOON_MS = 30 * 60_000;

export const ALL_OPEN: IncidentFilter = {
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
  major: false,
  assessing: false,
  createdFrom: '',
  createdTo: '',
  q: '',
  open: 'open',
  breaching: false,
  sort: 'dueAt',
  columns: null,
};

const instant = (text: string | null) => (text !== null && !Number.isNaN(Date.parse(text)) ? text : '');

/** Reads a view out of its URL; what it does not know it leaves out. */
export function filterOf(params: URLSearchParams): IncidentFilter {
  const list = (name: string) => params.getAll(name).flatMap((v) => v.split(',').filter(Boolean));
  const among = <T extends string>(name: string, allowed: readonly T[]) =>
    allowed.filter((a) => list(name).includes(a));
  const open = among('open', OPEN)[0] ?? 'open';
  const breaching = params.get('due') === 'soon';
  const sort = among('sort', SORTS)[0] ?? 'dueAt';
  const columns = among('columns', COLUMNS);
  return {
    state: among('state', STATES),
    severity: among('severity', SEVERITIES),
    line: among('line', LINES),
    service: list('service'),
    team: list('team'),
    type: list('type'),
    assignee: list('assignee'),
    reporter: list('reporter'),
    supplier: list('supplier'),
    parent: list('parent'),
    major: params.get('major') === 'true',
    assessing: params.get('assessing') === 'true',
    createdFrom: instant(params.get('createdFrom')),
    createdTo: instant(params.get('createdTo')),
    q: params.get('q') ?? '',
    open: breaching ? 'open' : open,
    breaching,
    sort: breaching ? 'dueAt' : open === 'open' ? sort : '-createdAt',
    columns: columns.length > 0 ? columns : null,
  };
}

/** The shortest URL that says the same; defaults are left out. */
export function paramsOf(f: IncidentFilter): URLSearchParams {
  const params = new URLSearchParams();
  for (const name of LIST_FILTERS) if (f[name].length > 0) params.set(name, f[name].join(','));
  for (const name of ['major', 'assessing'] as const) if (f[name]) params.set(name, 'true');
  for (const name of ['createdFrom', 'createdTo', 'q'] as const) if (f[name] !== '') params.set(name, f[name]);
  if (f.breaching) params.set('due', 'soon');
  if (f.open !== 'open') params.set('open', f.open);
  if (f.sort !== 'dueAt' && f.open === 'open') params.set('sort', f.sort);
  if (f.columns !== null) params.set('columns', f.columns.join(','));
  return params;
}

const OPEN_QUERY = { all: undefined, open: 'true', closed: 'false' } as const;
const TRUE = (on: boolean) => (on ? ('true' as const) : undefined);

/** Filters as the API takes them; `now` epoch ms. */
export function queryOf(f: IncidentFilter, now: number) {
  return {
    state: f.state,
    severity: f.severity,
    service: f.service,
    team: f.team,
    line: f.line.map(Number),
    type: f.type,
    assignee: f.assignee,
    reporter: f.reporter,
    supplier: f.supplier,
    parent: f.parent,
    major: TRUE(f.major),
    assessing: TRUE(f.assessing),
    createdFrom: f.createdFrom || undefined,
    createdTo: f.createdTo || undefined,
    dueBefore: f.breaching ? new Date(now + SOON_MS).toISOString() : undefined,
    q: f.q || undefined,
    open: OPEN_QUERY[f.open],
  };
}

/** The filter that a saved view holds; see api/saved-view-schema.ts. */
export function savedOf(f: IncidentFilter): Record<string, string | string[]> {
  const saved: Record<string, string | string[]> = {};
  for (const name of LIST_FILTERS) if (f[name].length > 0) saved[name] = [...f[name]];
  for (const [name, value] of paramsOf({ ...f, ...NO_LISTS, columns: null })) saved[name] = value;
  const { [f.open]: open } = OPEN_QUERY;
  delete saved.open;
  return open === undefined ? saved : { ...saved, open };
}
const NO_LISTS = Object.fromEntries(LIST_FILTERS.map((name) => [name, []])) as unknown as Pick<
  IncidentFilter,
  ListFilter
>;

/** What a saved view shows. */
export function filterOfSaved(
  saved: Readonly<Record<string, string | readonly string[]>>,
  columns: readonly string[] | null,
): IncidentFilter {
  const { open, ...rest } = saved;
  const params = new URLSearchParams(Object.entries(rest).map(([name, value]) => [name, String(value)]));
  params.set('open', open === 'true' ? 'open' : open === 'false' ? 'closed' : 'all');
  if (columns !== null) params.set('columns', columns.join(','));
  return filterOf(params);
}

const isOpen = (v: IncidentView) => v.closedAt === null;
const anyOf = (wanted: readonly string[], value: string | null) =>
  wanted.length === 0 || (value !== null && wanted.includes(value));

/** Whether a promise of the case is broken or about to be. Epoch ms. */
export const isBreaching = (v: IncidentView, now: number): boolean =>
  isOpen(v) && v.dueAt !== null && Date.parse(v.dueAt) <= now + SOON_MS;

function belongsToPeople(f: IncidentFilter, v: IncidentView, login: string): boolean {
  const people = (wanted: readonly string[]) => wanted.map((w) => (w === '@me' ? login : w));
  const withSupplier = v.supplier !== null && ['asked', 'answered'].includes(v.supplier.state);
  const supplier = f.supplier.includes('@any') ? withSupplier : anyOf(f.supplier, v.supplier?.name ?? null);
  return anyOf(people(f.assignee), v.assignee ?? '@nobody') && anyOf(people(f.reporter), v.reporter) && supplier;
}

/** Whether a changed case belongs into the view; the search text is left to the server and counts as a match. */
export function belongs(f: IncidentFilter, v: IncidentView, now: number, login: string): boolean {
  const created = Date.parse(v.createdAt);
  return (
    anyOf(f.state, v.state) &&
    anyOf(f.severity, v.severity) &&
    anyOf(f.service, v.service) &&
    anyOf(f.team, v.team) &&
    anyOf(f.line, v.line === null ? null : String(v.line)) &&
    anyOf(f.type, v.type) &&
    anyOf(f.parent, v.parent) &&
    belongsToPeople(f, v, login) &&
    (!f.major || v.major !== null) &&
    (!f.assessing || v.assessment !== null) &&
    (f.createdFrom === '' || created >= Date.parse(f.createdFrom)) &&
    (f.createdTo === '' || created < Date.parse(f.createdTo)) &&
    (f.open === 'all' || (f.open === 'open') === isOpen(v)) &&
    (!f.breaching || isBreaching(v, now))
  );
}

/** Whether two views are the same. */
export const sameView = (a: IncidentFilter, b: IncidentFilter): boolean =>
  paramsOf(a).toString() === paramsOf(b).toString();
