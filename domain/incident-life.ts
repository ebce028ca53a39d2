import type { WorkingTime } from './calendar';
import type { IncidentOpening, IncidentState } from './incident';
import { isReportRequired, pauseLeftMs } from './incident-check';
import { type Actor, CHANNELS, type CommandOf, isPerson } from './incident-command';
import { beginStage, handledBy } from './incident-lines';
import { addTask, fact, record } from './incident-record';

/** A calendar that never closes, valid for ever. */
function alwaysOpen(calendarId: string): WorkingTime {
  return { calendarId, version: 0, from: 0, until: Number.MAX_SAFE_INTEGER, open: 'always' };
}

/** What a case remembers that began before there was such a thing. */
export function emptyRecords() {
  return {
    type: null,
    line: null,
    stage: null,
    assessment: null,
    parent: null,
    children: {},
    links: [],
    mergedInto: null,
    mergeKey: null,
    askAt: null,
    merged: [],
    major: null,
    supplier: null,
    runs: [],
    report: null,
    reportReminders: 0,
    firstHandler: null,
    resolvingLine: null,
    contacts: 0,
    reopens: 0,
    waiting: [],
  } satisfies Partial<IncidentState>;
}

/** The state of a case at the instant it opens (epoch ms); nothing is recorded yet. */
export function openIncident(o: IncidentOpening, now: number): IncidentState {
  const severity = o.plan.matrix[o.impact][o.urgency];
  const type = o.plan.types?.find((t) => t.name === o.type) ?? o.plan.types?.[0];
  const s: IncidentState = {
    ...emptyRecords(),
    ...o,
    type: type?.name ?? null,
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
    contacts: CHANNELS.some((c) => c === o.channel) ? 1 : 0,
    unconfirmed: { events: [], steps: [], tasks: [], effects: [] },
    recent: [],
    commands: 0,
  };
  const line = type?.line ?? o.plan.lines?.[0]?.line;
  if (line !== undefined && o.plan.lines) beginStage(s, line, now);
  return s;
}

export function acknowledge(s: IncidentState, actor: Actor, now: number): void {
  s.status = 'acknowledged';
  s.acknowledgedAt = now;
  // With the assessor the case has no handler: whoever answers has seen it, the decision is still his.
  if (s.assessment === null && isPerson(actor)) s.assignee ??= actor;
  handledBy(s, s.assignee ?? actor);
  fact(s, 'acknowledged', now);
  record(s, 'acknowledged', actor, now, { assignee: s.assignee });
}

/** Stops work for a named reason, or by a decision (`suspended`). */
export function pause(s: IncidentState, c: CommandOf<'pend' | 'suspend'>, now: number): void {
  if (s.pause) resume(s, c.actor, now, 'asked');
  const reason = c.op === 'suspend' ? 'suspended' : c.reason;
  const until = c.until ?? now + Math.min(s.plan.pauseLimitSeconds * 1000, pauseLeftMs(s, reason));
  s.status = c.op === 'suspend' ? 'suspended' : 'pending';
  s.pause = { reason, since: now, until };
  fact(s, 'paused', now, { reason });
  const ends = new Date(until).toISOString();
  if (c.op === 'suspend') record(s, 'suspended', c.actor, now, { reason: c.reason, until: ends });
  else record(s, 'pended', c.actor, now, { reason, note: c.note ?? null, until: ends });
}

/** Ends a pause; `why` is `asked` or `limit` (the stated end came). */
export function resume(s: IncidentState, actor: Actor, now: number, why: 'asked' | 'limit'): void {
  record(s, 'resumed', actor, now, { reason: s.pause?.reason ?? null, why });
  s.status = 'acknowledged';
  s.pause = null;
  s.pagedAt = now;
  fact(s, 'resumed', now);
}

export function resolve(s: IncidentState, actor: Actor, resolution: string, now: number): void {
  if (s.status === 'new') acknowledge(s, actor, now);
  if (s.pause) resume(s, actor, now, 'asked');
  s.status = 'resolved';
  s.resolvedAt = now;
  s.resolution = resolution;
  s.resolvingLine = s.line;
  fact(s, 'resolved', now);
  record(s, 'resolved', actor, now, { resolution, line: s.line });
  if (isReportRequired(s) && s.report === null) addTask(s, 'fault-report', `fault-report-${s.visit}`, now, s.team);
}

/** A new visit begins: levels start again, clocks keep their elapsed time. */
export function begins(s: IncidentState, now: number): void {
  s.status = 'new';
  s.acknowledgedAt = null;
  s.resolvedAt = null;
  s.autoCloseAt = null;
  s.visit += 1;
  s.visitAt = now;
  s.level = 0;
  s.pagedAt = now;
  if (s.line !== null && s.assessment === null) beginStage(s, s.line, now);
}

export function reopen(s: IncidentState, actor: Actor, reason: string, now: number): void {
  begins(s, now);
  s.reopens += 1;
  fact(s, 'reopened', now);
  record(s, 'reopened', actor, now, { reason, visit: s.visit });
}

/** Ends the case; `why` is `asked`, `limit` (n working days passed) or `merged` (the case it was merged into has ended). */
export function close(s: IncidentState, actor: Actor, now: number, why: 'asked' | 'limit' | 'merged'): void {
  s.status = 'closed';
  s.closedAt = now;
  s.autoCloseAt = null;
  fact(s, 'closed', now);
  record(s, 'closed', actor, now, { why });
}
