import { expandCalendar } from '../activities/calendar';
import type { CalendarDefinition, WorkingTime } from '../domain/calendar';
import { type ClockPlan, explain, readClock, type SlaFact } from '../domain/sla';

/** A published calendar; with a version that very one. */
export type CalendarReader = (tenantId: string, id: string, version?: number) => Promise<CalendarDefinition | null>;

/** How far ahead a deadline is looked for, ms. */
const AHEAD_MS = 60 * 86_400_000;
const iso = (ms: number) => new Date(ms).toISOString();

/** One clock read and explained interval by interval, by the fold that the engine uses. Instants epoch ms. */
export function explainedClock(clock: ClockPlan, facts: readonly SlaFact[], w: WorkingTime, now: number) {
  const r = readClock(clock, facts, w, now);
  return {
    name: r.name,
    state: r.state,
    goalSeconds: Math.round(r.goalMs / 1000),
    elapsedSeconds: Math.round(r.elapsedMs / 1000),
    dueAt: r.dueAt === null ? null : iso(r.dueAt),
    startedAt: iso(r.startedAt),
    stoppedAt: r.stoppedAt === null ? null : iso(r.stoppedAt),
    breachedAt: r.breachedAt === null ? null : iso(r.breachedAt),
    provisional: r.provisional,
    calendar: clock.calendarId,
    segments: explain(clock, facts, w, now).map((x) => ({
      from: iso(x.from),
      to: iso(x.to),
      kind: x.kind,
      reason: x.reason,
      countedSeconds: Math.round(x.countedMs / 1000),
    })),
  };
}

/**
 * The expansion a case counts on, made again from the same calendar version; version 0 never closes.
 * @throws Error when that version is missing
 */
export async function workingTimeOf(
  calendar: CalendarReader,
  c: { tenantId: string; createdAt: string },
  { id, version, now }: { id: string; version: number; now: number },
): Promise<WorkingTime> {
  if (version === 0) return { calendarId: id, version, from: 0, until: Number.MAX_SAFE_INTEGER, open: 'always' };
  const definition = await calendar(c.tenantId, id, version);
  if (!definition) throw new Error(`calendar ${id}@${version} is missing`);
  return expandCalendar(definition, Date.parse(c.createdAt), now + AHEAD_MS);
}
