import { act, HOUR, kinds, MINUTE, openedCase, shippedPlan } from '../test/harness/incident-fixture';
import type { IncidentState } from './incident';
import { advance } from './incident-clockwork';
import type { IncidentPlan } from './incident-plan';
import { viewIncident } from './incident-view';

const T = Date.parse('2026-06-01T01:00:00Z');
let plan: IncidentPlan;
beforeAll(async () => {
  plan = await shippedPlan();
});

/** Wakes the case at each of its own moments until `until`. */
function live(s: IncidentState, until: number): void {
  while (s.nextAt !== null && s.nextAt <= until) advance(s, s.nextAt);
}
const assessor = (s: IncidentState) =>
  s.unconfirmed.steps.filter((p) => p.step.startsWith('assessor')).map((p) => [p.step, (p.at - T) / MINUTE]);
const handedAt = (s: IncidentState) =>
  s.unconfirmed.events.filter((e) => e.kind === 'handed_to_assessor').map((e) => (e.at - T) / MINUTE);

describe('a stage', () => {
  it.each([
    ['I', 15],
    ['II', 30],
    ['III', 60],
    ['IV', 240],
  ] as const)('on line 1 of severity %s goes to the assessor after %d minutes', (severity, minutes) => {
    const s = openedCase(plan, severity, T);
    act(s, 'claim', T + MINUTE);
    live(s, T + minutes * MINUTE - 1);
    expect(s.assessment).toBeNull();
    live(s, T + minutes * MINUTE);
    expect(handedAt(s)).toEqual([minutes]);
    expect(s).toMatchObject({
      team: 'level-assessor',
      assignee: null,
      assessment: { assignee: 'engineer', team: 'maintenance' },
    });
    expect(s.unconfirmed.tasks.at(-1)).toMatchObject({ kind: 'assessment', team: 'level-assessor' });
  });

  it('counts no pause: neither waiting nor suspension', () => {
    const s = openedCase(plan, 'III', T);
    act(s, 'claim', T);
    act(s, 'pend', T + 20 * MINUTE, { reason: 'customer', until: T + 50 * MINUTE });
    live(s, T + 60 * MINUTE);
    act(s, 'suspend', T + 60 * MINUTE, { reason: 'r', until: T + 5 * HOUR });
    live(s, T + 5 * HOUR + 29 * MINUTE);
    expect(handedAt(s)).toEqual([]);
    live(s, T + 5 * HOUR + 30 * MINUTE);
    expect(handedAt(s)).toEqual([330]);
  });

  it('begins anew on another line, with that one’s limit and team', () => {
    const s = openedCase(plan, 'III', T);
    act(s, 'transfer', T + 50 * MINUTE, { line: 3, reason: 'known defect' });
    expect(s).toMatchObject({ line: 3, team: 'line-3', assignee: null, stage: { n: 2 } });
    live(s, T + 50 * MINUTE + 8 * HOUR - 1);
    expect(handedAt(s)).toEqual([]);
    live(s, T + 50 * MINUTE + 8 * HOUR);
    expect(handedAt(s)).toEqual([530]);
  });

  it('follows a change of severity', () => {
    const s = openedCase(plan, 'IV', T);
    act(s, 'claim', T);
    act(s, 'prioritise', T + 30 * MINUTE, { impact: 'high', urgency: 'medium', reason: 'worse' });
    expect(handedAt(s)).toEqual([30]);
  });

  it('reaches line 5 from line 4 only', () => {
    const s = openedCase(plan, 'III', T);
    expect(() => act(s, 'transfer', T, { line: 5, reason: 'r' })).toThrow(/line 4/);
    act(s, 'transfer', T, { line: 4, reason: 'r' });
    act(s, 'transfer', T + 1, { line: 5, reason: 'a new business requirement' });
    expect(s.line).toBe(5);
  });
});

describe('the assessor', () => {
  function handed(): IncidentState {
    const s = openedCase(plan, 'III', T);
    act(s, 'claim', T + MINUTE);
    live(s, T + HOUR);
    return s;
  }

  it('may let it stay: handler and team come back, the new limit counts from now', () => {
    const s = handed();
    act(s, 'assess', T + 70 * MINUTE, { decision: 'stay', grounds: 'complexity', note: 'n', limitMinutes: 45 });
    expect(s).toMatchObject({ team: 'maintenance', assignee: 'engineer', line: 1, assessment: null, stage: { n: 2 } });
    live(s, T + 115 * MINUTE);
    expect(handedAt(s)).toEqual([60, 115]);
  });

  it('may escalate to the next line or a higher one, and re-sets the priority', () => {
    const s = handed();
    const priority = { impact: 'high', urgency: 'medium' };
    act(s, 'assess', T + 70 * MINUTE, { decision: 'escalate', line: 3, grounds: 'skill', note: 'n', ...priority });
    expect(s).toMatchObject({ line: 3, team: 'line-3', severity: 'II', assignee: null });
    expect(viewIncident(s).stage).toMatchObject({ line: 3, goalSeconds: 4 * 3600 });
    const event = s.unconfirmed.events.find((e) => e.kind === 'assessed');
    expect(event?.body).toMatchObject({
      decision: 'escalate',
      grounds: 'skill',
      from: { line: 1 },
      to: { line: 3, severity: 'II' },
    });
  });

  it('is reminded with the manager until he decides', () => {
    const s = handed();
    live(s, T + 125 * MINUTE);
    expect(assessor(s)).toEqual([
      ['assessor-1', 60],
      ['assessor-1.1', 90],
      ['assessor-1.2', 120],
    ]);
    expect(s.unconfirmed.steps.find((p) => p.step === 'assessor-1.1')?.targets).toContainEqual({
      kind: 'role',
      role: 'maintenance-manager',
    });
  });

  it.each([
    ['a line with stay', { decision: 'stay', line: 2 }, 'body.line'],
    ['a line below', { decision: 'escalate', line: 1 }, 'body.line'],
    ['urgency without impact', { decision: 'stay', urgency: 'high' }, 'body.impact'],
  ])('is refused %s', (_, fields, path) => {
    const s = handed();
    const wish = () => act(s, 'assess', T + 70 * MINUTE, { grounds: 'other', note: 'n', ...fields });
    expect(wish).toThrow(expect.objectContaining({ errors: [expect.objectContaining({ path })] }));
  });

  it('keeps the case from being transferred past him, and is not asked while the case waits', () => {
    const s = handed();
    expect(() => act(s, 'transfer', T + 61 * MINUTE, { line: 2, reason: 'r' })).toThrow(/assessor/);
    act(s, 'pend', T + 62 * MINUTE, { reason: 'customer', until: T + 3 * HOUR });
    live(s, T + 3 * HOUR - MINUTE);
    expect(kinds(s)).not.toContain('assessment_overdue');
  });
});

describe('policies by time range', () => {
  it('escalate by the policy that counts at the moment, and look again when another begins', () => {
    const night = { ...plan.escalation, levels: plan.escalation.levels.filter((l) => l.level === 1) };
    const ranged = { ...plan, timeRanges: [{ calendarId: 'night', escalation: night }] };
    const s = openedCase(ranged, 'III', T);
    s.calendars.night = {
      calendarId: 'night',
      version: 1,
      from: T - HOUR,
      until: T + 60 * 24 * HOUR,
      open: [[T - HOUR, T + 20 * MINUTE]],
    };
    s.level = 0;
    s.unconfirmed.steps = [];
    live(s, T + 19 * MINUTE);
    expect(s.unconfirmed.steps.map((p) => p.step)).not.toContain('level-3');
    live(s, T + 20 * MINUTE);
    const steps = s.unconfirmed.steps.map((p) => p.step + (p.superseded ? ' superseded' : ''));
    expect(steps).toContain('level-4');
  });
});
