import fc from 'fast-check';
import { type AssignmentRule, type Candidate, chooseAssignee } from './assignment';

const NOW = Date.parse('2027-03-01T02:00:00Z');
const HOUR = 3_600_000;
const away = (substitute: string | null = null) => [{ from: NOW - HOUR, to: NOW + HOUR, substitute }];
const who = (login: string, more: Partial<Candidate> = {}): Candidate => ({
  login,
  active: true,
  absences: [],
  skills: [],
  load: 0,
  lastTurn: null,
  ...more,
});
const among = [{ kind: 'role' as const, role: 'r' }];
const rules: AssignmentRule[] = [
  { mode: 'round-robin', among },
  { mode: 'least-loaded', among },
  { mode: 'skill', skills: ['db'], among },
  { mode: 'on-call', schedule: 'primary' },
];
const robin: AssignmentRule = { mode: 'round-robin', among };

describe('chooseAssignee', () => {
  it('leaves the case in the queue where people take or give it', () => {
    expect(chooseAssignee({ mode: 'pull' }, [who('a')], NOW)).toMatchObject({ login: null, none: 'people-take-it' });
    expect(chooseAssignee({ mode: 'push' }, [who('a')], NOW)).toMatchObject({ login: null, none: 'somebody-gives-it' });
    expect(chooseAssignee(robin, [], NOW)).toMatchObject({ login: null, none: 'nobody-named' });
  });

  it('in turn: whoever waited longest, and says why not the others', () => {
    const all = [who('a', { lastTurn: 7 }), who('b', { lastTurn: 3 }), who('c', { lastTurn: 1, absences: away() })];
    expect(chooseAssignee(robin, all, NOW)).toEqual({
      mode: 'round-robin',
      login: 'b',
      standsInFor: null,
      none: null,
      skipped: [
        { login: 'a', why: 'later-turn', detail: null },
        { login: 'c', why: 'absent', detail: '2027-03-01T03:00:00.000Z' },
      ],
    });
  });

  it('least loaded: fewest open cases, then in turn', () => {
    const all = [who('a', { load: 2 }), who('b', { load: 1, lastTurn: 5 }), who('c', { load: 1, lastTurn: 4 })];
    const choice = chooseAssignee({ mode: 'least-loaded', among }, all, NOW);
    expect(choice.login).toBe('c');
    expect(choice.skipped).toEqual([
      { login: 'a', why: 'busier', detail: '2' },
      { login: 'b', why: 'later-turn', detail: null },
    ]);
  });

  it('by skill: only who has every one of them', () => {
    const rule: AssignmentRule = { mode: 'skill', skills: ['db', 'linux'], among };
    const all = [who('a', { skills: ['db'] }), who('b', { skills: ['linux', 'db'], load: 9 })];
    expect(chooseAssignee(rule, all, NOW)).toMatchObject({
      login: 'b',
      skipped: [{ login: 'a', why: 'lacks-skill', detail: 'linux' }],
    });
    expect(chooseAssignee(rule, [who('a')], NOW)).toMatchObject({ login: null, none: 'nobody-able' });
  });

  it('the substitute when nobody else is left, unless he is away as well', () => {
    const rule: AssignmentRule = { mode: 'on-call', schedule: 'primary' };
    const absent = who('a', { absences: away('s') });
    expect(chooseAssignee(rule, [absent], NOW, [who('s')])).toMatchObject({ login: 's', standsInFor: 'a' });
    expect(chooseAssignee(rule, [absent], NOW, [who('s', { absences: away() })])).toMatchObject({
      none: 'nobody-able',
    });
    expect(chooseAssignee(robin, [absent, who('b')], NOW, [who('s')])).toMatchObject({ login: 'b', standsInFor: null });
  });

  it('an absence ends at its end', () => {
    const back = who('a', { absences: [{ from: NOW - HOUR, to: NOW, substitute: null }] });
    expect(chooseAssignee(robin, [back], NOW).login).toBe('a');
    expect(chooseAssignee(robin, [back], NOW - 1).login).toBeNull();
  });
});

describe('for any team', () => {
  const candidate = fc.record({
    active: fc.boolean(),
    skills: fc.subarray(['db', 'linux']),
    load: fc.nat(5),
    lastTurn: fc.option(fc.integer({ min: 1, max: 9 })),
    absences: fc.array(
      fc.record({
        from: fc.integer({ min: -3, max: 3 }).map((h) => NOW + h * HOUR),
        to: fc.integer({ min: 4, max: 6 }).map((h) => NOW + h * HOUR),
        substitute: fc.constantFrom(null, 'p0', 'p1', 'stranger'),
      }),
      { maxLength: 2 },
    ),
  });
  const team = fc.array(candidate, { maxLength: 6 }).map((all) => all.map((c, i) => who(`p${i}`, c)));
  const present = (c: Candidate) => c.active && !c.absences.some((a) => a.from <= NOW && NOW < a.to);

  it('never an absent, inactive or unskilled person; somebody whenever there is one', () => {
    fc.assert(
      fc.property(team, team, fc.constantFrom(...rules), (all, others, rule) => {
        const { login, skipped, none } = chooseAssignee(rule, all, NOW, others);
        const able = (c: Candidate) => present(c) && (rule.mode !== 'skill' || c.skills.includes('db'));
        const chosen = [...all, ...others].filter((c) => c.login === login);
        if (login !== null) expect(chosen.some(able)).toBe(true);
        if (all.some(able)) expect(all.find((c) => c.login === login)).toBeDefined();
        expect((login === null) === (none !== null)).toBe(true);
        // Everybody who was named is accounted for.
        const named = all.map((c) => c.login).filter((l) => l !== login);
        expect(skipped.map((s) => s.login)).toEqual(expect.arrayContaining(named));
      }),
    );
  });

  it('does not depend on the order of the candidates', () => {
    fc.assert(
      fc.property(team, fc.constantFrom(...rules), (all, rule) => {
        const [one, other] = [chooseAssignee(rule, all, NOW, all), chooseAssignee(rule, [...all].reverse(), NOW, all)];
        expect(other.login).toBe(one.login);
        expect(other.skipped).toEqual(one.skipped);
      }),
    );
  });

  it('rotates fairly: of those who are there all the time none is ahead by more than one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.array(fc.nat(5), { maxLength: 40 }), (size, absentees) => {
        const turns = new Map<string, number>();
        const given = new Map<string, number>();
        absentees.forEach((absent, turn) => {
          const all = Array.from({ length: size }, (_, i) =>
            who(`p${i}`, {
              lastTurn: turns.get(`p${i}`) ?? null,
              // Only the last two come and go.
              absences: i >= size - 2 && i === absent ? away() : [],
            }),
          );
          const { login } = chooseAssignee(robin, all, NOW);
          if (login === null) return;
          turns.set(login, turn + 1);
          given.set(login, (given.get(login) ?? 0) + 1);
        });
        const steady = Array.from({ length: Math.max(0, size - 2) }, (_, i) => given.get(`p${i}`) ?? 0);
        if (steady.length > 0) expect(Math.max(...steady) - Math.min(...steady)).toBeLessThanOrEqual(1);
      }),
    );
  });
});
