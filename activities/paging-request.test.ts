import { templatesDir } from '../adapters/notification/template';
import type { DuePage } from '../db/page-send';
import type { RequestView } from '../domain/request-projection';
import { approval, approver, requestPlanOf, requestViewOf } from '../test/harness/approval-fixture';
import { currentPages, loadPageTemplates, writeMessage } from './paging-message';

const templates = loadPageTemplates(templatesDir());
const recipient = { id: 'p', login: 'boss', name: 'Boss', locale: 'en', zone: 'Asia/Shanghai', secret: null };
const step = requestPlanOf().steps.manager;
const ladder = step?.kind === 'approval' ? step.ladder : [];
const saying = { text: null, ladder, people: { rita: 'Rita Chen', lisi: '李四', boss: 'Boss' } };

const page = (view: Partial<RequestView>, more: Partial<DuePage> = {}): DuePage => ({
  key: 'k',
  caseId: view.id ?? 'REQ-000001',
  tenantId: 'default',
  step: 'vote-manager',
  visit: 1,
  level: 0,
  severity: 'IV',
  position: 0,
  plannedAt: '2027-03-01T02:00:00.000Z',
  fallback: false,
  why: [{ kind: 'person', name: 'boss' }],
  incident: null,
  request: requestViewOf(view),
  saying,
  ...more,
});
const write = (pages: DuePage[], { locale = 'en', links = new Map<string, string>() } = {}) =>
  writeMessage(templates, {
    recipient: { ...recipient, locale },
    pages,
    links,
    stillOpen: 0,
    publicUrl: 'https://x.example.org',
    definitions: new Map(),
  });
const asked = { approvals: [approval([], { approvers: [approver('boss', { as: 'substitute', for: 'lisi' })] })] };

it('a vote: what, who asks, whose place he takes, until when, what silence leads to, the link', () => {
  const links = new Map([['k', 'https://x.example.org/approve/t']]);
  const { text, subject, html, urgent } = write([page(asked)], { links });
  expect(subject).toBe('Your decision is asked for: REQ-000001 A server for the statistics bureau');
  for (const said of [
    'Approval of the superior',
    'Asked for by: Rita Chen',
    'you stand in for 李四, who is away',
    'Decision due: 2027-03-03 10:00 (Asia/Shanghai)',
    'Without a decision by 2027-03-03 10:00 the request goes back to the requester.',
    'works once): https://x.example.org/approve/t',
    'https://x.example.org/requests/REQ-000001',
  ])
    expect(text).toContain(said);
  expect(html).toContain('href="https://x.example.org/approve/t"');
  expect(urgent).toBe(false);
});

it('in Chinese by meaning, and without a link nothing of one', () => {
  const { text, subject } = write([page(asked)], { locale: 'zh-CN' });
  expect(subject).toBe('请您审批：REQ-000001 A server for the statistics bureau');
  for (const said of ['上级审批', '李四不在岗，由您代为审批', '审批时限：2027-03-03 10:00', '申请人：Rita Chen'])
    expect(text).toContain(said);
  expect(text).not.toContain('approve');
});

it.each<[string, Partial<RequestView>, string[]]>([
  [
    'correction',
    { awaiting: { what: 'correction', text: 'Which zone?', by: 'lisi', since: '', dueAt: '2027-03-03T02:00:00Z' } },
    ['李四: Which zone?', 'Correction due: 2027-03-03 10:00'],
  ],
  [
    'outcome',
    {
      state: 'rejected',
      approvals: [
        approval([], {
          state: 'rejected',
          approvers: [approver('lisi', { state: 'rejected', comment: 'No budget' })],
        }),
      ],
    },
    ['State: refused', 'Reason given by 李四: No budget'],
  ],
  [
    'stalled-make',
    {
      failures: [
        {
          step: 'make',
          title: { 'zh-CN': '制作', en: 'Make it' },
          reason: 'no capacity',
          task: null,
          undoing: false,
          skippable: true,
        },
      ],
    },
    ['Make it: no capacity', 'A step is stuck'],
  ],
])('%s says what has happened and what is to be done', (name, view, said) => {
  const { text } = write([page({ requester: 'boss', ...view }, { step: name })]);
  for (const part of said) expect(text).toContain(part);
  expect(text).toContain('Why you: you have asked for it');
});

it('a notice says what its process wants to say', () => {
  const text = { 'zh-CN': '请查收', en: 'Your machine is ready' };
  expect(write([page({}, { step: 'notice-tell', saying: { ...saying, text } })]).text).toContain(text.en);
});

it('asking again for the same is one duty; news stand by themselves', () => {
  const at = (key: string, name: string, minute: number) =>
    page(asked, { key, step: name, plannedAt: `2027-03-01T02:0${minute}:00Z` });
  const due = [
    at('1', 'vote-manager', 0),
    at('2', 'vote-manager.2', 1),
    at('3', 'mention', 2),
    at('4', 'mention.2', 3),
    at('5', 'vote-other', 4),
  ];
  expect(currentPages(due).map((p) => p.key)).toEqual(['2', '3', '4', '5']);
});

it('cases of both kinds stand in one message, the request without a severity', () => {
  const incident = page({}, { key: 'i', caseId: 'INC-000007', step: 'level-1', level: 1, request: null, saying: null });
  const { subject, text, caseIds } = write([page(asked), { ...incident, severity: 'II' }]);
  expect(subject).toMatch(/^\[II \] 2 cases need you: requests 1, 1 × II$/);
  expect(text).toContain('2 cases need you (1 × II , requests: 1)');
  expect(text).toContain('My work: https://x.example.org/work');
  expect(caseIds.toSorted()).toEqual(['INC-000007', 'REQ-000001']);
});
