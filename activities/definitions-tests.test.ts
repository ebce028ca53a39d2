import { edited, shippedFiles } from '../test/harness/edited-definitions';
import { parseDefinitions } from './definitions';
import { runDefinitionTests } from './definitions-tests';

test('every shipped definition carries tests, and they pass', () => {
  const definitions = parseDefinitions(shippedFiles());
  const results = runDefinitionTests(definitions);
  expect(results.filter((r) => !r.ok)).toEqual([]);
  expect(results).toHaveLength(definitions.reduce((sum, def) => sum + def.tests.length, 0));
});

/** What fails when a definition is changed behind the back of its tests. */
const CASES = [
  [
    'slas/incident.yaml',
    'II: PT6H',
    'II: PT5H',
    'sla/incident',
    'due: expected "2026-10-01T01:00:00.000Z", found "2026-10-01T00:00:00.000Z"',
  ],
  [
    'slas/incident.yaml',
    '[customer, window]',
    '[window]',
    'sla/incident',
    'due: expected "2026-10-01T02:00:00.000Z", found "2026-10-01T01:00:00.000Z"',
  ],
  [
    'slas/incident.yaml',
    '[acknowledged, resolved, closed]',
    '[resolved]',
    'sla/incident',
    'state: expected "met", found "running"',
  ],
  [
    'calendars/5x8.yaml',
    "'2026-09-20', '2026-10-10'",
    "'2026-09-20'",
    'calendar/5x8',
    'due: expected "2026-10-15T18:00", found "2026-10-16T18:00"',
  ],
  ['calendars/5x8.yaml', "to: '2026-10-07'", "to: '2026-10-06'", 'calendar/5x8', 'working: expected false, found true'],
  [
    'matrices/incident.yaml',
    'high: { high: I, ',
    'high: { high: II, ',
    'priority-matrix/incident',
    'severity: expected "I", found "II"',
  ],
  [
    'matrices/incident.yaml',
    'synonyms: [重大, ',
    'synonyms: [',
    'priority-matrix/incident',
    'severity: expected "I", found null',
  ],
  [
    'escalation-policies/incident-default.yaml',
    '{ silence: PT10M }',
    '{ silence: PT11M }',
    'escalation-policy/incident-default',
    'level: expected 3, found 2',
  ],
  [
    'escalation-policies/incident-default.yaml',
    '90% }]',
    '91% }]',
    'escalation-policy/incident-default',
    'level: expected 4, found 3',
  ],
  [
    'schedules/primary.yaml',
    'every: P1W',
    'every: P2W',
    'schedule/primary',
    'oncall: expected "second", found "first"',
  ],
  [
    'processes/incident.yaml',
    'repairTaskFor: [I]',
    'repairTaskFor: [I, II]',
    'process/incident',
    'repairTask: expected false, found true',
  ],
  [
    'processes/incident.yaml',
    'severities: [I, II]',
    'severities: [I]',
    'process/incident',
    'leaderNotified: expected true, found false',
  ],
  [
    'processes/incident.yaml',
    'limit: { I: PT0S, II: P1D',
    'limit: { I: PT1H, II: P1D',
    'process/incident',
    'allowedSeconds: expected 0, found 3600',
  ],
  [
    'slas/incident.yaml',
    'III: PT12H',
    'III: PT13H',
    'service/cloud-platform',
    'resolve: expected {"seconds":43200}, found {"seconds":46800}',
  ],
];

test.each(CASES)('%s: %s → %s fails a test of %s', (file = '', from = '', to = '', definition = '', message = '') => {
  const results = runDefinitionTests(parseDefinitions(edited(file, from, to)));
  expect(results.filter((r) => r.definition === definition && !r.ok).map((r) => r.message)).toContain(message);
});

test('a test that cannot run fails with the reason', () => {
  const sla = parseDefinitions(shippedFiles()).filter((def) => def.kind === 'sla');
  const [result] = runDefinitionTests(sla);
  expect(result).toMatchObject({
    ok: false,
    message: 'could not run: calendar "7x24" or clock "respond" is not defined',
  });
});
