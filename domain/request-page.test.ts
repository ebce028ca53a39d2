import { approval, approver, requestViewOf } from '../test/harness/approval-fixture';
import { stillWanted } from './request-page';
import type { RequestView } from './request-projection';

const wanted = (view: Partial<RequestView>, step: string, more: { login?: string; fallback?: boolean } = {}) =>
  stillWanted(requestViewOf(view), { step, visit: 1, login: 'boss', fallback: false, ...more });
const task = (assignee: string | null) => ({
  task: 'REQ-000001/make.1',
  step: 'make',
  kind: 'request-task',
  title: { 'zh-CN': '制作', en: 'Make' },
  assignee,
  candidates: ['boss'],
  team: 'operations',
  since: '2027-03-01T02:00:00Z',
  dueAt: null,
  checklist: [],
  outcomes: [],
  form: null,
});

it('a vote is wanted of those who are asked while the step runs; of the fallback as long', () => {
  const running = { approvals: [approval(['boss'])] };
  expect(wanted(running, 'vote-manager.2')).toBe(true);
  expect(wanted(running, 'vote-other')).toBe(false);
  const replaced = { approvals: [approval([], { approvers: [approver('boss', { state: 'replaced' })] })] };
  expect(wanted(replaced, 'vote-manager')).toBe(false);
  expect(wanted(replaced, 'vote-manager', { fallback: true })).toBe(true);
  expect(wanted({ approvals: [approval(['boss'], { state: 'approved' })] }, 'vote-manager')).toBe(false);
});

it('a task is wanted of whoever may take it, and of him who has it', () => {
  expect(wanted({ tasks: [task(null)] }, 'task-make')).toBe(true);
  expect(wanted({ tasks: [task('boss')] }, 'task-make')).toBe(true);
  expect(wanted({ tasks: [task('other')] }, 'task-make')).toBe(false);
  expect(wanted({ tasks: [] }, 'task-make')).toBe(false);
});

it('a correction and an answer are wanted until they are there', () => {
  const awaiting = (what: 'correction' | 'clarification') => ({
    awaiting: { what, text: 'x', by: 'boss', since: '2027-03-01T02:00:00Z', dueAt: null },
  });
  expect(wanted(awaiting('correction'), 'correction.2')).toBe(true);
  expect(wanted(awaiting('correction'), 'question')).toBe(false);
  expect(wanted(awaiting('clarification'), 'question')).toBe(true);
  expect(wanted({}, 'correction')).toBe(false);
});

it('news stay wanted, even of a request that is over', () => {
  const over = { endedAt: '2027-03-02T02:00:00Z', state: 'fulfilled' as const };
  for (const step of ['outcome', 'notice-tell', 'mention.3', 'answer']) expect(wanted(over, step)).toBe(true);
  for (const step of ['overdue-correction', 'stalled-make']) expect(wanted(over, step)).toBe(false);
});
