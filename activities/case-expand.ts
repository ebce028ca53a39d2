import type { Knex } from 'knex';
import type { CalendarDefinition, WorkingTime } from '../domain/calendar';
import type { CalendarRange } from '../domain/incident-projection';
import { expandCalendar } from './calendar';

const DAY_MS = 86_400_000;
const MAX_EXPANSIONS = 500;
const expansions = new Map<string, WorkingTime>();

/**
 * The expansion over whole UTC days: cases of one day share it, and luxon's offset look-ups (milliseconds of processor) are
 * made once. Keyed by the content of the definition.
 */
function cachedExpansion(definition: CalendarDefinition, from: number, until: number): WorkingTime {
  const range = [Math.floor(from / DAY_MS) * DAY_MS, Math.ceil(until / DAY_MS) * DAY_MS] as const;
  const key = JSON.stringify([range, definition]);
  const known = expansions.get(key);
  if (known) return known;
  const fresh = expandCalendar(definition, ...range);
  if (expansions.size >= MAX_EXPANSIONS) expansions.clear();
  expansions.set(key, fresh);
  return fresh;
}

/** Calendars as they are now. */
export type CurrentCalendars = (db: Knex, tenantId: string) => Promise<CalendarDefinition[]>;

/** Business calendars as UTC intervals (I6); luxon and zone data stay out of the isolate. @throws when one is not published */
export async function expandRange(db: Knex, current: CurrentCalendars, range: CalendarRange): Promise<WorkingTime[]> {
  const known = await current(db, range.tenantId);
  return range.ids.map((id) => {
    const definition = known.find((c) => c.id === id);
    if (!definition) throw new Error(`calendar ${id} is not published`);
    return cachedExpansion(definition, range.from, range.until);
  });
}
