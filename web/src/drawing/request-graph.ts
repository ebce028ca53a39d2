import { formFields } from '../../../domain/form';
import type { CatalogueDoc, CatalogueItemDoc, RequestSlaDoc } from '../../../domain/process-def-catalogue';
import { firstOf, flatten } from '../../../domain/process-def-compile-steps';
import type { FormDoc, FormNodeDoc } from '../../../domain/process-def-form';
import type { ProvisionerDoc } from '../../../domain/process-def-provisioner';
import type { RequestProcessDoc, StepDoc } from '../../../domain/process-def-request';
import { placedSteps } from '../../../domain/process-def-request-walk';
import type { StepPlan } from '../../../domain/request-plan';
import { type Graph, GraphBuilder, type NodeKind } from './graph';
import { definitionHref } from './href';
import { actorOf, actorsOf, listed, said, spanOf, type Words } from './words';

const KINDS: Record<StepDoc['kind'], NodeKind> = {
  approval: 'decision',
  task: 'people',
  form: 'people',
  auto: 'step',
  wait: 'state',
  notify: 'step',
  choice: 'decision',
  parallel: 'step',
  subprocess: 'definition',
  end: 'end',
};

type LadderDoc = Extract<StepDoc, { kind: 'approval' }>['ladder'];

/** `1 working day: reminded; 5 working days: refused`. */
function ladderWords(w: Words, ladder: LadderDoc): string[] {
  return ladder.map(({ after, do: act }) => {
    const what =
      typeof act === 'string'
        ? w.t(`drawing.rung.${act}`)
        : 'ask' in act
          ? w.t('drawing.rung.ask', { people: actorsOf(w, act.ask) })
          : w.t('drawing.rung.end', { outcome: w.t(`drawing.outcome.${act.end}`) });
    return w.t('drawing.rungAfter', { after: spanOf(w, after), what });
  });
}

const quorumOf = (w: Words, quorum: string | number): string =>
  quorum === 'all' || quorum === 'any' ? w.t(`drawing.quorumOf.${quorum}`) : String(quorum);

/** Who, how many, by when: what stands in the node of a step, and what the list says besides. */
function wordsOf(w: Words, step: StepDoc): { lines: string[]; details?: string[] } {
  switch (step.kind) {
    case 'approval': {
      const who = step.approvers.map((a) => (typeof a === 'string' ? actorOf(w, a) : `${actorOf(w, a.ask)} (${a.if})`));
      const quorum = w.t('drawing.quorum', { quorum: quorumOf(w, step.quorum ?? 'all') });
      return { lines: [listed(w, who), quorum], details: ladderWords(w, step.ladder) };
    }
    case 'task':
    case 'form':
      return { lines: [actorsOf(w, step.actors)], details: ladderWords(w, step.ladder) };
    case 'auto': {
      const undo =
        typeof step.compensate === 'string' ? w.t(`drawing.undo.${step.compensate}`) : step.compensate.action;
      const lines = [step.action, w.t('drawing.tried', { limit: spanOf(w, step.limit) })];
      return { lines, details: [w.t('drawing.undoneBy', { undo })] };
    }
    case 'wait':
      return { lines: [step.until ?? step.at ?? '', w.t('drawing.atMost', { limit: spanOf(w, step.limit) })] };
    case 'notify':
      return { lines: [actorsOf(w, step.to)], details: [said(w, step.text)] };
    case 'subprocess':
      return { lines: [w.t('drawing.opens', { item: step.item })] };
    default:
      return { lines: [] };
  }
}

/** Where a step leads to, and under which condition; a fork leads to its branches, and behind them to what follows it. */
function waysOf(step: StepPlan, w: Words): { to: string | null; label: string }[] {
  if (step.kind === 'end') return [];
  if (step.kind === 'parallel') return step.branches.map((to) => ({ to, label: '' }));
  if (step.kind !== 'choice') return [{ to: step.next, label: '' }];
  const branches = step.branches.map((b) => ({ to: b.next, label: b.when }));
  return [...branches, { to: step.otherwise, label: w.t('drawing.otherwise') }];
}

/** Steps that end a branch, with the step that follows when all branches have ended. */
function endsOfBranches(doc: readonly StepDoc[], steps: Readonly<Record<string, StepPlan>>): Map<string, string> {
  const joins = new Map<string, string>();
  for (const { step } of placedSteps(doc)) {
    const next = steps[step.id]?.next;
    if (step.kind !== 'parallel' || !next) continue;
    for (const inner of step.branches.flatMap((branch) => placedSteps(branch)))
      if (inner.step.kind !== 'parallel' || steps[inner.step.id]?.next === null) joins.set(inner.step.id, next);
  }
  return joins;
}

/** The process of a request: its steps in order, choices with their conditions, branches side by side. */
export function requestProcessGraph(def: RequestProcessDoc, w: Words): Graph {
  const steps: Record<string, StepPlan> = {};
  flatten(def.steps, { next: null, formId: (name) => name }, steps);
  const stages = new Map(def.stages.map((s) => [s.name, said(w, s.title)]));
  const g = new GraphBuilder().node(':start', 'start', w.t('drawing.submitted'));
  const placed = placedSteps(def.steps);
  for (const { step } of placed) {
    const { lines, details } = wordsOf(w, step);
    const name = step.kind === 'subprocess' ? { href: definitionHref('catalogue-item', step.item) } : {};
    const stage = stages.get(step.stage) ?? step.stage;
    const more = { details: [stage, ...(details ?? [])], ...name };
    g.node(step.id, KINDS[step.kind], said(w, step.title), [w.t(`drawing.step.${step.kind}`), ...lines], more);
  }
  const first = firstOf(def.steps, null);
  if (first !== null) g.edge(':start', first);
  const joins = endsOfBranches(def.steps, steps);
  for (const { step } of placed)
    for (const { to, label } of waysOf(steps[step.id] as StepPlan, w)) {
      const target = to ?? joins.get(step.id);
      if (target !== undefined) g.edge(step.id, target, label);
    }
  return g.build();
}

const typeOf = (w: Words, node: FormNodeDoc): string => {
  const type = [node.type ?? []].flat().join(' / ');
  return w.t(`drawing.field.${node['x-widget'] ?? node.format ?? type}`);
};

/** A form: its sections and fields with what is asked of them. */
export function formGraph(def: FormDoc, w: Words): Graph {
  const g = new GraphBuilder().node(':form', 'start', said(w, def.title));
  const title = (node: FormNodeDoc, path: string) => (node['x-title'] ? said(w, node['x-title']) : path);
  const required = requiredPaths(def.schema);
  const seen = new Set<string>();
  for (const { path, node: found } of formFields(def.schema)) {
    const node = found as FormNodeDoc;
    if (seen.has(path)) continue;
    seen.add(path);
    const section = node.type === 'object';
    const limits = [
      required.has(path) ? w.t('drawing.required') : '',
      node.enum
        ? listed(
            w,
            node.enum.map((v) => optionOf(w, node, v)),
          )
        : '',
      rangeOf(node),
    ];
    const parent = path.includes('.') ? path.slice(0, path.lastIndexOf('.')) : ':form';
    g.node(path, section ? 'state' : 'step', title(node, path), section ? [] : [typeOf(w, node), ...limits], {
      details: node['x-help'] ? [said(w, node['x-help'])] : [],
    }).edge(parent, path);
  }
  return g.build();
}

const optionOf = (w: Words, node: FormNodeDoc, value: unknown): string => {
  const text = node['x-options']?.[String(value)];
  return text ? said(w, text) : String(value);
};

function rangeOf({ minimum, maximum, minLength, maxLength, minItems, maxItems }: FormNodeDoc): string {
  const [low, high] = [minimum ?? minLength ?? minItems, maximum ?? maxLength ?? maxItems];
  if (low === undefined) return high === undefined ? '' : `≤ ${high}`;
  return high === undefined ? `≥ ${low}` : `${low} – ${high}`;
}

function requiredPaths(schema: FormNodeDoc, prefix = ''): Set<string> {
  const at = (name: string) => (prefix === '' ? name : `${prefix}.${name}`);
  const own = (schema.required ?? []).map(at);
  const inner = Object.entries(schema.properties ?? {}).flatMap(([name, node]) => [...requiredPaths(node, at(name))]);
  return new Set([...own, ...inner]);
}

/** An item and all that it binds. */
export function itemGraph(def: CatalogueItemDoc, w: Words): Graph {
  const g = new GraphBuilder().node('item', 'start', said(w, def.title), [
    def.code,
    w.t('drawing.owner', { who: actorOf(w, def.owner) }),
    w.t('drawing.team', { team: def.team }),
  ]);
  const bind = (kind: string, name: string, label: string) => {
    const id = `${kind}/${name}`;
    g.node(id, 'definition', name, [w.t(`drawing.kind.${kind}`)], { href: definitionHref(kind, name) });
    g.edge('item', id, label);
  };
  bind('service', def.service, w.t('drawing.belongsTo'));
  bind('form', def.form, w.t('drawing.asksBy'));
  bind('request-process', def.process, w.t('drawing.handledBy'));
  bind('request-sla', def.sla, w.t('drawing.promises'));
  return g.build();
}

/** Promises between steps. */
export function requestSlaGraph(def: RequestSlaDoc, w: Words): Graph {
  const g = new GraphBuilder().node(':from', 'start', w.t('drawing.submitted'));
  for (const { name, title, from, to, when, goal, calendar } of def.clocks) {
    const start = from === undefined ? ':from' : `from-${from}`;
    if (from !== undefined) g.node(start, 'state', from, [w.t('drawing.begins')]);
    g.node(name, 'step', said(w, title), [w.t('drawing.goal', { goal: spanOf(w, goal) }), when ?? '']);
    g.node(`calendar-${calendar}`, 'definition', calendar, [w.t('drawing.kind.calendar')], {
      href: definitionHref('calendar', calendar),
    });
    const end = `to-${to ?? ''}`;
    g.node(end, 'end', to ?? w.t('drawing.requestEnds'), to === undefined ? [] : [w.t('drawing.ends')]);
    g.edge(start, name).edge(`calendar-${calendar}`, name, w.t('drawing.countsOn')).edge(name, end);
  }
  return g.build();
}

interface CategoryDoc {
  code: string;
  title: { 'zh-CN': string; en: string };
  categories?: readonly CategoryDoc[] | undefined;
}

/** The categories of the catalogue. */
export function catalogueGraph(def: CatalogueDoc, w: Words): Graph {
  const g = new GraphBuilder().node(':catalogue', 'start', said(w, def.title));
  const walk = (list: readonly CategoryDoc[], above: string): void => {
    for (const { code, title, categories = [] } of list) {
      g.node(code, categories.length > 0 ? 'state' : 'end', said(w, title), [code]).edge(above, code);
      walk(categories, code);
    }
  };
  walk(def.categories, ':catalogue');
  return g.build();
}

/** How a resource is made, how its end is learned, how it is removed. */
export function provisionerGraph(def: ProvisionerDoc, w: Words): Graph {
  const g = new GraphBuilder().node('make', 'start', said(w, def.title));
  if (def.manual) {
    const lines = [w.t('drawing.team', { team: def.manual.team }), said(w, def.manual.instructions)];
    return g.node('people', 'people', w.t('drawing.byPeople'), lines).edge('make', 'people').build();
  }
  const { http } = def;
  if (!http) return g.build();
  const call = (r: { method: string; url: string; expect: string }) => [
    `${r.method} ${r.url.replace(/^https?:\/\//, '')}`,
    r.expect,
  ];
  g.node('create', 'step', w.t('drawing.create'), call(http.create)).edge('make', 'create');
  g.node('made', 'end', w.t('drawing.made'));
  if (http.poll) {
    const every = w.t('drawing.handOver', { every: spanOf(w, http.poll.every) });
    g.node('poll', 'state', w.t('drawing.poll'), call(http.poll))
      .edge('create', 'poll')
      .edge('poll', 'poll', every, 'time');
    g.edge('poll', 'made', listed(w, http.poll.done));
  } else g.edge('create', 'made', http.callback ? w.t('drawing.callback') : '');
  g.node('remove', 'step', w.t('drawing.remove'), call(http.remove)).edge('made', 'remove', w.t('drawing.undone'));
  return g.build();
}
