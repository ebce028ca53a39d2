/** Which alert groups are shown; the URL says the same, so that a link is a view. */
export interface GroupFilter {
  /** `held`: alerts that fire but are kept back by a silence, a rule or flapping. */
  firing: 'firing' | 'quiet' | 'all';
  incident: 'open' | 'none' | 'all';
}

const FIRING = ['firing', 'quiet', 'all'] as const;
const INCIDENT = ['open', 'none', 'all'] as const;

export const FIRING_NOW: GroupFilter = { firing: 'firing', incident: 'all' };

const FLAG = { true: 'firing', false: 'quiet' } as const;

/** Reads a view out of its URL; `firing=true` and `false` of the API are understood too. */
export function groupFilterOf(params: URLSearchParams): GroupFilter {
  const firing = params.get('firing') ?? '';
  const incident = params.get('incident') ?? '';
  return {
    firing: FLAG[firing as keyof typeof FLAG] ?? FIRING.find((f) => f === firing) ?? FIRING_NOW.firing,
    incident: INCIDENT.find((i) => i === incident) ?? FIRING_NOW.incident,
  };
}

/** The shortest URL that says the same. */
export function groupParamsOf(f: GroupFilter): URLSearchParams {
  const params = new URLSearchParams();
  if (f.firing !== FIRING_NOW.firing) params.set('firing', f.firing);
  if (f.incident !== FIRING_NOW.incident) params.set('incident', f.incident);
  return params;
}

const truth = { firing: 'true', quiet: 'false', open: 'true', none: 'false', all: undefined } as const;

/** Parameters of `GET /api/v1/intake/groups`. */
export const groupQueryOf = (f: GroupFilter) => ({ firing: truth[f.firing], assigned: truth[f.incident] });

/** Views one click away. */
export type GroupView = 'firing' | 'loose' | 'quiet' | 'everything';
export const GROUP_VIEWS: Record<GroupView, GroupFilter> = {
  firing: FIRING_NOW,
  loose: { firing: 'firing', incident: 'none' },
  quiet: { firing: 'quiet', incident: 'all' },
  everything: { firing: 'all', incident: 'all' },
};
