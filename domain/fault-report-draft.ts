import type { FaultReport } from './fault-report';
import type { IncidentView } from './incident-projection';
import type { Severity } from './sla';

/** What a case knows that stands in a report; texts are of people, labels of definitions in one language. */
export interface ReportSource {
  view: Pick<IncidentView, 'createdAt' | 'resolvedAt' | 'resolution' | 'team' | 'assignee' | 'impact' | 'urgency'> & {
    severity: Severity;
  };
  events: readonly { kind: string; at: string; body: Record<string, unknown> }[];
  alerts: readonly { labels: Readonly<Record<string, string>>; startsAt: string | null }[];
  /** All alerts of the case, of which `alerts` may be the first. */
  alertsTotal: number;
  /** Cases merged into this one, and its children. */
  otherCases: number;
  titles: { service: string; severity: string };
}

/** Sentences of a draft in one language; `time` writes an instant as a person of the case reads it. */
export interface ReportWords {
  scope(facts: { service: string; severity: string; alerts: number; names: string; cases: number }): string;
  responsibility(facts: { team: string; assignee: string | null }): string;
  time(at: string): string;
}

const MOST = 10_000;
/** Labels of alerts that say where something is. */
const PLACES = ['region', 'zone', 'datacenter', 'room', 'rack', 'cluster', 'node', 'host', 'instance'];

/**
 * What a case knows of the nine facts. Cause, nature, likelihood and prevention take judgement: they are left to people.
 * Measures are what plan, notes and resolution say, oldest first, as far as they fit.
 */
export function draftReport(source: ReportSource, words: ReportWords): Partial<FaultReport> {
  const { view, alerts, titles } = source;
  const fired = alerts.flatMap((a) => (a.startsAt === null ? [] : [a.startsAt]));
  const names = distinct(alerts.map((a) => a.labels.alertname));
  const where = PLACES.flatMap((label) => distinct(alerts.map((a) => a.labels[label])));
  return filled({
    occurredAt: [view.createdAt, ...fired].sort((a, b) => Date.parse(a) - Date.parse(b))[0] ?? view.createdAt,
    recoveredAt: view.resolvedAt,
    place: [titles.service, ...where.slice(0, 20)].join(', '),
    scope: words.scope({
      service: titles.service,
      severity: titles.severity,
      alerts: source.alertsTotal,
      names: names.slice(0, 10).join(', '),
      cases: source.otherCases,
    }),
    measures: measures(source, words),
    responsibility: words.responsibility(view),
  });
}

const distinct = (values: readonly (string | undefined)[]) => [...new Set(values.filter((v) => v !== undefined))];
const filled = (report: Partial<FaultReport>) =>
  Object.fromEntries(Object.entries(report).filter(([, v]) => v !== '')) as Partial<FaultReport>;

/** Which event tells of a measure, and where its words stand. */
const TOLD: Readonly<Record<string, string>> = { planned: 'text', noted: 'text', resolved: 'resolution' };

function measures({ events }: ReportSource, words: ReportWords): string {
  const lines = events.flatMap(({ kind, at, body }) => {
    const text = body[TOLD[kind] ?? ''];
    return typeof text === 'string' && text !== '' ? [`${words.time(at)} ${text}`] : [];
  });
  // The last ones matter most: the resolution stands at the end.
  while (lines.join('\n').length > MOST && lines.length > 1) lines.shift();
  return lines.join('\n').slice(0, MOST);
}
