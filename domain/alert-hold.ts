import type { Labels, Match } from './alert-matcher';
import type { AlertRules } from './alert-rules';

/** Why a firing alert does not count for an incident. */
export type HeldReason = 'silenced' | 'muted' | 'inhibited' | 'flapping';
export const HELD_REASONS: readonly HeldReason[] = ['silenced', 'muted', 'inhibited', 'flapping'];

/** Held back: by which silence (id) or rule (`document/rule`), since when (epoch ms). */
export interface Hold {
  reason: HeldReason;
  by: string;
  since: number;
}

/** What holds alerts of a tenant back at one instant. */
export interface Holding {
  /** Silences that are active. */
  silences: readonly { id: string; match: Match }[];
  /** Mute rules one of whose time ranges is open. */
  mutes: readonly { name: string; match: Match }[];
  inhibit: AlertRules['inhibit'];
  /** {@link marksOf} everything that fires. */
  inhibited: ReadonlySet<string>;
}

type Inhibit = AlertRules['inhibit'][number];
/** `any`: of every source; `pure`: of sources that are no targets of the same rule. */
const mark = (rule: Inhibit, kind: 'any' | 'pure', labels: Labels) =>
  JSON.stringify([rule.name, kind, ...rule.equal.map((label) => labels[label] ?? '')]);

/** What a firing alert inhibits, whether it is held itself or not. */
export function marksOf(labels: Labels, inhibit: AlertRules['inhibit']): string[] {
  return inhibit
    .filter((rule) => rule.source(labels))
    .flatMap((rule) => [mark(rule, 'any', labels), ...(rule.target(labels) ? [] : [mark(rule, 'pure', labels)])]);
}

/**
 * Marks each of which would inhibit an alert, with the rule. One that is source and target of a rule is not inhibited by
 * others that are both as well, itself included, as in Alertmanager.
 */
export function inhibitableBy(labels: Labels, inhibit: AlertRules['inhibit']): { rule: string; mark: string }[] {
  return inhibit
    .filter((rule) => rule.target(labels))
    .map((rule) => ({ rule: rule.name, mark: mark(rule, rule.source(labels) ? 'pure' : 'any', labels) }));
}

/**
 * Whether an alert is held back at an instant. People's reasons go before those of rules.
 * @param labels as rules see them
 * @param flapping null when it does not flap
 */
export function holdOf(
  labels: Labels,
  holding: Holding,
  flapping: { until: number; rule: string } | null,
  now: number,
): Omit<Hold, 'since'> | null {
  const silence = holding.silences.find(({ match }) => match(labels));
  if (silence) return { reason: 'silenced', by: silence.id };
  const mute = holding.mutes.find(({ match }) => match(labels));
  if (mute) return { reason: 'muted', by: mute.name };
  const source = inhibitableBy(labels, holding.inhibit).find((by) => holding.inhibited.has(by.mark));
  if (source) return { reason: 'inhibited', by: source.rule };
  return flapping && flapping.until > now ? { reason: 'flapping', by: flapping.rule } : null;
}

/** Newest beginnings and ends of an alert (epoch ms, ascending), and until when it is held for them. */
export interface Flapping {
  changes: readonly number[];
  until: number | null;
}

/**
 * Adds changes of an alert. Once there are too many, each further one prolongs the hold: it ends when the alert has been
 * stable for the whole of it. Rules given up while an alert flaps let go of it.
 */
export function flap(
  known: Flapping,
  at: readonly number[],
  rule: AlertRules['flapping'][number] | undefined,
): Flapping {
  if (rule === undefined) return { changes: [], until: null };
  let { changes, until } = known;
  for (const instant of at) {
    changes = [...changes, instant].slice(-rule.changes);
    const first = changes.at(-rule.changes);
    const many = changes.length >= rule.changes && first !== undefined && instant - first <= rule.within * 1000;
    if (many || (until !== null && instant < until)) until = instant + rule.hold * 1000;
  }
  return { changes, until };
}
