import { barModel, nextPromise, type PromiseClock } from './model';

const T0 = Date.parse('2026-11-24T08:00:00Z');
const at = (minutes: number) => new Date(T0 + minutes * 60_000).toISOString();
const counted = (from: number, to: number) => ({
  from: at(from),
  to: at(to),
  kind: 'counted' as const,
  countedSeconds: (to - from) * 60,
});
const paused = (from: number, to: number) => ({
  from: at(from),
  to: at(to),
  kind: 'paused' as const,
  reason: 'customer',
  countedSeconds: 0,
});

/** Goal of 100 minutes, 40 used, read at minute 40. */
const clock = (more: Partial<PromiseClock> = {}): PromiseClock => ({
  name: 'resolve',
  state: 'running',
  goalSeconds: 6000,
  elapsedSeconds: 2400,
  dueAt: at(100),
  startedAt: at(0),
  stoppedAt: null,
  breachedAt: null,
  provisional: false,
  calendar: '7x24',
  segments: [counted(0, 40)],
  thresholds: [0.5, 0.75, 1],
  ...more,
});
const model = (c: PromiseClock, asOf = 40, now = asOf) => barModel(c, T0 + asOf * 60_000, T0 + now * 60_000);
const kinds = (c: PromiseClock, asOf = 40, now = asOf) =>
  model(c, asOf, now).pieces.map((p) => [p.kind, Number(p.from.toFixed(3)), Number(p.to.toFixed(3))]);

test('a running clock: used time, the rest, thresholds and due at the end', () => {
  expect(kinds(clock())).toEqual([
    ['counted', 0, 0.4],
    ['rest', 0.4, 1],
  ]);
  expect(model(clock())).toMatchObject({ standing: 'running', now: 0.4, due: 1, leftSeconds: 3600, business: false });
  expect(model(clock()).ticks).toEqual([
    { fraction: 0.5, at: 0.5, passed: false },
    { fraction: 0.75, at: 0.75, passed: false },
  ]);
});

test('it ticks on from the reading and turns overdue by itself', () => {
  expect(model(clock(), 40, 90)).toMatchObject({ standing: 'running', now: 0.9, leftSeconds: 600 });
  expect(model(clock(), 40, 90).ticks.map((t) => t.passed)).toEqual([true, true]);
  const over = model(clock(), 40, 125);
  expect(over).toMatchObject({ standing: 'overdue', due: 0.8, now: 1, leftSeconds: -1500 });
  expect(over.pieces.map((p) => p.kind)).toEqual(['counted', 'overrun']);
});

test('a pause is drawn where it lay and moves the thresholds behind it', () => {
  const c = clock({
    elapsedSeconds: 2400,
    segments: [counted(0, 30), paused(30, 50), counted(50, 60)],
    dueAt: at(120),
  });
  expect(kinds(c, 60).map(([k]) => k)).toEqual(['counted', 'paused', 'counted', 'rest']);
  expect(model(c, 60).ticks[0]?.at).toBeCloseTo(70 / 120);
  expect(model(c, 60).shortened).toBe(false);
});

test('a pause of days leaves two thirds of the bar to what counts', () => {
  const c = clock({ state: 'paused', dueAt: null, segments: [counted(0, 40), paused(40, 9000)] });
  const m = model(c, 9000);
  expect(m).toMatchObject({ standing: 'paused', shortened: true, leftSeconds: 3600, dueAt: null });
  expect(m.pieces.find((p) => p.kind === 'paused')).toMatchObject({ reason: 'customer' });
  expect((m.pieces[1]?.to ?? 0) - (m.pieces[1]?.from ?? 0)).toBeCloseTo(0.35);
});

test('a pause that has just begun is seen', () => {
  const c = clock({ state: 'paused', dueAt: null, segments: [counted(0, 40), paused(40, 41)] });
  const last = model(c, 41).pieces.find((p) => p.kind === 'paused');
  expect((last?.to ?? 0) - (last?.from ?? 0)).toBeGreaterThan(0.03);
});

test('met and late clocks have ended: no present, nothing after the stop is drawn', () => {
  const stop = { from: at(40), to: at(500), kind: 'stopped' as const, reason: 'resolved', countedSeconds: 0 };
  const met = clock({ state: 'met', stoppedAt: at(40), dueAt: null, segments: [counted(0, 40), stop] });
  expect(model(met, 500)).toMatchObject({ standing: 'met', now: null, stop: 0.4, leftSeconds: 3600 });
  expect(kinds(met, 500).map(([k]) => k)).toEqual(['counted', 'rest']);
  const late = clock({
    state: 'breached',
    elapsedSeconds: 7200,
    stoppedAt: at(120),
    breachedAt: at(100),
    dueAt: null,
    segments: [counted(0, 120)],
  });
  expect(model(late, 500)).toMatchObject({ standing: 'late', now: null, leftSeconds: -1200 });
});

test('business time stands until the next reading and is not guessed from an old one', () => {
  const c = clock({ dueAt: at(1000) });
  expect(model(c, 40, 41)).toMatchObject({ business: true, leftSeconds: 3600 });
  expect(model(c, 40, 90)).toMatchObject({ business: true, leftSeconds: null, dueAt: T0 + 1000 * 60_000 });
});

test('a row that knows only of a pause hatches the rest', () => {
  const c = clock({ state: 'paused', dueAt: null, segments: undefined });
  expect(kinds(c).map(([k]) => k)).toEqual(['counted', 'paused']);
});

test('the next promise: overdue before due, paused last, ended never', () => {
  const named = (name: string, more: Partial<PromiseClock>) => clock({ name, ...more });
  const met = named('respond', { state: 'met', stoppedAt: at(5) });
  const wait = named('wait', { state: 'paused', dueAt: null });
  const over = named('plan', { state: 'breached', breachedAt: at(30), dueAt: at(30) });
  const run = named('resolve', {});
  const pick = (...list: PromiseClock[]) => nextPromise(list, T0)?.name ?? null;
  expect([pick(met, run, over), pick(met, wait, run), pick(met, wait), pick(met)]).toEqual([
    'plan',
    'resolve',
    'wait',
    null,
  ]);
});
