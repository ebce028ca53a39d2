import type { Calendars } from './calendar';
import { type ClockPlan, calendarOf, liveFraction, type Severity, type SlaFact } from './sla';

/** Whom a step pages; resolved to people by an activity at the instant of the step (schedules and people are live, I7). */
export type PageTarget =
  | { kind: 'oncall'; schedule: string }
  | { kind: 'role'; role: string }
  | { kind: 'owner' }
  | { kind: 'assignee' }
  | { kind: 'person'; login: string };

/**
 * When a level is reached: the case has been silent (not acknowledged) for that long since it was opened, or a clock has
 * used that fraction of its goal. `silenceSeconds: 0` means at creation.
 */
export type LevelTrigger = { silenceSeconds: number } | { clock: string; fraction: number };

export interface EscalationLevel {
  /** 1…5 (R3.3). */
  level: number;
  /** Any one of them reaches the level. Silence stops at acknowledgement; clock fractions stop when the clock stops. */
  when: LevelTrigger[];
  notify: PageTarget[];
}

/** Compiled escalation policy; pinned by each case (I7). */
export interface EscalationPlan {
  policyId: string;
  levels: EscalationLevel[];
  /** Paged at creation beside level 1, by severity: the responsible leader for I and II (R3.2). */
  leader: { severities: Severity[]; notify: PageTarget[] };
  /** With every level reached (or none left to come) an unresolved case reminds its last level each so many seconds (I3). */
  repeatSeconds: number;
  /** Who is paged when a step finds nobody (I4). */
  fallback: PageTarget[];
}

/** What the case knows of itself; all of it facts, so the answer is the same whenever it is asked again. */
export interface EscalationInput {
  clocks: readonly ClockPlan[];
  facts: readonly SlaFact[];
  calendars: Calendars;
  /** Opening of this visit, epoch ms; a reopening starts a new one. */
  openedAt: number;
  /** Acknowledgement in this visit, epoch ms. */
  acknowledgedAt: number | null;
  /** Highest level reached in this visit, 0 for none. */
  levelReached: number;
}

export interface EscalationStep {
  /** Levels due and not reached yet, ascending: the last one is paged, the others are superseded by it (I9). */
  dueNow: number[];
  /** When the next higher level is due if nothing happens before, epoch ms; null when none is in sight. */
  nextAt: number | null;
}

function triggerAt(trigger: LevelTrigger, input: EscalationInput, now: number): number | null {
  if ('silenceSeconds' in trigger) {
    const answered = input.acknowledgedAt !== null && input.acknowledgedAt <= now;
    return answered ? null : input.openedAt + trigger.silenceSeconds * 1000;
  }
  const plan = input.clocks.find((c) => c.name === trigger.clock);
  if (plan === undefined) {
    const known = input.clocks.map((c) => c.name).join(', ');
    throw new Error(`escalation: no clock ${trigger.clock}; the case has: ${known}`);
  }
  const at = liveFraction(plan, input.facts, calendarOf(plan, input.calendars), trigger.fraction, now);
  // What an earlier visit has used up escalated then; a reopened case begins with the people on call again.
  return at !== null && at < input.openedAt ? null : at;
}

function levelAt(level: EscalationLevel, input: EscalationInput, now: number): number | null {
  const instants = level.when.map((t) => triggerAt(t, input, now)).filter((at) => at !== null);
  return instants.length === 0 ? null : Math.min(...instants);
}

/**
 * Which levels the case has come to by `now`, and when it comes to the next. Silence counts wall time since the visit's
 * opening and ends with the acknowledgement; fractions follow their clock, its pauses and closed hours, until it stops.
 *
 * @throws Error when a trigger names a clock the case does not have
 */
export function nextEscalation(plan: EscalationPlan, input: EscalationInput, now: number): EscalationStep {
  const ahead = plan.levels
    .filter((l) => l.level > input.levelReached)
    .map((l) => ({ level: l.level, at: levelAt(l, input, now) }));
  const dueNow = ahead.flatMap((l) => (l.at !== null && l.at <= now ? [l.level] : [])).sort((a, b) => a - b);
  const reached = dueNow.at(-1) ?? input.levelReached;
  const later = ahead.flatMap((l) => (l.at !== null && l.at > now && l.level > reached ? [l.at] : []));
  return { dueNow, nextAt: later.length === 0 ? null : Math.min(...later) };
}
