import type { IncidentState } from './incident';
import type { CommandOf } from './incident-command';
import { page, record } from './incident-record';

/** A major incident has a commander and a communications manager by name (R3.2). */
export function raiseMajor(s: IncidentState, c: CommandOf<'raise-major'>, now: number): void {
  const { commander, communications, reason } = c;
  s.major = { since: now, by: c.actor, commander, communications };
  record(s, 'major_raised', c.actor, now, { reason, commander, communications });
  const people = [...new Set([commander, communications])].map((login) => ({ kind: 'person' as const, login }));
  page(s, `major-${s.seq}`, 0, [...people, ...(s.plan.major?.notify ?? [])], now);
}

export function lowerMajor(s: IncidentState, c: CommandOf<'lower-major'>, now: number): void {
  s.major = null;
  record(s, 'major_lowered', c.actor, now, { reason: c.reason });
}
