import type { AlertRulesDoc } from '../../../domain/process-def-alert';
import { type Graph, GraphBuilder } from './graph';
import { listed, spanOf, type Words } from './words';

/** Stages in the order in which an alert passes them (activities of the convergence). */
const STAGES = ['filter', 'enrich', 'grouping', 'mute', 'inhibit', 'flapping', 'resolve'] as const;
type Stage = (typeof STAGES)[number];

type Rule<S extends Stage> = NonNullable<AlertRulesDoc[S]>[number];

const matching = (w: Words, match: readonly string[]) =>
  match.length === 0 ? w.t('drawing.everyAlert') : listed(w, match);

/** What each rule of a stage does, in a sentence. */
const SENTENCES: { [S in Stage]: (rule: Rule<S>, w: Words) => string } = {
  filter: ({ name, match }, w) => `${name}: ${matching(w, match)}`,
  enrich: ({ name, match, set = {}, service, severity }, w) => {
    const labels = Object.entries(set).map(([label, value]) => `${label}="${value}"`);
    const more = [service && `service → ${service}`, severity && `severity → ${severity}`].filter(Boolean) as string[];
    return `${name}: ${matching(w, match)} → ${listed(w, [...labels, ...more])}`;
  },
  grouping: ({ name, match, by, wait, interval, repeat }, w) => {
    const parts = [
      by === 'all' ? w.t('drawing.eachAlert') : w.t('drawing.groupedBy', { labels: listed(w, by) }),
      wait === undefined ? '' : w.t('drawing.groupWait', { wait: spanOf(w, wait) }),
      interval === undefined ? '' : w.t('drawing.groupInterval', { interval: spanOf(w, interval) }),
      repeat === undefined ? '' : w.t('drawing.groupRepeat', { repeat: spanOf(w, repeat) }),
    ];
    return `${name}: ${matching(w, match)} → ${listed(
      w,
      parts.filter((part) => part !== ''),
    )}`;
  },
  mute: ({ name, match, during }, w) => `${name}: ${matching(w, match)} (${listed(w, during)})`,
  inhibit: ({ name, source, target, equal }, w) => {
    const same = equal.length === 0 ? '' : ` (= ${listed(w, equal)})`;
    return `${name}: ${listed(w, source)} ⊣ ${listed(w, target)}${same}`;
  },
  flapping: ({ name, match, changes, within, hold }, w) => {
    const values = { changes, within: spanOf(w, within), hold: spanOf(w, hold) };
    return `${name}: ${matching(w, match)} → ${w.t('drawing.flaps', values)}`;
  },
  resolve: ({ name, match, after }, w) => {
    const when =
      after === 'never' ? w.t('drawing.resolveNever') : w.t('drawing.resolveAfter', { after: spanOf(w, after) });
    return `${name}: ${matching(w, match)} → ${when}`;
  },
};

/** A stage of many rules is cut here; the rest is counted, the whole stands in the facts. */
const SHOWN = 8;

function sentencesOf(stage: Stage, def: AlertRulesDoc, w: Words): string[] {
  const rules = (def[stage] ?? []) as never[];
  const say = SENTENCES[stage] as (rule: never, w: Words) => string;
  if (rules.length === 0) return [w.t('drawing.noRule')];
  const more = rules.length > SHOWN ? [w.t('drawing.moreRules', { count: rules.length - SHOWN })] : [];
  return [...rules.slice(0, SHOWN).map((rule) => say(rule, w)), ...more];
}

/** An alert's way: filter → enrich → group → mute → inhibit → flapping → case, and how it is resolved. */
export function alertGraph(def: AlertRulesDoc, w: Words): Graph {
  const g = new GraphBuilder().node('alert', 'start', w.t('drawing.alert'));
  let before = 'alert';
  for (const stage of STAGES) {
    if (stage === 'resolve') g.node('case', 'state', w.t('drawing.alertCase')).edge(before, 'case');
    g.node(stage, 'step', w.t(`drawing.stage.${stage}`), sentencesOf(stage, def, w));
    g.edge(stage === 'resolve' ? 'case' : before, stage);
    before = stage;
  }
  g.node('dropped', 'end', w.t('drawing.dropped')).edge('filter', 'dropped', w.t('drawing.matches'));
  g.node('held', 'end', w.t('drawing.held'));
  for (const stage of ['mute', 'inhibit', 'flapping']) g.edge(stage, 'held', w.t('drawing.matches'));
  return g.build();
}
