import * as fc from 'fast-check';
import { worlds } from '../test/harness/clock-world';
import type { WorkingTime } from './calendar';
import { type EscalationInput, type EscalationPlan, nextEscalation } from './escalation';
import { type ClockPlan, liveFraction, type SlaFact } from './sla';

const MIN = 60_000;
const always: WorkingTime = { calendarId: '7x24', version: 1, from: 0, until: 0, open: 'always' };
const hour = { seconds: 3600 };
const resolve: ClockPlan = {
  name: 'resolve',
  calendarId: '7x24',
  goals: { I: hour, II: hour, III: hour, IV: hour },
  stopsAt: ['resolved'],
  restartsAt: ['reopened'],
  pausesFor: ['vendor'],
};

/** Silence of 0, 5 and 15 minutes; levels 3 to 5 also by the clock at 50, 75 and 100 %. Levels stand in no order. */
const policy: EscalationPlan = {
  policyId: 'ladder',
  levels: [
    { level: 5, when: [{ clock: 'resolve', fraction: 1 }], notify: [{ kind: 'owner' }] },
    { level: 1, when: [{ silenceSeconds: 0 }], notify: [{ kind: 'assignee' }] },
    { level: 3, when: [{ silenceSeconds: 900 }, { clock: 'resolve', fraction: 0.5 }], notify: [{ kind: 'owner' }] },
    { level: 2, when: [{ silenceSeconds: 300 }], notify: [{ kind: 'owner' }] },
    { level: 4, when: [{ clock: 'resolve', fraction: 0.75 }], notify: [{ kind: 'owner' }] },
  ],
  leader: { severities: [], notify: [] },
  repeatSeconds: 3600,
  fallback: [],
};
const opened: SlaFact = { at: 0, kind: 'opened', severity: 'I' };

/** The step at a minute after the opening. */
function step(minute: number, more: Partial<EscalationInput> = {}) {
  const input: EscalationInput = {
    clocks: [resolve],
    facts: [opened],
    calendars: { '7x24': always },
    openedAt: 0,
    acknowledgedAt: null,
    levelReached: 0,
    ...more,
  };
  const { dueNow, nextAt } = nextEscalation(policy, input, minute * MIN);
  return { dueNow, next: nextAt === null ? null : nextAt / MIN };
}

describe('an unanswered case', () => {
  test.each([
    [0, 0, [1], 5],
    [0, 1, [], 5],
    [5, 1, [2], 15],
    [15, 2, [3], 45],
    [45, 3, [4], 60],
    [60, 4, [5], null],
    [90, 5, [], null],
  ])('minute %d with level %d reached: due %j, next at minute %p', (minute, levelReached, dueNow, next) => {
    expect(step(minute, { levelReached })).toEqual({ dueNow, next });
  });

  test('a level is due at its millisecond, not before', () => {
    expect(step(5 - 1 / MIN, { levelReached: 1 }).dueNow).toEqual([]);
  });

  test('after an outage names every level it slept through, ascending', () => {
    expect(step(50)).toEqual({ dueNow: [1, 2, 3, 4], next: 60 });
    expect(step(500, { levelReached: 2 })).toEqual({ dueNow: [3, 4, 5], next: null });
  });
});

describe('acknowledgement', () => {
  test('ends silence, also for steps that were due before it and never taken', () => {
    expect(step(3, { acknowledgedAt: 2 * MIN, levelReached: 1 })).toEqual({ dueNow: [], next: 30 });
    expect(step(20, { acknowledgedAt: 16 * MIN, levelReached: 1 })).toEqual({ dueNow: [], next: 30 });
  });

  test('leaves the clock to go on', () => {
    expect(step(30, { acknowledgedAt: 2 * MIN, levelReached: 1 })).toEqual({ dueNow: [3], next: 45 });
  });

  test('of the future is not known yet', () => {
    expect(step(5, { acknowledgedAt: 6 * MIN, levelReached: 1 }).dueNow).toEqual([2]);
  });
});

describe('clock fractions', () => {
  const acknowledged = { acknowledgedAt: 1 * MIN, levelReached: 1 };
  const pause: SlaFact[] = [opened, { at: 10 * MIN, kind: 'paused', reason: 'vendor' }];

  test('wait while the clock is paused and move with it', () => {
    expect(step(35, { ...acknowledged, facts: pause })).toEqual({ dueNow: [], next: null });
    const resumed: SlaFact[] = [...pause, { at: 40 * MIN, kind: 'resumed' }];
    expect(step(45, { ...acknowledged, facts: resumed })).toEqual({ dueNow: [], next: 60 });
  });

  test('a fraction used up before the pause is still due in it', () => {
    const late: SlaFact[] = [opened, { at: 31 * MIN, kind: 'paused', reason: 'vendor' }];
    expect(step(35, { ...acknowledged, facts: late })).toEqual({ dueNow: [3], next: null });
  });

  test('end when the clock stops', () => {
    const facts: SlaFact[] = [opened, { at: 50 * MIN, kind: 'resolved' }];
    expect(step(55, { ...acknowledged, facts })).toEqual({ dueNow: [], next: null });
  });

  test('of a fast clock overtake a level that is not due yet: nobody goes back to it', () => {
    const fast = { clocks: [{ ...resolve, goals: { ...resolve.goals, I: { seconds: 480 } } }] };
    expect(step(4, fast)).toEqual({ dueNow: [1, 3], next: 6 });
    expect(step(5, { ...fast, levelReached: 3 })).toEqual({ dueNow: [], next: 6 });
  });

  test('used up in an earlier visit escalated then: a new visit begins with silence and the fractions ahead', () => {
    const facts: SlaFact[] = [opened, { at: 35 * MIN, kind: 'resolved' }, { at: 100 * MIN, kind: 'reopened' }];
    const visit = { facts, openedAt: 100 * MIN };
    expect(step(100, visit)).toEqual({ dueNow: [1], next: 105 });
    expect(step(105, { ...visit, acknowledgedAt: 101 * MIN, levelReached: 1 })).toEqual({ dueNow: [], next: 110 });
    expect(step(110, { ...visit, acknowledgedAt: 101 * MIN, levelReached: 1 })).toEqual({ dueNow: [4], next: 125 });
  });

  test('of an unknown clock are an error that names the clocks', () => {
    expect(() => step(0, { clocks: [{ ...resolve, name: 'respond' }] })).toThrow(
      'no clock resolve; the case has: respond',
    );
  });
});

test('stepping from one next moment to the next takes every level once, when its fraction is used up', () => {
  const ladder = [0.25, 0.5, 0.75, 1].map((fraction, i) => ({
    level: i + 1,
    when: [{ clock: 'clock', fraction }],
    notify: [],
  }));
  fc.assert(
    fc.property(worlds(), ({ plan, facts, w, now }) => {
      const past = facts.filter((f) => f.at <= now);
      const input = {
        clocks: [plan],
        facts: past,
        calendars: { [w.calendarId]: w },
        openedAt: past[0]?.at ?? now,
        acknowledgedAt: now,
      };
      const taken: [level: number, at: number][] = [];
      for (let moment: number | null = now; moment !== null; ) {
        const levelReached = taken.at(-1)?.[0] ?? 0;
        const { dueNow, nextAt } = nextEscalation({ ...policy, levels: ladder }, { ...input, levelReached }, moment);
        for (const level of dueNow) taken.push([level, moment]);
        expect(nextAt ?? moment + 1).toBeGreaterThan(moment);
        moment = nextAt;
      }
      const used = [0.25, 0.5, 0.75, 1].map((f) => liveFraction(plan, past, w, f, now));
      expect(taken).toEqual(used.flatMap((at, i) => (at === null ? [] : [[i + 1, Math.max(at, now)]])));
    }),
  );
});
