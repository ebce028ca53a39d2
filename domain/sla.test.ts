import type { WorkingTime } from './calendar';
import { type ClockPlan, dueAtFraction, explain, liveFraction, readClock, readClocks, type SlaFact } from './sla';

const at = (iso: string): number => Date.parse(`2026-10-01T${iso}:00Z`);
const min = (n: number): number => n * 60_000;
const always: WorkingTime = { calendarId: '7x24', version: 1, from: 0, until: 0, open: 'always' };

/** 08:00–12:00 and 13:00–17:00 UTC on 1 and 2 October 2026. */
const office: WorkingTime = {
  calendarId: 'office',
  version: 1,
  from: at('00:00'),
  until: at('00:00') + 2 * 86_400_000,
  open: [0, 1440].flatMap((day) =>
    [480, 780].map((start) => [at('00:00') + min(day + start), at('00:00') + min(day + start + 240)] as const),
  ),
  days: [0, 1440].map((day) => [at('00:00') + min(day), at('00:00') + min(day + 1020)] as const),
};

const seconds = (i: number, ii: number, iii: number, iv: number): ClockPlan['goals'] => ({
  I: { seconds: i },
  II: { seconds: ii },
  III: { seconds: iii },
  IV: { seconds: iv },
});
const [M, H] = [60, 3600];
const respond: ClockPlan = {
  name: 'respond',
  calendarId: '7x24',
  goals: seconds(10 * M, 10 * M, 10 * M, 10 * M),
  stopsAt: ['acknowledged', 'resolved'],
  restartsAt: [],
  pausesFor: [],
};
const plan: ClockPlan = {
  ...respond,
  name: 'plan',
  goals: seconds(30 * M, 30 * M, 30 * M, 2 * H),
  stopsAt: ['planned'],
};
const resolve: ClockPlan = {
  name: 'resolve',
  calendarId: '7x24',
  goals: seconds(3 * H, 6 * H, 12 * H, 24 * H),
  stopsAt: ['resolved'],
  restartsAt: ['reopened'],
  pausesFor: ['customer', 'vendor'],
};

const opened = (severity: SlaFact['severity'], time = '08:00'): SlaFact => ({ at: at(time), kind: 'opened', severity });
const fact = (time: string, kind: SlaFact['kind'], more: Partial<SlaFact> = {}): SlaFact => ({
  at: at(time),
  kind,
  ...more,
});
const read = (facts: SlaFact[], now: string, w = always) => readClock(resolve, facts, w, at(now));

describe('the promises of the source (R3.1), counted from the report round the clock', () => {
  test.each([
    ['I', '08:10', '08:30', '11:00'],
    ['II', '08:10', '08:30', '14:00'],
    ['III', '08:10', '08:30', '20:00'],
    ['IV', '08:10', '10:00', '32:00'],
  ] as const)('severity %s: respond %s, plan %s, resolve %s', (severity, ...due) => {
    const readings = readClocks([respond, plan, resolve], [opened(severity)], { '7x24': always }, at('08:00'));
    const minutes = (t: string): number => Number(t.slice(0, 2)) * 60 + Number(t.slice(3));
    expect(readings.map((r) => r.dueAt)).toEqual(due.map((t) => at('00:00') + min(minutes(t))));
    expect(readings.map((r) => r.state)).toEqual(['running', 'running', 'running']);
  });
});

describe('running, met, breached, cancelled', () => {
  test('a running clock says everything about its promise', () => {
    expect(read([opened('I')], '09:00')).toEqual({
      name: 'resolve',
      state: 'running',
      severity: 'I',
      goalMs: min(180),
      elapsedMs: min(60),
      remainingMs: min(120),
      dueAt: at('11:00'),
      startedAt: at('08:00'),
      stoppedAt: null,
      breachedAt: null,
      provisional: false,
    });
  });

  test('an overdue clock is breached and goes on counting', () => {
    const r = read([opened('I')], '12:00');
    expect(r).toMatchObject({ state: 'breached', breachedAt: at('11:00'), elapsedMs: min(240), remainingMs: min(-60) });
  });

  test.each([
    ['a minute before', '10:59', 'met', null],
    ['at the very instant', '11:00', 'breached', '11:00'],
    ['a minute after', '11:01', 'breached', '11:00'],
  ])('stopped %s the goal is used up', (_, stop, state, breach) => {
    const r = read([opened('I'), fact(stop, 'resolved')], '15:00');
    const breachedAt = breach === null ? null : at(breach);
    expect(r).toMatchObject({ state, breachedAt, stoppedAt: at(stop), dueAt: null, elapsedMs: at(stop) - at('08:00') });
  });

  test('the timer of a deadline finds it breached, the millisecond before not', () => {
    expect(readClock(resolve, [opened('I')], always, at('11:00')).state).toBe('breached');
    expect(readClock(resolve, [opened('I')], always, at('11:00') - 1).state).toBe('running');
  });

  test('cancelling ends what still runs, and keeps what was met', () => {
    const facts = [opened('I'), fact('08:05', 'acknowledged'), fact('09:00', 'cancelled'), fact('09:30', 'reopened')];
    const all = readClocks([respond, plan, resolve], facts, { '7x24': always }, at('10:00'));
    expect(all.map((r) => r.state)).toEqual(['met', 'cancelled', 'cancelled']);
    expect(all.map((r) => r.stoppedAt)).toEqual([at('08:05'), at('09:00'), at('09:00')]);
    expect(all.map((r) => r.breachedAt)).toEqual([null, at('08:30'), null]);
  });
});

describe('pauses', () => {
  test('stop the count for the named reasons and move the deadline', () => {
    const facts = [opened('I'), fact('09:00', 'paused', { reason: 'vendor' }), fact('10:00', 'resumed')];
    expect(read(facts, '09:30')).toMatchObject({ state: 'paused', elapsedMs: min(60), dueAt: null });
    expect(read(facts, '10:30')).toMatchObject({ state: 'running', elapsedMs: min(90), dueAt: at('12:00') });
  });

  test('for any other reason are ignored, also inside a counted pause', () => {
    const lunch = [opened('I'), fact('09:00', 'paused', { reason: 'lunch' }), fact('10:00', 'resumed')];
    expect(read(lunch, '09:30')).toMatchObject({ state: 'running', elapsedMs: min(90), dueAt: at('11:00') });
    const both = [
      opened('I'),
      fact('09:00', 'paused', { reason: 'vendor' }),
      fact('09:20', 'paused', { reason: 'lunch' }),
    ];
    expect(read(both, '09:30')).toMatchObject({ state: 'paused', elapsedMs: min(60) });
  });

  test('end when the case is resolved or open again, resumed or not', () => {
    const facts = [opened('I'), fact('09:00', 'paused', { reason: 'vendor' }), fact('10:00', 'resolved')];
    expect(read(facts, '10:30')).toMatchObject({ state: 'met', elapsedMs: min(60), stoppedAt: at('10:00') });
    expect(read([...facts, fact('11:00', 'reopened')], '11:30')).toMatchObject({
      state: 'running',
      elapsedMs: min(90),
    });
  });

  test('an overdue clock may be paused and keeps its breach', () => {
    const facts = [opened('I'), fact('11:30', 'paused', { reason: 'vendor' })];
    expect(read(facts, '12:00')).toMatchObject({ state: 'paused', breachedAt: at('11:00'), elapsedMs: min(210) });
  });
});

describe('reopening', () => {
  const facts = [opened('I'), fact('10:00', 'resolved'), fact('12:00', 'reopened')];
  test('goes on with the elapsed time; the resolved stretch does not count', () => {
    const r = read(facts, '12:30');
    expect(r).toMatchObject({ state: 'running', elapsedMs: min(150), dueAt: at('13:00'), stoppedAt: null });
  });

  test('does not restart a clock that is not made for it', () => {
    const r = readClock(
      respond,
      [opened('I'), fact('08:05', 'acknowledged'), fact('09:00', 'reopened')],
      always,
      at('10:00'),
    );
    expect(r).toMatchObject({ state: 'met', stoppedAt: at('08:05') });
  });

  test('keeps a breach, unless the severity now allows more time', () => {
    const late = [opened('I'), fact('12:00', 'resolved'), fact('13:00', 'reopened')];
    expect(read(late, '13:30')).toMatchObject({ state: 'breached', breachedAt: at('11:00') });
    const lowered = [...late, fact('13:10', 'severity', { severity: 'II' })];
    expect(read(lowered, '13:30')).toMatchObject({ state: 'running', breachedAt: null, dueAt: at('15:00') });
  });
});

describe('severity', () => {
  test('raised: elapsed time is kept, the goal shrinks', () => {
    const r = read([opened('III'), fact('09:00', 'severity', { severity: 'I' })], '10:00');
    expect(r).toMatchObject({ severity: 'I', elapsedMs: min(120), dueAt: at('11:00') });
  });

  test('raised so that the goal is used up at once: breached at the raise', () => {
    const facts = [opened('III'), fact('13:00', 'severity', { severity: 'I' })];
    expect(read(facts, '14:00')).toMatchObject({ state: 'breached', breachedAt: at('13:00') });
    const paused = [opened('III'), fact('12:00', 'paused', { reason: 'vendor' }), ...facts.slice(1)];
    expect(read(paused, '14:00')).toMatchObject({ state: 'paused', breachedAt: at('13:00') });
  });

  test('lowered: a running breach is taken back, a later one is dated anew', () => {
    const facts = [opened('I'), fact('12:00', 'severity', { severity: 'II' })];
    expect(read(facts, '11:30')).toMatchObject({ state: 'breached', breachedAt: at('11:00') });
    expect(read(facts, '12:00')).toMatchObject({ state: 'running', breachedAt: null, dueAt: at('14:00') });
    expect(read(facts, '14:30')).toMatchObject({ state: 'breached', breachedAt: at('14:00') });
  });

  test('a clock is judged by the goal in force when it stopped', () => {
    const late = [opened('I'), fact('12:00', 'resolved'), fact('13:00', 'severity', { severity: 'IV' })];
    expect(read(late, '14:00')).toMatchObject({ state: 'breached', severity: 'I', goalMs: min(180) });
    const met = [opened('II'), fact('12:00', 'resolved'), fact('13:00', 'severity', { severity: 'I' })];
    expect(read(met, '14:00')).toMatchObject({ state: 'met', severity: 'II' });
    expect(read([...met, fact('15:00', 'reopened')], '16:00')).toMatchObject({
      state: 'breached',
      breachedAt: at('15:00'),
    });
  });

  test('facts of one instant count in their order', () => {
    const raise = fact('12:00', 'severity', { severity: 'I' });
    const stop = fact('12:00', 'resolved');
    expect(read([opened('II'), raise, stop], '13:00')).toMatchObject({ state: 'breached', breachedAt: at('12:00') });
    expect(read([opened('II'), stop, raise], '13:00')).toMatchObject({ state: 'met', breachedAt: null });
  });
});

describe('working hours', () => {
  test('only open time counts, and the deadline is at closing time', () => {
    const r = read([opened('I', '11:00')], '14:00', office);
    expect(r).toMatchObject({ elapsedMs: min(120), dueAt: at('15:00') });
    expect(read([opened('I', '10:00')], '12:00', office).dueAt).toBe(at('14:00'));
    expect(read([opened('I', '14:00')], '14:00', office).dueAt).toBe(at('17:00'));
  });

  test('business days end at close of business; a pause moves them by counted time', () => {
    const days: ClockPlan = { ...resolve, goals: { ...resolve.goals, I: { businessDays: 1 } } };
    const due = at('17:00') + min(1440);
    const facts = [opened('I', '14:00')];
    expect(readClock(days, facts, office, at('15:00'))).toMatchObject({ dueAt: due, goalMs: min(180 + 480) });
    const waited = [...facts, fact('15:00', 'paused', { reason: 'vendor' }), fact('20:00', 'resumed')];
    expect(readClock(days, waited, office, at('21:00'))).toMatchObject({ dueAt: null, provisional: true });
    const early = [opened('I', '06:00'), fact('06:10', 'paused', { reason: 'vendor' }), fact('07:50', 'resumed')];
    expect(readClock(days, early, office, at('09:00')).dueAt).toBe(due);
  });

  test('beyond the expansion there is no deadline, no breach, and a warning', () => {
    const days: ClockPlan = { ...resolve, goals: { ...resolve.goals, I: { businessDays: 5 } } };
    const late = readClock(days, [opened('I')], office, at('00:00') + min(5 * 1440));
    expect(late).toMatchObject({
      state: 'running',
      dueAt: null,
      breachedAt: null,
      provisional: true,
      elapsedMs: min(960),
    });
  });

  test('a deadline after the announced holidays is provisional', () => {
    const w = { ...office, provisionalFrom: at('14:00') };
    expect(read([opened('I', '09:00')], '09:00', w)).toMatchObject({ dueAt: at('12:00'), provisional: false });
    expect(read([opened('I', '11:00')], '11:00', w)).toMatchObject({ dueAt: at('15:00'), provisional: true });
    expect(read([opened('I', '11:00'), fact('11:30', 'resolved')], '15:00', w).provisional).toBe(false);
  });
});

describe('fractions of the goal', () => {
  const facts = [opened('I'), fact('09:00', 'paused', { reason: 'vendor' }), fact('10:00', 'resumed')];
  test.each([
    [0, '08:00'],
    [0.25, '08:45'],
    [0.5, '10:30'],
    [1, '12:00'],
    [1.5, '13:30'],
  ])('%d of it', (fraction, due) => {
    expect(dueAtFraction(resolve, facts, always, fraction)).toBe(at(due));
  });

  test('a clock that stops or pauses short of it never gets there', () => {
    expect(dueAtFraction(resolve, facts.slice(0, 2), always, 0.5)).toBeNull();
    expect(dueAtFraction(resolve, facts.slice(0, 2), always, 0.25)).toBe(at('08:45'));
    expect(dueAtFraction(resolve, [...facts, fact('10:10', 'resolved')], always, 0.5)).toBeNull();
  });

  test('of a stopped clock concern nobody any more', () => {
    const stopped = [...facts, fact('11:00', 'resolved')];
    expect(dueAtFraction(resolve, stopped, always, 0.5)).toBe(at('10:30'));
    expect(liveFraction(resolve, stopped, always, 0.5, at('10:59'))).toBe(at('10:30'));
    expect(liveFraction(resolve, stopped, always, 0.5, at('11:00'))).toBeNull();
  });
});

describe('explaining', () => {
  const segment = (from: string, to: string, kind: string, more = {}) => {
    const countedMs = kind === 'counted' ? at(to) - at(from) : 0;
    return { from: at(from), to: at(to), kind, countedMs, ...more };
  };

  test('every stretch has its reason', () => {
    const facts = [
      opened('II', '07:00'),
      fact('08:10', 'acknowledged'),
      fact('09:00', 'paused', { reason: 'vendor' }),
      fact('09:10', 'severity', { severity: 'I' }),
      fact('09:30', 'resumed'),
      fact('14:00', 'resolved'),
      fact('15:00', 'reopened'),
    ];
    expect(explain(resolve, facts, office, at('15:30'))).toEqual([
      segment('07:00', '08:00', 'closed-hours'),
      segment('08:00', '09:00', 'counted'),
      segment('09:00', '09:30', 'paused', { reason: 'vendor' }),
      segment('09:30', '12:00', 'counted'),
      segment('12:00', '13:00', 'closed-hours'),
      segment('13:00', '14:00', 'counted'),
      segment('14:00', '15:00', 'stopped', { reason: 'resolved' }),
      segment('15:00', '15:30', 'counted'),
    ]);
  });

  test('a stopped clock is explained up to now, a clock that has not begun not at all', () => {
    const facts = [opened('I'), fact('09:00', 'cancelled')];
    expect(explain(resolve, facts, always, at('10:00')).at(-1)).toEqual(
      segment('09:00', '10:00', 'stopped', { reason: 'cancelled' }),
    );
    expect(explain(resolve, facts, always, at('08:00'))).toEqual([]);
    expect(explain(resolve, facts, always, at('07:00'))).toEqual([]);
  });
});

describe('what cannot be folded is said', () => {
  test('no opening, no calendar, business days without days', () => {
    expect(() => read([fact('08:00', 'acknowledged')], '09:00')).toThrow(
      'clock resolve: no fact "opened" with a severity',
    );
    expect(() => readClocks([resolve], [opened('I')], { office }, 0)).toThrow(
      'calendar 7x24 is missing; there are: office',
    );
    const days: ClockPlan = { ...resolve, goals: { ...resolve.goals, I: { businessDays: 1 } } };
    expect(() => readClock(days, [opened('I')], always, 0)).toThrow('needs working days, calendar 7x24 has none');
  });
});
