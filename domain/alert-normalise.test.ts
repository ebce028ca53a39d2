import {
  type AlertmanagerBody,
  DEFAULT_SEVERITY_MAP,
  type EventBody,
  priorityOf,
  priorityOfWord,
  weightOf,
} from './alert';
import { fingerprintOf } from './alert-fingerprint';
import { normaliseAlertmanager, normaliseEvents } from './alert-normalise';

const RULES = { service: 'portal', severityLabel: 'severity', severityMap: DEFAULT_SEVERITY_MAP };
const SERVICES = new Set(['portal', 'storage']);

function webhook(over: Partial<AlertmanagerBody> = {}): AlertmanagerBody {
  const labels = { alertname: 'DiskFull', severity: 'critical', instance: 'db-1' };
  return {
    version: '4',
    groupKey: '{}:{alertname="DiskFull"}',
    truncatedAlerts: 0,
    groupLabels: { alertname: 'DiskFull' },
    commonLabels: { alertname: 'DiskFull' },
    commonAnnotations: {},
    externalURL: 'http://alertmanager.example',
    alerts: [
      {
        status: 'firing',
        labels,
        annotations: {},
        startsAt: '2026-01-31T08:00:00.123456789Z',
        endsAt: '0001-01-01T00:00:00Z',
      },
    ],
    ...over,
  };
}
const group = (over?: Partial<AlertmanagerBody>) => normaliseAlertmanager(webhook(over), RULES, SERVICES);

test('an alert without fingerprint gets the one of its labels', () => {
  const [alert] = group().alerts;
  expect(alert?.fingerprint).toBe(fingerprintOf({ alertname: 'DiskFull', severity: 'critical', instance: 'db-1' }));
});

test('a stated fingerprint is taken as it is', () => {
  const [alert] = webhook().alerts;
  if (!alert) throw new Error('sample without alert');
  expect(group({ alerts: [{ ...alert, fingerprint: 'c0ffee' }] }).alerts[0]?.fingerprint).toBe('c0ffee');
});

test('instants are epoch ms, the zero time of Go is none', () => {
  expect(group().alerts[0]).toMatchObject({ startsAt: Date.UTC(2026, 0, 31, 8, 0, 0, 123), endsAt: null });
});

test.each([
  ['the common summary', { commonAnnotations: { summary: 'Disk of db-1 is full' } }, 'Disk of db-1 is full'],
  ['the alert name', {}, 'DiskFull'],
  [
    'the name and what tells the group apart',
    { groupLabels: { alertname: 'DiskFull', cluster: 'a' } },
    'DiskFull (cluster=a)',
  ],
  ['at last the group key', { groupLabels: {}, commonLabels: {}, alerts: [] }, '{}:{alertname="DiskFull"}'],
])('the title is %s', (_name, over, title) => {
  expect(group(over).title).toBe(title);
});

test('a long title is cut by characters, not by halves of them', () => {
  const { title } = group({ commonAnnotations: { summary: '😀'.repeat(300) } });
  expect([...title]).toHaveLength(200);
  expect(title.endsWith('😀…')).toBe(true);
});

test('the common label service decides when it is published', () => {
  expect(group({ commonLabels: { service: 'storage' } }).service).toBe('storage');
  expect(group({ commonLabels: { service: 'unheard-of' } }).service).toBe('portal');
});

test('characters that Postgres refuses are replaced', () => {
  const labels = { alertname: 'a\0b', text: 'x\ud800y' };
  const [sample] = webhook().alerts;
  if (!sample) throw new Error('sample without alert');
  expect(group({ alerts: [{ ...sample, labels }] }).alerts[0]?.labels).toEqual({
    alertname: 'a\uFFFDb',
    text: 'x\uFFFDy',
  });
});

describe('severity words', () => {
  test.each([
    ['critical', 'high', 'high'],
    ['Major', 'high', 'medium'],
    [' WARNING ', 'medium', 'medium'],
    ['info', 'low', 'low'],
    ['P1', 'medium', 'medium'],
    ['constructor', 'medium', 'medium'],
    [undefined, 'medium', 'medium'],
  ])('%s means impact %s, urgency %s', (word, impact, urgency) => {
    expect(priorityOfWord(DEFAULT_SEVERITY_MAP, word)).toEqual({ impact, urgency });
  });

  test('a weight holds both levels and orders them', () => {
    const levels = ['low', 'medium', 'high'] as const;
    const all = levels.flatMap((impact) => levels.map((urgency) => ({ impact, urgency })));
    expect(all.map((p) => priorityOf(weightOf(p)))).toEqual(all);
    expect(weightOf({ impact: 'high', urgency: 'high' })).toBe(Math.max(...all.map(weightOf)));
  });
});

describe('events', () => {
  const event = { status: 'firing' as const, title: 'Queue grows' };
  const events = (...list: EventBody[]) => normaliseEvents({ events: list }, RULES, SERVICES);

  test('one group key gathers alerts, told apart by their keys', () => {
    const groups = events({ ...event, groupKey: 'g', dedupKey: 'a' }, { ...event, groupKey: 'g', dedupKey: 'b' });
    expect(groups.map((g) => g.alerts.map((a) => a.fingerprint))).toEqual([['a', 'b']]);
  });

  test('without keys the same title and labels are the same alert', () => {
    const [a, b] = [
      events({ ...event, labels: { x: '1' } }),
      events({ ...event, status: 'resolved', labels: { x: '1' } }),
    ];
    expect(a[0]?.groupKey).toBe(b[0]?.groupKey);
    expect(a[0]?.alerts[0]?.fingerprint).toBe(b[0]?.alerts[0]?.fingerprint);
    expect(events({ ...event, labels: { x: '2' } })[0]?.groupKey).not.toBe(a[0]?.groupKey);
  });

  test('one key for two services is two groups', () => {
    const groups = events(
      { ...event, groupKey: 'g', service: 'portal' },
      { ...event, groupKey: 'g', service: 'storage' },
    );
    expect(groups.map((g) => g.service)).toEqual(['portal', 'storage']);
    expect(new Set(groups.map((g) => g.groupKey)).size).toBe(2);
  });

  test('stated impact and urgency go before the word', () => {
    const weight = events({ ...event, severity: 'info', impact: 'high' })[0]?.alerts[0]?.weight ?? -1;
    expect(priorityOf(weight)).toEqual({ impact: 'high', urgency: 'low' });
  });
});
