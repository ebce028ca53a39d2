import type { PageTarget } from './escalation';

/**
 * How a new case finds its handler (R2.3). `pull`: people take it from the queue; `push`: a dispatcher gives it out. The
 * others choose by themselves: in turn, whoever has fewest open cases, whoever knows how, whoever is on call.
 */
export type AssignmentRule =
  | { mode: 'pull' }
  | { mode: 'push' }
  | { mode: 'round-robin' | 'least-loaded'; among: PageTarget[] }
  | { mode: 'skill'; skills: string[]; among: PageTarget[] }
  | { mode: 'on-call'; schedule: string };

/** Time in which nobody gives this person work: `[from, to)`, epoch ms. */
export interface Absence {
  from: number;
  to: number;
  /** Login of whoever takes his work when nobody else is left. */
  substitute: string | null;
}

/** Somebody who might take a case, as he is at the instant of the choice. */
export interface Candidate {
  login: string;
  active: boolean;
  absences: readonly Absence[];
  skills: readonly string[];
  /** Open cases he is responsible for. */
  load: number;
  /** Number of his last turn in this queue; null when he never had one. */
  lastTurn: number | null;
}

/** Why somebody was not chosen. */
export type SkipReason = 'inactive' | 'absent' | 'lacks-skill' | 'busier' | 'later-turn';

export interface Skip {
  login: string;
  why: SkipReason;
  /** `until` of an absence (RFC 3339), the skills he lacks, or his open cases. */
  detail: string | null;
}

/** Who takes the case and why nobody else does; it stands on the timeline. */
export interface Choice {
  mode: AssignmentRule['mode'];
  /** Null: it stays in the queue, `none` says why. */
  login: string | null;
  /** Set when he was chosen as the substitute of an absent person. */
  standsInFor: string | null;
  none: 'people-take-it' | 'somebody-gives-it' | 'nobody-named' | 'nobody-able' | null;
  skipped: Skip[];
}

/**
 * Chooses who takes a case. Pure: the same question has the same answer, whatever the order of the candidates. Nobody who is
 * absent or inactive is ever chosen; when every candidate is absent, the first of their substitutes who is there is.
 *
 * @param candidates whom the rule names (of `on-call`: whoever is on call at `now`), each once
 * @param now instant of the effect by the case's clock, epoch ms (I13)
 * @param substitutes everybody whom absences of the candidates name
 */
export function chooseAssignee(
  rule: AssignmentRule,
  candidates: readonly Candidate[],
  now: number,
  substitutes: readonly Candidate[] = [],
): Choice {
  const nothing: Choice = { mode: rule.mode, login: null, standsInFor: null, none: null, skipped: [] };
  if (rule.mode === 'pull') return { ...nothing, none: 'people-take-it' };
  if (rule.mode === 'push') return { ...nothing, none: 'somebody-gives-it' };
  if (candidates.length === 0) return { ...nothing, none: 'nobody-named' };
  const skills = rule.mode === 'skill' ? rule.skills : [];
  const order = rule.mode === 'round-robin' ? byTurn : byLoad;
  const skipped = candidates.flatMap((c) => unable(c, skills, now) ?? []);
  const able = candidates.filter((c) => !skipped.some((s) => s.login === c.login)).sort(order);
  const [best, ...rest] = able;
  if (best)
    return { ...nothing, login: best.login, skipped: sorted([...skipped, ...rest.map((c) => behind(best, c, rule))]) };
  const stand = standIn(candidates, substitutes, skills, now);
  if (!stand) return { ...nothing, none: 'nobody-able', skipped: sorted(skipped) };
  return { ...nothing, ...stand, skipped: sorted(skipped) };
}

const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const sorted = (skips: Skip[]) => skips.sort((a, b) => byText(a.login, b.login));

/** Whoever never had a turn first, then whose turn is longest ago; ties in order of login. */
function byTurn(a: Candidate, b: Candidate): number {
  return (a.lastTurn ?? 0) - (b.lastTurn ?? 0) || byText(a.login, b.login);
}

function byLoad(a: Candidate, b: Candidate): number {
  return a.load - b.load || byTurn(a, b);
}

/** Why a candidate cannot take it at all; null when he can. */
function unable(c: Candidate, skills: readonly string[], now: number): Skip | null {
  if (!c.active) return { login: c.login, why: 'inactive', detail: null };
  const away = absenceAt(c, now);
  if (away) return { login: c.login, why: 'absent', detail: new Date(away.to).toISOString() };
  const lacking = skills.filter((s) => !c.skills.includes(s));
  return lacking.length > 0 ? { login: c.login, why: 'lacks-skill', detail: lacking.join(', ') } : null;
}

function absenceAt(c: Candidate, now: number): Absence | undefined {
  return c.absences.find((a) => a.from <= now && now < a.to);
}

/** Why an able candidate comes after the best one. */
function behind(best: Candidate, c: Candidate, rule: AssignmentRule): Skip {
  const busier = rule.mode !== 'round-robin' && c.load > best.load;
  return busier
    ? { login: c.login, why: 'busier', detail: String(c.load) }
    : { login: c.login, why: 'later-turn', detail: null };
}

/** The substitute of the absent candidate whose turn it would be, if he can take it himself. */
function standIn(
  candidates: readonly Candidate[],
  substitutes: readonly Candidate[],
  skills: readonly string[],
  now: number,
): { login: string; standsInFor: string } | null {
  for (const absent of [...candidates].sort(byTurn)) {
    const name = absent.active ? absenceAt(absent, now)?.substitute : null;
    const found = substitutes.find((s) => s.login === name);
    if (found && !unable(found, skills, now)) return { login: found.login, standsInFor: absent.login };
  }
  return null;
}
