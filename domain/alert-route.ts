import { type AlertPush, type GroupPush, priorityOfWord, type SourceRules, weightOf } from './alert';
import { boundedKey } from './alert-fingerprint';
import type { Labels } from './alert-matcher';
import { type AlertRules, type GroupTiming, seen, timingOf } from './alert-rules';

/** An alert of a push as the rules see it. */
export interface RoutedAlert extends AlertPush {
  /** Group key of the sender: with source and fingerprint it names the alert wherever rules put it. */
  senderKey: string;
  service: string;
  /** Labels and what rules see beside them. */
  seen: Labels;
}

/** Alerts of one group after the rules. */
export interface RoutedPush extends Omit<GroupPush, 'alerts'> {
  /** Rule that formed the group; null = the sender did. */
  rule: string | null;
  timing: GroupTiming;
  alerts: RoutedAlert[];
}

/** An alert that a filter took out. */
export interface DroppedPush {
  fingerprint: string;
  labels: Record<string, string>;
  rule: string;
}

/** Who pushed, under which rules. */
export interface RouteContext {
  source: SourceRules & { name: string };
  /** Published ones. */
  services: ReadonlySet<string>;
  rules: AlertRules;
}

/** Filters, enriches and groups the alerts of a push. Pure: the same push and rules give the same groups. */
export function routePush(push: GroupPush, context: RouteContext): { groups: RoutedPush[]; dropped: DroppedPush[] } {
  const groups = new Map<string, RoutedPush>();
  const dropped: DroppedPush[] = [];
  for (const alert of push.alerts) {
    const labels = seen(alert.labels, { source: context.source.name, service: push.service }, context.rules);
    const filter = context.rules.filter.find((rule) => rule.match(labels));
    if (filter) {
      dropped.push({ fingerprint: alert.fingerprint, labels: alert.labels, rule: filter.name });
      continue;
    }
    const routed = enriched(push, alert, context);
    const group = groupOf(push, routed, context);
    const known = groups.get(group.groupKey);
    if (known) known.alerts.push(routed);
    else groups.set(group.groupKey, group);
  }
  return { groups: [...groups.values()], dropped };
}

/** The alert with what the rules know and its sender does not. */
function enriched(push: GroupPush, alert: AlertPush, { source, services, rules }: RouteContext): RoutedAlert {
  let [labels, service, word]: [Record<string, string>, string, string | undefined] = [
    alert.labels,
    push.service,
    undefined,
  ];
  const look = () => seen(labels, { source: source.name, service }, rules);
  let view = look();
  for (const rule of rules.enrich) {
    if (!rule.match(view)) continue;
    labels = { ...labels, ...rule.set };
    if (rule.service !== null && services.has(rule.service)) service = rule.service;
    word = rule.severity ?? rule.set[source.severityLabel] ?? word;
    view = look();
  }
  if (word !== undefined) labels = { ...labels, [source.severityLabel]: word };
  const weight = word === undefined ? alert.weight : weightOf(priorityOfWord(source.severityMap, word));
  return { ...alert, labels, service, weight, senderKey: push.groupKey, seen: word === undefined ? view : look() };
}

/** The group of an alert, with it as the first. */
function groupOf(push: GroupPush, alert: RoutedAlert, { source, rules }: RouteContext): RoutedPush {
  const rule = rules.grouping.find(({ match }) => match(alert.seen));
  const timing = timingOf(alert.seen, rules, rule);
  const common = { service: alert.service, truncated: push.truncated, timing, alerts: [alert] };
  // One key used for two services means two groups: an incident of one service must not swallow alerts of another.
  const prefix = (usual: string) => (alert.service === usual ? '' : `service=${alert.service};`);
  if (rule === undefined) {
    const { title, description, labels } = push;
    const groupKey = boundedKey(prefix(push.service) + push.groupKey);
    return { ...common, rule: null, groupKey, title, description, labels };
  }
  const by = rule.by === 'all' ? { fingerprint: alert.fingerprint } : pick(alert.seen, rule.by);
  const shown = Object.entries(by).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return {
    ...common,
    rule: rule.name,
    groupKey: boundedKey(`${prefix(source.service)}${rule.name}{${shown.join(',')}}`),
    title: titleOf(push, alert, rule.by === 'all' ? {} : by),
    description: alert.annotations.description ?? push.description,
    labels: rule.by === 'all' ? alert.labels : by,
  };
}

const pick = (labels: Labels, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, labels[name] ?? '']));

const TITLE_LIMIT = 200;

/** `HighLatency (cluster=eu)`: what the first alert is called, and what tells the group from others of its rule. */
function titleOf(push: GroupPush, alert: RoutedAlert, by: Record<string, string>): string {
  const name = alert.labels.alertname ?? alert.annotations.summary ?? push.title;
  const rest = Object.entries(by).filter(([label, value]) => label !== 'alertname' && value !== '');
  const full = rest.length === 0 ? name : `${name} (${rest.map(([label, value]) => `${label}=${value}`).join(', ')})`;
  const chars = [...full.replace(/\s+/g, ' ').trim()];
  return chars.length <= TITLE_LIMIT ? chars.join('') : `${chars.slice(0, TITLE_LIMIT - 1).join('')}…`;
}

/**
 * Alerts stay with the group in which they fire, whatever newer rules say: otherwise nothing would ever end there.
 * @param placeOf key of the group in which an alert fires already
 */
export function keepPlaces(push: RoutedPush, placeOf: (alert: RoutedAlert) => string | undefined): RoutedPush[] {
  const parts = new Map<string, RoutedPush>();
  for (const alert of push.alerts) {
    const groupKey = placeOf(alert) ?? push.groupKey;
    const part = parts.get(groupKey);
    if (part) part.alerts.push(alert);
    else parts.set(groupKey, { ...push, groupKey, alerts: [alert] });
  }
  return [...parts.values()];
}
