import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ROLES } from '../domain/roles';
import { type EditCase, edited, expectProblem, positionOf, shippedFiles } from '../test/harness/edited-definitions';
import { checkDefinitions, DefinitionError, formatProblem, loadDefinitions, parseDefinitions } from './definitions';

const SLA = 'slas/incident.yaml';
const ESCALATION = 'escalation-policies/incident-default.yaml';
const PROCESS = 'processes/incident.yaml';
const SERVICE = 'services/cloud-platform.yaml';
const MATRIX = 'matrices/incident.yaml';
const WORKDAYS = 'calendars/5x8.yaml';
const PRIMARY = 'schedules/primary.yaml';

const CASES: EditCase[] = [
  {
    file: SLA,
    from: '- name: plan',
    to: '- name: respond',
    at: 'respond\n    title: { zh-CN: 提交',
    message: 'there is a second clock "respond"',
  },
  {
    file: SLA,
    from: 'calendar: 7x24',
    to: 'calendar: 7x2',
    at: '7x2\n',
    message: 'unknown calendar "7x2"; known: 5x8, 7x24',
    nearest: '7x24',
  },
  {
    file: SLA,
    from: '[customer, window]',
    to: '[costumer]',
    at: 'costumer',
    message: 'unknown pause reason "costumer"',
    nearest: 'customer',
  },
  {
    file: SLA,
    from: '[resolved, closed]\n    restartsAt: [reopened]',
    to: '[resolved, reopened]\n    restartsAt: [reopened]',
    at: 'reopened]\n    pausesFor',
    message: 'both stops and restarts',
  },
  {
    file: SLA,
    from: "at: '2026-10-01T03:11+08:00', state",
    to: "at: '2026-10-01T03:1+08:00', state",
    at: "'2026-10-01T03:1+",
    message: 'write an instant',
  },
  {
    file: ESCALATION,
    from: '[oncall(secondary), assignee]',
    to: '[oncall(secundary)]',
    at: 'oncall(secundary)',
    message: 'unknown schedule "secundary"',
    nearest: 'secondary',
  },
  {
    file: ESCALATION,
    from: '[role(maintenance-manager), assignee]',
    to: '[role(maintainance-manager)]',
    at: 'role(maintainance',
    message: 'unknown role "maintainance-manager"',
    nearest: 'maintenance-manager',
  },
  {
    file: ESCALATION,
    from: '{ clock: resolve, used: 75% }]',
    to: '{ clock: reslove, used: 75% }]',
    at: 'reslove',
    message: 'unknown clock "reslove"; known: respond, plan, resolve',
    nearest: 'resolve',
  },
  {
    file: ESCALATION,
    from: '- level: 3',
    to: '- level: 4',
    at: '4\n    title: { zh-CN: 运维管理员',
    message: 'level 4 stands where level 3 belongs',
  },
  {
    file: ESCALATION,
    from: '{ silence: PT10M }, {',
    to: '{ silence: PT5M }, {',
    at: 'PT5M }, { clock: resolve, used: 75%',
    message: 'silence PT5M is not later than PT5M',
  },
  {
    file: ESCALATION,
    from: '{ clock: resolve, used: 90% }]',
    to: '{ clock: resolve, used: 70% }]',
    at: '70%',
    message: 'resolve 70% is not later than 75%',
  },
  {
    file: ESCALATION,
    from: '[role(administrator)]',
    to: '[oncall(primary)]',
    at: 'fallback',
    message: 'fallback needs a role',
  },
  {
    file: SERVICE,
    from: 'sla: incident',
    to: 'sla: incidents',
    at: 'incidents',
    message: 'unknown sla "incidents"',
    nearest: 'incident',
  },
  {
    file: SERVICE,
    from: 'escalation: incident-default',
    to: 'escalation: default',
    at: 'default\n  suppliers',
    message: 'unknown escalation-policy "default"',
  },
  {
    file: SERVICE,
    from: 'owner: role(service-owner)',
    to: 'owner: role(service-ower)',
    at: 'role(service-ower)',
    message: 'unknown role',
    nearest: 'service-owner',
  },
  {
    file: PROCESS,
    from: 'calendar: 5x8\nrepairTaskFor',
    to: 'calendar: 7x24\nrepairTaskFor',
    at: '7x24\nrepairTaskFor',
    message: 'never closes and so has no working days',
  },
  {
    file: PROCESS,
    from: '  - name: window',
    to: '  - name: customer',
    at: 'customer\n    title: { zh-CN: 约定',
    message: 'second pause reason',
  },
  {
    file: MATRIX,
    from: 'synonyms: [严重故障',
    to: 'synonyms: [重大',
    at: '重大, 高危',
    message: '"重大" already means severity I',
  },
  {
    file: MATRIX,
    from: 'medium: { high: II,',
    to: 'medium: { high: IV,',
    at: 'III, low: IV }',
    message: 'severer than a worse combination',
  },
  {
    file: WORKDAYS,
    from: "['2026-01-04',",
    to: "['2026-01-03',",
    at: "'2026-01-03', '2026-02-14'",
    message: 'is also a holiday',
  },
  {
    file: WORKDAYS,
    from: "friday: ['09:00-12:00', '13",
    to: "friday: ['14:00-15:00', '13",
    at: "'13:00-18:00']\n  saturday",
    message: 'overlaps or touches',
  },
  {
    file: WORKDAYS,
    from: 'zone: Asia/Shanghai',
    to: 'zone: Asia/Shanghi',
    at: 'Asia/Shanghi',
    message: 'unknown time zone',
    nearest: 'Asia/Shanghai',
  },
  { file: PRIMARY, from: 'every: P1W', to: 'every: PT12H', at: 'PT12H', message: 'whole days or weeks' },
  {
    file: PRIMARY,
    from: 'name: primary',
    to: 'name: secondary',
    at: 'oncall(primary)',
    message: 'unknown schedule "primary"',
    shownIn: ESCALATION,
  },
];

const ROLE_NAMES = ROLES.map((role) => role.name);
const errors = (files: Parameters<typeof checkDefinitions>[0], world?: Parameters<typeof checkDefinitions>[1]) =>
  checkDefinitions(files, world).filter((problem) => problem.severity === 'error');

test('the shipped definitions have no error, and one warning for holidays that are not announced', () => {
  const files = shippedFiles();
  const message = expect.stringMatching('holidays after 2026-12-31 are not announced');
  const at = positionOf(files, WORKDAYS, "'2026-12-31'");
  expect(checkDefinitions(files)).toEqual([{ file: WORKDAYS, ...at, message, severity: 'warning' }]);
});

test.each(CASES)('$file: $to → $message', (c) => {
  expectProblem(checkDefinitions, c);
});

describe('a set', () => {
  test('has each definition once', () => {
    const twice = [
      ...shippedFiles(),
      { path: 'z.yaml', text: shippedFiles().find((f) => f.path === PRIMARY)?.text ?? '' },
    ];
    expect(errors(twice).map(formatProblem)).toEqual(['z.yaml:4:7: error: there is a second schedule "primary"']);
  });

  test('gives a service only a policy that fits its SLA', () => {
    const text = shippedFiles().find((f) => f.path === SLA)?.text ?? '';
    const other = text
      .replace('name: incident', 'name: other')
      .replace('- name: resolve', '- name: repair')
      .replaceAll('clock: resolve', 'clock: repair');
    const files = [...edited(SERVICE, 'sla: incident', 'sla: other'), { path: 'slas/other.yaml', text: other }];
    const found = errors(files).map((p) => p.message);
    expect(found).toContain('the policy "incident-default" watches a clock "resolve" that the SLA "other" has not');
  });

  test('refuses working days on a calendar that never closes', () => {
    const [problem] = errors(edited(SLA, 'IV: PT24H', 'IV: 2bd'));
    expect(problem?.message).toBe('"2bd": the calendar "7x24" never closes and so has no working days');
  });

  test('lists problems by file and line', () => {
    const files = edited(ESCALATION, 'levels:', 'levls:').map((f) =>
      f.path === SLA ? { ...f, text: 'kind: sla' } : f,
    );
    const order = checkDefinitions(files).map((p) => [shippedFiles().findIndex((f) => f.path === p.file), p.line]);
    expect(order).toEqual([...order].sort(([a = 0, b = 0], [c = 0, d = 0]) => a - c || b - d));
    expect(new Set(order.map(([file]) => file)).size).toBeGreaterThan(2);
  });
});

describe('people', () => {
  const named = () => edited(SERVICE, 'owner: role(service-owner)', 'owner: person(li.wei)');

  test('a named person has to exist when people are known', () => {
    const [problem] = errors(named(), { roles: ROLE_NAMES, logins: ['li.wie'] });
    expect(problem).toMatchObject({ message: 'unknown person "li.wei"; known: li.wie', nearest: 'li.wie' });
    expect(errors(named(), { roles: ROLE_NAMES, logins: ['li.wei'] })).toEqual([]);
    expect(errors(named())).toEqual([]);
  });

  test('a role that nobody holds owns no service, and elsewhere is a warning', () => {
    const problems = checkDefinitions(shippedFiles(), { roles: ROLE_NAMES, heldRoles: ['administrator', 'leader'] });
    const owner = problems.filter((p) => p.file === SERVICE && p.severity === 'error');
    expect(owner.map((p) => p.message)).toEqual(['the service has no owner: nobody holds the role "service-owner"']);
    expect(problems).toContainEqual(
      expect.objectContaining({ message: 'nobody holds the role "maintenance-manager"', severity: 'warning' }),
    );
  });
});

describe('reading', () => {
  test('a wrong set throws every problem as file:line:column', () => {
    const files = edited(SLA, 'calendar: 7x24', 'calender: 7x24');
    expect(() => parseDefinitions(files)).toThrow(DefinitionError);
    expect(() => parseDefinitions(files)).toThrow(
      /^slas\/incident\.yaml:\d+:1: error: unknown key "calender".*mean "calendar"\?\)$/m,
    );
  });

  test('warnings do not hinder', () => {
    expect(parseDefinitions(shippedFiles())).toHaveLength(shippedFiles().length);
  });

  test('a folder without definitions is an error', async () => {
    const empty = await mkdtemp(path.join(tmpdir(), 'continuo-defs-'));
    await expect(loadDefinitions(empty)).rejects.toThrow('no definition (*.yaml)');
    await rm(empty, { recursive: true });
  });
});
