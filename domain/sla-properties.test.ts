import * as fc from 'fast-check';
import { Simulator } from '../test/harness/clock-simulator';
import { histories, historiesOf, MINUTE, REASONS, worlds } from '../test/harness/clock-world';
import { dueAtFraction, explain, readClock, SEVERITIES, type SlaFact } from './sla';

const RUNS = { numRuns: 500 };
/** The severity changes, nothing stops or pauses. */
const severityOnly = historiesOf(fc.constant('severity'));
const spans = fc.tuple(fc.nat(900), fc.nat(300));

/** `facts` with a pause, the facts of one instant keeping their order. */
function paused(facts: SlaFact[], [from, length]: [number, number], reason: string): SlaFact[] {
  const start = (facts[0]?.at ?? 0) + from * MINUTE;
  const pause: SlaFact[] = [
    { at: start, kind: 'paused', reason },
    { at: start + length * MINUTE, kind: 'resumed' },
  ];
  return [...facts, ...pause].sort((a, b) => a.at - b.at);
}

describe('the fold, on random calendars, plans and histories', () => {
  test('says what watching the clock minute by minute says', () => {
    fc.assert(
      fc.property(worlds(), ({ plan, facts, w, now }) => {
        expect(readClock(plan, facts, w, now)).toMatchObject({ ...new Simulator(plan, facts, w).watch(now) });
      }),
      RUNS,
    );
  });

  test('a deadline comes true to the millisecond if nothing more happens', () => {
    fc.assert(
      fc.property(worlds(), ({ plan, facts, w, now }) => {
        const past = facts.filter((f) => f.at <= now);
        const { dueAt, state, provisional } = readClock(plan, past, w, now);
        if (dueAt === null) return expect(state !== 'running' || provisional).toBe(true);
        expect(readClock(plan, past, w, Math.max(now, dueAt))).toMatchObject({ state: 'breached', breachedAt: dueAt });
        if (dueAt > now) expect(readClock(plan, past, w, dueAt - 1).state).toBe('running');
      }),
      RUNS,
    );
  });

  test('facts of the future change nothing of the present', () => {
    fc.assert(
      fc.property(worlds(), ({ plan, facts, w, now }) => {
        const past = facts.filter((f) => f.at <= now);
        expect(readClock(plan, facts, w, now)).toEqual(readClock(plan, past, w, now));
        expect(explain(plan, facts, w, now)).toEqual(explain(plan, past, w, now));
      }),
      RUNS,
    );
  });

  test('the explanation fills the time from start to now and adds up', () => {
    fc.assert(
      fc.property(worlds(), ({ plan, facts, w, now }) => {
        const { startedAt, elapsedMs } = readClock(plan, facts, w, now);
        const segments = explain(plan, facts, w, now);
        let at = startedAt;
        for (const s of segments) {
          expect(s.from).toBe(at);
          expect(s.to).toBeGreaterThan(s.from);
          at = s.to;
        }
        expect(at).toBe(now);
        expect(segments.reduce((sum, s) => sum + s.countedMs, 0)).toBe(elapsedMs);
      }),
      RUNS,
    );
  });

  test('a change of severity keeps the elapsed time', () => {
    fc.assert(
      fc.property(worlds(), ({ plan, facts, w, now }) => {
        const plain = facts.filter((f) => f.kind !== 'severity');
        expect(readClock(plan, facts, w, now).elapsedMs).toBe(readClock(plan, plain, w, now).elapsedMs);
      }),
      RUNS,
    );
  });
});

describe('pausing', () => {
  const orNever = (at: number | null): number => at ?? Number.POSITIVE_INFINITY;

  test('for a reason of the clock never shortens a deadline', () => {
    fc.assert(
      fc.property(
        worlds(severityOnly),
        spans,
        fc.constantFrom(...REASONS.counted),
        ({ plan, facts, w }, span, reason) => {
          const before = orNever(dueAtFraction(plan, facts, w, 1));
          expect(orNever(dueAtFraction(plan, paused(facts, span, reason), w, 1))).toBeGreaterThanOrEqual(before);
        },
      ),
      RUNS,
    );
  });

  test('for any other reason changes no deadline', () => {
    fc.assert(
      fc.property(worlds(severityOnly), spans, ({ plan, facts, w }, span) => {
        const waited = paused(facts, span, REASONS.ignored);
        expect(dueAtFraction(plan, waited, w, 1)).toBe(dueAtFraction(plan, facts, w, 1));
      }),
      RUNS,
    );
  });
});

test('the random histories reach every state, also late, and both kinds of goal', () => {
  const seen = new Set<string>();
  for (const { plan, facts, w, now } of fc.sample(worlds(histories), { numRuns: 3000, seed: 1 })) {
    const { state, breachedAt } = readClock(plan, facts, w, now);
    seen.add(state).add(breachedAt === null ? 'in time' : `${state} late`);
    if (SEVERITIES.some((s) => 'businessDays' in plan.goals[s])) seen.add('days');
  }
  const all = ['running', 'paused', 'met', 'breached', 'cancelled', 'paused late', 'cancelled late', 'days'];
  expect([...seen]).toEqual(expect.arrayContaining(all));
});
