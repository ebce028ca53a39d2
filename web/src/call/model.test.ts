import { begun, bodyOf, callerOf, EMPTY, moveTarget, searchOf, type TalkDraft, targetsOf } from './model';
import type { Caller, CallerCase } from './queries';

const NOW = Date.parse('2027-01-04T08:05:00Z');
const aCase = (id: string, state: CallerCase['state']): CallerCase => ({
  id,
  state,
  title: id,
  severity: 'III',
  open: state !== 'closed' && state !== 'cancelled',
  updatedAt: '2027-01-04T08:00:00Z',
});
const wang: Caller = {
  id: '00000000-0000-4000-8000-000000000001',
  tenantId: 'a',
  login: 'wang',
  displayName: 'Wang',
  email: null,
  phones: ['+8613812345678'],
  number: '+8613812345678',
  cases: [aCase('INC-000002', 'new'), aCase('INC-000001', 'resolved'), aCase('INC-000000', 'closed')],
  totalCases: 3,
};
const draft = (more: Partial<TalkDraft> = {}): TalkDraft => ({
  ...EMPTY,
  text: 'Printer\nthird floor',
  startedAt: '2027-01-04T08:00:00.000Z',
  key: 'k',
  ...more,
});

test.each([
  ['138', { number: '138' }],
  ['+86 (0)10-8888 6666', { number: '+86 (0)10-8888 6666' }],
  ['88886666转12', { number: '88886666转12' }],
  ['13', null],
  ['王', { name: '王' }],
  ['wa', { name: 'wa' }],
  ['w', null],
  ['oncall.1', { name: 'oncall.1' }],
  ['  ', null],
])('%p is looked for as %p', (typed, search) => {
  expect(searchOf(typed)).toEqual(search);
});

test('the clock begins with the first thing typed, and the key of the call with it; neither begins twice', () => {
  const first = begun(EMPTY, NOW);
  expect(first.startedAt).toBe('2027-01-04T08:05:00.000Z');
  expect(first.key).toMatch(/^[0-9a-f]{32}$/);
  expect(begun({ ...EMPTY, ...first }, NOW + 60_000)).toEqual({});
});

test('the only one with exactly this number is calling; of several somebody has to be chosen', () => {
  const zhao = { ...wang, id: '2', login: 'zhao' };
  expect(callerOf(draft(), [wang], '+8613812345678')).toBe(wang);
  expect(callerOf(draft(), [wang], null)).toBeNull();
  expect(callerOf(draft(), [wang, zhao], '+8613812345678')).toBeNull();
  expect(callerOf(draft({ callerId: '2' }), [wang, zhao], null)).toBe(zhao);
  expect(callerOf(draft({ callerId: 'gone' }), [wang], '+8613812345678')).toBeNull();
});

test('a call goes to a new case, to one that has not ended, or to the log', () => {
  const targets = targetsOf(wang);
  expect(targets).toEqual(['new', 'INC-000002', 'INC-000001', 'log', 'nobody']);
  expect(targetsOf(null)).toEqual(['new', 'log', 'nobody']);
  expect([moveTarget(targets, 'new', 1), moveTarget(targets, 'new', -1), moveTarget(targets, 'nobody', 1)]).toEqual([
    'INC-000002',
    'new',
    'nobody',
  ]);
});

test('what is sent is what was chosen', () => {
  const known = bodyOf(draft({ target: 'INC-000002', callerName: 'X' }), wang, '+8613812345678', NOW);
  expect(known).toMatchObject({ callerId: wang.id, result: { outcome: 'noted', caseId: 'INC-000002' } });
  expect(known).not.toHaveProperty('callerName');
  expect(known).toMatchObject({ startedAt: '2027-01-04T08:00:00.000Z', endedAt: '2027-01-04T08:05:00.000Z' });
  const stranger = bodyOf(draft({ callerName: ' Green ', service: 's', impact: 'high' }), null, null, NOW);
  const opened = { outcome: 'opened', impact: 'high', urgency: 'medium', service: 's' };
  expect(stranger).toMatchObject({ number: null, callerName: 'Green', result: opened });
  expect(bodyOf(draft(), wang, null, NOW).number).toBe('+8613812345678');
  expect(bodyOf(draft({ target: 'log' }), wang, null, NOW).result).toEqual({ outcome: 'answered' });
  expect(bodyOf(draft({ target: 'nobody' }), wang, null, NOW).result).toEqual({ outcome: 'abandoned' });
});

test('a case of somebody else is not written on by mistake, and a call never ends before it begins', () => {
  expect(bodyOf(draft({ target: 'INC-000002' }), null, null, NOW).result).toMatchObject({ outcome: 'opened' });
  const early = bodyOf(draft(), wang, null, Date.parse('2027-01-04T07:00:00Z'));
  expect(early.endedAt).toBe(early.startedAt);
});
