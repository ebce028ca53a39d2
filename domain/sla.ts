import {
  advance,
  businessDayDue,
  type Calendars,
  closedTime,
  countedMs,
  isProvisional,
  type WorkingTime,
} from './calendar';

/** Severity of R3.1; `I` is the worst. */
export type Severity = 'I' | 'II' | 'III' | 'IV';
export const SEVERITIES: readonly Severity[] = ['I', 'II', 'III', 'IV'];

/** What a clock counts towards: counted seconds (`PT10M`, `3bh`) or whole working days (`2bd`). */
export type Goal = { seconds: number } | { businessDays: number };

/** One clock of an SLA, compiled from `process-defs/slas/*.yaml`. Every severity has a goal (publish-time check). */
export interface ClockPlan {
  name: string;
  calendarId: string;
  goals: Record<Severity, Goal>;
  /** Facts that end it; the clock counts from `opened` (R3.1: clocks start at report). */
  stopsAt: SlaFactKind[];
  /** A later fact of this kind makes a stopped clock run again with its elapsed time kept. */
  restartsAt: SlaFactKind[];
  /** Pause reasons that stop the count; any other pause is ignored by this clock. */
  pausesFor: string[];
}

export type SlaFactKind =
  | 'opened'
  | 'severity'
  | 'acknowledged'
  | 'planned'
  | 'paused'
  | 'resumed'
  | 'resolved'
  | 'reopened'
  | 'closed'
  | 'cancelled';

/** A recorded fact: the only input of the fold beside plan and calendar (I6). `at` is epoch ms of the workflow's clock. */
export interface SlaFact {
  at: number;
  kind: SlaFactKind;
  /** With `opened` and `severity`. */
  severity?: Severity;
  /** With `paused`. */
  reason?: string;
}

export type ClockState = 'running' | 'paused' | 'met' | 'breached' | 'cancelled';

/** One stretch of a clock's life, in epoch ms; the promise bar draws exactly these. */
export interface ClockSegment {
  from: number;
  to: number;
  /** `counted`, or why this stretch does not count. */
  kind: 'counted' | 'paused' | 'closed-hours' | 'stopped';
  /** Pause reason, or the fact that stopped it. */
  reason?: string;
  /** Counted milliseconds inside the stretch. */
  countedMs: number;
}

/** What the fold says of one clock at one instant. */
export interface ClockReading {
  name: string;
  state: ClockState;
  severity: Severity;
  /** Counted time needed, ms, at the present severity. */
  goalMs: number;
  elapsedMs: number;
  /** Negative when overdue. */
  remainingMs: number;
  /** Instant at which the goal is used up if nothing more happens; null while paused, stopped or beyond the expanded calendar. */
  dueAt: number | null;
  startedAt: number;
  /** When it was met or cancelled. */
  stoppedAt: number | null;
  /** When the goal was used up, if it was (a clock met late stays breached). */
  breachedAt: number | null;
  /** The deadline lies where the holiday data is provisional. */
  provisional: boolean;
}
export type { WorkingTime };

// Contract above, fold below: one file, so that whoever reads a promise finds on the spot what decides it.

/** What a clock does between two facts. Unchanged modes keep their identity. */
type Mode =
  | { kind: 'running' }
  | { kind: 'paused'; reason: string }
  | { kind: 'stopped'; reason: SlaFactKind; at: number };
const RUNNING: Mode = { kind: 'running' };

/** A case that is resolved or open again no longer waits for anybody, with or without a `resumed`. */
const ENDS_PAUSE: readonly SlaFactKind[] = ['resumed', 'resolved', 'reopened', 'closed'];

function after(plan: ClockPlan, mode: Mode, fact: SlaFact): Mode {
  if (mode.kind === 'stopped') return plan.restartsAt.includes(fact.kind) ? RUNNING : mode;
  if (fact.kind === 'cancelled' || plan.stopsAt.includes(fact.kind))
    return { kind: 'stopped', reason: fact.kind, at: fact.at };
  if (fact.kind === 'paused' && fact.reason !== undefined && plan.pausesFor.includes(fact.reason))
    return { kind: 'paused', reason: fact.reason };
  return ENDS_PAUSE.includes(fact.kind) ? RUNNING : mode;
}

type Visit = (from: number, to: number, mode: Mode, severity: Severity) => void;

/** The fact that starts every clock. @throws Error when it is missing */
function openedBy(plan: ClockPlan, facts: readonly SlaFact[]): { at: number; severity: Severity; index: number } {
  const index = facts.findIndex((f) => f.kind === 'opened');
  const { at, severity } = facts[index] ?? {};
  if (at !== undefined && severity !== undefined) return { at, severity, index };
  throw new Error(`clock ${plan.name}: no fact "opened" with a severity (${SEVERITIES.join(', ')})`);
}

/** Visits every stretch between the facts up to `now`, empty ones too: facts of one instant count in their order. */
function walk(plan: ClockPlan, facts: readonly SlaFact[], now: number, visit: Visit): void {
  const opened = openedBy(plan, facts);
  let { at, severity } = opened;
  let mode: Mode = RUNNING;
  for (let i = opened.index + 1; i < facts.length; i++) {
    const fact = facts[i];
    if (fact === undefined || fact.at > now) break;
    visit(at, fact.at, mode, severity);
    at = fact.at;
    mode = after(plan, mode, fact);
    if (fact.kind === 'severity') severity = fact.severity ?? severity;
    if (fact.kind === 'cancelled') break;
  }
  visit(at, Math.max(at, now), mode, severity);
}

/** Business days become the counted time up to their close, so that a pause moves the deadline by counted time too. */
function goalMsOf(plan: ClockPlan, severity: Severity, w: WorkingTime, startedAt: number): number {
  const goal = plan.goals[severity];
  if ('seconds' in goal) return goal.seconds * 1000;
  if (w.days === undefined)
    throw new Error(
      `clock ${plan.name}: a goal in business days needs working days, calendar ${w.calendarId} has none`,
    );
  const due = businessDayDue(w, startedAt, goal.businessDays);
  // Beyond the expansion only a lower bound is known, and it is never reached inside the expansion.
  return due === null ? countedMs(w, startedAt, w.until) + 1 : countedMs(w, startedAt, due);
}

interface Tally {
  mode: Mode;
  /** Severity and goal in force, or in force when the clock stopped. */
  severity: Severity;
  goalMs: number;
  elapsedMs: number;
  startedAt: number;
  /** End of the fold. */
  at: number;
  /** Counted time that makes up the watched fraction of the goal, and when it was reached. */
  targetMs: number;
  reachedAt: number | null;
}

function tally(plan: ClockPlan, facts: readonly SlaFact[], w: WorkingTime, now: number, fraction: number): Tally {
  const { at, severity } = openedBy(plan, facts);
  const t: Tally = {
    mode: RUNNING,
    severity,
    goalMs: 0,
    elapsedMs: 0,
    startedAt: at,
    at,
    targetMs: 0,
    reachedAt: null,
  };
  const aim = (severity: Severity): void => {
    t.severity = severity;
    t.goalMs = goalMsOf(plan, severity, w, t.startedAt);
    t.targetMs = Math.round(t.goalMs * fraction);
  };
  aim(severity);
  walk(plan, facts, now, (from, to, mode, severity) => {
    t.mode = mode;
    t.at = to;
    if (mode.kind === 'stopped') return;
    if (severity !== t.severity) aim(severity);
    // A raise can use the goal up at once, a lowering can give it back.
    if (t.elapsedMs < t.targetMs) t.reachedAt = null;
    else t.reachedAt ??= from;
    if (mode.kind === 'running') count(t, w, from, to);
  });
  return t;
}

function count(t: Tally, w: WorkingTime, from: number, to: number): void {
  const counted = countedMs(w, from, to);
  if (t.reachedAt === null && t.elapsedMs + counted >= t.targetMs)
    t.reachedAt = advance(w, from, t.targetMs - t.elapsedMs);
  t.elapsedMs += counted;
}

/** When the watched fraction was used up, or will be if nothing more happens. */
function reached(t: Tally, w: WorkingTime): number | null {
  if (t.reachedAt !== null || t.mode.kind !== 'running') return t.reachedAt;
  return advance(w, t.at, t.targetMs - t.elapsedMs);
}

function stateOf({ mode, elapsedMs, goalMs }: Tally): ClockState {
  if (mode.kind === 'paused') return 'paused';
  if (mode.kind === 'stopped' && mode.reason === 'cancelled') return 'cancelled';
  if (elapsedMs >= goalMs) return 'breached';
  return mode.kind === 'stopped' ? 'met' : 'running';
}

/**
 * One clock at one instant, a pure fold over the facts up to `now` (I6). The goal is used up when elapsed time reaches it,
 * so a stop at that very instant is late. A paused overdue clock says `paused` and keeps its `breachedAt`.
 *
 * @param facts ascending in time; facts of one instant in the order of truth; one of them `opened` with a severity
 * @throws Error without such a fact, or when a goal in business days meets a calendar without working days
 */
export function readClock(plan: ClockPlan, facts: readonly SlaFact[], w: WorkingTime, now: number): ClockReading {
  const t = tally(plan, facts, w, now, 1);
  const running = t.mode.kind === 'running';
  const dueAt = running ? reached(t, w) : null;
  return {
    name: plan.name,
    state: stateOf(t),
    severity: t.severity,
    goalMs: t.goalMs,
    elapsedMs: t.elapsedMs,
    remainingMs: t.goalMs - t.elapsedMs,
    dueAt,
    startedAt: t.startedAt,
    stoppedAt: t.mode.kind === 'stopped' ? t.mode.at : null,
    breachedAt: t.reachedAt,
    provisional: running && isProvisional(w, Math.max(now, dueAt ?? Number.POSITIVE_INFINITY)),
  };
}

/** The calendar a clock counts on. @throws Error naming the calendars there are */
export function calendarOf(plan: ClockPlan, calendars: Calendars): WorkingTime {
  const w = calendars[plan.calendarId];
  if (w !== undefined) return w;
  throw new Error(
    `clock ${plan.name}: calendar ${plan.calendarId} is missing; there are: ${Object.keys(calendars).join(', ')}`,
  );
}

/** Every clock of a case, in the order of the plans. */
export function readClocks(
  plans: readonly ClockPlan[],
  facts: readonly SlaFact[],
  calendars: Calendars,
  now: number,
): ClockReading[] {
  return plans.map((plan) => readClock(plan, facts, calendarOf(plan, calendars), now));
}

/**
 * Instant at which that fraction of the goal is or was used up under the present facts; null when the clock is paused or
 * stopped short of it, or when it lies beyond the expanded calendar.
 */
export function dueAtFraction(
  plan: ClockPlan,
  facts: readonly SlaFact[],
  w: WorkingTime,
  fraction: number,
): number | null {
  return reached(tally(plan, facts, w, facts.at(-1)?.at ?? 0, fraction), w);
}

/** As `dueAtFraction`, but null once the clock is stopped at `now`: nobody is escalated over a clock that has ended. */
export function liveFraction(
  plan: ClockPlan,
  facts: readonly SlaFact[],
  w: WorkingTime,
  fraction: number,
  now: number,
): number | null {
  const t = tally(plan, facts, w, now, fraction);
  return t.mode.kind === 'stopped' ? null : reached(t, w);
}

function segmentsOf(w: WorkingTime, from: number, to: number, mode: Mode): ClockSegment[] {
  if (mode.kind !== 'running') return [{ from, to, kind: mode.kind, reason: mode.reason, countedMs: 0 }];
  const segments: ClockSegment[] = [];
  const count = (start: number, end: number): void => {
    if (start < end) segments.push({ from: start, to: end, kind: 'counted', countedMs: end - start });
  };
  let at = from;
  for (const [start, end] of closedTime(w, from, to)) {
    count(at, start);
    segments.push({ from: start, to: end, kind: 'closed-hours', countedMs: 0 });
    at = end;
  }
  count(at, to);
  return segments;
}

/** Why a clock stands where it stands: every stretch from its start to `now`, without holes or overlaps. */
export function explain(plan: ClockPlan, facts: readonly SlaFact[], w: WorkingTime, now: number): ClockSegment[] {
  const stretches: { from: number; to: number; mode: Mode }[] = [];
  walk(plan, facts, now, (from, to, mode) => {
    const last = stretches.at(-1);
    if (last?.mode === mode) last.to = to;
    else stretches.push({ from, to, mode });
  });
  return stretches.filter((s) => s.from < s.to).flatMap((s) => segmentsOf(w, s.from, s.to, s.mode));
}
