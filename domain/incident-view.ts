import type { IncidentState } from './incident';
import { isReportRequired } from './incident-check';
import { clocksOf, wantedCalendars } from './incident-clockwork';
import { stageClock } from './incident-lines';
import type { ClockView, IncidentInput, IncidentProjection, IncidentView, SideClock } from './incident-projection';
import { supplierClock } from './incident-supplier';
import type { ClockReading } from './sla';

const iso = (ms: number) => new Date(ms).toISOString();
const isoOrNull = (ms: number | null) => (ms === null ? null : iso(ms));

function viewClock(c: ClockReading, calendar: string): ClockView {
  return {
    name: c.name,
    state: c.state,
    goalSeconds: Math.round(c.goalMs / 1000),
    elapsedSeconds: Math.round(c.elapsedMs / 1000),
    dueAt: isoOrNull(c.dueAt),
    startedAt: iso(c.startedAt),
    stoppedAt: isoOrNull(c.stoppedAt),
    breachedAt: isoOrNull(c.breachedAt),
    provisional: c.provisional,
    calendar,
  };
}

function viewSide(c: ClockReading, since: number): SideClock {
  return {
    since: iso(since),
    goalSeconds: Math.round(c.goalMs / 1000),
    elapsedSeconds: Math.round(c.elapsedMs / 1000),
    dueAt: isoOrNull(c.dueAt),
    clock: c.state,
  };
}

/** What stands beside state and clocks: lines, relations, people, suppliers, runs, reports. */
function viewMore(s: IncidentState) {
  const stage = stageClock(s, s.updatedAt);
  const supplier = supplierClock(s, s.updatedAt);
  const a = s.assessment;
  return {
    type: s.type,
    line: s.line,
    stage: s.stage && stage && { n: s.stage.n, line: s.stage.line, ...viewSide(stage, s.stage.since) },
    assessment: a && { since: iso(a.since), dueAt: iso(a.remindAt), fromLine: a.fromLine },
    parent: s.parent,
    children: Object.entries(s.children).map(([id, state]) => ({ id, state })),
    links: s.links,
    mergedInto: s.mergedInto,
    merged: s.merged,
    major: s.major && { ...s.major, since: iso(s.major.since) },
    supplier: s.supplier &&
      supplier && {
        name: s.supplier.name,
        reference: s.supplier.reference,
        state: s.supplier.state,
        ...viewSide(supplier, s.supplier.since),
      },
    runs: s.runs.map((r) => ({ ...r, since: iso(r.since), limitAt: iso(r.limitAt) })),
    report: s.report && { submittedAt: iso(s.report.at), by: s.report.by, seq: s.report.seq },
    reportRequired: isReportRequired(s),
    firstHandler: s.firstHandler,
    resolvingLine: s.resolvingLine,
    contacts: s.contacts,
    reopens: s.reopens,
    waiting: s.waiting.map((w) => ({ ...w, since: iso(w.since) })),
  };
}

/** The case as API and screen see it, with clocks read at its last change (`updatedAt`). */
export function viewIncident(s: IncidentState): IncidentView {
  const readings = clocksOf(s, s.updatedAt);
  const running = readings.flatMap((c) => (c.stoppedAt === null && c.dueAt !== null ? [c.dueAt] : []));
  return {
    id: s.id,
    title: s.title,
    description: s.description,
    state: s.status,
    severity: s.severity,
    impact: s.impact,
    urgency: s.urgency,
    tenantId: s.tenantId,
    service: s.service,
    team: s.team,
    assignee: s.assignee,
    reporter: s.reporter,
    source: s.source,
    follows: s.follows ?? null,
    version: s.seq,
    createdAt: iso(s.openedAt),
    updatedAt: iso(s.updatedAt),
    acknowledgedAt: isoOrNull(s.acknowledgedAt),
    plannedAt: isoOrNull(s.plannedAt),
    resolvedAt: isoOrNull(s.resolvedAt),
    closedAt: isoOrNull(s.closedAt),
    resolution: s.resolution,
    pause: s.pause && { reason: s.pause.reason, since: iso(s.pause.since), until: iso(s.pause.until) },
    alerts: s.alerts && { groupId: s.alerts.groupId, firing: s.alerts.firing, total: s.alerts.total },
    ...viewMore(s),
    escalationLevel: s.level,
    visit: s.visit,
    nextAt: isoOrNull(s.nextAt),
    dueAt: running.length > 0 ? iso(Math.min(...running)) : null,
    clocks: readings.map((c, i) => viewClock(c, s.plan.clocks[i]?.calendarId ?? '')),
    definitions: s.plan.versions,
  };
}

/** Everything a projection has to commit: the snapshot and all that none has confirmed yet (I2). */
export function projectionOf(s: IncidentState, inputs: IncidentInput[] = []): IncidentProjection {
  return {
    number: s.number,
    view: viewIncident(s),
    facts: s.facts,
    planId: s.planId,
    plan: s.unconfirmed.steps.length > 0 || s.unconfirmed.events[0]?.seq === 1 ? s.plan : null,
    calendars: Object.fromEntries(Object.values(s.calendars).map((w) => [w.calendarId, w.version])),
    alertVersion: s.alerts?.version ?? null,
    wanted: wantedCalendars(s, s.updatedAt),
    inputs,
    ...s.unconfirmed,
  };
}

/** Forgets what a projection up to `seq` has committed. */
export function confirm(s: IncidentState, seq: number): void {
  const later = <T extends { seq: number }>(list: T[]) => list.filter((x) => x.seq > seq);
  const { events, steps, tasks, effects } = s.unconfirmed;
  s.unconfirmed = { events: later(events), steps: later(steps), tasks: later(tasks), effects: later(effects) };
}
