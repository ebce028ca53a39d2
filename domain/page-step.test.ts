import { isEscalation, stepKind, stepOfPage } from './page-step';

it.each([
  ['level-2', 'level', true],
  ['reminder-14/next-3', 'reminder', true],
  ['leader', 'leader', false],
  ['leader/next-1', 'leader', false],
  ['mention-7', 'mention', false],
  ['assessor-2.1', 'assessor', false],
  ['approval-run-1', 'approval', false],
  ['vote-manager.2', 'vote', false],
  ['correction.3', 'correction', false],
  ['overdue-hand-over/next-1', 'overdue', false],
  ['levels-1', null, false],
  ['', null, false],
])('%s is of kind %s', (step, kind, escalation) => {
  expect([stepKind(step), isEscalation(step)]).toEqual([kind, escalation]);
});

it.each([
  ['vote-manager', 'manager'],
  ['vote-manager.2', 'manager'],
  ['task-hand-over.10/next-2', 'hand-over'],
  ['correction', ''],
  ['correction.2', ''],
])('%s is about the step "%s"', (page, step) => {
  expect(stepOfPage(page)).toBe(step);
});
