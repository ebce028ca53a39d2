import { faultReportErrors } from './fault-report';
import { draftReport, type ReportSource, type ReportWords } from './fault-report-draft';

const words: ReportWords = {
  scope: ({ service, severity, alerts, names, cases }) => [service, severity, alerts, names, cases].join('|'),
  responsibility: ({ team, assignee }) => `${team}/${assignee ?? ''}`,
  time: (at) => at.slice(11, 16),
};
const view: ReportSource['view'] = {
  createdAt: '2026-03-02T02:00:00.000Z',
  resolvedAt: '2026-03-02T05:00:00.000Z',
  resolution: 'replaced',
  team: 'maintenance',
  assignee: 'li',
  impact: 'high',
  urgency: 'medium',
  severity: 'II',
};
const event = (kind: string, at: string, body: Record<string, unknown>) => ({
  kind,
  at: `2026-03-02T${at}:00.000Z`,
  body,
});
const source: ReportSource = {
  view,
  events: [],
  alerts: [],
  alertsTotal: 0,
  otherCases: 0,
  titles: { service: 'Storage', severity: 'II' },
};

it('leaves to people what takes judgement', () => {
  expect(Object.keys(draftReport(source, words)).sort()).toEqual(
    ['occurredAt', 'place', 'recoveredAt', 'responsibility', 'scope'].sort(),
  );
});

it('begins with the first alert when monitoring was sooner than the report, and knows where it was', () => {
  const alerts: ReportSource['alerts'] = [
    { labels: { alertname: 'Down', instance: 'stor-03:9100', zone: 'b' }, startsAt: '2026-03-02T01:55:00.000Z' },
    { labels: { alertname: 'Full', instance: 'stor-03:9100' }, startsAt: null },
  ];
  const draft = draftReport({ ...source, alerts, alertsTotal: 240, otherCases: 2 }, words);
  expect(draft).toMatchObject({
    occurredAt: '2026-03-02T01:55:00.000Z',
    recoveredAt: '2026-03-02T05:00:00.000Z',
    place: 'Storage, b, stor-03:9100',
    scope: 'Storage|II|240|Down, Full|2',
    responsibility: 'maintenance/li',
  });
});

it('tells plan, notes and resolution as measures, in their order', () => {
  const events = [
    event('opened', '02:00', { title: 'x' }),
    event('planned', '02:40', { text: 'switch over' }),
    event('noted', '03:00', { text: 'spare part is here' }),
    event('acknowledged', '03:01', { text: 'no measure' }),
    event('resolved', '05:00', { resolution: 'replaced' }),
  ];
  const { measures } = draftReport({ ...source, events }, words);
  expect(measures).toBe('02:40 switch over\n03:00 spare part is here\n05:00 replaced');
});

it('keeps the newest measures when not all of them fit', () => {
  const long = Array.from({ length: 30 }, (_, i) => event('noted', '03:00', { text: `${i} ${'x'.repeat(500)}` }));
  const { measures = '' } = draftReport(
    { ...source, events: [...long, event('resolved', '05:00', { resolution: 'end' })] },
    words,
  );
  expect(measures.length).toBeLessThanOrEqual(10_000);
  expect(measures).toMatch(/05:00 end$/);
});

it.each([
  ['2026-03-02T02:00:00Z', '2026-03-02T01:59:59Z', 1],
  ['2026-03-02T02:00:00Z', '2026-03-02T02:00:00Z', 0],
  ['2026-03-02T02:00:00Z', null, 0],
])('a fault of %s recovered at %s has %i errors', (occurredAt, recoveredAt, errors) => {
  expect(faultReportErrors({ occurredAt, recoveredAt })).toHaveLength(errors);
});
