import type { Override, Schedule, Shift } from '../domain/oncall';
import { floatingAt, floatingOf, instantOfFloating, zoneOf } from './wall-clock';

const DAY = 86_400_000;

/** Hand-overs of a rotation in epoch ms. A hand-over is the start of a turn and so the end of the one before: no hole, no overlap. */
interface Turns {
  /** Instant of the `n`-th hand-over, from 0. */
  start(n: number): number;
  /** Number of the turn an instant lies in; -1 before the first. */
  at(instant: number): number;
}

function turnsOf(schedule: Schedule): Turns {
  const { rotation } = schedule;
  const zone = zoneOf(schedule.zone);
  const first = floatingOf(rotation.start);
  const days = 'everyDays' in rotation ? rotation.everyDays : rotation.everyWeeks * 7;
  if (!Number.isInteger(days) || days < 1)
    throw new RangeError(`schedule ${schedule.id}: a turn of ${days} days; whole days or weeks from 1 on are allowed`);
  const start = (n: number): number => instantOfFloating(first + n * days * DAY, zone, 'start');
  const at = (instant: number): number => {
    let n = Math.max(-1, Math.floor((floatingAt(instant, zone) - first) / (days * DAY)));
    // Clocks set back or days skipped may show an earlier wall clock than the last hand-over's; never a later turn than the true one.
    while (start(n + 1) <= instant) n += 1;
    return n;
  };
  return { start, at };
}

/** Who is on call at an instant, and which entry of the rota says so: neighbours with one source are one shift. */
interface Duty {
  login: string | null;
  source: Override | number;
}

function dutyAt(schedule: Schedule, participants: readonly string[], turns: Turns, at: number): Duty {
  const n = turns.at(at);
  const login = n < 0 ? null : (participants[n % participants.length] ?? null);
  let duty: Duty = { login, source: login === null ? -1 : n };
  for (const o of schedule.overrides) {
    const applies = o.replaces === undefined || o.replaces === duty.login;
    if (o.from <= at && at < o.to && applies) duty = { login: o.login, source: o };
  }
  return duty;
}

/** Every instant strictly between two others at which the duty may change. */
function boundaries(schedule: Schedule, turns: Turns, from: number, to: number): number[] {
  const found = schedule.overrides.flatMap((o) => [o.from, o.to]);
  for (let n = turns.at(from) + 1; turns.start(n) < to; n++) found.push(turns.start(n));
  return [...new Set(found)].filter((at) => from < at && at < to).sort((a, b) => a - b);
}

/**
 * The rota between two instants, ascending and without holes: a gap is a shift of nobody. Shifts are cut to the window.
 *
 * @param participants logins in order of turn, a role already resolved to its holders
 * @throws RangeError for an unreadable zone, start or length of turn
 */
export function shifts(schedule: Schedule, participants: readonly string[], from: number, to: number): Shift[] {
  const turns = turnsOf(schedule);
  const cuts = [from, ...boundaries(schedule, turns, from, to), to];
  const rota: { duty: Duty; from: number; to: number }[] = [];
  for (const [i, start] of cuts.slice(0, -1).entries()) {
    const duty = dutyAt(schedule, participants, turns, start);
    const last = rota.at(-1);
    const end = cuts[i + 1] ?? to;
    if (last?.duty.source === duty.source) last.to = end;
    else rota.push({ duty, from: start, to: end });
  }
  return rota.map((s) => ({ login: s.duty.login, from: s.from, to: s.to }));
}

/** Widest window a shift of that source can fill: the override, the turn, or the time nobody is on call by rotation. */
function windowOf(duty: Duty, turns: Turns, participants: readonly string[]): readonly [number | null, number | null] {
  if (typeof duty.source !== 'number') return [duty.source.from, duty.source.to];
  if (duty.source >= 0) return [turns.start(duty.source), turns.start(duty.source + 1)];
  return [null, participants.length > 0 ? turns.start(0) : null];
}

/**
 * Who is on call at an instant, and for which stretch around it.
 *
 * @param participants logins in order of turn, a role already resolved to its holders
 * @throws RangeError as `shifts`
 */
export function shiftAt(schedule: Schedule, participants: readonly string[], at: number): Shift {
  const turns = turnsOf(schedule);
  const duty = dutyAt(schedule, participants, turns, at);
  const [start, end] = windowOf(duty, turns, participants);
  const edges = schedule.overrides.flatMap((o) => [o.from, o.to]);
  const low = start ?? Math.min(at, ...edges) - 1;
  const high = end ?? Math.max(at, ...edges) + 1;
  const shift = shifts(schedule, participants, low, high).find((s) => holds(s, at));
  if (shift === undefined) throw new Error(`schedule ${schedule.id}: no shift at ${new Date(at).toISOString()}`);
  return { ...shift, from: shift.from === low ? start : shift.from, to: shift.to === high ? end : shift.to };
}

const holds = (s: Shift, at: number): boolean => (s.from ?? at) <= at && at < (s.to ?? at + 1);
