import type { IncidentView } from '../../../domain/incident';
import type { IncidentStatus } from '../../../domain/incident-command';
import type { Severity } from '../../../domain/sla';

export const STATES: readonly IncidentStatus[] = ['new', 'acknowledged', 'pending', 'resolved', 'closed', 'cancelled'];
export const SEVERITIES: readonly Severity[] = ['I', 'II', 'III', 'IV'];
const SORTS = ['dueAt', '-createdAt'] as const;
const OPEN = ['open', 'closed', 'all'] as const;

/** What a list shows; its URL says the same, so that a link is a view. */
export interface IncidentFilter {
  state: IncidentStatus[];
  severity: Severity[];
  service: string[];
  /** Logins. */
  assignee: string[];
  q: string;
  open: (typeof OPEN)[number];
  /** Only what is overdue or falls due within {@link SOON_MS}. */
  breaching: boolean;
  /** `dueAt` knows open cases only. */
  sort: (typeof SORTS)[number];
}

export type IncidentSort = IncidentFilter['sort'];

/** A promise this near is at risk. */
export const SOON_MS = 30 * 60_000;

export const ALL_OPEN: IncidentFilter = {
  state: [],
  severity: [],
  service: [],
  assignee: [],
  q: '',
  open: 'open',
  breaching: false,
  sort: 'dueAt',
};

/** Reads a view out of its URL; what it does not know it leaves out. */
export function filterOf(params: URLSearchParams): IncidentFilter {
  const list = (name: string) => params.getAll(name).flatMap((v) => v.split(',').filter(Boolean));
  const among = <T extends string>(name: string, allowed: readonly T[]) =>
    allowed.filter((a) => list(name).includes(a));
  const open = among('open', OPEN)[0] ?? 'open';
  const breaching = params.get('due') === 'soon';
  const sort = among('sort', SORTS)[0] ?? 'dueAt';
  return {
    state: among('state', STATES),
    severity: among('severity', SEVERITIES),
    service: list('service'),
    assignee: list('assignee'),
    q: params.get('q') ?? '',
    open: breaching ? 'open' : open,
    breaching,
    sort: breaching ? 'dueAt' : open === 'open' ? sort : '-createdAt',
  };
}

/** The shortest URL that says the same; defaults are left out. */
export function paramsOf(f: IncidentFilter): URLSearchParams {
  const params = new URLSearchParams();
  for (const name of ['state', 'severity', 'service', 'assignee'] as const)
    if (f[name].length > 0) params.set(name, f[name].join(','));
  if (f.q !== '') params.set('q', f.q);
  if (f.breaching) params.set('due', 'soon');
  if (f.open !== 'open') params.set('open', f.open);
  if (f.sort !== 'dueAt' && f.open === 'open') params.set('sort', f.sort);
  return params;
}

const OPEN_QUERY = { all: undefined, open: 'true', closed: 'false' } as const;

/** Parameters of `GET /api/v1/incidents`. */
export function queryOf(f: IncidentFilter) {
  return {
    state: f.state,
    severity: f.severity,
    service: f.service,
    assignee: f.assignee,
    q: f.q || undefined,
    open: OPEN_QUERY[f.open],
    sort: f.sort,
  };
}

const isOpen = (v: IncidentView) => v.closedAt === null;
const anyOf = <T>(wanted: readonly T[], value: T | null) =>
  wanted.length === 0 || (value !== null && wanted.includes(value));

/** Whether a promise of the case is broken or about to be. Epoch ms. */
export const isBreaching = (v: IncidentView, now: number): boolean =>
  isOpen(v) && v.dueAt !== null && Date.parse(v.dueAt) <= now + SOON_MS;

/** Whether a changed case belongs into the view; the search text is left to the server and counts as a match. */
export function belongs(f: IncidentFilter, v: IncidentView, now: number): boolean {
  return (
    anyOf(f.state, v.state) &&
    anyOf(f.severity, v.severity) &&
    anyOf(f.service, v.service) &&
    anyOf(f.assignee, v.assignee) &&
    (f.open === 'all' || (f.open === 'open') === isOpen(v)) &&
    (!f.breaching || isBreaching(v, now))
  );
}

/** The views one click away. */
export type QuickView = 'open' | 'mine' | 'unacknowledged' | 'breaching';
export const quickViews = (login: string): Record<QuickView, IncidentFilter> => ({
  open: ALL_OPEN,
  mine: { ...ALL_OPEN, assignee: [login] },
  unacknowledged: { ...ALL_OPEN, state: ['new'] },
  breaching: { ...ALL_OPEN, breaching: true },
});

/** Whether two views are the same. */
export const sameView = (a: IncidentFilter, b: IncidentFilter): boolean =>
  paramsOf(a).toString() === paramsOf(b).toString();
