import { filterStory, foldStory, storyOf } from './story';
import type { Alert, Page, TimelineEvent } from './types';

const at = (minute: number) => `2026-11-24T08:${String(minute).padStart(2, '0')}:00.000Z`;
const event = (seq: number, minute: number, kind: string, actor = 'system'): TimelineEvent => ({
  seq,
  kind,
  at: at(minute),
  actor,
  body: {},
});
const page = (step: string, minute: number, person: string, outcome: string | null = 'delivered'): Page => ({
  key: `${step}:${person}`,
  step,
  level: 1,
  visit: 1,
  plannedAt: at(minute),
  personId: null,
  person,
  method: 'email',
  outcome,
  reason: null,
  settledAt: null,
  attempts: 1,
  messageId: null,
  fallback: false,
});
const alert = (fingerprint: string, from: number, to: number | null): Alert => ({
  fingerprint,
  status: to === null ? 'firing' : 'resolved',
  labels: {},
  annotations: {},
  startsAt: at(from),
  endsAt: to === null ? null : at(to),
  pushes: 1,
  impact: 'high',
  urgency: 'high',
  firstReceivedAt: at(from),
  lastReceivedAt: at(to ?? from),
  generatorUrl: null,
  held: null,
});
const keys = (list: { key: string }[]) => list.map((e) => e.key);

test('events, pages and alerts make one line of time, newest first, causes before effects', () => {
  const story = storyOf(
    [event(1, 1, 'opened', 'li.na'), event(2, 1, 'escalated'), event(3, 4, 'acknowledged', 'li.na')],
    [page('level-1', 1, 'li.na'), page('level-1', 1, 'wang.wei')],
    [alert('f1', 0, 5), alert('f2', 1, null)],
  );
  expect(keys(story)).toEqual([
    'alert-f1-resolved',
    'event-3',
    'page-1:level-1',
    'event-2',
    'event-1',
    'alert-f2-fired',
    'alert-f1-fired',
  ]);
});

test('the pages of a step are one entry', () => {
  const [entry, ...others] = storyOf([], [page('level-1', 1, 'a'), page('level-1', 1, 'b')], []);
  expect(others).toEqual([]);
  expect(entry).toMatchObject({ type: 'page', step: 'level-1', pages: [{ person: 'a' }, { person: 'b' }] });
});

test('noise is folded when there is more than one in a row', () => {
  const story = storyOf(
    [
      event(1, 1, 'opened', 'li.na'),
      event(2, 2, 'alerts_changed', 'source:prom'),
      event(3, 3, 'escalation_superseded'),
      event(4, 4, 'noted', 'li.na'),
      event(5, 5, 'reminded'),
    ],
    [],
    [],
  );
  expect(foldStory(story).map((e) => (e.type === 'fold' ? keys(e.entries) : e.key))).toEqual([
    'event-5',
    'event-4',
    ['event-3', 'event-2'],
    'event-1',
  ]);
});

test('a filter keeps its sources only', () => {
  const story = storyOf(
    [event(1, 1, 'opened', 'li.na'), event(2, 2, 'clock_breached'), event(3, 3, 'resumed')],
    [],
    [],
  );
  expect(keys(filterStory(story, ['people']))).toEqual(['event-1']);
  expect(keys(filterStory(story, ['promises']))).toEqual(['event-2']);
  expect(keys(filterStory(story, ['system']))).toEqual(['event-3']);
  expect(filterStory(story, [])).toHaveLength(3);
});
