import type { SeverityMap, SourceRules } from './alert';
import { type Labels, type Match, withMeta } from './alert-matcher';
import type { Weekday } from './calendar';

/** Hours of weekdays in a zone. `from` and `to` are minutes of the local day; `to` at or before `from` is of the next day. */
export interface TimeRange {
  zone: string;
  weekdays: readonly Weekday[];
  from: number;
  to: number;
}

/** When a group speaks, seconds. */
export interface GroupTiming {
  /** From the first alert to the opening of the incident. */
  wait: number;
  /** Further changes are gathered for so long; the end of all and a new beginning are told at once. */
  interval: number;
  /** The incident hears again that it still fires; null = never. */
  repeat: number | null;
  /** After all alerts have been over for so long the incident is resolved; null = by people only. */
  resolve: number | null;
}

/** An incident opens with the first alert and people end it, unless rules say otherwise. */
export const DEFAULT_TIMING: GroupTiming = { wait: 0, interval: 10, repeat: null, resolve: null };

interface Rule {
  /** `document/rule`: what a held or dropped alert names as the reason. */
  name: string;
  match: Match;
}

/** Published alert rules of a tenant, ready to be asked. Of each list but `enrich` the first that matches decides. */
export interface AlertRules {
  hostLabels: readonly string[];
  /** Severity words that sources do not know themselves, lower case. */
  words: SeverityMap;
  filter: readonly Rule[];
  enrich: readonly (Rule & { set: Labels; service: string | null; severity: string | null })[];
  grouping: readonly (Rule & {
    by: readonly string[] | 'all';
    wait: number;
    interval: number;
    repeat: number | null;
  })[];
  mute: readonly (Rule & { ranges: readonly TimeRange[] })[];
  inhibit: readonly { name: string; source: Match; target: Match; equal: readonly string[] }[];
  flapping: readonly (Rule & { changes: number; within: number; hold: number })[];
  resolve: readonly (Rule & { after: number | null })[];
}

/** Rules of a tenant that has published none. */
export const NO_RULES: AlertRules = {
  hostLabels: ['host', 'hostname', 'node', 'instance'],
  words: {},
  filter: [],
  enrich: [],
  grouping: [],
  mute: [],
  inhibit: [],
  flapping: [],
  resolve: [],
};

/** How a source's pushes are read under the rules: words that it does not know are theirs. */
export function sourceUnder<S extends SourceRules>(source: S, { words }: Pick<AlertRules, 'words'>): S {
  return { ...source, severityMap: { ...words, ...source.severityMap } };
}

/** Labels as the rules of a tenant see them. */
export function seen(labels: Labels, meta: { source: string; service: string }, rules: AlertRules): Labels {
  return withMeta(labels, meta, rules.hostLabels);
}

/** The timing of a group, by the alert that forms it. */
export function timingOf(labels: Labels, rules: AlertRules, group: Partial<GroupTiming> | undefined): GroupTiming {
  const resolve = rules.resolve.find((rule) => rule.match(labels));
  const { wait, interval, repeat } = { ...DEFAULT_TIMING, ...group };
  return { wait, interval, repeat, resolve: resolve?.after ?? null };
}
