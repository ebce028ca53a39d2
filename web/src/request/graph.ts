import type { RequestView } from '../../../domain/request-projection';
import { edgeId, type Graph, GraphBuilder, type NodeKind } from '../drawing/graph';
import type { Words } from '../drawing/words';
import type { PlanDrawn } from './types';

type StepPlan = PlanDrawn['steps'][string];

const START = ':start';
const END = ':end';

const KINDS: Record<StepPlan['kind'], NodeKind> = {
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

/** Where each step leads: branches of choices with their conditions, branches that run side by side, and on. */
function waysOf(step: StepPlan, w: Words): { to: string | null; label: string }[] {
  if (step.kind === 'end') return [];
  if (step.kind === 'choice')
    return [
      ...step.branches.map((b) => ({ to: b.next, label: b.when })),
      { to: step.otherwise, label: w.t('request.otherwise') },
    ];
  if (step.kind === 'parallel') return step.branches.map((to) => ({ to, label: '' }));
  return [{ to: step.next, label: '' }];
}

/** The fork whose branch a step is in: what ends there goes on behind it. */
function forksOf(plan: PlanDrawn): Map<string, string> {
  const within = new Map<string, string>();
  const walk = (id: string | null, fork: string): void => {
    const step = id === null ? undefined : plan.steps[id];
    if (id === null || step === undefined || within.has(id)) return;
    within.set(id, fork);
    if (step.kind === 'parallel') {
      for (const branch of step.branches) walk(branch, id);
      walk(step.next, fork);
    } else if (step.kind === 'choice')
      for (const to of [...step.branches.map((b) => b.next), step.otherwise]) walk(to, fork);
    else walk(step.next, fork);
  };
  for (const step of Object.values(plan.steps))
    if (step.kind === 'parallel') for (const branch of step.branches) walk(branch, step.id);
  return within;
}

function linesOf(step: StepPlan, view: RequestView, w: Words): string[] {
  const waited = view.waitingFor.filter((x) => x.step === step.id).map((x) => x.login ?? x.team ?? '');
  const done = view.steps.findLast((s) => s.step === step.id && s.state !== 'voided');
  const who = waited.length > 0 ? [w.t('request.waitsFor', { who: waited.join(', ') })] : [];
  const by = done?.by && done.by !== 'system' && done.endedAt !== null ? [done.by] : [];
  const outcome = done?.outcome ? [w.t(`requestOutcome.${done.outcome}`)] : [];
  const stage = w.t(`request.kind.${step.kind}`);
  return [stage, ...who, ...by, ...outcome];
}

/** The process of a request with the way it has taken, where it is, and what comes next. */
export function requestGraph(plan: PlanDrawn, view: RequestView, w: Words): Graph {
  const g = new GraphBuilder();
  const within = forksOf(plan);
  const visits = view.steps.filter((s) => s.state !== 'voided');
  const markOf = (id: string) => {
    const mine = visits.filter((s) => s.step === id);
    if (mine.some((s) => s.state === 'active' || s.state === 'failed')) return { mark: 'present' as const };
    return mine.length > 0 ? { mark: 'visited' as const } : {};
  };
  g.node(START, 'start', w.t('request.submitted'), [], { mark: 'visited' });
  for (const step of inOrder(plan))
    g.node(step.id, KINDS[step.kind], step.title[w.language], linesOf(step, view, w), markOf(step.id));
  const ends = Object.values(plan.steps).some((s) => waysOf(s, w).some((to) => to.to === null && !within.has(s.id)));
  if (ends)
    g.node(END, 'end', w.t('requestOutcome.fulfilled'), [], view.outcome === 'fulfilled' ? { mark: 'visited' } : {});
  g.edge(START, plan.first);
  for (const step of inOrder(plan))
    for (const { to, label } of waysOf(step, w)) {
      const fork = within.get(step.id);
      const behind = fork === undefined ? END : (behindOf(plan, fork, within) ?? END);
      g.edge(step.id, to ?? behind, label);
    }
  return walked(g.build(), visits);
}

/** Steps as one comes to them: the database keeps no order of theirs, and the layout follows it. */
function inOrder(plan: PlanDrawn): StepPlan[] {
  const seen = new Map<string, StepPlan>();
  const walk = (id: string | null): void => {
    const step = id === null ? undefined : plan.steps[id];
    if (step === undefined || seen.has(step.id)) return;
    seen.set(step.id, step);
    const branches: (string | null)[] =
      step.kind === 'parallel'
        ? step.branches
        : step.kind === 'choice'
          ? [...step.branches.map((b) => b.next), step.otherwise]
          : [];
    for (const to of [...branches, step.next]) walk(to);
  };
  walk(plan.first);
  return [...seen.values(), ...Object.values(plan.steps).filter((s) => !seen.has(s.id))];
}

/** What follows a fork, looking outward where it is the last of a branch itself. */
function behindOf(plan: PlanDrawn, fork: string, within: Map<string, string>): string | null {
  const step = plan.steps[fork];
  if (step?.next) return step.next;
  const outer = within.get(fork);
  return outer === undefined ? null : behindOf(plan, outer, within);
}

/** Marks the ways between steps that followed each other. */
function walked(graph: Graph, visits: RequestView['steps']): Graph {
  const seen = new Set(visits.map((v) => v.step));
  const taken = new Set(
    graph.edges
      .filter(
        (e) =>
          (e.from === START || seen.has(e.from)) &&
          (seen.has(e.to) || (e.to === END && graph.nodes.some((n) => n.id === END && n.mark))),
      )
      .map((e) => edgeId(e.from, e.to, e.kind)),
  );
  return { ...graph, edges: graph.edges.map((e) => (taken.has(e.id) ? { ...e, walked: 1 } : e)) };
}
