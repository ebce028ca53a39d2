import type { ClockView } from '../../../domain/incident-projection';
import type { ClockSegment } from '../../../domain/sla';

/** A stretch of a clock's life as the API tells it; instants RFC 3339. */
export interface Segment {
  from: string;
  to: string;
  kind: ClockSegment['kind'];
  reason?: string | null;
  countedSeconds: number;
}

/** A clock with all that the large bar draws; a list row has neither segments nor thresholds. */
export type PromiseClock = ClockView & { segments?: readonly Segment[]; thresholds?: readonly number[] };

/** What the viewer is told: `overdue` still runs, `late` was met after its goal. */
export type Standing = 'running' | 'paused' | 'met' | 'late' | 'overdue' | 'cancelled';

/** One drawn stretch, from and to as shares of the bar's width. `overrun` is counted time beyond the goal. */
export interface Piece {
  kind: 'counted' | 'overrun' | 'paused' | 'closed-hours' | 'stopped' | 'rest';
  from: number;
  to: number;
  reason?: string | null;
}

export interface BarModel {
  standing: Standing;
  pieces: Piece[];
  /** Thresholds below the goal, as shares of the width. */
  ticks: { at: number; fraction: number; passed: boolean }[];
  /** Where the goal is used up. */
  due: number;
  /** Where the present stands; null for a clock that has ended. */
  now: number | null;
  /** Where a clock that was met, late or not, was stopped. */
  stop: number | null;
  /** Counted seconds left of the goal, negative beyond it; null when only the due instant is known (business time, stale reading). */
  leftSeconds: number | null;
  /** The calendar closes between now and the due instant: seconds left are business time. */
  business: boolean;
  /** Instant at which the goal is or was used up, epoch ms. */
  dueAt: number | null;
  /** Time that does not count is drawn shorter than it was. */
  shortened: boolean;
}

/** Uncounted time takes at most this share of the bar, else three days of waiting would hide three hours of work. */
const UNCOUNTED_SHARE = 0.35;
/** A pause that lasts is seen even when it has just begun. */
const PRESENT_PAUSE_SHARE = 0.04;
/** A reading older than this says nothing exact about business time any more. */
const STALE_MS = 150_000;

const ms = (iso: string | null): number | null => (iso === null ? null : Date.parse(iso));

function standingOf(c: PromiseClock, dueAt: number | null, now: number): Standing {
  if (c.state === 'cancelled') return 'cancelled';
  if (c.stoppedAt !== null) return c.breachedAt !== null || c.state === 'breached' ? 'late' : 'met';
  if (c.state === 'paused') return 'paused';
  return c.state === 'breached' || (dueAt !== null && dueAt <= now) ? 'overdue' : 'running';
}

interface Reading {
  dueAt: number | null;
  standing: Standing;
  business: boolean;
  elapsed: number;
  left: number | null;
}

/** Carries a reading on to `now`: around the clock it ticks second by second, business time stands until the next reading. */
function readOn(c: PromiseClock, asOf: number, now: number): Reading {
  const dueAt = ms(c.breachedAt) ?? ms(c.dueAt);
  const standing = standingOf(c, dueAt, now);
  const leftAsOf = c.goalSeconds - c.elapsedSeconds;
  const moving = standing === 'running' || standing === 'overdue';
  if (!moving) return { dueAt, standing, business: false, elapsed: c.elapsedSeconds, left: leftAsOf };
  const business = dueAt === null || Math.abs((dueAt - asOf) / 1000 - leftAsOf) > 1.5;
  if (business) {
    const left = now - asOf > STALE_MS ? null : leftAsOf;
    return { dueAt, standing, business, elapsed: c.elapsedSeconds, left };
  }
  const left = ((dueAt ?? now) - now) / 1000;
  return { dueAt, standing, business, elapsed: c.goalSeconds - left, left };
}

interface Stretch {
  kind: Piece['kind'];
  weight: number;
  reason?: string | null;
}

/** Appends counted time, joined to counted time of the same kind before it. */
function extend(stretches: Stretch[], kind: 'counted' | 'overrun', weight: number): void {
  if (weight <= 0) return;
  const last = stretches.at(-1);
  if (last?.kind === kind) last.weight += weight;
  else stretches.push({ kind, weight });
}

/** The clock's past as stretches; counted ones are split where the goal was used up. */
function past(c: PromiseClock, elapsed: number): Stretch[] {
  const known = c.segments ?? [];
  const last = known.at(-1);
  const segments = c.stoppedAt !== null && last?.kind === 'stopped' ? known.slice(0, -1) : known;
  const stretches: Stretch[] = [];
  let counted = 0;
  const count = (seconds: number): void => {
    const within = Math.max(0, Math.min(seconds, c.goalSeconds - counted));
    extend(stretches, 'counted', within);
    extend(stretches, 'overrun', seconds - within);
    counted += seconds;
  };
  for (const s of segments) {
    if (s.kind === 'counted') count(s.countedSeconds);
    else stretches.push({ kind: s.kind, weight: (Date.parse(s.to) - Date.parse(s.from)) / 1000, reason: s.reason });
  }
  if (elapsed > counted) count(elapsed - counted);
  return stretches.filter((s) => s.weight > 0);
}

const isCounted = (s: Stretch) => s.kind === 'counted' || s.kind === 'overrun';
const sum = (list: readonly Stretch[]) => list.reduce((total, s) => total + s.weight, 0);

function shorten(stretches: Stretch[], counted: number): { list: Stretch[]; shortened: boolean } {
  const uncounted = sum(stretches.filter((s) => !isCounted(s)));
  const room = (counted * UNCOUNTED_SHARE) / (1 - UNCOUNTED_SHARE);
  if (uncounted <= room) return { list: stretches, shortened: false };
  const scale = room / uncounted;
  return { list: stretches.map((s) => (isCounted(s) ? s : { ...s, weight: s.weight * scale })), shortened: true };
}

function place(stretches: readonly Stretch[]): Piece[] {
  const total = sum(stretches) || 1;
  let at = 0;
  return stretches.map(({ kind, weight, reason }) => {
    const from = at / total;
    at += weight;
    return { kind, from, to: at / total, reason };
  });
}

/** Share of the width at which that many seconds are counted; `rest` counts as time to come. */
function positionOf(seconds: number, stretches: readonly Stretch[]): number {
  const total = sum(stretches) || 1;
  let counted = 0;
  let at = 0;
  for (const s of stretches) {
    const counts = isCounted(s) || s.kind === 'rest';
    if (counts && counted + s.weight >= seconds) return (at + seconds - counted) / total;
    at += s.weight;
    if (counts) counted += s.weight;
  }
  return 1;
}

/**
 * Everything the promise bar draws and says of one clock. @param asOf instant the clock was read at, epoch ms
 * @param now the present, epoch ms
 */
export function barModel(c: PromiseClock, asOf: number, now: number): BarModel {
  const r = readOn(c, asOf, now);
  const elapsed = Math.max(0, r.elapsed);
  const counted = Math.max(elapsed, c.goalSeconds);
  const { list, shortened } = shorten(past(c, elapsed), counted);
  const last = list.at(-1);
  if (r.standing === 'paused' && last?.kind === 'paused')
    last.weight = Math.max(last.weight, counted * PRESENT_PAUSE_SHARE);
  const rest: Stretch[] = elapsed < c.goalSeconds ? [{ kind: 'rest', weight: c.goalSeconds - elapsed }] : [];
  const all = [...list, ...rest];
  const ended = c.stoppedAt !== null || r.standing === 'cancelled';
  const present = sum(list) / (sum(all) || 1);
  const waiting = r.standing === 'paused' && !list.some((s) => s.kind === 'paused');
  return {
    standing: r.standing,
    // A row knows that it waits but not since when: the whole rest is hatched.
    pieces: place(waiting ? all.map((s) => (s.kind === 'rest' ? { ...s, kind: 'paused' as const } : s)) : all),
    ticks: (c.thresholds ?? [])
      .filter((f) => f > 0 && f < 1)
      .map((f) => ({ fraction: f, at: positionOf(f * c.goalSeconds, all), passed: elapsed >= f * c.goalSeconds })),
    due: positionOf(c.goalSeconds, all),
    now: ended ? null : present,
    stop: r.standing === 'met' || r.standing === 'late' ? present : null,
    leftSeconds: r.left,
    business: r.business,
    dueAt: r.dueAt,
    shortened,
  };
}

/** The clock a list row shows: overdue first, then the next to fall due, then a paused one; null when all have ended. */
export function nextPromise(clocks: readonly ClockView[], now: number): ClockView | null {
  const live = clocks.filter((c) => c.stoppedAt === null && c.state !== 'cancelled');
  const rank = (c: ClockView) => {
    const due = ms(c.breachedAt) ?? ms(c.dueAt);
    return due === null || c.state === 'paused' ? Number.POSITIVE_INFINITY : Math.max(due, now - 1e12);
  };
  return live.reduce<ClockView | null>((best, c) => (best === null || rank(c) < rank(best) ? c : best), null);
}
