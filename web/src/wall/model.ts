import type { ClockView } from '../../../domain/incident-projection';
import type { Severity } from '../../../domain/sla';
import { SEVERITIES, STATES } from '../incident/filter';
import type { Incident } from '../incident/types';
import type { LiveStatus } from '../live/stream';
import { nextPromise } from '../promise/model';

const ENDED: readonly string[] = ['resolved', 'merged', 'closed', 'cancelled'];
/** States in which somebody still has to do something. */
export const WORKED_ON = STATES.filter((s) => !ENDED.includes(s));

/** A case with the promise that falls due next, or is broken longest. */
export interface Promised {
  incident: Incident;
  clock: ClockView;
  /** Epoch ms. */
  dueAt: number;
}

/** What a wall says of one severity. */
export interface Tile {
  severity: Severity;
  count: number;
  /** Instant of the oldest report, RFC 3339. */
  oldest: string | null;
  /** Cases with a broken promise that still runs. */
  broken: number;
  /** The next promise that can still be kept. */
  next: Promised | null;
}

/** A case that nobody has answered. */
export interface Silent {
  incident: Incident;
  /** Since when, epoch ms. */
  since: number;
  /** The promise to respond is broken. */
  late: boolean;
}

export interface Board {
  open: number;
  tiles: Tile[];
  majors: Incident[];
  silent: Silent[];
  /** Broken promises first, the longest broken on top; then by due instant. */
  promised: Promised[];
  broken: number;
}

function promisedOf(incident: Incident, now: number): Promised | null {
  const clock = nextPromise(incident.clocks, now);
  const due = clock?.breachedAt ?? clock?.dueAt ?? null;
  return clock === null || due === null || clock.state === 'paused'
    ? null
    : { incident, clock, dueAt: Date.parse(due) };
}

const isDue = (p: Promised, now: number) => p.dueAt <= now;

function silentOf(incident: Incident, now: number): Silent[] {
  if (incident.state !== 'new') return [];
  const respond = incident.clocks.find((c) => c.name === 'respond' && c.stoppedAt === null);
  const since = Date.parse(respond?.startedAt ?? incident.createdAt);
  const due = respond?.breachedAt ?? respond?.dueAt ?? null;
  return [{ incident, since, late: due !== null && Date.parse(due) <= now }];
}

function tileOf(severity: Severity, incidents: readonly Incident[], promised: readonly Promised[], now: number): Tile {
  const own = incidents.filter((v) => v.severity === severity);
  const promises = promised.filter((p) => p.incident.severity === severity);
  return {
    severity,
    count: own.length,
    oldest: own.map((v) => v.createdAt).sort()[0] ?? null,
    broken: promises.filter((p) => isDue(p, now)).length,
    next: promises.find((p) => !isDue(p, now)) ?? null,
  };
}

/** Everything the wall says of the open cases. @param now epoch ms */
export function boardOf(incidents: readonly Incident[], now: number): Board {
  const open = incidents.filter((v) => !ENDED.includes(v.state));
  const promised = open.flatMap((v) => promisedOf(v, now) ?? []).sort((a, b) => a.dueAt - b.dueAt);
  return {
    open: open.length,
    tiles: SEVERITIES.map((s) => tileOf(s, open, promised, now)),
    majors: open.filter((v) => v.major !== null).sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1)),
    silent: open.flatMap((v) => silentOf(v, now)).sort((a, b) => a.since - b.since),
    promised,
    broken: promised.filter((p) => isDue(p, now)).length,
  };
}

/** Those that were not there at an earlier reading; null = there was none, and nothing is new. */
export function newcomersOf(ids: readonly string[], known: ReadonlySet<string> | null): string[] {
  return known === null ? [] : ids.filter((id) => !known.has(id));
}

/** How far what is shown can be trusted. */
export type Freshness = 'connecting' | 'fresh' | 'stale';

/** Read again at least so often, whether the stream speaks or not; three missed readings are no hiccup. Milliseconds. */
export const READ_EVERY_MS = 30_000;
const STALE_AFTER_MS = 3 * READ_EVERY_MS;

/** @param readAt instant of the last good reading, epoch ms @param failed the reading after it has failed */
export function freshnessOf(status: LiveStatus, readAt: number, failed: boolean, now: number): Freshness {
  if (status === 'lost' || failed || now - readAt > STALE_AFTER_MS) return 'stale';
  return status === 'open' ? 'fresh' : 'connecting';
}

/** How many rows of one height fit, with a line for the rest where not all do. Pixels; a height of 0 is not measured yet. */
export function rowsThatFit(height: number, row: number, line: number, total: number): number {
  if (row <= 0 || total * row <= height) return total;
  return Math.max(1, Math.floor((height - line) / row));
}
