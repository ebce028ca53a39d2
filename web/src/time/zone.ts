/** Minutes that the wall clock of a zone is ahead of UTC at an instant (epoch ms). */
function offsetMinutes(at: number, zone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  }).formatToParts(at);
  const get = (type: string) => Number(parts.find((p) => p.type === type)?.value);
  const wall = Date.UTC(get('year'), get('month') - 1, get('day'), get('hour'), get('minute'));
  return Math.round((wall - Math.floor(at / 60_000) * 60_000) / 60_000);
}

/**
 * Instant of a wall-clock time `2026-11-24T09:00` in a zone, epoch ms; null when it is not such a string. A time that comes
 * twice is its first occurrence, one that does not exist is the first instant after the gap (I8).
 */
export function instantOf(local: string, zone: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(local)) return null;
  const wall = Date.parse(`${local}:00Z`);
  if (Number.isNaN(wall)) return null;
  const day = 86_400_000;
  const [before, after] = [offsetMinutes(wall - day, zone), offsetMinutes(wall + day, zone)];
  const candidates = [wall - before * 60_000, wall - after * 60_000].sort((a, b) => a - b);
  const exact = candidates.find((at) => offsetMinutes(at, zone) * 60_000 === wall - at);
  return exact ?? transition(wall - day - before * 60_000, wall + day - after * 60_000, zone);
}

/** First instant of the new offset between two instants, to the minute. */
function transition(from: number, to: number, zone: string): number {
  const old = offsetMinutes(from, zone);
  let [low, high] = [Math.floor(from / 60_000), Math.ceil(to / 60_000)];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetMinutes(middle * 60_000, zone) === old) low = middle;
    else high = middle;
  }
  return high * 60_000;
}

/** Wall-clock time of an instant in a zone, as `instantOf` reads it. Epoch ms. */
export function localOf(at: number, zone: string): string {
  return new Date(at + offsetMinutes(at, zone) * 60_000).toISOString().slice(0, 16);
}
