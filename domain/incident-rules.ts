import type { WorkingTime } from './calendar';
import { DomainError } from './errors';
import {
  type Actor,
  type AlertSummary,
  type CaseEvent,
  type IncidentCommand,
  type IncidentOp,
  type IncidentOpening,
  type IncidentState,
  TRANSITIONS,
} from './incident';
import type { SlaFact, SlaFactKind } from './sla';

const RECENT = 100;
/** Pre-allocated by the caller's clock at the moment of the command, epoch ms. */
type Now = number;

/** Commands that are lawful in this state, in the order of {@link TRANSITIONS}. */
export function allowedOps(status: IncidentState['status']): IncidentOp[] {
  return (Object.keys(TRANSITIONS) as IncidentOp[]).filter((op) => TRANSITIONS[op].includes(status));
}

/**
 * Refuses a command that the state or the pinned definition does not allow.
 * @throws DomainError `InvalidTransition` or `ValidationFailed`
 */
export function checkCommand(s: IncidentState, c: IncidentCommand, now: Now): void {
  if (!TRANSITIONS[c.op].includes(s.status))
    throw new DomainError(
      'InvalidTransition',
      `${s.id} is ${s.status}: ${c.op} is not possible; possible now: ${allowedOps(s.status).join(', ') || 'nothing'}.`,
    );
  if (c.op === 'pend') checkPause(s, c.reason, c.until, now);
  if (c.op === 'assign' && c.assignee === undefined && c.team === undefined)
    throw new DomainError('ValidationFailed', 'Nothing to assign.', [
      { path: 'body.assignee', message: 'assignee or team is needed' },
    ]);
}

function checkPause(s: IncidentState, reason: string, until: number | undefined, now: Now): void {
  if (!s.plan.pauseReasons.includes(reason))
    throw new DomainError('ValidationFailed', 'The service level does not know this pause reason.', [
      { path: 'body.reason', message: `unknown pause reason "${reason}"`, allowed: s.plan.pauseReasons },
    ]);
  const left = pauseLeftMs(s, reason);
  if (left <= 0)
    throw new DomainError('ValidationFailed', 'This reason has stopped the case as long as its severity allows.', [
      { path: 'body.reason', message: `nothing is left of the limit for "${reason}" at severity ${s.severity}` },
    ]);
  if (until !== undefined && (until <= now || until > now + left))
    throw new DomainError('ValidationFailed', 'A pause ends in the future, within its limit.', [
      { path: 'body.until', message: `must lie after now and not after ${new Date(now + left).toISOString()}` },
    ]);
}

/** What is left of the time a reason may stop the case at its severity, ms; no stated limit = no end. */
function pauseLeftMs(s: IncidentState, reason: string): number {
  const limit = s.plan.pauseLimits[reason]?.[s.severity];
  if (limit === undefined) return Number.MAX_SAFE_INTEGER;
  let used = 0;
  s.facts.forEach((f, i) => {
    if (f.kind !== 'paused' || f.reason !== reason) return;
    const end = s.facts.slice(i + 1).find((x) => x.kind === 'resumed');
    if (end) used += end.at - f.at;
  });
  return limit * 1000 - used;
}

/** A calendar that never closes, valid for ever. */
function alwaysOpen(calendarId: string): WorkingTime {
  return { calendarId, version: 0, from: 0, until: Number.MAX_SAFE_INTEGER, open: 'always' };
}

/** The state of a case at the instant it opens; nothing is recorded yet. */
export function openIncident(o: IncidentOpening, now: Now): IncidentState {
  const severity = o.plan.matrix[o.impact][o.urgency];
  return {
    ...o,
    alerts: o.alerts ?? null,
    seq: 0,
    status: 'new',
    severity,
    team: o.plan.service.team,
    assignee: null,
    openedAt: now,
    updatedAt: now,
    acknowledgedAt: null,
    plannedAt: null,
    resolvedAt: null,
    closedAt: null,
    resolution: null,
    pause: null,
    facts: [{ at: now, kind: 'opened', severity }],
    calendars: Object.fromEntries(o.plan.alwaysOpen.map((id) => [id, alwaysOpen(id)])),
    visit: 1,
    visitAt: now,
    level: 0,
    pagedAt: now,
    reminders: 0,
    breached: [],
    autoCloseAt: null,
    nextAt: now,
    unconfirmed: { events: [], steps: [], tasks: [] },
    recent: [],
    commands: 0,
  };
}

/** Appends an event; every change of a case goes through here (I2, I11). */
export function record(
  s: IncidentState,
  kind: string,
  actor: Actor,
  now: Now,
  body: CaseEvent['body'] = {},
): CaseEvent {
  s.seq += 1;
  s.updatedAt = now;
  const event = { seq: s.seq, kind, at: now, actor, body };
  s.unconfirmed.events.push(event);
  return event;
}

function fact(s: IncidentState, kind: SlaFactKind, now: Now, more: Partial<SlaFact> = {}): void {
  s.facts.push({ at: now, kind, ...more });
}

/** Remembers a key so that a repeat of the command changes nothing. */
export function remember(s: IncidentState, key: string): void {
  s.recent = [...s.recent.slice(1 - RECENT), key];
}

/** Applies a checked command to the state and records what happened. */
export function applyCommand(s: IncidentState, c: IncidentCommand, now: Now): void {
  s.commands += 1;
  remember(s, c.key);
  switch (c.op) {
    case 'acknowledge':
      return acknowledge(s, c.actor, now);
    case 'assign':
      return assign(s, c, now);
    case 'prioritise':
      return prioritise(s, c, now);
    case 'plan':
      s.plannedAt ??= now;
      fact(s, 'planned', now);
      record(s, 'planned', c.actor, now, { text: c.text });
      return;
    case 'pend':
      return pend(s, c, now);
    case 'resume':
      return resume(s, c.actor, now, 'asked');
    case 'note':
      record(s, 'noted', c.actor, now, { text: c.text });
      return;
    case 'resolve':
      return resolve(s, c.actor, c.resolution, now);
    case 'reopen':
      return reopen(s, c.actor, c.reason, now);
    case 'close':
      return close(s, c.actor, now, 'asked');
    case 'cancel':
      s.status = 'cancelled';
      s.closedAt = now;
      fact(s, 'cancelled', now);
      record(s, 'cancelled', c.actor, now, { reason: c.reason });
  }
}

function acknowledge(s: IncidentState, actor: Actor, now: Now): void {
  s.status = 'acknowledged';
  s.acknowledgedAt = now;
  s.assignee ??= actor;
  fact(s, 'acknowledged', now);
  record(s, 'acknowledged', actor, now, { assignee: s.assignee });
}

function assign(s: IncidentState, c: IncidentCommand & { op: 'assign' }, now: Now): void {
  const from = { assignee: s.assignee, team: s.team };
  if (c.assignee !== undefined) s.assignee = c.assignee;
  if (c.team !== undefined) s.team = c.team;
  record(s, 'assigned', c.actor, now, { from, to: { assignee: s.assignee, team: s.team } });
}

function prioritise(s: IncidentState, c: IncidentCommand & { op: 'prioritise' }, now: Now): void {
  const from = s.severity;
  s.impact = c.impact;
  s.urgency = c.urgency;
  s.severity = s.plan.matrix[c.impact][c.urgency];
  if (s.severity !== from) fact(s, 'severity', now, { severity: s.severity });
  // A worse severity allows less waiting: what is left of its limit from the beginning of this pause, none at I.
  if (s.pause) s.pause.until = Math.max(now, Math.min(s.pause.until, s.pause.since + pauseLeftMs(s, s.pause.reason)));
  record(s, 'prioritised', c.actor, now, {
    from,
    to: s.severity,
    impact: c.impact,
    urgency: c.urgency,
    reason: c.reason,
  });
}

function pend(s: IncidentState, c: IncidentCommand & { op: 'pend' }, now: Now): void {
  const until = c.until ?? now + Math.min(s.plan.pauseLimitSeconds * 1000, pauseLeftMs(s, c.reason));
  s.status = 'pending';
  s.pause = { reason: c.reason, since: now, until };
  fact(s, 'paused', now, { reason: c.reason });
  record(s, 'pended', c.actor, now, { reason: c.reason, note: c.note ?? null, until: new Date(until).toISOString() });
}

/** Ends a pause; `why` is `asked` or `limit` (the stated end came). */
export function resume(s: IncidentState, actor: Actor, now: Now, why: 'asked' | 'limit'): void {
  record(s, 'resumed', actor, now, { reason: s.pause?.reason ?? null, why });
  s.status = 'acknowledged';
  s.pause = null;
  s.pagedAt = now;
  fact(s, 'resumed', now);
}

function resolve(s: IncidentState, actor: Actor, resolution: string, now: Now): void {
  if (s.status === 'new') acknowledge(s, actor, now);
  if (s.pause) resume(s, actor, now, 'asked');
  s.status = 'resolved';
  s.resolvedAt = now;
  s.resolution = resolution;
  fact(s, 'resolved', now);
  record(s, 'resolved', actor, now, { resolution });
}

/** A new visit begins: levels start again, clocks keep their elapsed time. */
export function reopen(s: IncidentState, actor: Actor, reason: string, now: Now): void {
  s.status = 'new';
  s.acknowledgedAt = null;
  s.resolvedAt = null;
  s.autoCloseAt = null;
  s.visit += 1;
  s.visitAt = now;
  s.level = 0;
  s.pagedAt = now;
  fact(s, 'reopened', now);
  record(s, 'reopened', actor, now, { reason, visit: s.visit });
}

/** Ends the case; `why` is `asked` or `limit` (n working days passed). */
export function close(s: IncidentState, actor: Actor, now: Now, why: 'asked' | 'limit'): void {
  s.status = 'closed';
  s.closedAt = now;
  s.autoCloseAt = null;
  fact(s, 'closed', now);
  record(s, 'closed', actor, now, { why });
}

/**
 * Takes over what monitoring says of the group; a new firing alert reopens a resolved case. One that has ended takes
 * nothing over: confirming it would keep the group from getting a follow-up.
 */
export function applyAlerts(s: IncidentState, a: AlertSummary, now: Now): void {
  if (s.status === 'closed' || s.status === 'cancelled') return;
  const before = s.alerts;
  if ((before && a.version <= before.version) || s.closedAt !== null) return;
  s.alerts = a;
  record(s, 'alerts_changed', `source:${s.source}`, now, {
    firing: a.firing,
    total: a.total,
    before: before && { firing: before.firing, total: before.total },
  });
  if (s.status === 'resolved' && a.firing > 0) reopen(s, `source:${s.source}`, 'alert fired again', now);
}
