import type { GroupTiming } from './alert-rules';

/** When a group acts by itself, epoch ms. */
export interface GroupSchedule {
  /** It has something to say: its incident is opened or told. */
  dueAt: number | null;
  /** It says again that it still fires. */
  repeatAt: number | null;
  /** Its incident is resolved unless something fires before. */
  resolveAt: number | null;
}

/** What decides the schedule after a change. */
export interface Moment {
  before: GroupSchedule & { firing: number; dispatchedAt: number | null };
  timing: GroupTiming;
  /** An incident works on the group. */
  assigned: boolean;
  firing: number;
  held: number;
  /** Something began to fire of which nobody has heard. */
  unheard: boolean;
  /** The change is to be told. */
  tells: boolean;
}

/** The schedule after a change at `now`. Rows carry it, so that a worker that is restarted goes on where another was. */
export function scheduleAfter(m: Moment, now: number): GroupSchedule {
  const { before, timing, assigned, firing, held } = m;
  const over = firing + held === 0;
  const resolves = assigned && over && timing.resolve !== null;
  return {
    dueAt: dueAfter(m, now),
    repeatAt: firing > 0 ? before.repeatAt : null,
    resolveAt: resolves ? (before.resolveAt ?? now + (timing.resolve ?? 0) * 1000) : null,
  };
}

function dueAfter({ before, timing, assigned, firing, unheard, tells }: Moment, now: number): number | null {
  if (!assigned && !unheard) return null;
  if (!tells) return before.dueAt;
  if (!assigned) return before.dueAt ?? now + timing.wait * 1000;
  const turned = (firing === 0) !== (before.firing === 0);
  if (turned) return now;
  const pause = (before.dispatchedAt ?? Number.NEGATIVE_INFINITY) + timing.interval * 1000;
  return Math.min(before.dueAt ?? Number.POSITIVE_INFINITY, Math.max(now, pause));
}
