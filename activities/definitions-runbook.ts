import type { RunbookDoc } from '../domain/process-def-runbook';
import { buildRequest, type CaseValues, judgeAnswer, secretsOf } from '../domain/runbook';

/** Values of a case that a test does not state. */
const SAMPLE: CaseValues = {
  id: 'INC-000001',
  title: 'Storage does not answer',
  severity: 'II',
  state: 'new',
  service: 'cloud-platform',
  team: 'maintenance',
  tenantId: 'default',
  url: 'https://itsm.example.org/incidents/INC-000001',
};

/** Builds the request of a step as the platform does, with the names of secrets for secrets, and judges an answer. */
export function testRunbook(
  doc: RunbookDoc,
  test: RunbookDoc['tests'][number],
): Record<string, { expected: unknown; actual: unknown }> {
  const step = doc.steps.find((s) => s.name === test.step);
  if (!step) throw new Error(`there is no step "${test.step}"`);
  const found: Record<string, { expected: unknown; actual: unknown }> = {};
  const { sends, answered } = test;
  if (sends) {
    const secrets = Object.fromEntries(secretsOf(step.http).map((name) => [name, name]));
    const { url, headers, body } = buildRequest(step.http, { ...SAMPLE, ...test.case }, secrets);
    if (sends.url !== undefined) found.url = { expected: sends.url, actual: url };
    for (const [name, value] of Object.entries(sends.headers ?? {}))
      found[name] = { expected: value, actual: headers[name.toLowerCase()] ?? null };
    if ('body' in sends) found.body = { expected: sends.body, actual: body === null ? null : JSON.parse(body) };
  }
  if (answered) {
    const text = typeof answered.body === 'string' ? answered.body : JSON.stringify(answered.body ?? '');
    const { ok, excerpt } = judgeAnswer(step, { status: answered.status, text, cut: false });
    found.succeeds = { expected: test.succeeds, actual: ok };
    if (test.result !== undefined) found.result = { expected: test.result, actual: excerpt };
  }
  return found;
}
