import { type EditCase, edited, expectProblem } from '../test/harness/edited-definitions';
import { checkDefinitions, formatProblem } from './definitions';

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
    from: 'calendar: 7x24',
    to: 'calender: 7x24',
    at: 'calender',
    message: 'unknown key "calender"',
    nearest: 'calendar',
  },
  {
    file: SLA,
    from: 'goals: { I: PT3H',
    to: 'goal: { I: PT3H',
    at: 'goal: {',
    message: 'unknown key "goal"',
    nearest: 'goals',
  },
  {
    file: SLA,
    from: ', IV: PT2H }',
    to: ' }',
    at: 'goals: { I: PT30M, II: PT30M, III: PT30M }',
    message: 'missing key "IV"',
  },
  { file: SLA, from: 'IV: PT2H', to: 'V: PT2H', at: 'V: PT2H', message: 'unknown key "V"', nearest: 'IV' },
  { file: SLA, from: 'II: PT6H', to: 'II: 6h', at: '6h', message: '"6h": not a duration' },
  { file: SLA, from: 'II: PT6H', to: 'II: 6', at: '6,', message: 'must be a text, not 6' },
  {
    file: SLA,
    from: '[planned, resolved, closed]',
    to: '[plan, resolved]',
    at: 'plan, resolved',
    message: '"plan": must be one of opened',
    nearest: 'planned',
  },
  {
    file: SLA,
    from: 'continuo/v1',
    to: 'continuo/v2',
    at: 'continuo/v2',
    message: 'must be continuo/v1',
    nearest: 'continuo/v1',
  },
  { file: SLA, from: '- name: respond', to: '- name: Respond!', at: 'Respond!', message: 'names are lower-case' },
  {
    file: ESCALATION,
    from: 'fallback: [role(administrator)]',
    to: 'fallback: []',
    at: 'fallback',
    message: 'fallback must not be empty',
  },
  {
    file: ESCALATION,
    from: 'fallback: [role(administrator)]\n',
    to: '',
    at: 'apiVersion',
    message: 'missing key "fallback"',
  },
  {
    file: ESCALATION,
    from: '[oncall(primary)]',
    to: '[oncal(primary)]',
    at: 'oncal(',
    message: 'names nobody',
    nearest: 'oncall',
  },
  {
    file: ESCALATION,
    from: '{ silence: PT10M }',
    to: '{ silence: 2bd }',
    at: '2bd',
    message: 'working time has no meaning here',
  },
  {
    file: ESCALATION,
    from: '{ silence: PT10M }',
    to: '{ silence: PT10M, clock: plan }',
    at: '{ silence: PT10M, clock',
    message: 'a trigger is',
  },
  {
    file: ESCALATION,
    from: 'repeatEvery: PT30M',
    to: 'repeatEvery:',
    at: 'repeatEvery',
    message: 'must be a text, not nothing',
  },
  {
    file: SERVICE,
    from: 'owner: role(service-owner)\n',
    to: '',
    at: 'apiVersion',
    message: 'missing key "owner": a service needs an owner',
  },
  {
    file: SERVICE,
    from: 'owner: role(service-owner)',
    to: 'owner: oncall(primary)',
    at: 'oncall(primary)',
    message: 'an owner is person(login) or role',
  },
  { file: PROCESS, from: '  risk: {', to: '  risks: {', at: 'risks:', message: 'unknown key "risks"', nearest: 'risk' },
  { file: PROCESS, from: 'repairTaskFor: [I]', to: 'repairTaskFor: [1]', at: '1]', message: '1: must be one of I, II' },
  { file: PROCESS, from: 'after: 3bd', to: 'after: P3D', at: 'P3D', message: 'write whole working days' },
  {
    file: MATRIX,
    from: 'low: { high: III',
    to: 'low: { hgih: III',
    at: 'hgih',
    message: 'unknown key "hgih"',
    nearest: 'high',
  },
  {
    file: WORKDAYS,
    from: '  sunday: []',
    to: '  sundy: []',
    at: 'sundy',
    message: 'unknown key "sundy"',
    nearest: 'sunday',
  },
  { file: WORKDAYS, from: "to: '2026-02-23'", to: "to: '2026-02-30'", at: "'2026-02-30'", message: 'not a date' },
  {
    file: WORKDAYS,
    from: "friday: ['09:00-12:00'",
    to: "friday: ['9:00-12:00'",
    at: "'9:00",
    message: 'write HH:mm-HH:mm',
  },
  {
    file: PRIMARY,
    from: 'participants: role(oncall-engineer)',
    to: 'participants: []',
    at: 'participants',
    message: 'at least one login',
  },
  {
    file: PRIMARY,
    from: 'kind: schedule',
    to: 'kind: shedule',
    at: 'shedule',
    message: 'unknown kind "shedule"; known: calendar',
    nearest: 'schedule',
  },
];

test.each(CASES)('$file: $to → $message', (c) => {
  expectProblem(checkDefinitions, c);
});

test('a file with an error does not make other files wrong', () => {
  const others = CASES.filter((c) => !c.message.startsWith('unknown kind')).flatMap((c) =>
    checkDefinitions(edited(c.file, c.from, c.to))
      .filter((p) => p.file !== c.file && p.severity === 'error')
      .map((p) => `${c.to}: ${formatProblem(p)}`),
  );
  expect(others).toEqual([]);
});
