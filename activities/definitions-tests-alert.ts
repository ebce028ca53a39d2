import { DEFAULT_SEVERITY_MAP, priorityOf, priorityOfWord, type SourceRules, weightOf } from '../domain/alert';
import { type Holding, holdOf, marksOf } from '../domain/alert-hold';
import { type RouteContext, type RoutedAlert, routePush } from '../domain/alert-route';
import { type AlertRules, seen, sourceUnder } from '../domain/alert-rules';
import { parseWallSeconds } from '../domain/duration';
import type { AlertRulesDoc } from '../domain/process-def-alert';
import { compileAlertRules } from '../domain/process-def-alert-compile';
import { rangePhase } from './convergence-time';

type AlertTest = AlertRulesDoc['tests'][number];
type Found = Record<string, { expected: unknown; actual: unknown }>;

/** Names of rules within their document, as tests write them. */
const short = (doc: AlertRulesDoc, name: string | null | undefined) => name?.replace(`${doc.name}/`, '') ?? null;

function contextOf(doc: AlertRulesDoc, test: AlertTest, rules: AlertRules): RouteContext & { source: SourceRules } {
  const service = test.service ?? 'service-of-source';
  const named = (doc.enrich ?? []).flatMap((rule) => rule.service ?? []);
  const plain = {
    name: test.source ?? 'source',
    service,
    severityLabel: 'severity',
    severityMap: DEFAULT_SEVERITY_MAP,
  };
  return { source: sourceUnder(plain, rules), services: new Set([service, ...named]), rules };
}

function heldBy(test: AlertTest, alert: RoutedAlert, { rules, source }: RouteContext): string | null {
  const at = test.at === undefined ? null : Date.parse(test.at);
  const open = (rule: AlertRules['mute'][number]) => at !== null && rule.ranges.some((r) => rangePhase(r, at).active);
  const others = (test.firing ?? []).map((labels) =>
    seen(labels, { source: source.name, service: source.service }, rules),
  );
  const holding: Holding = {
    silences: [],
    mutes: rules.mute.filter(open),
    inhibit: rules.inhibit,
    inhibited: new Set([alert.seen, ...others].flatMap((labels) => marksOf(labels, rules.inhibit))),
  };
  return holdOf(alert.seen, holding, null, at ?? 0)?.by ?? null;
}

/** Puts the alert of a test under the rules of its definition, as the intake does, and reads what became of it. */
export function testAlertRules(doc: AlertRulesDoc, test: AlertTest): Found {
  const rules = compileAlertRules([doc]);
  const context = contextOf(doc, test, rules);
  const { source } = context;
  const weight = weightOf(priorityOfWord(source.severityMap, test.labels[source.severityLabel]));
  const alert = { fingerprint: 'f', status: 'firing' as const, labels: test.labels, annotations: {}, weight };
  const times = { startsAt: null, endsAt: null, generatorUrl: null };
  const push = { groupKey: 'sender', service: source.service, title: '', description: '', labels: {}, truncated: 0 };
  const { groups, dropped } = routePush({ ...push, alerts: [{ ...alert, ...times }] }, context);
  const group = groups[0];
  const routed = group?.alerts[0];
  const { expect } = test;
  const resolve = group?.timing.resolve ?? null;
  const actual: Record<string, unknown> = {
    dropped: short(doc, dropped[0]?.rule),
    held: routed ? short(doc, heldBy(test, routed, context)) : null,
    labels: Object.fromEntries(Object.keys(expect.labels ?? {}).map((label) => [label, routed?.labels[label] ?? null])),
    service: routed?.service ?? null,
    priority: routed ? priorityOf(routed.weight) : null,
    group: short(doc, group?.groupKey),
    resolve,
  };
  const after = expect.resolve === undefined || expect.resolve === 'never' ? null : parseWallSeconds(expect.resolve);
  const expected: Record<string, unknown> = { ...expect, ...(expect.resolve === undefined ? {} : { resolve: after }) };
  // What a test does not mention must not happen to the alert behind its back.
  const quiet = { dropped: expect.dropped ?? null, held: expect.held ?? null };
  return Object.fromEntries(
    Object.entries({ ...expected, ...quiet }).map(([key, value]) => [key, { expected: value, actual: actual[key] }]),
  );
}
