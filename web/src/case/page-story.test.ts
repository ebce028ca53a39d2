import type { Page, TimelineEvent } from '../incident/types';
import { scaleOf, ticksOf, visitsOf } from './page-story';

const T0 = Date.parse('2026-11-24T08:00:00Z');
const iso = (minute: number) => new Date(T0 + minute * 60_000).toISOString();
const event = (seq: number, minute: number, kind: string, actor = 'system'): TimelineEvent => ({
  seq,
  kind,
  at: iso(minute),
  actor,
  body: {},
});
const page = (step: string, minute: number, more: Partial<Page> = {}): Page => ({
  key: `${step}:${more.person ?? 'li.na'}:${minute}`,
  step,
  level: Number(/level-(\d)/.exec(step)?.[1] ?? 0),
  visit: 1,
  plannedAt: iso(minute),
  personId: more.person ?? 'li.na',
  person: 'li.na',
  method: 'email',
  outcome: 'delivered',
  reason: null,
  settledAt: iso(minute),
  attempts: 1,
  messageId: null,
  fallback: false,
  ...more,
});
const now = T0 + 60 * 60_000;
const opened = event(1, 0, 'opened', 'zhang.min');

test('a person whose first way failed is one lane with two strokes, and was reached', () => {
  const [visit] = visitsOf(
    [opened],
    [page('level-1', 0, { outcome: 'failed', settledAt: iso(3) }), page('level-1/next-1', 3, { method: 'webhook' })],
    now,
  );
  expect(visit?.rungs).toHaveLength(1);
  expect(visit?.rungs[0]).toMatchObject({ step: 'level-1', reached: 'delivered' });
  expect(visit?.rungs[0]?.lanes[0]?.strokes.map((s) => [s.page.outcome, ((s.to ?? 0) - T0) / 60_000])).toEqual([
    ['failed', 3],
    ['delivered', 3],
  ]);
});

test('rungs stand in order of time; one that was passed over is superseded, all reminders are one', () => {
  const [visit] = visitsOf(
    [opened],
    [
      page('reminder-2', 50),
      page('reminder-1', 40),
      page('level-3', 10),
      page('level-2', 10, { person: null, personId: null, outcome: 'superseded' }),
      page('level-1', 0),
      page('leader', 0),
    ],
    now,
  );
  expect(visit?.rungs.map((r) => [r.step, r.reached, r.repeats])).toEqual([
    ['leader', 'delivered', 1],
    ['level-1', 'delivered', 1],
    ['level-2', 'superseded', 1],
    ['level-3', 'delivered', 1],
    ['reminder', 'delivered', 2],
  ]);
});

test('an answer ends the drawing, a reopening begins another', () => {
  const events = [
    opened,
    event(2, 4, 'acknowledged', 'li.na'),
    event(3, 10, 'resolved', 'li.na'),
    event(4, 30, 'reopened', 'zhang.min'),
  ];
  const [first, second] = visitsOf(events, [page('level-1', 0), page('level-1', 30, { visit: 2 })], now);
  expect(first).toMatchObject({ n: 1, answered: { by: 'li.na', at: T0 + 240_000 }, ended: { kind: 'resolved' } });
  expect(first?.to).toBe(T0 + 600_000);
  expect(second).toMatchObject({ n: 2, answered: null, ended: null, to: now });
  expect(second?.rungs).toHaveLength(1);
});

test('a page on its way is drawn to the present', () => {
  const [visit] = visitsOf([opened], [page('level-1', 0, { outcome: null, settledAt: null })], now);
  expect(visit?.rungs[0]).toMatchObject({ reached: 'due', lanes: [{ strokes: [{ to: null }] }] });
  expect(visit?.to).toBe(now);
});

test('the first minutes keep their room however long the reminders go on', () => {
  const pages = [page('level-1', 0), page('level-2', 5), page('level-3', 10)];
  const [short] = visitsOf([opened], pages, T0 + 12 * 60_000);
  const [long] = visitsOf([opened], pages, T0 + 48 * 3_600_000);
  if (!short || !long) throw new Error('no visit');
  expect(scaleOf(short).brokenAt).toBeNull();
  expect(scaleOf(short).at(T0 + 6 * 60_000)).toBeCloseTo(0.5);
  const scale = scaleOf(long);
  expect(scale.brokenAt).toBeCloseTo(0.7);
  expect(scale.at(T0 + 10 * 60_000)).toBeGreaterThan(0.5);
  expect(scale.at(long.to)).toBeCloseTo(1);
  expect(ticksOf(long, scale).map((k) => k.seconds)).toEqual([0, 120, 240, 360, 480, 600, 720].slice(0, 7));
});
