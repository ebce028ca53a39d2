import * as fc from 'fast-check';
import {
  type ApprovalContext,
  askNext,
  barredFrom,
  castVote,
  decide,
  delegate,
  entry,
  newlyAsked,
  shortBy,
  type VotingRule,
  voterFor,
} from './approval';
import type { ActiveApproval, Approver, StepResult } from './request';

const rule = (quorum: VotingRule['quorum'], rest: Partial<VotingRule> = {}): VotingRule => ({
  quorum,
  order: 'parallel',
  veto: false,
  ...rest,
});
const ALL = rule({ need: 'all' });
const asked = (...logins: string[]): Approver[] => logins.map((login) => entry(login, { state: 'asked' }));
/** `+` approved, `-` rejected, `?` asked, `>` next, `x` gone, `r` replaced. */
const STATES = { '+': 'approved', '-': 'rejected', '?': 'asked', '>': 'next', x: 'gone', r: 'replaced' } as const;
const board = (marks: string): Approver[] =>
  [...marks].map((m, i) => entry(`p${i}`, { state: STATES[m as keyof typeof STATES] }));

const context: ApprovalContext = { requester: 'li', beneficiary: 'zhao', results: [], active: [] };
const STEP = { apartFrom: ['first'] };
const done = (approvers: Approver[], voided = false): StepResult => ({
  step: 'first',
  visit: 1,
  kind: 'approval',
  startedAt: 0,
  endedAt: 1,
  by: 'wang',
  outcome: 'approved',
  values: {},
  approvers,
  voided,
});

describe('decision', () => {
  test.each<[string, VotingRule, string, ReturnType<typeof decide>]>([
    ['nobody is never an approval', ALL, '', null],
    ['nor are those that are gone or replaced', rule({ need: 'any' }), 'xr', null],
    ['nor a share of nobody', rule({ percent: 50 }), 'x', null],
    ['any', rule({ need: 'any' }), '+??', 'approved'],
    ['any: refused when all have refused', rule({ need: 'any' }), '---', 'rejected'],
    ['any: one refusal refuses nothing', rule({ need: 'any' }), '-??', null],
    ['all', ALL, '+++', 'approved'],
    ['all: one refusal refuses', ALL, '-??', 'rejected'],
    ['all, those gone left out', ALL, '+x+r', 'approved'],
    ['all in a sequence, one to come', ALL, '+>', null],
    ['two of three', rule({ count: 2 }), '++?', 'approved'],
    ['two of three, two refused', rule({ count: 2 }), '--?', 'rejected'],
    ['half of three is two', rule({ percent: 50 }), '+??', null],
    ['half of four is two', rule({ percent: 50 }), '++??', 'approved'],
    ['a veto ends it', rule({ need: 'any' }, { veto: true }), '-??', 'rejected'],
    ['two of one is not refused by itself', rule({ count: 2 }), '+', null],
    ['two of one, refused', rule({ count: 2 }), '-', 'rejected'],
  ])('%s', (_, r, marks, outcome) => {
    expect(decide(r, board(marks))).toBe(outcome);
  });

  test('how many approvers are missing', () => {
    expect(shortBy(ALL, [])).toBe(1);
    expect(shortBy(rule({ count: 3 }), board('?x'))).toBe(2);
    expect(shortBy(rule({ percent: 100 }), board('??'))).toBe(0);
  });

  const quorums = fc.oneof(
    fc.constantFrom<VotingRule['quorum'][]>({ need: 'any' }, { need: 'all' }),
    fc.integer({ min: 1, max: 5 }).map((count) => ({ count })),
    fc.integer({ min: 1, max: 100 }).map((percent) => ({ percent })),
  );

  /** All decisions the votes still to come can lead to, each voter in turn deciding either way. */
  function endings(need: number, veto: boolean, votes: boolean[], left: number): Set<string> {
    const yes = votes.filter(Boolean).length;
    if (veto && yes < votes.length) return new Set(['rejected']);
    if (yes >= need) return new Set(['approved']);
    if (left === 0) return new Set(['rejected']);
    const go = (vote: boolean) => endings(need, veto, [...votes, vote], left - 1);
    return new Set([...go(true), ...go(false)]);
  }

  test('is what every way of voting on leads to, and not given before', () => {
    const votes = fc.array(fc.boolean(), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(quorums, fc.boolean(), votes, fc.nat(2), (quorum, veto, all, out) => {
        const n = all.length;
        const share = 'percent' in quorum ? quorum.percent / 100 : 0;
        const shareNeed = Array.from({ length: n + 1 }, (_, k) => k).find((k) => k > 0 && k >= share * n - 1e-9) ?? n;
        const need = 'count' in quorum ? quorum.count : 'percent' in quorum ? shareNeed : quorum.need === 'all' ? n : 1;
        if (need > n) return;
        for (let given = 0; given <= n; given++) {
          const marks = all.map((v, i) => (i >= given ? '?' : v ? '+' : '-')).join('');
          const found = decide(rule(quorum, { veto }), board(marks + 'xr'.slice(0, out)));
          const ways = endings(need, veto, all.slice(0, given), n - given);
          expect(found).toBe(ways.size === 1 ? [...ways][0] : null);
          if (found !== null) return;
        }
      }),
    );
  });
});

describe('order', () => {
  test('all at once, or one after the other', () => {
    const all = ['a', 'b', 'c'].map((login) => entry(login, {}));
    const states = (list: Approver[]): string[] => list.map((a) => a.state);
    expect(states(askNext(ALL, all))).toEqual(['asked', 'asked', 'asked']);
    const inTurn = rule({ need: 'all' }, { order: 'sequential' });
    const first = askNext(inTurn, all);
    expect(states(first)).toEqual(['asked', 'next', 'next']);
    expect(askNext(inTurn, first)).toEqual(first);
    const second = askNext(inTurn, castVote(first, { login: 'a', decision: 'approve', comment: null, at: 1 }));
    expect(states(second)).toEqual(['approved', 'asked', 'next']);
    expect(newlyAsked(first, second)).toEqual(['b']);
  });
});

describe('who may vote', () => {
  const running: ActiveApproval = {
    kind: 'approval',
    step: 'first',
    visit: 1,
    since: 0,
    within: null,
    approvers: board('-'),
    shown: '',
    rungs: [],
    stranded: false,
  };
  const standIn = [
    entry('sun', { state: 'replaced' }),
    entry('qian', { state: 'asked', for: 'sun', as: 'substitute' }),
  ];
  test.each<[string, Approver[], string, string | undefined, object]>([
    ['who is asked', asked('wang'), 'wang', undefined, { login: 'wang' }],
    ['as himself', asked('wang'), 'wang', 'wang', { login: 'wang' }],
    ['who stands in', standIn, 'qian', 'sun', { login: 'qian' }],
    ['for another than he says', standIn, 'qian', 'wang', { refused: 'stands-in' }],
    ['who has handed it on', standIn, 'sun', undefined, { refused: 'voted' }],
    ['a stranger', asked('wang'), 'zhou', undefined, { refused: 'not-asked' }],
    ['who has left', board('x'), 'p0', undefined, { refused: 'not-asked' }],
    ['who has voted', board('+'), 'p0', undefined, { refused: 'voted' }],
    ['before his turn', board('?>'), 'p1', undefined, { refused: 'not-yet' }],
    ['the requester, even when asked', asked('li'), 'li', undefined, { refused: 'own-request' }],
    ['the beneficiary', asked('zhao'), 'zhao', undefined, { refused: 'own-request' }],
  ])('%s', (_, approvers, actor, as, answer) => {
    expect(voterFor(STEP, approvers, actor, as, context)).toEqual(answer);
  });

  test('nobody votes in two steps that are to be apart, but for votes that count no more', () => {
    const voted = board('+-?x');
    const c = { ...context, results: [done(voted)] };
    expect(voterFor(STEP, asked('p1'), 'p1', undefined, c)).toEqual({ refused: 'apart' });
    expect(voterFor(STEP, asked('p2'), 'p2', undefined, c)).toEqual({ login: 'p2' });
    expect(voterFor({ apartFrom: [] }, asked('p1'), 'p1', undefined, c)).toEqual({ login: 'p1' });
    expect(barredFrom(STEP, c)).toEqual(['li', 'zhao', 'p0', 'p1']);
    expect(barredFrom(STEP, { ...context, results: [done(voted, true)] })).toEqual(['li', 'zhao']);
    expect(barredFrom(STEP, { ...context, active: [running] })).toEqual(['li', 'zhao', 'p0']);
  });
});

describe('delegation', () => {
  const handed = (list: Approver[], from: string, to: string) =>
    delegate(STEP, list, { from, to, reason: 'on leave' }, context);
  const ok = (answer: ReturnType<typeof delegate>): Approver[] => ('approvers' in answer ? answer.approvers : []);

  test('hands on place and turn; the voice stays one', () => {
    const list = ok(handed(board('?>'), 'p1', 'sun'));
    expect(list.map((a) => [a.login, a.state, a.for, a.comment])).toEqual([
      ['p0', 'asked', null, null],
      ['p1', 'replaced', null, 'on leave'],
      ['sun', 'next', 'p1', null],
    ]);
    const back = ok(handed(ok(handed(asked('wang', 'qian'), 'wang', 'sun')), 'sun', 'wang'));
    expect(voterFor(STEP, back, 'wang', undefined, context)).toEqual({ login: 'wang' });
    const after = castVote(back, { login: 'wang', decision: 'approve', comment: 'fine', at: 7 });
    expect(decide(ALL, after)).toBeNull();
    expect(decide(ALL, castVote(after, { login: 'qian', decision: 'approve', comment: null, at: 8 }))).toBe('approved');
  });

  test.each([
    ['the requester', 'p0', 'li', 'own-request'],
    ['who is asked', 'p0', 'p1', 'asked-already'],
    ['himself', 'p0', 'p0', 'asked-already'],
    ['by a stranger', 'zhou', 'sun', 'not-asked'],
    ['by who has voted', 'p2', 'sun', 'voted'],
  ])('is refused: %s', (_, from, to, refused) => {
    expect(handed(board('??+'), from, to)).toEqual({ refused });
  });
});
