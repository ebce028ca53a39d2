import type { Severity } from './sla';

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
  /** Who is paged when a step finds nobody (I4). */
  fallback: PageTarget[];
}
