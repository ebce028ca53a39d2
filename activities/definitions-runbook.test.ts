import { type EditCase, edited, shippedFiles } from '../test/harness/edited-definitions';
import { checkDefinitions, parseDefinitions } from './definitions';
import { runDefinitionTests } from './definitions-tests';

const FILE = 'runbooks/diagnostics.yaml';

test('the shipped runbook is right and passes its own tests', () => {
  expect(checkDefinitions(shippedFiles()).filter((p) => p.file === FILE)).toEqual([]);
  const results = runDefinitionTests(parseDefinitions(shippedFiles())).filter((r) =>
    r.definition.startsWith('runbook/'),
  );
  expect(results).toHaveLength(5);
  expect(results.filter((r) => !r.ok)).toEqual([]);
});

const CASES: (Pick<EditCase, 'from' | 'to'> & { says: string })[] = [
  { from: 'services: [cloud-platform]', to: 'services: [cloud]', says: 'unknown service "cloud"' },
  { from: 'approvers: maintenance-manager', to: 'approvers: nobody', says: 'unknown role "nobody"' },
  { from: '    approvers: maintenance-manager\n', to: '', says: 'an approval needs approvers' },
  { from: '    approvalLimit: PT15M\n', to: '', says: 'an approval needs approvalLimit' },
  { from: 'limit: PT30S', to: 'limit: PT5M', says: 'between PT1S and PT2M' },
  { from: "service: '{{case.service}}'", to: "service: '{{case.number}}'", says: 'unknown placeholder "case.number"' },
  { from: 'name: restart', to: 'name: collect', says: 'there is a second step "collect"' },
  {
    from: 'jobs/diagnostics\n      headers:\n',
    to: 'jobs/{{secret.automation}}\n      headers:\n',
    says: 'URLs are logged on their way',
  },
  {
    from: 'method: POST\n      url: https://automation.example.org/jobs',
    to: 'method: POST\n      url: https://{{case.service}}/jobs',
    says: 'scheme, host and port are fixed',
  },
  { from: 'result: /summary', to: 'result: summary', says: 'write a JSON pointer' },
  { from: 'expect: 200-299\n    result', to: 'expect: ok\n    result', says: 'write an HTTP status' },
  {
    from: 'method: POST\n      url: https://automation.example.org/jobs',
    to: 'method: GET\n      url: https://automation.example.org/jobs',
    says: 'a GET has no body',
  },
  {
    from: '- { step: collect, answered: { status: 503 }',
    to: '- { step: gather, answered: { status: 503 }',
    says: 'unknown step "gather"',
  },
];
test.each(CASES)('$to: $says', ({ from, to, says }) => {
  const problems = checkDefinitions(edited(FILE, from, to)).filter((p) => p.file === FILE);
  expect(problems.map((p) => p.message).join('\n')).toContain(says);
});

test('a test that expects something else fails and says what', () => {
  const defs = parseDefinitions(edited(FILE, 'severity: I\n', 'severity: II\n'));
  const failed = runDefinitionTests(defs).filter((r) => !r.ok);
  expect(failed.map((r) => r.definition)).toEqual(['runbook/diagnostics']);
  expect(failed[0]?.message).toContain('"severity":"II"');
});
