import { businessDayDue, isOpenAt, nextBoundary, type WorkingTime } from './calendar';
import { type EscalationPlan, nextEscalation } from './escalation';
import type { IncidentState } from './incident';
import { isReportRequired } from './incident-check';
import { close, resume } from './incident-life';
import { lineOf, seekHandler, watchStage } from './incident-lines';
import type { CalendarRange, FailedPage } from './incident-projection';
import { addTask, page, record } from './incident-record';
import { tellState, watchMerge } from './incident-relations';
import { requestAutomaticSteps, watchSteps } from './incident-steps';
import { watchSupplier } from './incident-supplier';
import { isEscalation } from './page-step';
import { type ClockReading, readClocks } from './sla';

const isOpen = (s: IncidentState) => s.status !== 'closed' && s.status !== 'cancelled';
const isWorked = (s: IncidentState) => s.status === 'new' || s.status === 'acknowledged';

/** The clocks of a case at `now`, by the one fold (I6). */
export function clocksOf(s: IncidentState, now: number): ClockReading[] {
  return readClocks(s.plan.clocks, s.facts, s.calendars, now);
}

/** How far ahead an expansion has to reach, and how far a new one goes (ms): 30 and 60 days. */
const NEED_MS = 30 * 86_400_000;
const EXPAND_MS = 60 * 86_400_000;

function lacking(s: IncidentState, ids: string[], now: number): CalendarRange | null {
  const missing = [...new Set(ids)].filter((id) => {
    const w = s.calendars[id];
    return w === undefined || (w.open !== 'always' && w.until < now + NEED_MS);
  });
  return missing.length === 0 ? null : { tenantId: s.tenantId, ids: missing, from: s.openedAt, until: now + EXPAND_MS };
}

/** Calendars the case cannot go on without: those of its clocks, and the one that says when a resolved case closes. */
export function neededCalendars(s: IncidentState, now: number): CalendarRange | null {
  const closing = s.status === 'resolved' ? [s.plan.autoClose.calendarId] : [];
  const supplier = s.plan.suppliers?.find((x) => x.name === s.supplier?.name);
  const side = [lineOf(s)?.calendarId, supplier?.calendarId].flatMap((id) => (id === undefined ? [] : [id]));
  const ranges = (s.plan.timeRanges ?? []).map((r) => r.calendarId);
  return lacking(s, [...s.plan.clocks.map((c) => c.calendarId), ...side, ...ranges, ...closing], now);
}

/** Calendars the case will need once it is resolved. */
export function wantedCalendars(s: IncidentState, now: number): CalendarRange | null {
  return lacking(s, [s.plan.autoClose.calendarId], now);
}

/** Takes calendar data as a fact of the case (I7). */
export function applyCalendars(s: IncidentState, expanded: WorkingTime[]): void {
  for (const w of expanded) s.calendars[w.calendarId] = w;
}

/**
 * Lets time do its work: everything that is due at `now` happens once, in one pass. Skipped escalation steps are recorded
 * as superseded, only the current one pages (I9). Afterwards `nextAt` is the next moment (I3).
 */
export function advance(s: IncidentState, now: number): void {
  const before = s.status;
  open(s);
  if (s.pause && s.pause.until <= now) resume(s, 'system', now, 'limit');
  if (s.status === 'resolved') s.autoCloseAt ??= autoCloseAt(s);
  if (s.autoCloseAt !== null && s.autoCloseAt <= now) closeByItself(s, now);
  const clocks = clocksOf(s, now);
  recordBreaches(s, clocks, now);
  const moments = isOpen(s) ? [watchStage(s, now), watchSupplier(s, now), watchSteps(s, now), watchMerge(s, now)] : [];
  if (isWorked(s)) moments.push(...escalate(s, now));
  tellState(s, before, 'system', now);
  s.nextAt = isOpen(s) ? nextMoment(s, clocks, moments, now) : null;
}

/** A case that needs a fault report waits for it: people are reminded each day instead of a promise quietly dropped. */
function closeByItself(s: IncidentState, now: number): void {
  if (!isReportRequired(s) || s.report !== null) return close(s, 'system', now, 'limit');
  s.reportReminders += 1;
  s.autoCloseAt = now + 86_400_000;
  record(s, 'report_missing', 'system', now, { reminder: s.reportReminders });
  page(s, `report-${s.reportReminders}`, 0, [{ kind: 'assignee' }, ...(s.plan.report?.remind ?? [])], now);
}

function autoCloseAt(s: IncidentState): number | null {
  const w = s.calendars[s.plan.autoClose.calendarId];
  return w && s.resolvedAt !== null ? businessDayDue(w, s.resolvedAt, s.plan.autoClose.businessDays) : null;
}

/** Records the opening once, at its own instant: reading calendars takes time, and nothing may come before it. */
export function open(s: IncidentState): void {
  if (s.seq > 0) return;
  const now = s.openedAt;
  record(s, 'opened', s.enteredBy ?? s.reporter, now, {
    ...(s.enteredBy && { reporter: s.reporter }),
    title: s.title,
    severity: s.severity,
    impact: s.impact,
    urgency: s.urgency,
    service: s.service,
    source: s.source,
    follows: s.follows ?? null,
    alerts: s.alerts,
    definitions: s.plan.versions,
  });
  const { leader } = s.plan.escalation;
  if (leader.severities.includes(s.severity)) {
    record(s, 'leader_informed', 'system', now, { severity: s.severity });
    page(s, 'leader', 0, leader.notify, now);
  }
  if (s.plan.repairTaskFor.includes(s.severity)) addTask(s, 'repair', 'repair', now, s.team);
  requestAutomaticSteps(s, now);
  seekHandler(s, now);
}

function recordBreaches(s: IncidentState, clocks: ClockReading[], now: number): void {
  s.breached = s.breached.filter((name) => clocks.some((c) => c.name === name && c.breachedAt !== null));
  for (const c of clocks) {
    if (c.breachedAt === null || c.breachedAt > now || s.breached.includes(c.name)) continue;
    s.breached.push(c.name);
    const promisedAt = new Date(c.breachedAt).toISOString();
    record(s, 'clock_breached', 'system', now, { clock: c.name, goalSeconds: c.goalMs / 1000, promisedAt });
  }
}

/** The policy that counts at an instant: the first whose calendar is open, else the service's own (R3.3). */
function policyAt(s: IncidentState, now: number): EscalationPlan {
  const open = s.plan.timeRanges?.find(({ calendarId }) => {
    const working = s.calendars[calendarId];
    return working !== undefined && isOpenAt(working, now);
  });
  return open?.escalation ?? s.plan.escalation;
}

/** When another policy may begin to count. */
function policyChanges(s: IncidentState, now: number): number[] {
  return (s.plan.timeRanges ?? []).flatMap(({ calendarId }) => {
    const working = s.calendars[calendarId];
    const at = working === undefined ? null : nextBoundary(working, now);
    return at === null ? [] : [at];
  });
}

/** Pages the highest level that is due; returns the next moments. */
function escalate(s: IncidentState, now: number): number[] {
  const policy = policyAt(s, now);
  const { dueNow, nextAt } = nextEscalation(
    policy,
    {
      clocks: s.plan.clocks,
      facts: s.facts,
      calendars: s.calendars,
      openedAt: s.visitAt,
      acknowledgedAt: s.acknowledgedAt,
      levelReached: s.level,
    },
    now,
  );
  for (const level of dueNow) {
    const current = level === dueNow.at(-1);
    const definition = policy.levels.find((l) => l.level === level);
    record(s, current ? 'escalated' : 'escalation_superseded', 'system', now, { level });
    page(s, `level-${level}`, level, definition?.notify ?? [], now, current ? {} : { superseded: true });
    s.level = level;
    s.pagedAt = now;
  }
  return [nextAt ?? remind(s, policy, now), ...policyChanges(s, now)];
}

/** With no level left to come an unresolved case goes on reminding its last level (I3). */
function remind(s: IncidentState, policy: EscalationPlan, now: number): number {
  const every = policy.repeatSeconds * 1000;
  if (now - s.pagedAt < every) return s.pagedAt + every;
  s.reminders += 1;
  s.pagedAt = now;
  const definition = policy.levels.findLast((l) => l.level <= Math.max(1, s.level));
  record(s, 'reminded', 'system', now, { level: s.level, reminder: s.reminders });
  page(s, `reminder-${s.reminders}`, s.level, definition?.notify ?? [], now);
  return now + every;
}

function nextMoment(s: IncidentState, clocks: ClockReading[], moments: (number | null)[], now: number): number {
  const due = clocks.flatMap((c) => (c.dueAt !== null && c.dueAt > now ? [c.dueAt] : []));
  const candidates = [...moments, s.pause?.until ?? null, s.autoCloseAt, ...due].flatMap((x) =>
    x === null ? [] : [x],
  );
  // A resolved case whose calendar cannot tell its closing day yet looks again tomorrow; never no moment at all (I3).
  return Math.max(now + 1, candidates.length > 0 ? Math.min(...candidates) : now + 86_400_000);
}

/** Somebody has answered since anybody was last paged. */
const isAnswered = (s: IncidentState) => !isWorked(s) || (s.acknowledgedAt !== null && s.acknowledgedAt > s.pagedAt);

/** Records that a page failed for good and asks for the person's next method, or the fallback (I4). */
export function pageFailed(s: IncidentState, f: FailedPage, now: number): void {
  if (!isOpen(s) || (isAnswered(s) && isEscalation(f.step))) return;
  const failedSteps = s.failedPages ?? [];
  if (failedSteps.includes(f.key)) return;
  s.failedPages = [...failedSteps, f.key];
  record(s, 'page_failed', 'system', now, { person: f.personId, method: f.method, reason: f.reason, page: f.key });
  page(s, `${f.step}/next-${s.failedPages.length}`, f.level, [], now, {
    next: { personId: f.personId, position: f.position },
  });
}
