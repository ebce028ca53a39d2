import {
  type AlertmanagerBody,
  type AlertPush,
  type EventBody,
  type EventsBody,
  type GrafanaBody,
  type GroupPush,
  priorityOfWord,
  type Scalars,
  type SourceRules,
  weightOf,
} from './alert';
import { boundedKey, fingerprintOf } from './alert-fingerprint';

const TITLE_LIMIT = 200;
type Labels = Record<string, string>;

/** What JSON allows and Postgres does not (NUL, lone surrogates) becomes U+FFFD: no alert is lost for a character. */
export function clean(text: string): string {
  return text.replaceAll('\0', '\uFFFD').replace(/\p{Surrogate}/gu, '\uFFFD');
}

function cleanLabels(labels: Scalars = {}): Labels {
  return Object.fromEntries(Object.entries(labels).map(([name, value]) => [clean(name), clean(String(value))]));
}

/** Epoch ms; null for a missing instant and for Go's zero time, which Alertmanager sends for "not yet". */
function instantOf(text: string | undefined): number | null {
  const ms = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(ms) || ms <= 0 ? null : ms;
}

function titled(text: string): string {
  const line = clean(text).replace(/\s+/g, ' ').trim();
  const chars = [...line];
  return chars.length <= TITLE_LIMIT ? line : `${chars.slice(0, TITLE_LIMIT - 1).join('')}…`;
}

/** `HighLatency (cluster=eu, job=api)`: the alert's name and what tells this group from others of that name. */
function nameOf(body: AlertmanagerBody | GrafanaBody): string | undefined {
  const { commonLabels = {}, groupLabels = {} } = body;
  const name = commonLabels.alertname ?? groupLabels.alertname ?? body.alerts[0]?.labels.alertname;
  const rest = Object.entries(groupLabels).filter(([label]) => label !== 'alertname');
  if (name === undefined || rest.length === 0) return name;
  return `${name} (${rest.map(([label, value]) => `${label}=${value}`).join(', ')})`;
}

function serviceOf(wanted: string | undefined, rules: SourceRules, services: ReadonlySet<string>): string {
  return wanted !== undefined && services.has(wanted) ? wanted : rules.service;
}

const lines = (...parts: (string | undefined)[]) => clean(parts.filter((part) => part?.trim()).join('\n'));

/**
 * The group of an Alertmanager or Grafana push. A common label `service` that names a published service decides where the incident
 * goes; otherwise the source does.
 */
export function normaliseAlertmanager(
  body: AlertmanagerBody | GrafanaBody,
  rules: SourceRules,
  services: ReadonlySet<string>,
): GroupPush {
  const { commonAnnotations = {}, commonLabels = {}, groupLabels = {} } = body;
  const title = commonAnnotations.summary ?? nameOf(body) ?? body.alerts[0]?.annotations?.summary ?? body.groupKey;
  return {
    groupKey: boundedKey(clean(body.groupKey)),
    service: serviceOf(commonLabels.service ?? groupLabels.service, rules, services),
    title: titled(title) || 'alert',
    description: lines(commonAnnotations.description, commonAnnotations.runbook_url, body.externalURL),
    labels: cleanLabels({ ...groupLabels, ...commonLabels }),
    truncated: body.truncatedAlerts ?? 0,
    alerts: body.alerts.map((alert): AlertPush => {
      const labels = cleanLabels(alert.labels);
      return {
        fingerprint: boundedKey(clean(alert.fingerprint || fingerprintOf(labels))),
        status: alert.status,
        labels,
        annotations: cleanLabels(alert.annotations),
        startsAt: instantOf(alert.startsAt),
        endsAt: alert.status === 'resolved' ? instantOf(alert.endsAt) : null,
        generatorUrl: alert.generatorURL ? clean(alert.generatorURL) : null,
        weight: weightOf(priorityOfWord(rules.severityMap, labels[rules.severityLabel])),
      };
    }),
  };
}

/** The groups of a generic push: one per group key and service, in the order of first mention. */
export function normaliseEvents(body: EventsBody, rules: SourceRules, services: ReadonlySet<string>): GroupPush[] {
  const groups = new Map<string, GroupPush>();
  for (const event of 'events' in body ? body.events : [body]) {
    const push = normaliseEvent(event, rules, services);
    const known = groups.get(push.groupKey);
    if (known) known.alerts.push(...push.alerts);
    else groups.set(push.groupKey, push);
  }
  return [...groups.values()];
}

function normaliseEvent(event: EventBody, rules: SourceRules, services: ReadonlySet<string>): GroupPush {
  const labels = cleanLabels(event.labels);
  const own = event.service === undefined ? [] : [`service=${event.service}`];
  const title = clean(event.title.trim());
  const named: Labels = event.service === undefined ? {} : { service: event.service };
  const fingerprint = boundedKey(clean(event.dedupKey ?? fingerprintOf({ ...labels, title, ...named })));
  return {
    // One key used for two services means two groups: an incident of one service must not swallow alerts of another.
    groupKey: boundedKey([...own, clean(event.groupKey ?? fingerprint)].join(';')),
    service: serviceOf(event.service, rules, services),
    title: titled(title) || 'alert',
    description: clean(event.description ?? ''),
    labels,
    truncated: 0,
    alerts: [
      {
        fingerprint,
        status: event.status,
        labels,
        annotations: cleanLabels({ summary: title, ...eventNote(event), ...event.annotations }),
        startsAt: instantOf(event.startsAt),
        endsAt: event.status === 'resolved' ? instantOf(event.endsAt) : null,
        generatorUrl: null,
        weight: eventWeight(event, rules, labels),
      },
    ],
  };
}

const eventNote = (event: EventBody): Labels => (event.description ? { description: event.description } : {});

function eventWeight(event: EventBody, rules: SourceRules, labels: Labels): number {
  const word = event.severity ?? labels[rules.severityLabel];
  const mapped = priorityOfWord(rules.severityMap, word);
  return weightOf({ impact: event.impact ?? mapped.impact, urgency: event.urgency ?? mapped.urgency });
}
