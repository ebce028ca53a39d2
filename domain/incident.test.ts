import { act, HOUR, kinds, MINUTE, openedCase, shippedPlan, steps } from '../test/harness/incident-fixture';
import type { IncidentState } from './incident';
import { advance, pageFailed } from './incident-clockwork';
import { INCIDENT_STATES, type IncidentOp, TRANSITIONS } from './incident-command';
import type { IncidentPlan } from './incident-plan';
import { applyAlerts } from './incident-rules';
import { confirm, projectionOf, viewIncident } from './incident-view';
import type { Severity } from './sla';

const T = Date.parse('2026-06-01T01:00:00Z');
let plan: IncidentPlan;
beforeAll(async () => {
  plan = await shippedPlan();
});

const FIELDS: Record<IncidentOp, object> = {
  acknowledge: {},
  assign: { assignee: 'somebody' },
  prioritise: { impact: 'low', urgency: 'low', reason: 'less affected' },
  plan: { text: 'restart the node' },
  pend: { reason: 'customer' },
  resume: {},
  note: { text: 'looking' },
  resolve: { resolution: 'restarted' },
  reopen: { reason: 'again' },
  close: {},
  cancel: { reason: 'mistake' },
};

function caseIn(state: string): IncidentState {
  const s = openedCase(plan, 'III', T);
  if (['acknowledged', 'pending'].includes(state)) act(s, 'acknowledge', T + MINUTE);
  if (state === 'pending') act(s, 'pend', T + MINUTE, FIELDS.pend);
  if (['resolved', 'closed'].includes(state)) act(s, 'resolve', T + MINUTE, FIELDS.resolve);
  if (state === 'closed') act(s, 'close', T + MINUTE);
  if (state === 'cancelled') act(s, 'cancel', T + MINUTE, FIELDS.cancel);
  return s;
}

describe('transitions', () => {
  for (const state of INCIDENT_STATES)
    for (const op of Object.keys(TRANSITIONS) as IncidentOp[]) {
      const lawful = TRANSITIONS[op].includes(state);
      it(`${lawful ? 'allows' : 'refuses'} ${op} of a case that is ${state}`, () => {
        const s = caseIn(state);
        expect(s.status).toBe(state);
        const seq = s.seq;
        if (lawful) {
          act(s, op, T + 2 * MINUTE, FIELDS[op]);
          expect(s.seq).toBeGreaterThan(seq);
        } else {
          expect(() => act(s, op, T + 2 * MINUTE, FIELDS[op])).toThrow(
            expect.objectContaining({ code: 'InvalidTransition' }),
          );
          expect(s.seq).toBe(seq);
        }
      });
    }
});

describe('opening', () => {
  it.each([
    ['I', ['leader', 'level-1'], ['opened', 'leader_informed', 'repair_task_created', 'escalated']],
    ['II', ['leader', 'level-1'], ['opened', 'leader_informed', 'escalated']],
    ['III', ['level-1'], ['opened', 'escalated']],
    ['IV', ['level-1'], ['opened', 'escalated']],
  ] as const)('of severity %s pages %j at once', (severity, expectedSteps, expectedKinds) => {
    const s = openedCase(plan, severity, T);
    expect(steps(s)).toEqual(expectedSteps);
    expect(kinds(s)).toEqual(expectedKinds);
    expect(s.unconfirmed.tasks.map((t) => t.kind)).toEqual(severity === 'I' ? ['repair'] : []);
  });

  it.each([
    ['I', '01:10', '01:30', '04:00'],
    ['II', '01:10', '01:30', '07:00'],
    ['III', '01:10', '01:30', '13:00'],
    ['IV', '01:10', '03:00', '01:00'],
  ])('of severity %s promises respond %s, plan %s, resolve %s (R3.1)', (severity, respond, planned, resolve) => {
    const view = viewIncident(openedCase(plan, severity as Severity, T));
    const due = Object.fromEntries(view.clocks.map((c) => [c.name, c.dueAt?.slice(11, 16)]));
    expect(due).toEqual({ respond, plan: planned, resolve });
  });
});

/** Wakes the case at each of its own moments until `until`. */
function live(s: IncidentState, until: number): void {
  while (s.nextAt !== null && s.nextAt <= until) advance(s, s.nextAt);
}

describe('time', () => {
  it('climbs all five levels while nobody answers, then reminds', () => {
    const s = openedCase(plan, 'III', T);
    live(s, T + 61 * MINUTE);
    expect(steps(s)).toEqual(['level-1', 'level-2', 'level-3', 'level-4', 'level-5', 'reminder-1']);
    const at = s.unconfirmed.steps.map((p) => (p.at - T) / MINUTE);
    expect(at).toEqual([0, 5, 10, 20, 30, 60]);
  });

  it('stops climbing by silence when somebody acknowledges; the resolution clock goes on climbing', () => {
    const s = openedCase(plan, 'I', T);
    act(s, 'acknowledge', T + 4 * MINUTE);
    live(s, T + 3 * HOUR);
    expect(steps(s)).toEqual(['leader', 'level-1', 'level-2', 'level-3', 'level-4', 'level-5']);
    expect(s.unconfirmed.steps.map((p) => (p.at - T) / MINUTE)).toEqual([0, 0, 90, 135, 162, 180]);
  });

  it('records every breach once, at the promised instant', () => {
    const s = openedCase(plan, 'IV', T);
    live(s, T + 25 * HOUR);
    const breaches = s.unconfirmed.events.filter((e) => e.kind === 'clock_breached');
    expect(breaches.map((e) => [e.body.clock, (e.at - T) / MINUTE])).toEqual([
      ['respond', 10],
      ['plan', 120],
      ['resolve', 1440],
    ]);
  });

  it('after an outage pages only the current level and records the skipped ones (I9)', () => {
    const s = openedCase(plan, 'III', T);
    advance(s, T + 21 * MINUTE);
    expect(steps(s)).toEqual(['level-1', 'level-2 (superseded)', 'level-3 (superseded)', 'level-4']);
    expect(s.nextAt).toBe(T + 30 * MINUTE);
  });

  it('resumes a pause by itself at its end, and the clock has not counted it', () => {
    const s = openedCase(plan, 'III', T);
    act(s, 'acknowledge', T);
    const until = T + 2 * HOUR;
    act(s, 'pend', T + HOUR, { reason: 'customer', until });
    expect(s.nextAt).toBe(until);
    live(s, until);
    expect(s.status).toBe('acknowledged');
    const resolve = viewIncident(s).clocks.find((c) => c.name === 'resolve');
    expect(resolve?.dueAt).toBe(new Date(T + 13 * HOUR).toISOString());
  });

  it('ends a pause that a worse severity does not allow any more', () => {
    const s = openedCase(plan, 'III', T);
    act(s, 'acknowledge', T);
    act(s, 'pend', T + HOUR, { reason: 'customer', until: T + 10 * HOUR });
    act(s, 'prioritise', T + 2 * HOUR, { impact: 'high', urgency: 'high', reason: 'business stands still' });
    expect(s.status).toBe('acknowledged');
    expect(kinds(s).slice(-2)).toEqual(expect.arrayContaining(['resumed']));
  });

  it('starts a new visit when reopened: on-call first, elapsed time kept', () => {
    const s = openedCase(plan, 'I', T);
    act(s, 'resolve', T + 2 * HOUR, FIELDS.resolve);
    act(s, 'reopen', T + 5 * HOUR, FIELDS.reopen);
    expect(steps(s).slice(-1)).toEqual(['level-1']);
    expect(s.unconfirmed.steps.at(-1)?.key).toBe('INC-000001:level-1:2');
    const resolve = viewIncident(s).clocks.find((c) => c.name === 'resolve');
    expect(resolve?.elapsedSeconds).toBe(2 * 3600);
  });

  it('always has a next moment while it is open (I3)', () => {
    for (const state of INCIDENT_STATES) {
      const s = caseIn(state);
      for (let i = 0; i < 40 && s.nextAt !== null; i++) {
        expect(s.nextAt).toBeGreaterThan(s.updatedAt - 1);
        advance(s, s.nextAt);
      }
      expect(s.nextAt === null).toBe(s.closedAt !== null);
    }
  });
});

describe('monitoring', () => {
  const alerts = (version: number, firing: number) => ({ groupId: '7', version, firing, total: 3 });

  it('reopens a resolved case when an alert fires again, once per version', () => {
    const s = caseIn('resolved');
    applyAlerts(s, alerts(1, 0), T + HOUR);
    expect(s.status).toBe('resolved');
    applyAlerts(s, alerts(2, 1), T + HOUR);
    expect(s.status).toBe('new');
    const seq = s.seq;
    applyAlerts(s, alerts(2, 1), T + 2 * HOUR);
    expect(s.seq).toBe(seq);
  });

  it('asks for the next method when a page failed, once per page', () => {
    const s = openedCase(plan, 'III', T);
    const failed = { key: 'INC-000001:level-1:1:email:p', step: 'level-1', level: 1, personId: 'p', position: 0 };
    pageFailed(s, { ...failed, method: 'email', reason: '550' }, T);
    pageFailed(s, { ...failed, method: 'email', reason: '550' }, T);
    expect(steps(s)).toEqual(['level-1', 'level-1/next-1']);
  });
});

it('looks for no other way to reach people once somebody has answered, but for the leader', () => {
  const s = openedCase(plan, 'I', T);
  act(s, 'acknowledge', T + MINUTE);
  const failed = { level: 1, personId: 'p', position: 0, method: 'email', reason: '550' };
  pageFailed(s, { ...failed, key: 'INC-000001:level-1:1:email:p', step: 'level-1' }, T + 2 * MINUTE);
  pageFailed(s, { ...failed, key: 'INC-000001:leader:1:email:p', step: 'leader' }, T + 2 * MINUTE);
  expect(steps(s)).toEqual(['leader', 'level-1', 'leader/next-1']);
});

it('forgets only what a projection has committed (I2)', () => {
  const s = openedCase(plan, 'III', T);
  const first = projectionOf(s);
  act(s, 'acknowledge', T + MINUTE);
  confirm(s, first.view.version);
  expect(kinds(s)).toEqual(['acknowledged']);
  expect(s.unconfirmed.steps).toEqual([]);
});
