import { parseWallSeconds } from './duration';
import type { Check, Path } from './process-def-reference';
import { checkName, checkReference } from './process-def-reference';
import type { RunbookDoc, RunbookStepDoc } from './process-def-runbook';
import { CASE_FIELDS, placeholdersOf } from './runbook';

const LONGEST_LIMIT_SECONDS = 120;
const KNOWN = CASE_FIELDS.map((f) => `case.${f}`);
const SECRET = /^secret\.[a-z0-9][a-z0-9-]*$/;

/** Services and roles exist, each step has a name of its own, approvals are complete, placeholders can be filled. */
export function checkRunbook(check: Check, def: RunbookDoc): void {
  for (const [i, service] of (def.services ?? []).entries()) checkReference(check, ['services', i], 'service', service);
  const names: string[] = [];
  for (const [i, step] of def.steps.entries()) {
    if (names.includes(step.name)) check.report(['steps', i, 'name'], `there is a second step "${step.name}"`);
    names.push(step.name);
    checkStep(check, ['steps', i], step);
  }
  for (const [i, test] of def.tests.entries()) checkName(check, ['tests', i, 'step'], 'step', test.step, names);
}

function checkStep(check: Check, path: Path, step: RunbookStepDoc): void {
  checkApproval(check, path, step);
  const seconds = parseWallSeconds(step.limit);
  if (seconds < 1 || seconds > LONGEST_LIMIT_SECONDS)
    check.report([...path, 'limit'], `"${step.limit}": between PT1S and PT2M; start longer work and answer at once`);
  const [from = 0, to = from] = step.expect.split('-').map(Number);
  if (to < from) check.report([...path, 'expect'], `"${step.expect}" ends before it begins`);
  if (step.http.method === 'GET' && step.http.body !== undefined)
    check.report([...path, 'http', 'body'], 'a GET has no body');
  for (const { name, at } of placeholdersOf(step.http)) {
    if (SECRET.test(name)) {
      if (at === 'url')
        check.report(
          [...path, 'http', 'url'],
          `"${name}": URLs are logged on their way; send secrets in a header or in the body`,
        );
    } else checkName(check, [...path, 'http', at], 'placeholder', name, [...KNOWN, 'secret.<name>']);
  }
}

function checkApproval(check: Check, path: Path, step: RunbookStepDoc): void {
  if (!step.approval) {
    for (const key of ['approvers', 'approvalLimit'] as const)
      if (step[key] !== undefined) check.report([...path, key], 'only with approval: true');
    return;
  }
  if (step.approvers === undefined) check.report([...path, 'approval'], 'an approval needs approvers: a role');
  else checkApprovers(check, [...path, 'approvers'], step.approvers);
  if (step.approvalLimit === undefined)
    check.report([...path, 'approval'], 'an approval needs approvalLimit: without a decision the run is over then');
  else if (parseWallSeconds(step.approvalLimit) < 60) check.report([...path, 'approvalLimit'], 'at least a minute');
}

function checkApprovers(check: Check, path: Path, role: string): void {
  const { roles, heldRoles } = check.world;
  if (!checkName(check, path, 'role', role, roles)) return;
  if (heldRoles && !heldRoles.includes(role))
    check.report(path, `nobody holds the role "${role}"`, { severity: 'warning' });
}
