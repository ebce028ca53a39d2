import { allowedOps } from '../../../domain/incident-check';
import { INCIDENT_STATES, type IncidentOp, type IncidentStatus } from '../../../domain/incident-command';
import type { Permission } from '../../../domain/roles';
import { type CommandView, type CommandViewer, commandsNow, GROUPS } from './command-fields';

const everything: CommandViewer = { may: () => true, login: 'li.na' };
const only = (...held: Permission[]): CommandViewer => ({ may: (p) => held.includes(p), login: 'li.na' });
/** A case in a state as the platform itself would show it, with all that this state allows. */
function incident(state: IncidentStatus, more: Partial<CommandView> = {}): CommandView {
  const view = {
    state,
    plannedAt: null,
    assignee: null,
    assessment: null,
    runs: [],
    reportRequired: false,
    reporter: 'zhang.min',
    ...more,
  };
  const rest = { parent: null, links: [], major: null, supplier: null, report: null };
  return { ...view, allowed: allowedOps({ ...rest, ...view }), ...more };
}
const all = (v: CommandView, viewer = everything) => {
  const { likely, groups } = commandsNow(v, viewer);
  return [...likely, ...groups.flatMap((g) => g.ops)];
};
const run = (requestedBy: string) => ({
  id: 'run-1',
  runbook: 'db',
  step: 'restart',
  state: 'awaiting-approval' as const,
  requestedBy,
  since: '2026-11-24T08:00:00Z',
  limitAt: '2026-11-24T08:30:00Z',
});

test.each<[IncidentStatus, IncidentOp[]]>([
  ['new', ['acknowledge', 'assign']],
  ['acknowledged', ['claim', 'resolve']],
  ['pending', ['resume', 'resolve']],
  ['suspended', ['resume', 'resolve']],
  ['merged', ['unmerge']],
  ['resolved', ['close', 'reopen']],
  ['closed', []],
  ['cancelled', []],
])('in state %s the likely ones are buttons', (state, likely) => {
  expect(commandsNow(incident(state), everything).likely).toEqual(likely);
});

test.each(INCIDENT_STATES)('in state %s every allowed command is offered once, notes apart', (state) => {
  const v = incident(state);
  const offered = all(v);
  expect(new Set(offered).size).toBe(offered.length);
  expect(offered.toSorted()).toEqual(v.allowed.filter((op) => op !== 'note').toSorted());
});

test('no command is forgotten in the menu', () => {
  const known: IncidentOp[] = Object.values(GROUPS).flat();
  const every = INCIDENT_STATES.flatMap((state) => incident(state).allowed);
  expect([...new Set(every)].filter((op) => op !== 'note' && !known.includes(op))).toEqual([]);
});

test('a plan that stands gives way to the next likely command', () => {
  const mine = { assignee: 'li.na' };
  expect(commandsNow(incident('acknowledged', mine), everything).likely).toEqual(['resolve', 'plan']);
  const planned = incident('acknowledged', { ...mine, plannedAt: '2026-11-24T08:00:00Z' });
  expect(commandsNow(planned, everything).likely).toEqual(['resolve', 'pend']);
});

test('what somebody has is not taken from him', () => {
  expect(all(incident('acknowledged', { assignee: 'wang.wei' }))).not.toContain('claim');
});

test('decisions that others wait for come first', () => {
  const assessment = { since: '2026-11-24T08:00:00Z', dueAt: '2026-11-24T08:30:00Z', fromLine: 1 as const };
  expect(commandsNow(incident('acknowledged', { assessment }), everything).likely).toEqual(['assess', 'resolve']);
  const asked = incident('acknowledged', { assignee: 'li.na', runs: [run('wang.wei')] });
  expect(commandsNow(asked, everything).likely).toEqual(['decide-step', 'resolve']);
});

test('nobody is offered to approve what he asked for himself', () => {
  expect(all(incident('acknowledged', { runs: [run('li.na')] }))).not.toContain('decide-step');
});

test('a report that is required comes before closing', () => {
  expect(commandsNow(incident('resolved', { reportRequired: true }), everything).likely[0]).toBe('submit-report');
});

test('closing and cancelling need a permission of their own', () => {
  const resolved = incident('resolved');
  expect(all(resolved, only('incident:handle'))).not.toContain('close');
  expect(all(resolved, only('incident:close'))).toEqual(['close']);
  expect(all(resolved, only())).toEqual([]);
  expect(all(incident('acknowledged', { assignee: 'li.na' }), only('incident:handle'))).not.toContain('suspend');
});

test('whoever reported a case may say that it is over, or that it is not, and nothing else', () => {
  const own = { may: () => false, login: 'zhang.min' };
  expect(all(incident('resolved'), own)).toEqual(['close', 'reopen']);
  expect(all(incident('acknowledged'), own)).toEqual([]);
});
