import {
  act,
  FAULT_REPORT,
  HOUR,
  kinds,
  MINUTE,
  openedCase,
  shippedPlan,
  steps,
} from '../test/harness/incident-fixture';
import type { IncidentState } from './incident';
import { advance, pageFailed } from './incident-clockwork';
import { INCIDENT_STATES, type IncidentOp, TRANSITIONS } from './incident-command';
import type { IncidentPlan } from './incident-plan';
import { applyAlerts } from './incident-rules';
import { confirm, projectionOf, viewIncident } from './incident-view';
import type { Severity } from './sla';

const DAY = 24 * HOUR;
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
  claim: {},
  transfer: { line: 2, reason: 'on site' },
  assess: { decision: 'stay', grounds: 'complexity', note: 'nearly there' },
  suspend: { reason: 'building closed', until: T + 3 * HOUR },
  merge: { into: 'INC-000002' },
  unmerge: { reason: 'another cause' },
  'set-parent': { parent: 'INC-000002' },
  'unset-parent': {},
  link: { target: 'INC-000003', relation: 'related' },
  unlink: { target: 'INC-000002', relation: 'caused-by' },
  'raise-major': { reason: 'many affected', commander: 'c', communications: 'd' },
  'lower-major': { reason: 'contained' },
  'run-step': { runbook: 'diagnostics', step: 'collect' },
  'decide-step': { run: 'run-1', decision: 'approve' },
  'escalate-supplier': { supplier: 'hardware-vendor', note: 'disk' },
  'update-supplier': { state: 'answered', note: 'on the way' },
  'submit-report': { report: FAULT_REPORT },
};

/** What has to have happened before a command is possible at all. */
const BEFORE: Partial<Record<IncidentOp, [op: IncidentOp, fields: object]>> = {
  'unset-parent': ['set-parent', { parent: 'INC-000002' }],
  unlink: ['link', { target: 'INC-000002', relation: 'caused-by' }],
  'lower-major': ['raise-major', { reason: 'r', commander: 'c', communications: 'd' }],
  'decide-step': ['run-step', { runbook: 'diagnostics', step: 'restart', actor: 'technician' }],
  'update-supplier': ['escalate-supplier', { supplier: 'hardware-vendor', note: 'disk' }],
};

function caseIn(state: string, before?: [op: IncidentOp, fields: object]): IncidentState {
  const s = openedCase(plan, 'III', T);
  if (before) act(s, before[0], T, before[1]);
  if (['acknowledged', 'pending', 'suspended'].includes(state)) act(s, 'acknowledge', T + MINUTE);
  if (state === 'pending') act(s, 'pend', T + MINUTE, FIELDS.pend);
  if (['resolved', 'closed'].includes(state)) act(s, 'resolve', T + MINUTE, FIELDS.resolve);
  if (state === 'closed') act(s, 'close', T + MINUTE);
  if (state === 'suspended') act(s, 'suspend', T + MINUTE, FIELDS.suspend);
  if (state === 'merged') act(s, 'merge', T + MINUTE, FIELDS.merge);
  if (state === 'cancelled') act(s, 'cancel', T + MINUTE, FIELDS.cancel);
  return s;
}

/** The stage has overrun its limit. */
function assessed(s: IncidentState): void {
  const remindAt = T + 30 * DAY;
  s.assessment = { since: T, stage: 1, fromLine: 1, team: 'maintenance', assignee: null, reminders: 0, remindAt };
}

describe('transitions', () => {
  for (const state of INCIDENT_STATES)
    for (const op of Object.keys(TRANSITIONS) as IncidentOp[]) {
      const lawful = TRANSITIONS[op].includes(state);
      it(`${lawful ? 'allows' : 'refuses'} ${op} of a case that is ${state}`, () => {
        const s = caseIn(state, BEFORE[op]);
        expect(s.status).toBe(state);
        if (op === 'assess') assessed(s);
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

/** The management ladder; the line ladder has tests of its own. */
const climbed = (s: IncidentState) => s.unconfirmed.steps.filter((p) => !p.step.startsWith('assessor'));

describe('time', () => {
  it('climbs all five levels while nobody answers, then reminds', () => {
    const s = openedCase(plan, 'III', T);
    live(s, T + 61 * MINUTE);
    expect(climbed(s).map((p) => p.step)).toEqual([
      'level-1',
      'level-2',
      'level-3',
      'level-4',
      'level-5',
      'reminder-1',
    ]);
    const at = climbed(s).map((p) => (p.at - T) / MINUTE);
    expect(at).toEqual([0, 5, 10, 20, 30, 60]);
  });

  it('stops climbing by silence when somebody acknowledges; the resolution clock goes on climbing', () => {
    const s = openedCase(plan, 'I', T);
    act(s, 'acknowledge', T + 4 * MINUTE);
    live(s, T + 3 * HOUR);
    expect(climbed(s).map((p) => p.step)).toEqual(['leader', 'level-1', 'level-2', 'level-3', 'level-4', 'level-5']);
    expect(climbed(s).map((p) => (p.at - T) / MINUTE)).toEqual([0, 0, 90, 135, 162, 180]);
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
    expect(kinds(s)).toEqual(expect.arrayContaining(['prioritised', 'resumed']));
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

  it('that resolves a case is not responsible for it: what comes back lies in the queue', () => {
    const s = openedCase(plan, 'III', T);
    applyAlerts(s, { ...alerts(1, 0), resolve: true }, T + HOUR);
    expect(s).toMatchObject({ status: 'resolved', assignee: null, firstHandler: null });
    applyAlerts(s, alerts(2, 1), T + 2 * HOUR);
    expect(s).toMatchObject({ status: 'new', assignee: null });
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
