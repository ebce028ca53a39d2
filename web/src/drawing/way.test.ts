import fc from 'fast-check';
import { INCIDENT_STATES, type IncidentCommand, type IncidentOp, TRANSITIONS } from '../../../domain/incident-command';
import type { IncidentPlan } from '../../../domain/incident-plan';
import { applyCommand } from '../../../domain/incident-rules';
import { openedCase, shippedPlan } from '../../../test/harness/incident-fixture';
import type { TimelineEvent } from '../incident/types';
import { incidentGraph } from './incident-graph';
import { awaitedOf, type CaseNow, markWay, wayOf } from './way';
import type { Words } from './words';

const words: Words = { language: 'en', t: (key) => key };
const at = (minute: number) => new Date(Date.UTC(2027, 0, 4, 8, minute)).toISOString();
const event = (seq: number, kind: string, more: Partial<TimelineEvent> = {}): TimelineEvent => ({
  seq,
  kind,
  at: at(seq),
  actor: 'li.na',
  body: {},
  ...more,
});

test('the way is told by the events that change the state, in their order', () => {
  const events = [
    event(3, 'noted'),
    event(2, 'acknowledged'),
    event(1, 'opened'),
    event(4, 'pended'),
    event(5, 'resumed', { actor: 'system', body: { why: 'limit' } }),
  ];
  const way = wayOf(events);
  expect(way.map((s) => [s.from, s.to, s.byTime])).toEqual([
    [null, 'new', false],
    ['new', 'acknowledged', false],
    ['acknowledged', 'pending', false],
    ['pending', 'acknowledged', true],
  ]);
});

test('what a case has walked is marked: by hand and by itself are two ways', () => {
  const way = wayOf([
    event(1, 'opened'),
    event(2, 'acknowledged'),
    event(3, 'pended'),
    event(4, 'resumed', { actor: 'system' }),
  ]);
  const marked = markWay(incidentGraph(null, words), way, 'acknowledged');
  const marks = Object.fromEntries(marked.nodes.map((n) => [n.id, n.mark]));
  expect(marks).toMatchObject({ new: 'visited', pending: 'visited', acknowledged: 'present', closed: undefined });
  expect(marked.edges.filter((e) => e.walked).map((e) => e.id)).toEqual(
    expect.arrayContaining(['new>acknowledged:command', 'acknowledged>pending:command', 'pending>acknowledged:time']),
  );
  expect(marked.edges.filter((e) => e.walked)).toHaveLength(3);
});

let plan: IncidentPlan;
beforeAll(async () => {
  plan = await shippedPlan();
});
/** Commands that need nothing but a state. */
const PLAIN: Partial<Record<IncidentOp, object>> = {
  acknowledge: {},
  claim: {},
  pend: { reason: 'customer' },
  suspend: { reason: 'r', until: 9e12 },
  resume: {},
  resolve: { resolution: 'r' },
  reopen: { reason: 'r' },
  merge: { into: 'INC-000002' },
  unmerge: { reason: 'r' },
  close: {},
  cancel: { reason: 'r' },
};

test('whatever way the rules allow can be seen in the drawing, and ends where the case is', () => {
  const graph = incidentGraph(null, words);
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...(Object.keys(PLAIN) as IncidentOp[])), { maxLength: 25 }), (ops) => {
      const s = openedCase(plan, 'III', 0);
      for (const [i, op] of ops.entries())
        if (TRANSITIONS[op].includes(s.status))
          applyCommand(s, { op, key: `${i}`, actor: 'a', ...PLAIN[op] } as IncidentCommand, i + 1);
      const events = s.unconfirmed.events.map((e) => ({ ...e, at: new Date(e.at).toISOString() }));
      const way = wayOf(events);
      expect(way.at(-1)?.to).toBe(s.status);
      const walked = markWay(graph, way, s.status).edges.reduce((sum, e) => sum + (e.walked ?? 0), 0);
      expect(walked).toBe(way.length - 1);
    }),
  );
});

const NOW: CaseNow = {
  state: 'new',
  team: 'maintenance',
  assignee: null,
  reporter: 'zhang.min',
  createdAt: at(0),
  nextAt: at(50),
  resolvedAt: null,
  pause: null,
};
const way = wayOf([event(1, 'opened')]);
const pause = { reason: 'customer', since: at(5), until: at(30) };

test.each<[string, Partial<CaseNow>, string[]]>([
  ['a new case waits for somebody of its team', {}, ['handler maintenance']],
  ['or for whom it was given to', { assignee: 'li.na' }, ['answer li.na']],
  ['then for its owner', { state: 'acknowledged', assignee: 'li.na' }, ['owner li.na']],
  ['a pause for its reason', { state: 'pending', assignee: 'li.na', pause }, ['pause customer']],
  ['a suspended one for a decision', { state: 'suspended', pause }, ['decision customer']],
  ['a merged one for the other', { state: 'merged', mergedInto: 'INC-000009' }, ['other INC-000009']],
  ['a resolved one for an objection', { state: 'resolved', resolvedAt: at(9) }, ['objection zhang.min']],
  [
    'a stage over its limit for the assessor',
    { assessment: { since: at(3), dueAt: at(33) } },
    ['assessor maintenance'],
  ],
])('%s', (_, more, expected) => {
  expect(awaitedOf({ ...NOW, ...more }, way).map((a) => `${a.what} ${a.who}`)).toEqual(expected);
});

test('approvals and suppliers are awaited besides; an ended case waits for nobody', () => {
  const run = {
    id: 'r1',
    runbook: 'diagnose',
    step: 'restart',
    state: 'awaiting-approval',
    since: at(1),
    limitAt: at(8),
  };
  const supplier = { name: 'acme', since: at(2), dueAt: at(40), state: 'asked' };
  const busy: CaseNow = {
    ...NOW,
    state: 'acknowledged',
    assignee: 'li.na',
    runs: [run, { ...run, state: 'running' }],
    supplier,
  };
  expect(awaitedOf(busy, way).map((a) => a.what)).toEqual(['approval', 'owner', 'supplier']);
  for (const state of INCIDENT_STATES.filter((s) => s === 'closed' || s === 'cancelled'))
    expect(awaitedOf({ ...busy, state }, way)).toEqual([]);
});
