import type { WorkingTime } from '../../domain/calendar';
import type { ClockPlan, ClockState, Severity, SlaFact } from '../../domain/sla';
import { MINUTE } from './clock-world';

/** What a clock looks like to somebody who watched it minute by minute. */
export interface Watched {
  state: ClockState;
  severity: Severity;
  goalMs: number;
  elapsedMs: number;
  stoppedAt: number | null;
  breachedAt: number | null;
}

const isOpen = (w: WorkingTime, at: number): boolean =>
  w.open === 'always' || w.open.some(([start, end]) => start <= at && at < end);

function goalByCounting(plan: ClockPlan, severity: Severity, w: WorkingTime, openedAt: number): number {
  const goal = plan.goals[severity];
  if ('seconds' in goal) return goal.seconds * 1000;
  const due = (w.days ?? []).filter(([start]) => start > openedAt)[goal.businessDays - 1]?.[1];
  let ms = due === undefined ? 1 : 0;
  for (let at = openedAt; at < (due ?? w.until); at += MINUTE) ms += isOpen(w, at) ? MINUTE : 0;
  return ms;
}

/** Slow and simple: looks at every minute from the opening to `now`, with everything on whole minutes. */
export class Simulator {
  private paused = false;
  /** The case is cancelled; the clock with it, unless it had stopped before. */
  private ended = false;
  private cancelled = false;
  private stoppedAt: number | null = null;
  private breachedAt: number | null = null;
  private elapsedMs = 0;
  /** As last reported, and as the clock is judged by: they part while it is stopped. */
  private reported: Severity = 'IV';
  private judged: Severity = 'IV';
  private readonly goals: Record<Severity, number>;

  constructor(
    private readonly plan: ClockPlan,
    private readonly facts: SlaFact[],
    private readonly w: WorkingTime,
  ) {
    const openedAt = facts[0]?.at ?? 0;
    const goal = (s: Severity): number => goalByCounting(plan, s, w, openedAt);
    this.goals = { I: goal('I'), II: goal('II'), III: goal('III'), IV: goal('IV') };
  }

  watch(now: number): Watched {
    for (let at = this.facts[0]?.at ?? 0; at <= now; at += MINUTE) {
      for (const fact of this.facts.filter((f) => f.at === at)) this.take(fact, at);
      if (at === now || this.stoppedAt !== null || this.paused || !isOpen(this.w, at)) continue;
      this.elapsedMs += MINUTE;
      if (this.elapsedMs >= this.goals[this.judged]) this.breachedAt ??= at + MINUTE;
    }
    const { elapsedMs, stoppedAt, breachedAt } = this;
    const goalMs = this.goals[this.judged];
    return { state: this.state(goalMs), severity: this.judged, goalMs, elapsedMs, stoppedAt, breachedAt };
  }

  private state(goalMs: number): ClockState {
    if (this.cancelled) return 'cancelled';
    if (this.stoppedAt === null && this.paused) return 'paused';
    if (this.elapsedMs >= goalMs) return 'breached';
    return this.stoppedAt === null ? 'running' : 'met';
  }

  private take(fact: SlaFact, at: number): void {
    if (this.ended) return;
    this.ended = fact.kind === 'cancelled';
    if (fact.severity !== undefined) this.reported = fact.severity;
    if (this.stoppedAt !== null && this.plan.restartsAt.includes(fact.kind)) this.stoppedAt = null;
    else if (this.stoppedAt === null) this.change(fact, at);
    if (this.stoppedAt !== null) return;
    this.judged = this.reported;
    if (this.elapsedMs < this.goals[this.judged]) this.breachedAt = null;
    else this.breachedAt ??= at;
  }

  private change(fact: SlaFact, at: number): void {
    this.cancelled = fact.kind === 'cancelled';
    if (this.cancelled || this.plan.stopsAt.includes(fact.kind)) {
      this.stoppedAt = at;
      this.paused = false;
    } else if (fact.kind === 'paused') this.paused ||= this.plan.pausesFor.includes(fact.reason ?? '');
    else if (['resumed', 'resolved', 'reopened', 'closed'].includes(fact.kind)) this.paused = false;
  }
}
