import type { WorkingTime } from './calendar';
import type { RequestOpening, RequestState } from './request';
import { isMet } from './request-context';
import { proceed } from './request-flow';
import { fact, record } from './request-record';

/** A calendar that never closes, valid for ever. */
function alwaysOpen(calendarId: string): WorkingTime {
  return { calendarId, version: 0, from: 0, until: Number.MAX_SAFE_INTEGER, open: 'always' };
}

/** What a request remembers that began before there was such a thing. */
export function emptyRequestRecords() {
  return {
    endedAt: null,
    revision: 1,
    active: [],
    results: [],
    undo: [],
    rollingBack: null,
    outcome: null,
    awaiting: null,
    suspended: null,
    visits: {},
    breached: [],
    children: [],
    extraTasks: [],
    sharedWith: [],
    minutes: 0,
    waiting: [],
    failedPages: [],
    pages: {},
    triggered: 0,
    postponed: [],
    recent: [],
    commands: 0,
  } satisfies Partial<RequestState>;
}

/** The state of a request at the instant it is submitted (epoch ms); nothing is recorded yet. */
export function openRequest(o: RequestOpening, now: number): RequestState {
  return {
    ...emptyRequestRecords(),
    ...o,
    seq: 0,
    status: 'in-progress',
    team: o.plan.service.team,
    openedAt: now,
    updatedAt: now,
    facts: [],
    calendars: Object.fromEntries(o.plan.alwaysOpen.map((id) => [id, alwaysOpen(id)])),
    nextAt: now,
    unconfirmed: { events: [], steps: [], tasks: [], effects: [] },
  };
}

/** Records the opening once, at its own instant, and enters the first step: nothing may come before it. */
export function open(s: RequestState): void {
  if (s.seq > 0) return;
  const now = s.openedAt;
  const starts = s.plan.clocks.filter((c) => c.from === null && (c.when === null || isMet(s, c.when)));
  fact(s, 'opened', now, { starts: starts.map((c) => c.name) });
  record(s, 'opened', s.enteredBy ?? s.requester, now, {
    requester: s.requester,
    beneficiary: s.beneficiary,
    title: s.title,
    item: s.plan.item,
    content: s.content.hash,
    parent: s.parent ?? null,
    follows: s.follows ?? null,
    definitions: s.plan.versions,
  });
  proceed(s, [{ kind: 'go', step: s.plan.first, within: null }], now);
}
