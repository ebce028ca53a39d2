import type { Impact, Urgency } from './incident-plan';

/** Where pushes come from: the webhook of Alertmanager (version 4) or Grafana, the generic endpoint, missed heartbeats. */
export type IntakeKind = 'alertmanager' | 'grafana' | 'events' | 'heartbeat';
export const INTAKE_KINDS: readonly IntakeKind[] = ['alertmanager', 'grafana', 'events', 'heartbeat'];
/** Kinds that senders push with a token of a source; heartbeats have keys of their own. */
export const SOURCE_KINDS: readonly IntakeKind[] = ['alertmanager', 'grafana', 'events'];

export type AlertStatus = 'firing' | 'resolved';
type Labels = Record<string, string>;

/**
 * Body of `POST /api/v1/intake/alertmanager` as it is sent; shape of Alertmanager's webhook, version 4. Instants RFC 3339.
 */
export interface AlertmanagerBody {
  version: '4';
  groupKey: string;
  /** Alerts that the sender left out because of its own `max_alerts`. */
  truncatedAlerts?: number;
  groupLabels?: Labels;
  commonLabels?: Labels;
  commonAnnotations?: Labels;
  externalURL?: string;
  alerts: {
    status: AlertStatus;
    labels: Labels;
    annotations?: Labels;
    startsAt: string;
    endsAt?: string;
    generatorURL?: string;
    fingerprint?: string;
  }[];
}

/**
 * Body of `POST /api/v1/intake/grafana` as it is sent: the webhook of Grafana's unified alerting, which is Alertmanager's
 * with a version of its own and a title and message for people.
 */
export interface GrafanaBody extends Omit<AlertmanagerBody, 'version'> {
  version: '1';
  title?: string;
  message?: string;
}

/** Values of labels as senders write them. */
export type Scalars = Record<string, string | number | boolean>;

/** One event of `POST /api/v1/intake/events` as it is sent. */
export interface EventBody {
  /** Names the alert within its group; events with the same key are pushes of one alert. */
  dedupKey?: string;
  /** Alerts with the same key converge into one incident; without it every alert has its own. */
  groupKey?: string;
  status: AlertStatus;
  title: string;
  description?: string;
  severity?: string;
  impact?: Impact;
  urgency?: Urgency;
  service?: string;
  labels?: Scalars;
  annotations?: Scalars;
  startsAt?: string;
  endsAt?: string;
}
/** Several events, or a single one. */
export type EventsBody = { events: EventBody[] } | EventBody;

export interface Priority {
  impact: Impact;
  urgency: Urgency;
}
/** What the severity words of a source mean; keys in lower case, `*` stands for every other word and for none. */
export type SeverityMap = Record<string, Priority>;

/** Words that monitoring commonly uses. An unknown word is never a reason to lose an alert, hence the `*`. */
export const DEFAULT_SEVERITY_MAP: SeverityMap = {
  critical: { impact: 'high', urgency: 'high' },
  error: { impact: 'high', urgency: 'medium' },
  major: { impact: 'high', urgency: 'medium' },
  warning: { impact: 'medium', urgency: 'medium' },
  minor: { impact: 'medium', urgency: 'low' },
  info: { impact: 'low', urgency: 'low' },
  '*': { impact: 'medium', urgency: 'medium' },
};

/** How a source's pushes are to be read. */
export interface SourceRules {
  /** Service of groups that name no published one themselves. */
  service: string;
  /** Label that names the severity. */
  severityLabel: string;
  severityMap: SeverityMap;
}

/** One alert of a push, normalised. Instants epoch ms, null when the sender does not say. */
export interface AlertPush {
  fingerprint: string;
  status: AlertStatus;
  labels: Labels;
  annotations: Labels;
  startsAt: number | null;
  endsAt: number | null;
  generatorUrl: string | null;
  /** See {@link weightOf}. */
  weight: number;
}

/** Alerts of one group out of one push. */
export interface GroupPush {
  groupKey: string;
  service: string;
  title: string;
  description: string;
  labels: Labels;
  truncated: number;
  alerts: AlertPush[];
}

const RANK: readonly Impact[] = ['low', 'medium', 'high'];

/** A number that is larger the worse a priority is, so that `max()` in SQL finds the worst alert of a group. */
export function weightOf({ impact, urgency }: Priority): number {
  const i = RANK.indexOf(impact);
  return (i + RANK.indexOf(urgency)) * 3 + i;
}

/** The priority behind a {@link weightOf}. */
export function priorityOf(weight: number): Priority {
  const i = weight % 3;
  return { impact: RANK[i] ?? 'medium', urgency: RANK[Math.floor(weight / 3) - i] ?? 'medium' };
}

/** What a source's severity word means; any case, `*` for words it does not know. */
export function priorityOfWord(map: SeverityMap, word: string | undefined): Priority {
  const key = word?.trim().toLowerCase() ?? '*';
  // Own keys only: a label may say "constructor".
  const known = Object.hasOwn(map, key) ? map[key] : map['*'];
  return known ?? { impact: 'medium', urgency: 'medium' };
}
