import type { TFunction } from 'i18next';
import { REQUEST_TRANSITIONS } from '../../../domain/request-command';
import { REQUEST_EVENTS } from '../../../domain/request-event';
import type { RequestView } from '../../../domain/request-projection';
import type { Permission } from '../../../domain/roles';
import type { Words } from '../drawing/words';
import { caseTexts } from '../i18n/en/case';
import { portal } from '../i18n/en/portal';
import type { TimelineEvent } from '../incident/types';
import { bodyOf } from './command-values';
import { askedIn, commandsNow, taskCommands } from './commands-now';
import { eventWords, type Sayer } from './event-words';
import { belongs, EVERY_OPEN, filterOf, paramsOf, queryOf } from './filter';
import { requestGraph } from './graph';
import { isTold, requestStory } from './story';
import type { PlanDrawn } from './types';

const at = '2026-11-23T08:00:00.000Z';
const title = (text: string) => ({ en: text, 'zh-CN': text });
const approval: RequestView['approvals'][number] = {
  ...{ step: 'manager', visit: 1, title: title('Manager'), state: 'running', since: at, endedAt: null, dueAt: null },
  ...{ shown: 'a'.repeat(64), quorum: { need: 'all' }, order: 'parallel', veto: true, stranded: false },
  approvers: [{ login: 'boss', state: 'asked', for: null, as: 'approver', comment: null, at: null }],
};
const task: RequestView['tasks'][number] = {
  ...{
    task: 'REQ-000001/build.1',
    step: 'build',
    kind: 'request-task',
    title: title('Build'),
    assignee: null,
    team: 'ops',
  },
  ...{ candidates: ['li.na'], since: at, dueAt: null, checklist: [], outcomes: [], form: null },
};
const VIEW = {
  ...{
    id: 'REQ-000001',
    title: 'A server',
    state: 'in-approval',
    requester: 'ann',
    beneficiary: 'ben',
    enteredBy: null,
  },
  ...{ item: 'server', team: 'ops', endedAt: null, outcome: null, withdrawable: true, awaiting: null, version: 3 },
  steps: [
    {
      step: 'manager',
      visit: 1,
      kind: 'approval',
      title: title('Manager'),
      stage: 'a',
      state: 'active',
      since: at,
      endedAt: null,
      by: null,
      outcome: null,
      values: {},
    },
  ],
  ...{
    approvals: [approval],
    tasks: [task],
    failures: [],
    waitingFor: [{ login: 'boss', team: null, step: 'manager', since: at }],
  },
} as unknown as RequestView;

const viewer = (login: string, ...held: Permission[]) => ({
  login,
  may: (...any: Permission[]) => any.some((p) => held.includes(p)),
});
const texts = { ...caseTexts, ...portal };
const t = ((key: string, values: Record<string, unknown> = {}) => {
  const found = (path: string) =>
    path.split('.').reduce<unknown>((o, part) => (o as Record<string, unknown> | undefined)?.[part], texts);
  const text = (values.context ? found(`${key}_${values.context}`) : undefined) ?? found(key);
  return typeof text === 'string'
    ? text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(values[name] ?? ''))
    : key;
}) as TFunction;
const say: Sayer = {
  ...{
    t,
    step: (id) => (id === 'manager' ? 'Manager' : id),
    task: (id) => id,
    clock: (name) => name,
    holder: (login, team) => login ?? team,
    person: (id) => id,
  },
  ...{
    method: (name) => name,
    pageReason: (reason) => reason,
    instant: (iso) => iso,
    duration: (seconds) => `${seconds / 60} min`,
  },
};
const event = (kind: string, body: object, actor = 'boss'): TimelineEvent =>
  ({ seq: 1, kind, at, actor, body }) as TimelineEvent;
const told = (kind: string, body: object) => eventWords(event(kind, body), say);

test('who asks may withdraw and change; who is asked may delegate and send back; who handles may stop', () => {
  expect(commandsNow(VIEW, viewer('ann'))).toEqual({ likely: ['withdraw'], rest: ['edit'] });
  expect(commandsNow(VIEW, viewer('ben')).likely).toEqual(['withdraw']);
  expect(commandsNow(VIEW, viewer('boss'))).toEqual({ likely: [], rest: ['return', 'ask', 'delegate'] });
  expect(commandsNow(VIEW, viewer('desk', 'request:handle')).rest).toEqual([
    'return',
    'ask',
    'log-work',
    'suspend',
    'cancel',
  ]);
  expect(commandsNow(VIEW, viewer('stranger'))).toEqual({ likely: [], rest: [] });
});

test('only what is lawful in the state is offered', () => {
  const corrected = { ...VIEW, state: 'correction', awaiting: { what: 'correction' } } as RequestView;
  expect(commandsNow(corrected, viewer('ann'))).toEqual({ likely: ['resubmit'], rest: ['withdraw'] });
  expect(commandsNow({ ...VIEW, withdrawable: false }, viewer('ann')).likely).toEqual([]);
  const over = { ...VIEW, state: 'fulfilled', endedAt: at } as RequestView;
  expect(commandsNow(over, viewer('ann', 'request:handle'))).toEqual({ likely: [], rest: [] });
  expect(REQUEST_TRANSITIONS.edit).not.toContain('correction');
});

test('a task is taken by whom it is meant for, and completed by whoever has it', () => {
  expect(taskCommands(VIEW, task, viewer('li.na'))).toMatchObject({ claim: true, complete: false, assign: true });
  expect(taskCommands(VIEW, task, viewer('zoe'))).toMatchObject({ claim: false, assign: false });
  const taken = { ...task, assignee: 'li.na' };
  expect(taskCommands(VIEW, taken, viewer('li.na'))).toMatchObject({ claim: false, complete: true, log: true });
  expect(askedIn(VIEW, 'boss')).toEqual(['manager']);
});

test('bodies hold what was filled in, instants in UTC', () => {
  expect(bodyOf('suspend', { reason: 'budget', until: '2026-12-01T09:00' }, {}, 'Asia/Shanghai')).toEqual({
    reason: 'budget',
    until: '2026-12-01T01:00:00.000Z',
  });
  expect(bodyOf('skip-step', { reason: 'by hand' }, { step: 'make' }, 'UTC')).toEqual({
    step: 'make',
    reason: 'by hand',
  });
  expect(bodyOf('assign-task', { note: 'yours', team: '' }, { task: 'T' }, 'UTC')).toEqual({
    task: 'T',
    note: 'yours',
    assignee: null,
  });
});

test('every kind of event of a request has a sentence without gaps', () => {
  const body = {
    step: 'manager',
    task: 'T',
    to: 'zoe',
    decision: 'approve',
    act: 'remind',
    outcome: 'approved',
    team: 'ops',
  };
  for (const kind of REQUEST_EVENTS) {
    const { sentence } = told(kind, body);
    expect(sentence).not.toContain('{{');
    expect(sentence).not.toMatch(/^requestEvent\./);
    expect(sentence.length).toBeGreaterThan(3);
  }
  expect(told('newer', {}).sentence).toContain('newer');
});

test('a vote says for whom and why; a failure is a detail and nobody’s words', () => {
  const vote = told('voted', { step: 'manager', decision: 'reject', comment: 'too dear', as: 'ann' });
  expect(vote).toEqual({ sentence: 'refused Manager in place of ann', quote: 'too dear', details: [] });
  expect(told('action_failed', { step: 'make', reason: 'pool is full' })).toMatchObject({
    quote: null,
    details: ['pool is full'],
  });
  expect(told('step_done', { step: 'make', values: { reservation: 'R-1', nested: {} } }).details).toEqual([
    'Reservation: R-1',
  ]);
  expect(told('approval_asked', { step: 'manager', approvers: [{ login: 'boss' }, 'zoe'] }).sentence).toBe(
    'asked boss, zoe to decide: Manager',
  );
  expect(told('clarification_asked', { question: 'Until when?' }).quote).toBe('Until when?');
});

test('requesters read what concerns them; the machinery is folded for the others', () => {
  expect([event('voted', {}), event('looked', {}), event('commented', { visibility: 'internal' })].map(isTold)).toEqual(
    [true, false, false],
  );
  expect(isTold(event('commented', { visibility: 'public' }))).toBe(true);
  const [entry] = requestStory([event('step_started', {}, 'system')], []);
  expect(entry).toMatchObject({ source: 'system', noise: true });
});

test('a view of the list is a link, and news belong to it or not', () => {
  const filter = filterOf(
    new URLSearchParams('state=correction,in-approval,nonsense&waitingFor=me&open=all&sort=newest'),
  );
  expect(filter.state).toEqual(['in-approval', 'correction']);
  expect(paramsOf(filter).toString()).toBe('state=in-approval%2Ccorrection&waitingFor=me&open=all&sort=newest');
  expect(paramsOf(EVERY_OPEN).toString()).toBe('');
  expect(queryOf({ ...EVERY_OPEN, whose: 'mine' })).toMatchObject({ mine: 'true', open: 'true', state: undefined });
  expect(belongs(filter, VIEW, 'boss')).toBe(true);
  expect(belongs(filter, VIEW, 'zoe')).toBe(false);
  expect(belongs({ ...EVERY_OPEN, whose: 'mine' }, VIEW, 'ben')).toBe(true);
});

/** A fork of two branches, a choice behind it, an end. */
const PLAN = {
  ...{ first: 'manager', stages: [] },
  steps: {
    manager: { id: 'manager', title: title('Manager'), stage: 'a', kind: 'approval', next: 'fork' },
    fork: { id: 'fork', title: title('Both'), stage: 'a', kind: 'parallel', branches: ['left', 'right'], next: 'size' },
    left: { id: 'left', title: title('Left'), stage: 'b', kind: 'task', next: null },
    right: { id: 'right', title: title('Right'), stage: 'b', kind: 'auto', next: null },
    size: {
      id: 'size',
      title: title('Size'),
      stage: 'b',
      kind: 'choice',
      branches: [{ when: 'form.gb > 9', next: 'more' }],
      otherwise: null,
      next: null,
    },
    more: { id: 'more', title: title('More'), stage: 'b', kind: 'task', next: null },
  },
} as unknown as PlanDrawn;

test('the process is drawn with the way taken, the present step, and the ways behind forks and choices', () => {
  const words: Words = { language: 'en', t: (key, values) => t(key as 'request.more', values) };
  const { nodes, edges } = requestGraph(PLAN, VIEW, words);
  expect(nodes.map((n) => n.id)).toEqual([':start', 'manager', 'fork', 'left', 'right', 'size', 'more', ':end']);
  expect(nodes.find((n) => n.id === 'manager')).toMatchObject({
    mark: 'present',
    lines: ['Approval', 'Waits for boss'],
  });
  expect(edges.map((e) => `${e.from}>${e.to}${e.label === '' ? '' : ` ${e.label}`}`)).toEqual([
    ':start>manager',
    'manager>fork',
    'fork>left',
    'fork>right',
    'left>size',
    'right>size',
    'size>more form.gb > 9',
    'size>:end otherwise',
    'more>:end',
  ]);
  expect(edges.filter((e) => e.walked).map((e) => e.id)).toEqual([':start>manager:flow']);
});
