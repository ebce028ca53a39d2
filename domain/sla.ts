import type { WorkingTime } from './calendar';

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
