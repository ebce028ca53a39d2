import { isEscalation, stepKind } from './page-step';

it.each([
  ['level-2', 'level', true],
  ['reminder-14/next-3', 'reminder', true],
  ['leader', 'leader', false],
  ['leader/next-1', 'leader', false],
  ['mention-7', 'mention', false],
  ['assessor-2.1', 'assessor', false],
  ['approval-run-1', 'approval', false],
  ['levels-1', null, false],
  ['', null, false],
])('%s is of kind %s', (step, kind, escalation) => {
  expect([stepKind(step), isEscalation(step)]).toEqual([kind, escalation]);
});
