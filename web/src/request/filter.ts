import { REQUEST_STATES, type RequestStatus } from '../../../domain/request-command';
import type { RequestView } from '../../../domain/request-projection';

const OPEN = ['open', 'closed', 'all'] as const;
const SORTS = ['due', 'newest'] as const;
const WHOSE = ['all', 'mine', 'involved'] as const;

/** What a list of requests shows; its URL says the same, so that a link is a view. */
export interface RequestFilter {
  state: RequestStatus[];
  /** '' filters nothing, here and below. */
  item: string;
  team: string;
  requester: string;
  /** Login of somebody who is waited for; `me`. */
  waitingFor: string;
  q: string;
  open: (typeof OPEN)[number];
  whose: (typeof WHOSE)[number];
  sort: (typeof SORTS)[number];
}

/** Filters by one word. */
export const WORD_FILTERS = ['item', 'team', 'requester', 'waitingFor'] as const;
export type WordFilter = (typeof WORD_FILTERS)[number];

export const EVERY_OPEN: RequestFilter = {
  state: [],
  item: '',
  team: '',
  requester: '',
  waitingFor: '',
  q: '',
  open: 'open',
  whose: 'all',
  sort: 'due',
};

const among = <T extends string>(allowed: readonly T[], value: string | null): T | undefined =>
  allowed.find((a) => a === value);

/** Reads a view out of its URL; what it does not know it leaves out. @param usual what an empty URL means */
export function filterOf(params: URLSearchParams, usual: RequestFilter = EVERY_OPEN): RequestFilter {
  const states = params.getAll('state').flatMap((v) => v.split(','));
  const words = Object.fromEntries(WORD_FILTERS.map((name) => [name, params.get(name) ?? usual[name]]));
  return {
    ...usual,
    ...(words as Record<WordFilter, string>),
    state: REQUEST_STATES.filter((s) => states.includes(s)),
    q: params.get('q') ?? '',
    open: among(OPEN, params.get('open')) ?? usual.open,
    whose: among(WHOSE, params.get('whose')) ?? usual.whose,
    sort: among(SORTS, params.get('sort')) ?? usual.sort,
  };
}

/** The shortest URL that says the same. */
export function paramsOf(f: RequestFilter, usual: RequestFilter = EVERY_OPEN): URLSearchParams {
  const params = new URLSearchParams();
  if (f.state.length > 0) params.set('state', f.state.join(','));
  for (const name of [...WORD_FILTERS, 'open', 'whose', 'sort'] as const)
    if (f[name] !== usual[name]) params.set(name, f[name]);
  if (f.q !== '') params.set('q', f.q);
  return params;
}

const OPEN_QUERY = { all: undefined, open: 'true', closed: 'false' } as const;

/** Filters as the API takes them. */
export function queryOf(f: RequestFilter) {
  return {
    state: f.state.length === 0 ? undefined : f.state,
    item: f.item || undefined,
    team: f.team || undefined,
    requester: f.requester || undefined,
    waitingFor: f.waitingFor || undefined,
    q: f.q || undefined,
    open: OPEN_QUERY[f.open],
    mine: f.whose === 'mine' ? 'true' : undefined,
    involved: f.whose === 'involved' ? 'true' : undefined,
    sort: f.sort,
  };
}

const oneOf = (wanted: string, ...values: (string | null)[]) => wanted === '' || values.includes(wanted);

/** Whether a changed request belongs into the view; words and parts of people are left to the server and count as a match. */
export function belongs(f: RequestFilter, v: RequestView, login: string): boolean {
  const waited = v.waitingFor.map((w) => w.login);
  return (
    (f.state.length === 0 || f.state.includes(v.state)) &&
    oneOf(f.item, v.item) &&
    oneOf(f.team, v.team) &&
    oneOf(f.requester, v.requester) &&
    oneOf(f.waitingFor === 'me' ? login : f.waitingFor, ...waited) &&
    (f.whose !== 'mine' || v.requester === login || v.beneficiary === login) &&
    (f.open === 'all' || (f.open === 'open') === (v.endedAt === null))
  );
}
