import { Drive } from '../test/harness/request-drive';
import {
  approval,
  chain,
  ending,
  HOUR,
  requestOpening,
  requestPlan,
  subprocess,
  task,
} from '../test/harness/request-plan';
import type { Interval, WorkingTime } from './calendar';
import { neededRequestCalendars, wantedRequestCalendars } from './request-clockwork';
import { isRequestApplied } from './request-input';
import { openRequest } from './request-life';
import type { RequestClockPlan, RequestPlan } from './request-plan';
import { confirmRequest, requestProjectionOf } from './request-view';

const DAY = 24 * HOUR;
/** 2026-09-29, a Tuesday; office hours 01:00–09:00 UTC (Shanghai), closed from 1 to 7 October. */
const TUESDAY = Date.parse('2026-09-29T02:00:00Z');
const days = Array.from({ length: 90 }, (_, i) => Date.parse('2026-09-28T00:00:00Z') + i * DAY);
const isWorked = (day: number) => {
  const date = new Date(day).toISOString().slice(0, 10);
  const weekday = new Date(day).getUTCDay();
  return (weekday > 0 && weekday < 6 && !(date >= '2026-10-01' && date <= '2026-10-07')) || date === '2026-10-10';
};
const hours = (until: number): WorkingTime => {
  const open = days.filter((d) => isWorked(d) && d < until);
  const at = (d: number, [from, to]: Interval): Interval => [d + from * HOUR, d + to * HOUR];
  return {
    calendarId: 'office',
    version: 1,
    from: days[0] ?? 0,
    until,
    open: open.map((d) => at(d, [1, 9])),
    days: open.map((d) => [d - 8 * HOUR, d + 9 * HOUR]),
  };
};
const ladder = [{ after: { businessDays: 2 }, act: { kind: 'reject' as const } }];
const office = (more: Partial<RequestPlan> = {}) =>
  requestPlan(chain(approval('boss', { ladder }), ending('end', 'fulfilled')), {
    calendarId: 'office',
    alwaysOpen: [],
    ...more,
  });

describe('deadlines in working days', () => {
  test('are told once the calendar has come, by the golden dates of the National Day week', () => {
    const d = new Drive(requestOpening(office()), Date.parse('2026-09-30T02:00:00Z'));
    d.found('bob');
    expect(d.s.nextAt).toBe(d.now + DAY);
    d.calendars([hours((days[0] ?? 0) + 90 * DAY)]);
    expect(new Date(d.s.nextAt ?? 0).toISOString()).toBe('2026-10-09T09:00:00.000Z');
    d.pass(30 * DAY);
    expect(d.s).toMatchObject({ status: 'rejected', endedAt: Date.parse('2026-10-09T09:00:00Z') });
  });

  test('move with what a later version of the calendar says', () => {
    const d = new Drive(requestOpening(office()), TUESDAY);
    d.found('bob');
    d.calendars([hours((days[0] ?? 0) + 90 * DAY)]);
    expect(new Date(d.s.nextAt ?? 0).toISOString()).toBe('2026-10-08T09:00:00.000Z');
    const before = hours((days[0] ?? 0) + 90 * DAY);
    const open = [...before.open].filter(
      (x): x is Interval => typeof x !== 'string' && x[0] !== Date.parse('2026-10-08T01:00:00Z'),
    );
    d.calendars([{ ...before, version: 2, open, days: open.map(([a, b]) => [a - 9 * HOUR, b] as Interval) }]);
    expect(new Date(d.s.nextAt ?? 0).toISOString()).toBe('2026-10-09T09:00:00.000Z');
  });
});

describe('calendars', () => {
  const clock: RequestClockPlan = {
    name: 'work',
    from: 'make',
    to: 'make',
    when: null,
    clock: {
      name: 'work',
      calendarId: '5x8',
      goals: { I: { businessDays: 2 }, II: { businessDays: 2 }, III: { businessDays: 2 }, IV: { businessDays: 2 } },
      stopsAt: ['closed'],
      restartsAt: ['reopened'],
      pausesFor: [],
    },
  };

  test('that a step needs are waited for; those of later steps are fetched on the way', () => {
    const steps = chain(approval('boss'), task('make', { ladder }), ending('end', 'fulfilled'));
    const d = new Drive(
      requestOpening(requestPlan(steps, { calendarId: 'office', alwaysOpen: [], clocks: [clock] })),
      TUESDAY,
    );
    expect(neededRequestCalendars(d.s, d.now)).toBeNull();
    expect(wantedRequestCalendars(d.s, d.now)).toMatchObject({
      tenantId: 'default',
      ids: ['5x8', 'office'],
      from: TUESDAY,
    });
    d.found('bob');
    d.vote('bob', 'boss');
    expect(neededRequestCalendars(d.s, d.now)?.ids).toEqual(['5x8', 'office']);
    d.calendars([hours(TUESDAY + 60 * DAY)]);
    expect(neededRequestCalendars(d.s, d.now)?.ids).toEqual(['5x8']);
    expect(neededRequestCalendars(d.s, d.now + 40 * DAY)?.ids).toEqual(['5x8', 'office']);
  });

  test('of a request that is over are needed no more', () => {
    const d = new Drive(requestOpening(office()), TUESDAY);
    d.do('rita', { op: 'withdraw', reason: 'no' });
    expect([neededRequestCalendars(d.s, d.now), wantedRequestCalendars(d.s, d.now)]).toEqual([null, null]);
  });
});

describe('a projection', () => {
  test('carries what none has confirmed, and the plan where pages need it', () => {
    const d = new Drive(requestOpening(office()), TUESDAY);
    expect(requestProjectionOf(d.s)).toMatchObject({
      plan: { process: 'vm' },
      events: [{ seq: 1 }, { seq: 2 }],
      wanted: { ids: ['office'] },
    });
    confirmRequest(d.s, d.s.seq);
    expect(requestProjectionOf(d.s)).toMatchObject({ plan: null, events: [], steps: [], tasks: [], effects: [] });
  });

  test('knows which inputs were dealt with', () => {
    const plan = office();
    const s = openRequest(requestOpening(plan), TUESDAY);
    const at = { seq: 1, at: TUESDAY, advancedAt: TUESDAY };
    expect(isRequestApplied(s, { ...at, kind: 'opened' })).toBe(false);
    const d = new Drive(requestOpening(plan), TUESDAY);
    expect(isRequestApplied(d.s, { ...at, kind: 'opened' })).toBe(true);
    d.do('rita', { op: 'withdraw', reason: 'no' });
    const command = { op: 'withdraw', reason: 'no', key: 'key-1', actor: 'rita' } as const;
    expect(isRequestApplied(d.s, { ...at, kind: 'command', command })).toBe(true);
    expect(isRequestApplied(d.s, { ...at, kind: 'command', command: { ...command, key: 'key-2' } })).toBe(false);
  });
});

test('an input that changes nothing moves no moment: the projection, which has not heard of it, would be overdue', () => {
  const d = new Drive(requestOpening(requestPlan(chain(subprocess('part'), ending('end', 'fulfilled')))));
  d.child('REQ-000002');
  const { seq, nextAt } = d.s;
  d.pass(HOUR);
  d.put({ kind: 'people-changed', logins: ['nobody'] });
  expect([d.s.seq, d.s.nextAt]).toEqual([seq, nextAt]);
  d.pass(24 * HOUR);
  expect(d.events().at(-1)).toBe('looked');
});
