import type { EventRow } from './checker-world';

/** The shipped promises (R3.1), stated here a second time on purpose: minutes by severity I–IV. */
const MINUTES: Record<string, Record<string, number>> = {
  respond: { I: 10, II: 10, III: 10, IV: 10 },
  plan: { I: 30, II: 30, III: 30, IV: 120 },
  resolve: { I: 180, II: 360, III: 720, IV: 1440 },
};
const STOPS: Record<string, string[]> = {
  respond: ['acknowledged', 'resolved', 'closed', 'cancelled'],
  plan: ['planned', 'resolved', 'closed', 'cancelled'],
  resolve: ['resolved', 'closed', 'cancelled'],
};
const PAUSES: Record<string, string[]> = {
  respond: ['merged'],
  plan: ['merged'],
  resolve: ['customer', 'window', 'merged'],
};
export const CLOCKS = Object.keys(MINUTES);

/** A clock after the given events at an instant. Milliseconds. */
export interface Folded {
  goal: number;
  elapsed: number;
  mode: 'running' | 'paused' | 'stopped' | 'cancelled';
  stoppedAt: number | null;
  /** When the watched share of the goal was used up. */
  reachedAt: number | null;
  /** When it was or will be used up if nothing happens; null while it stands short of it. */
  dueAt: number | null;
}

/** One clock of a 7×24 promise by plain bookkeeping: time runs from event to event unless it stands. */
export function foldClock(name: string, events: readonly EventRow[], now: number, share = 1): Folded {
  const goals = MINUTES[name] ?? {};
  const f: Folded = { goal: 0, elapsed: 0, mode: 'running', stoppedAt: null, reachedAt: null, dueAt: null };
  let severity = '';
  let last = events[0]?.at ?? now;
  const target = () => Math.round(f.goal * share);
  const run = (to: number) => {
    if (f.mode === 'running') {
      if (f.reachedAt === null && f.elapsed + to - last >= target()) f.reachedAt = last + target() - f.elapsed;
      f.elapsed += to - last;
    }
    last = to;
  };
  for (const e of events) {
    run(e.at);
    if (e.kind === 'opened') severity = String(e.body.severity);
    if (e.kind === 'prioritised') severity = String(e.body.to);
    if (e.kind === 'assessed') severity = (e.body.to as { severity: string }).severity;
    turn(name, f, e);
    if (f.mode === 'stopped' || f.mode === 'cancelled') continue;
    f.goal = (goals[severity] ?? 0) * 60_000;
    if (f.elapsed < target()) f.reachedAt = null;
    else f.reachedAt ??= e.at;
  }
  run(Math.max(now, last));
  f.dueAt = f.reachedAt ?? last + target() - f.elapsed;
  if (f.mode !== 'running' && f.reachedAt === null) f.dueAt = null;
  return f;
}

function turn(name: string, f: Folded, e: EventRow): void {
  if (f.mode === 'cancelled') return;
  if (f.mode === 'stopped') {
    if (name === 'resolve' && e.kind === 'reopened') {
      f.mode = 'running';
      f.stoppedAt = null;
    }
    return;
  }
  if (STOPS[name]?.includes(e.kind)) {
    f.mode = e.kind === 'cancelled' ? 'cancelled' : 'stopped';
    f.stoppedAt = e.at;
  } else if (PAUSES[name]?.includes(pauseOf(e))) f.mode = 'paused';
  else if (['resumed', 'reopened', 'unmerged'].includes(e.kind)) f.mode = 'running';
}

/** Why an event stops the case, or nothing. */
function pauseOf(e: EventRow): string {
  if (e.kind === 'pended') return String(e.body.reason);
  return e.kind === 'suspended' || e.kind === 'merged' ? e.kind : '';
}

/** A level: minutes of silence, and share of the resolution promise. */
type Level = [level: number, silentMinutes: number, share: number | null];
/** The five shipped levels. */
const LEVELS: readonly Level[] = [
  [1, 0, null],
  [2, 5, 0.5],
  [3, 10, 0.75],
  [4, 20, 0.9],
  [5, 30, 1],
];

/** Where a case stands between two events. */
export interface Standing {
  /** Somebody works on it, or should: only then it escalates. */
  worked: boolean;
  /** Since when that is so. */
  workedSince: number;
  visit: number;
  visitAt: number;
  acknowledgedAt: number | null;
  /** Levels recorded in this visit. */
  level: number;
}

/** What the events say of where a case stands. */
export function standing(events: readonly EventRow[]): Standing {
  const at = events[0]?.at ?? 0;
  const s: Standing = { worked: true, workedSince: at, visit: 1, visitAt: at, acknowledgedAt: null, level: 0 };
  for (const e of events) {
    if (e.kind === 'acknowledged') s.acknowledgedAt = e.at;
    if (e.kind === 'escalated' || e.kind === 'escalation_superseded') s.level = Number(e.body.level);
    if (['pended', 'suspended', 'merged', 'resolved', 'closed', 'cancelled'].includes(e.kind)) s.worked = false;
    if (e.kind === 'resumed') Object.assign(s, { worked: true, workedSince: e.at });
    if (e.kind === 'reopened' || e.kind === 'unmerged')
      Object.assign(s, {
        worked: true,
        workedSince: e.at,
        visit: s.visit + 1,
        visitAt: e.at,
        acknowledgedAt: null,
        level: 0,
      });
  }
  return s;
}

/** Levels of a service while a calendar is open, as a test has published them; else the shipped ones. Epoch ms. */
export interface Policy {
  service: string;
  levels: readonly Level[];
  /** Ascending, `[from, to)`. */
  open: readonly (readonly [from: number, to: number])[];
}

/** Time in which the same levels count. */
interface Stretch {
  from: number;
  to: number;
  levels: readonly Level[];
}

function stretchesOf(policy: Policy | undefined): Stretch[] {
  const found: Stretch[] = [];
  let from = Number.NEGATIVE_INFINITY;
  for (const [opens, closes] of policy?.open ?? []) {
    found.push({ from, to: opens, levels: LEVELS }, { from: opens, to: closes, levels: policy?.levels ?? LEVELS });
    from = closes;
  }
  return [...found, { from, to: Number.POSITIVE_INFINITY, levels: LEVELS }];
}

/** Levels not reached yet and when each is due; those that cannot come any more are missing. */
export function levelsAhead(
  events: readonly EventRow[],
  now: number,
  policies: readonly Policy[] = [],
): { level: number; at: number }[] {
  const s = standing(events);
  if (!s.worked) return [];
  const first = new Map<number, number>();
  for (const { from, to, levels } of stretchesOf(policies.find((p) => p.service === events[0]?.body.service)))
    for (const level of levels) {
      const due = dueOf(level, s, events, now);
      // Whatever is due already comes with the beginning of the stretch.
      const at = Math.max(due ?? Number.POSITIVE_INFINITY, from);
      if (level[0] > s.level && at < to) first.set(level[0], Math.min(at, first.get(level[0]) ?? at));
    }
  return [...first].map(([level, at]) => ({ level, at })).sort((a, b) => a.level - b.level);
}

function dueOf([, silent, share]: Level, s: Standing, events: readonly EventRow[], now: number): number | null {
  const due: number[] = s.acknowledgedAt === null ? [s.visitAt + silent * 60_000] : [];
  const f = share === null ? null : foldClock('resolve', events, now, share);
  if (f?.dueAt != null && f.mode !== 'stopped' && f.dueAt >= s.visitAt) due.push(f.dueAt);
  return due.length > 0 ? Math.max(Math.min(...due), s.workedSince) : null;
}
