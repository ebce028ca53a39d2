import type { WorkingTime } from './calendar';
import type { CalendarRange } from './incident-projection';
import type { RequestFact, RequestState } from './request';
import { climb } from './request-climb';
import { retellAll } from './request-deadline';
import { proceed } from './request-flow';
import { settle } from './request-input';
import { nextRungAt } from './request-ladder';
import { open } from './request-life';
import { resume } from './request-pause';
import type { RequestClockPlan, Rung } from './request-plan';
import { page, record } from './request-record';
import { isOpen, isStopped } from './request-status';
import { limitOf, watchWaits } from './request-wait';
import { type ClockReading, readClocks, type SlaFact } from './sla';

const DAY_MS = 86_400_000;

/** Ends that break a promise off: nobody has kept it, nobody has broken it. */
const BROKEN_OFF = ['withdrawn', 'cancelled', 'reclassified'];

/**
 * Facts of one clock as the fold of I6 knows them; null for a clock that has not started. A clock between steps begins anew
 * with each start of its step, since what is given back for correction is received anew; one from the opening goes on with
 * what it has used up.
 */
export function clockFactsOf(clock: RequestClockPlan, facts: readonly RequestFact[]): SlaFact[] | null {
  const start = facts.findLastIndex((f) => f.starts?.includes(clock.name));
  const first = facts[start];
  if (!first) return null;
  const later = facts.slice(start + 1).flatMap((f) => factOf(clock, f));
  return [{ at: first.at, kind: 'opened', severity: 'IV' }, ...later];
}

function factOf(c: RequestClockPlan, f: RequestFact): SlaFact[] {
  switch (f.kind) {
    case 'paused':
      return f.reason === undefined ? [] : [{ at: f.at, kind: 'paused', reason: f.reason }];
    case 'resumed':
      return [{ at: f.at, kind: 'resumed' }];
    case 'left':
      return f.step === c.to ? [{ at: f.at, kind: 'closed' }] : [];
    case 'returned':
      return [{ at: f.at, kind: c.from === null ? 'reopened' : 'cancelled' }];
    case 'ended':
      return [{ at: f.at, kind: BROKEN_OFF.includes(f.reason ?? '') ? 'cancelled' : 'closed' }];
    default:
      return [];
  }
}

/** The calendar is there, and has working days where the goal is in working days (publishing refuses others). */
function isCountable(s: RequestState, { clock }: RequestClockPlan): boolean {
  const w = s.calendars[clock.calendarId];
  return w !== undefined && ('seconds' in clock.goals.IV || w.days !== undefined);
}

/** The clocks of a request at `now`, by the one fold (I6): those that have started and whose calendar it has. */
export function requestClocksOf(s: RequestState, now: number): ClockReading[] {
  return s.plan.clocks.flatMap((c) => {
    const facts = clockFactsOf(c, s.facts);
    return facts && isCountable(s, c) ? readClocks([c.clock], facts, s.calendars, now) : [];
  });
}

/** How far ahead an expansion has to reach, and how far a new one goes (ms): 30 and 60 days. */
const NEED_MS = 30 * DAY_MS;
const EXPAND_MS = 60 * DAY_MS;

function lacking(s: RequestState, ids: string[], now: number): CalendarRange | null {
  if (!isOpen(s)) return null;
  const missing = [...new Set(ids)].filter((id) => {
    const w = s.calendars[id];
    return w === undefined || (w.open !== 'always' && w.until < now + NEED_MS);
  });
  return missing.length === 0 ? null : { tenantId: s.tenantId, ids: missing, from: s.openedAt, until: now + EXPAND_MS };
}

const isCounted = (rungs: readonly { after: Rung['after'] }[]): boolean => rungs.some((r) => !('seconds' in r.after));

/** Calendars the request cannot go on without: those of clocks that run and of deadlines that are counted on one. */
export function neededRequestCalendars(s: RequestState, now: number): CalendarRange | null {
  const clocks = s.plan.clocks.filter((c) => clockFactsOf(c, s.facts)).map((c) => c.clock.calendarId);
  const ladders = [...s.active, ...s.undo, ...(s.awaiting ? [s.awaiting] : [])];
  const counted = ladders.some((x) => 'rungs' in x && isCounted(x.rungs));
  return lacking(s, counted ? [...clocks, s.plan.calendarId] : clocks, now);
}

/** Calendars that later steps will need: the projection expands them on the way. */
export function wantedRequestCalendars(s: RequestState, now: number): CalendarRange | null {
  const ladders = Object.values(s.plan.steps).flatMap((p) => {
    if (p.kind === 'wait') return limitOf(p);
    if (p.kind === 'auto') return p.onFailure.ladder;
    return 'ladder' in p ? p.ladder : [];
  });
  const clocks = s.plan.clocks.map((c) => c.clock.calendarId);
  const counted = isCounted([...ladders, ...s.plan.correction.ladder]);
  return lacking(s, counted ? [...clocks, s.plan.calendarId] : clocks, now);
}

/** Takes calendar data as a fact of the request (I7); deadlines that are counted on it are told anew. */
export function applyRequestCalendars(s: RequestState, expanded: WorkingTime[]): void {
  for (const w of expanded) s.calendars[w.calendarId] = w;
  retellAll(s);
  if (isOpen(s) && s.seq > 0) s.nextAt = nextMoment(s, s.updatedAt);
}

/**
 * Lets time do its work: everything that is due at `now` happens once. Afterwards `nextAt` is the next moment (I3); a request
 * that waits for others alone looks around once a day, and says so.
 */
export function advanceRequest(s: RequestState, now: number): void {
  open(s);
  const due = s.nextAt !== null && s.nextAt <= now;
  if (isOpen(s)) {
    if (s.suspended && s.suspended.until <= now) resume(s, 'system', 'limit', now);
    settle(s, now);
    act(s, now);
    recordBreaches(s, now);
    if (due && isOpen(s) && s.updatedAt < now) lookAround(s, now);
    settle(s, now);
  }
  s.nextAt = isOpen(s) ? nextMoment(s, now) : null;
}

/** Ladders and waits, until nothing more is due: each rung and each wait is acted on once. */
function act(s: RequestState, now: number): void {
  while (isOpen(s) && !s.suspended) {
    const over = isStopped(s) || s.rollingBack ? [] : watchWaits(s, now);
    const moves = over.length > 0 ? over : climb(s, now);
    if (moves === null) return;
    proceed(s, moves, now);
    settle(s, now);
  }
}

function recordBreaches(s: RequestState, now: number): void {
  if (!isOpen(s)) return;
  const clocks = requestClocksOf(s, now);
  s.breached = s.breached.filter((name) => clocks.some((c) => c.name === name && c.breachedAt !== null));
  for (const c of clocks) {
    if (c.breachedAt === null || c.breachedAt > now || s.breached.includes(c.name)) continue;
    s.breached.push(c.name);
    const promisedAt = new Date(c.breachedAt).toISOString();
    record(s, 'clock_breached', 'system', now, { clock: c.name, goalSeconds: c.goalMs / 1000, promisedAt });
    const { name, visit } = blamed(s, c.name);
    page(s, `overdue-${name}`, visit, [s.plan.service.owner], now);
  }
}

/** What a late clock is about: the step that ends it where that runs, else the one that is waited for. */
function blamed(s: RequestState, clock: string): { name: string; visit: number } {
  const to = s.plan.clocks.find((c) => c.name === clock)?.to;
  const a = s.active.find((x) => x.step === to) ?? s.active.find((x) => x.kind !== 'parallel');
  return a ? { name: a.step, visit: a.visit } : { name: clock, visit: 1 };
}

/** Nothing has happened for a day that the request could do itself; whoever has to choose hears of it again. */
function lookAround(s: RequestState, now: number): void {
  const stuck = [
    ...s.active.filter((a) => (a.kind === 'auto' || a.kind === 'subprocess') && a.failed !== null),
    ...s.undo.filter((u) => u.state === 'failed'),
    ...s.active.filter((a) => a.kind === 'approval' && a.stranded),
  ];
  record(s, 'looked', 'system', now, { active: s.active.map((a) => a.step), waiting: s.waiting.length });
  for (const { step, visit } of stuck) page(s, `stalled-${step}`, visit, s.plan.fallback, now);
}

function nextMoment(s: RequestState, now: number): number {
  const rungs = [...s.active, ...s.undo, ...(s.awaiting ? [s.awaiting] : [])].map((x) =>
    'rungs' in x ? nextRungAt(x.rungs) : null,
  );
  const instants = isStopped(s) ? [] : s.active.map((a) => (a.kind === 'wait' ? a.at : null));
  const clocks = requestClocksOf(s, now).map((c) => (s.breached.includes(c.name) ? null : c.dueAt));
  const all = [...(s.suspended ? [s.suspended.until] : [...rungs, ...instants]), ...clocks];
  const ahead = all.filter((at): at is number => at !== null && at > now);
  if (ahead.length > 0) return Math.min(...ahead);
  // A day after what was told last: what changes nothing is told to nobody, and may not move what was told.
  return s.updatedAt + DAY_MS > now ? s.updatedAt + DAY_MS : now + DAY_MS;
}
