import * as fc from 'fast-check';
import { castVote, decide, delegate, entry, type VotingRule, voiceOf } from './approval';
import { addAsked, addManagers, mergeResolved, type Resolution, substituteAbsent } from './approval-people';
import type { Approver } from './request';
import type { ResolvedPerson } from './request-effect';

const ALL: VotingRule = { quorum: { need: 'all' }, order: 'parallel', veto: false };
const IN_TURN: VotingRule = { ...ALL, order: 'sequential' };
const context = { requester: 'li', beneficiary: 'zhao', results: [], active: [] };
const barred = ['li', 'zhao'];
const here = (...logins: string[]): ResolvedPerson[] =>
  logins.map((login) => ({ login, absentUntil: null, substitute: null }));
const away = (login: string, substitute: string | null, absentUntil = 100): ResolvedPerson => ({
  login,
  absentUntil,
  substitute,
});
const found = (logins: string[], rest: Partial<Resolution> = {}): Resolution => ({
  people: here(...logins),
  fallback: false,
  barred,
  ...rest,
});
const start = (rule: VotingRule, ...logins: string[]): Approver[] => mergeResolved(rule, [], found(logins));
const yes = (list: Approver[], login: string): Approver[] =>
  castVote(list, { login, decision: 'approve', comment: null, at: 1 });
const shown = (list: Approver[]): string[] =>
  list.map((a) => `${a.login} ${a.state}${a.for === null ? '' : ` for ${a.for}`}`);

describe('absence', () => {
  const list = start(ALL, 'a', 'b');
  test.each<[string, ResolvedPerson[], string[]]>([
    ['the substitute is asked', [away('a', 's')], ['a replaced', 's asked for a', 'b asked']],
    [
      'the substitute of an absent substitute',
      [away('a', 's'), away('s', 't')],
      ['a replaced', 't asked for a', 'b asked'],
    ],
    ['two who substitute each other stay asked', [away('a', 's'), away('s', 'a')], ['a asked', 'b asked']],
    ['without a substitute', [away('a', null)], ['a asked', 'b asked']],
    ['back since', [away('a', 's', 50)], ['a asked', 'b asked']],
    ['never the requester', [away('a', 'li')], ['a asked', 'b asked']],
    ['nobody gets two voices', [away('a', 'b')], ['a asked', 'b asked']],
    ['one substitute for two', [away('a', 's'), away('b', 's')], ['a replaced', 's asked for a', 'b asked']],
  ])('%s', (_, resolved, after) => {
    expect(shown(substituteAbsent(list, resolved, { now: 50, barred }))).toEqual(after);
  });

  test('whoever has voted is not replaced', () => {
    expect(shown(substituteAbsent(yes(list, 'a'), [away('a', 's')], { now: 50, barred }))).toEqual([
      'a approved',
      'b asked',
    ]);
  });
});

describe('further people', () => {
  test('a superior has the voice of the silent one: the first answer counts, once', () => {
    const list = addManagers(start(ALL, 'a', 'b'), here('boss', 'li', 'b'), { of: 'a', barred });
    expect(shown(list)).toEqual(['a asked', 'b asked', 'boss asked for a']);
    const voted = yes(list, 'boss');
    expect(shown(voted)).toEqual(['a replaced', 'b asked', 'boss approved for a']);
    expect(decide(ALL, voted)).toBeNull();
    expect(decide(ALL, yes(voted, 'b'))).toBe('approved');
    expect(shown(yes(list, 'a'))).toEqual(['a approved', 'b asked', 'boss replaced for a']);
  });

  test('others answer for the silent where all are needed, beside them otherwise', () => {
    const list = yes(start(ALL, 'a', 'b', 'c'), 'a');
    expect(shown(addAsked(ALL, list, here('x', 'y', 'z', 'a'), { barred })).slice(3)).toEqual([
      'x asked for b',
      'y asked for c',
      'z asked for b',
    ]);
    expect(shown(addAsked({ quorum: { count: 2 } }, list, here('x'), { barred })).slice(3)).toEqual(['x asked']);
    expect(shown(addAsked(ALL, [], here('x', 'zhao'), { barred }))).toEqual(['x asked']);
  });
});

describe('resolved anew', () => {
  test('the first time: requester and beneficiary left out, each once, in turn', () => {
    expect(shown(start(IN_TURN, 'a', 'li', 'b', 'a', 'zhao'))).toEqual(['a asked', 'b next']);
    expect(mergeResolved(ALL, [], found(['a'], { fallback: true }))[0]).toMatchObject({ as: 'fallback' });
  });

  test('votes stay, leavers go, newcomers are asked, who returns is asked again', () => {
    const list = yes(start(ALL, 'a', 'b', 'c'), 'a');
    const after = mergeResolved(ALL, list, found(['c', 'd']));
    expect(shown(after)).toEqual(['a approved', 'b gone', 'c asked', 'd asked']);
    expect(shown(mergeResolved(ALL, after, found(['b', 'c', 'd'])))).toEqual([
      'a approved',
      'b asked',
      'c asked',
      'd asked',
    ]);
  });

  test('in a sequence the next one is asked when the one asked has gone', () => {
    expect(shown(mergeResolved(IN_TURN, start(IN_TURN, 'a', 'b'), found(['b', 'c'])))).toEqual([
      'a gone',
      'b asked',
      'c next',
    ]);
  });

  test('who stands in goes with the one he stands in for; when he has left himself, that one is asked again', () => {
    const list = substituteAbsent(start(ALL, 'a', 'b'), [away('a', 's')], { now: 50, barred });
    expect(shown(mergeResolved(ALL, list, found(['b'])))).toEqual(['a gone', 's gone for a', 'b asked']);
    expect(shown(mergeResolved(ALL, list, found(['b', 's'])))).toEqual([
      'a gone',
      's gone for a',
      'b asked',
      's asked',
    ]);
    expect(shown(mergeResolved(ALL, list, found(['a', 'b'], { left: ['s'] })))).toEqual([
      'a asked',
      's gone for a',
      'b asked',
    ]);
    expect(shown(mergeResolved(ALL, list, found(['a', 'b'])))).toEqual(shown(list));
  });

  test('those the desk or a superior has added stay, unless they have left; approvers found replace the fallback', () => {
    const list = addAsked(
      { quorum: { count: 1 } },
      mergeResolved(ALL, [], found(['f'], { fallback: true })),
      here('x', 'y'),
      { barred },
    );
    expect(shown(mergeResolved(ALL, list, found(['a'], { left: ['y'] })))).toEqual([
      'f gone',
      'x asked',
      'y gone',
      'a asked',
    ]);
  });

  const logins = fc.subarray(['a', 'b', 'c', 'd', 'li', 'zhao']);
  const step = fc.oneof(
    fc.record({ do: fc.constant('merge' as const), people: logins, left: fc.subarray(['a', 's', 't']) }),
    fc.record({ do: fc.constant('vote' as const), pick: fc.nat(9), yes: fc.boolean() }),
    fc.record({ do: fc.constant('away' as const), who: logins, by: fc.constantFrom('s', 't', 'a', 'li', null) }),
    fc.record({ do: fc.constant('boss' as const), pick: fc.nat(9), people: logins }),
    fc.record({ do: fc.constant('delegate' as const), pick: fc.nat(9), to: fc.constantFrom('s', 't', 'a', 'li') }),
  );
  type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
  function apply(list: Approver[], s: Step): Approver[] {
    const open = list.filter((a) => a.state === 'asked');
    const one = 'pick' in s ? open[s.pick % Math.max(1, open.length)] : undefined;
    if (s.do === 'merge') return mergeResolved(ALL, list, found(s.people, { left: s.left }));
    if (s.do === 'away')
      return substituteAbsent(
        list,
        s.who.map((w) => away(w, s.by)),
        { now: 1, barred },
      );
    if (!one) return list;
    if (s.do === 'boss') return addManagers(list, here(...s.people), { of: one.login, barred });
    if (s.do === 'vote')
      return castVote(list, { login: one.login, decision: s.yes ? 'approve' : 'reject', comment: null, at: 1 });
    const handed = delegate({ apartFrom: [] }, list, { from: one.login, to: s.to, reason: '' }, context);
    return 'approvers' in handed ? handed.approvers : list;
  }

  /** Those named who can act and for whom nobody speaks. */
  const voiceless = (list: Approver[], people: string[], left: string[]): string[] => {
    const live = list.filter((a) => a.state !== 'gone' && a.state !== 'replaced');
    const heard = new Set(live.flatMap((a) => [a.login, voiceOf(list, a)]));
    return people.filter((p) => ![...barred, ...left].includes(p) && !heard.has(p));
  };

  test('whatever happens: nobody has two places, the requester none, votes cast stay, all named have a voice', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        let list: Approver[] = [];
        for (const s of steps) {
          const votes = list.filter((a) => a.at !== null);
          list = apply(list, s);
          const live = list.filter((a) => a.state !== 'gone' && a.state !== 'replaced').map((a) => a.login);
          expect(new Set(live).size).toBe(live.length);
          expect(live.filter((login) => barred.includes(login))).toEqual([]);
          for (const vote of votes) expect(list).toContainEqual(vote);
          if (live.length === 0) expect(decide(ALL, list)).toBeNull();
          if (s.do === 'merge') expect(voiceless(list, s.people, s.left)).toEqual([]);
        }
      }),
      { numRuns: 500 },
    );
  });
  test('a place of nobody counts for nothing', () => {
    expect(decide(ALL, [entry('a', { state: 'gone' }), entry('s', { state: 'approved', for: 'a' })])).toBe('approved');
  });
});
