import type { SideClock } from '../../../domain/incident-projection';
import type { PromiseClock } from '../promise/model';

/**
 * A clock of a stage or a supplier as the promise bar draws it. @param stoppedAt when it ended, RFC 3339; null while it runs
 */
export function promiseOf(c: SideClock, stoppedAt: string | null): PromiseClock {
  const broken = c.clock === 'breached' || (c.elapsedSeconds > c.goalSeconds && stoppedAt !== null);
  return {
    name: 'side',
    state: c.clock,
    goalSeconds: c.goalSeconds,
    elapsedSeconds: c.elapsedSeconds,
    dueAt: c.dueAt,
    startedAt: c.since,
    stoppedAt,
    breachedAt: broken ? c.dueAt : null,
    provisional: false,
    calendar: '',
  };
}
