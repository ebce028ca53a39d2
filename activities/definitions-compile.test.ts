import { ofKind } from '../domain/process-def';
import { compileCalendar, compileIncidentPlan, compileSchedule, severityOfWord } from '../domain/process-def-compile';
import { edited, shippedFiles } from '../test/harness/edited-definitions';
import { parseDefinitions } from './definitions';

const shipped = parseDefinitions(shippedFiles());

describe('the plan of an incident of the cloud platform', () => {
  const plan = compileIncidentPlan(shipped, 'cloud-platform', (def) => `${def.kind}/${def.name}@7`);

  test('names the versions it was made from, without what is live (calendars, schedules)', () => {
    expect(plan.versions).toEqual([
      'service/cloud-platform@7',
      'process/incident@7',
      'priority-matrix/incident@7',
      'sla/incident@7',
      'escalation-policy/incident-default@7',
      'supplier/hardware-vendor@7',
      'runbook/diagnostics@7',
    ]);
    expect(plan.alwaysOpen).toEqual(['7x24']);
  });

  test('has the goals of R3.1 for every clock and severity', () => {
    const minutes = plan.clocks.map(({ name, goals }) => [
      name,
      ...Object.values(goals).map((g) => ('seconds' in g ? g.seconds / 60 : g)),
    ]);
    expect(minutes).toEqual([
      ['respond', 10, 10, 10, 10],
      ['plan', 30, 30, 30, 120],
      ['resolve', 180, 360, 720, 1440],
    ]);
  });

  test('pauses the resolution only, for the customer or an agreed window, and severity I never', () => {
    expect(plan.clocks.map((c) => c.pausesFor)).toEqual([['merged'], ['merged'], ['customer', 'window', 'merged']]);
    expect([...plan.pauseReasons, 'suspended']).toEqual(Object.keys(plan.pauseLimits));
    expect(Object.values(plan.pauseLimits).map((limit) => limit.I)).toEqual([0, 0, 0, 0]);
    expect(plan.pauseLimits.customer).toEqual({ I: 0, II: 14_400, III: 86_400, IV: 432_000 });
  });

  test('escalates in five levels from the primary on call to the leader', () => {
    const { levels, leader, fallback, repeatSeconds } = plan.escalation;
    expect(levels.map((l) => l.when)).toEqual([
      [{ silenceSeconds: 0 }],
      [{ silenceSeconds: 300 }, { clock: 'resolve', fraction: 0.5 }],
      [{ silenceSeconds: 600 }, { clock: 'resolve', fraction: 0.75 }],
      [{ silenceSeconds: 1200 }, { clock: 'resolve', fraction: 0.9 }],
      [{ silenceSeconds: 1800 }, { clock: 'resolve', fraction: 1 }],
    ]);
    expect(levels[0]?.notify).toEqual([{ kind: 'oncall', schedule: 'primary' }]);
    expect(levels[4]?.notify).toEqual([{ kind: 'role', role: 'leader' }, { kind: 'owner' }]);
    expect(leader).toEqual({ severities: ['I', 'II'], notify: [{ kind: 'role', role: 'leader' }] });
    expect([fallback, repeatSeconds]).toEqual([[{ kind: 'role', role: 'administrator' }], 1800]);
  });

  test('closes by itself after three working days, with a repair task for I only', () => {
    expect(plan.autoClose).toEqual({ businessDays: 3, calendarId: '5x8' });
    expect(plan.repairTaskFor).toEqual(['I']);
    expect(plan.service).toEqual({
      id: 'cloud-platform',
      owner: { kind: 'role', role: 'service-owner' },
      team: 'maintenance',
    });
  });
});

test('an unknown service is an error that names the known ones', () => {
  expect(() => compileIncidentPlan(shipped, 'cloud')).toThrow('no service "cloud" is defined; known: cloud-platform');
});

test('a calendar becomes dates', () => {
  const doc = ofKind(shipped, 'calendar').find((c) => c.name === '5x8');
  const calendar = doc && compileCalendar(doc, 3);
  expect(calendar).toMatchObject({ id: '5x8', version: 3, zone: 'Asia/Shanghai', announcedUntil: '2026-12-31' });
  expect(calendar?.holidays).toHaveLength(3 + 9 + 3 + 5 + 3 + 3 + 7);
  expect(calendar?.holidays.slice(3, 12)).toEqual([15, 16, 17, 18, 19, 20, 21, 22, 23].map((d) => `2026-02-${d}`));
});

test('a rota turns by weeks or days, among the holders of a role or named people', () => {
  const rota = (every: string, participants: string) => {
    const files = edited(
      'schedules/primary.yaml',
      'P1W\n  participants: role(oncall-engineer)',
      `${every}\n  participants: ${participants}`,
    );
    const doc = ofKind(parseDefinitions(files), 'schedule').find((s) => s.name === 'primary');
    return doc && compileSchedule(doc);
  };
  const start = '2026-01-05T09:00';
  expect(rota('P2W', 'role(oncall-engineer)')).toEqual({
    id: 'primary',
    zone: 'Asia/Shanghai',
    rotation: { start, everyWeeks: 2, participants: { role: 'oncall-engineer' } },
    overrides: [],
  });
  expect(rota('P3D', '[a, b]')?.rotation).toEqual({ start, everyDays: 3, participants: ['a', 'b'] });
});

test.each([
  ['紧急', 'I'],
  ['重大', 'I'],
  ['严重', 'II'],
  ['较严重', 'III'],
  ['普通', 'IV'],
  ['中危', 'III'],
  [' critical ', 'I'],
  ['iv', 'IV'],
  ['危', null],
])('the word %s means severity %s', (word, severity) => {
  const [matrix] = ofKind(shipped, 'priority-matrix');
  expect(matrix && severityOfWord(matrix, word)).toBe(severity);
});
