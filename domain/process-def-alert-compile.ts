import { compileMatchers, HOST_LABELS, type Match, parseMatcher } from './alert-matcher';
import type { AlertRules, TimeRange } from './alert-rules';
import { WEEKDAYS } from './calendar';
import { parseWallSeconds } from './duration';
import type { AlertRulesDoc } from './process-def-alert';

const matchOf = (texts: readonly string[]): Match => compileMatchers(texts.map(parseMatcher));

const minutes = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));

/** A time range as it is evaluated. */
export function compileTimeRange(range: NonNullable<AlertRulesDoc['timeRanges']>[number]): TimeRange {
  return {
    zone: range.zone,
    weekdays: range.weekdays ?? WEEKDAYS,
    from: minutes(range.from),
    to: minutes(range.to),
  };
}

function compileDoc(doc: AlertRulesDoc): AlertRules {
  const named = <R extends { name: string; match: string[] }>(rules: readonly R[] | undefined) =>
    (rules ?? []).map((rule) => ({ ...rule, name: `${doc.name}/${rule.name}`, match: matchOf(rule.match) }));
  const seconds = parseWallSeconds;
  return {
    hostLabels: doc.hostLabels ?? [],
    words: Object.fromEntries(Object.entries(doc.severityWords ?? {}).map(([w, p]) => [w.trim().toLowerCase(), p])),
    filter: named(doc.filter),
    enrich: named(doc.enrich).map(({ name, match, set = {}, service = null, severity = null }) => ({
      ...{ name, match, set, service, severity },
    })),
    grouping: named(doc.grouping).map(({ name, match, by, wait, interval, repeat }) => ({
      ...{ name, match, by },
      wait: seconds(wait ?? 'PT0S'),
      interval: seconds(interval ?? 'PT10S'),
      repeat: repeat === undefined ? null : seconds(repeat),
    })),
    mute: named(doc.mute).map(({ name, match, during }) => ({
      ...{ name, match },
      ranges: (doc.timeRanges ?? []).filter((range) => during.includes(range.name)).map(compileTimeRange),
    })),
    inhibit: (doc.inhibit ?? []).map(({ name, source, target, equal }) => ({
      name: `${doc.name}/${name}`,
      source: matchOf(source),
      target: matchOf(target),
      equal,
    })),
    flapping: named(doc.flapping).map(({ name, match, changes, within, hold }) => ({
      ...{ name, match, changes },
      within: seconds(within),
      hold: seconds(hold),
    })),
    resolve: named(doc.resolve).map(({ name, match, after }) => ({
      ...{ name, match },
      after: after === 'never' ? null : seconds(after),
    })),
  };
}

/** The rules of all documents of a tenant as one; documents go in the order of their names. */
export function compileAlertRules(docs: readonly AlertRulesDoc[]): AlertRules {
  const parts = [...docs].sort((a, b) => (a.name < b.name ? -1 : 1)).map(compileDoc);
  const hosts = parts.flatMap((part) => part.hostLabels);
  return {
    hostLabels: hosts.length > 0 ? hosts : HOST_LABELS,
    words: Object.assign({}, ...parts.map((part) => part.words).reverse()),
    filter: parts.flatMap((part) => part.filter),
    enrich: parts.flatMap((part) => part.enrich),
    grouping: parts.flatMap((part) => part.grouping),
    mute: parts.flatMap((part) => part.mute),
    inhibit: parts.flatMap((part) => part.inhibit),
    flapping: parts.flatMap((part) => part.flapping),
    resolve: parts.flatMap((part) => part.resolve),
  };
}
