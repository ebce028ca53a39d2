import * as fc from 'fast-check';
import type { Interval, WorkingTime } from '../../domain/calendar';
import { type ClockPlan, type Goal, SEVERITIES, type SlaFact, type SlaFactKind } from '../../domain/sla';

/** Random calendars, plans and histories in whole minutes, small enough to be simulated minute by minute. */
export const MINUTE = 60_000;
/** Days of 100 minutes: a few dozen fit into one simulation. */
const DAY = 100 * MINUTE;
const DAYS = 30;

const minutes = (max: number, min = 0): fc.Arbitrary<number> => fc.integer({ min, max }).map((n) => n * MINUTE);

/** 7×24, or days with up to two open ranges each; some days are closed, some ranges touch the next day. */
export const workingTimes: fc.Arbitrary<WorkingTime> = fc.oneof(
  { weight: 1, arbitrary: fc.constant<WorkingTime>({ ...head(), open: 'always' }) },
  {
    weight: 3,
    arbitrary: fc
      .array(fc.uniqueArray(fc.integer({ min: 0, max: 100 }), { maxLength: 4 }), { minLength: DAYS, maxLength: DAYS })
      .map(fromMarks),
  },
);

function head(): Pick<WorkingTime, 'calendarId' | 'version' | 'from' | 'until'> {
  return { calendarId: 'random', version: 1, from: 0, until: DAYS * DAY };
}

function fromMarks(marksByDay: number[][]): WorkingTime {
  const open: Interval[] = [];
  const days: Interval[] = [];
  for (const [i, marks] of marksByDay.entries()) {
    const sorted = [...marks].sort((a, b) => a - b).map((m) => i * DAY + m * MINUTE);
    for (let k = 0; k + 1 < sorted.length; k += 2) {
      const [start = 0, end = 0] = [sorted[k], sorted[k + 1]];
      const last = open.at(-1);
      if (last?.[1] === start) open[open.length - 1] = [last[0], end];
      else open.push([start, end]);
      if (k + 3 >= sorted.length) days.push([i * DAY, end]);
    }
  }
  return { ...head(), open, days };
}

/** An instant inside the first two thirds of the expansion, on a whole minute. */
export const instants: fc.Arbitrary<number> = minutes(2000);

const severities = fc.constantFrom(...SEVERITIES);
const kinds = fc.constantFrom<SlaFactKind>(
  'severity',
  'acknowledged',
  'planned',
  'paused',
  'paused',
  'resumed',
  'resumed',
  'resolved',
  'reopened',
  'closed',
  'cancelled',
);

export const REASONS = { counted: ['customer', 'vendor'], ignored: 'lunch' } as const;
const reasons = fc.constantFrom(...REASONS.counted, REASONS.ignored);
const goals: fc.Arbitrary<Goal> = fc.integer({ min: 1, max: 300 }).map((n) => ({ seconds: n * 60 }));
const dayGoals: fc.Arbitrary<Goal> = fc.integer({ min: 1, max: 5 }).map((businessDays) => ({ businessDays }));

/** A plan for a calendar: business days only where it has days. */
export const plansFor = (w: WorkingTime): fc.Arbitrary<ClockPlan> => {
  const goal = w.days === undefined ? goals : fc.oneof(goals, dayGoals);
  return fc.record({
    name: fc.constant('clock'),
    calendarId: fc.constant(w.calendarId),
    goals: fc.record({ I: goal, II: goal, III: goal, IV: goal }),
    stopsAt: fc.uniqueArray(fc.constantFrom<SlaFactKind>('acknowledged', 'planned', 'resolved', 'closed')),
    restartsAt: fc.constantFrom<SlaFactKind[]>(['reopened'], []),
    pausesFor: fc.constant([...REASONS.counted]),
  });
};

/** `opened`, then facts of the given kinds, ascending; several may share an instant. */
export const historiesOf = (kind: fc.Arbitrary<SlaFactKind>): fc.Arbitrary<SlaFact[]> =>
  fc
    .tuple(
      minutes(100),
      severities,
      fc.array(fc.record({ wait: minutes(80), kind, severity: severities, reason: reasons }), { maxLength: 12 }),
    )
    .map(([at, severity, later]) => {
      const facts: SlaFact[] = [{ at, kind: 'opened', severity }];
      for (const f of later) {
        const common = { at: (facts.at(-1)?.at ?? at) + f.wait, kind: f.kind };
        if (f.kind === 'severity') facts.push({ ...common, severity: f.severity });
        else facts.push(f.kind === 'paused' ? { ...common, reason: f.reason } : common);
      }
      return facts;
    });

/** Everything that can happen to a case. */
export const histories = historiesOf(kinds);

export interface World {
  w: WorkingTime;
  plan: ClockPlan;
  facts: SlaFact[];
  now: number;
}

/** Calendar, plan, history and an instant to look at them from, not before the opening. */
export const worlds = (history = histories): fc.Arbitrary<World> =>
  workingTimes.chain((w) =>
    fc
      .record({ w: fc.constant(w), plan: plansFor(w), facts: history, after: minutes(1500) })
      .map(({ after, ...rest }) => ({ ...rest, now: (rest.facts[0]?.at ?? 0) + after })),
  );
