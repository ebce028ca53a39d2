import { IANAZone } from 'luxon';

/** Wider than any offset from UTC, so that both offsets around a change are seen; no zone changes twice in 32 hours. */
const REACH_MS = 16 * 3_600_000;

/**
 * Instant of a wall-clock time (I8). In an overlap a start is the first occurrence and an end the last one, so nothing
 * that begins or ends there is cut short; a time the zone skips becomes the first instant after the gap.
 *
 * @param local ISO 8601 without offset, `2026-10-25T02:30` or with seconds; `T24:00` is the next day's midnight
 * @param zone IANA name
 * @returns epoch ms
 * @throws RangeError for a text that is no local time or a zone that does not exist
 */
export function instantOf(local: string, zone: string, side: 'start' | 'end'): number {
  return instantOfFloating(floatingOf(local), zoneOf(zone), side);
}

/** Wall-clock time as if it were UTC, epoch ms: whole days can be added to it. @throws RangeError */
export function floatingOf(local: string): number {
  const [, date, time] = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?)$/.exec(local) ?? [];
  const midnight = Date.parse(`${date}T00:00:00Z`);
  const floating = Date.parse(`${date}T${time}Z`);
  // Date.parse carries 02-30 over to March: a day has to read back as itself.
  if (Number.isNaN(floating) || new Date(midnight).toISOString().slice(0, 10) !== date)
    throw new RangeError(`"${local}" is no local time; write YYYY-MM-DDTHH:mm`);
  return floating;
}

/** @throws RangeError for a name the zone database does not have */
export function zoneOf(name: string): IANAZone {
  const zone = IANAZone.create(name);
  if (!zone.isValid) throw new RangeError(`"${name}" is no time zone; write an IANA name such as Asia/Shanghai`);
  return zone;
}

/** Wall-clock time of an instant, as if it were UTC. */
export function floatingAt(instant: number, zone: IANAZone): number {
  return instant + offsetMs(zone, instant);
}

/** `instantOf` for a floating time. */
export function instantOfFloating(floating: number, zone: IANAZone, side: 'start' | 'end'): number {
  const before = offsetMs(zone, floating - REACH_MS);
  const after = offsetMs(zone, floating + REACH_MS);
  if (before === after) return floating - before;
  const occurrences = [floating - before, floating - after].filter((at) => floatingAt(at, zone) === floating);
  if (occurrences.length === 0) return endOfGap(floating, zone);
  return side === 'start' ? Math.min(...occurrences) : Math.max(...occurrences);
}

const offsetMs = (zone: IANAZone, instant: number): number => Math.round(zone.offset(instant) * 60_000);

/** First instant whose wall clock is past the skipped time. */
function endOfGap(floating: number, zone: IANAZone): number {
  let before = floating - REACH_MS;
  let past = floating + REACH_MS;
  while (past - before > 1) {
    const middle = Math.floor((before + past) / 2);
    if (floatingAt(middle, zone) > floating) past = middle;
    else before = middle;
  }
  return past;
}
