import { parseDuration, parseWallSeconds } from './duration';
import type { StepDoc } from './process-def-request';
import { parseRequestTarget } from './process-def-request-target';
import { ACTIONS, type ActionSpec } from './request-action';
import type { ActionCall, ApprovalStep, RequestTarget, Rung, Span, StepPlan } from './request-plan';

type StepOf<K extends StepDoc['kind']> = Extract<StepDoc, { kind: K }>;
type LadderDoc = StepOf<'approval'>['ladder'];

function compileSpan(text: string): Span {
  const { unit, amount } = parseDuration(text);
  if (unit === 'business-days') return { businessDays: amount };
  return unit === 'business-hours' ? { businessSeconds: amount * 3600 } : { seconds: amount };
}

/** Actors as the plan has them. */
export const targets = (texts: readonly string[]): RequestTarget[] => texts.map(parseRequestTarget);

/** What happens while nobody answers. */
export function compileLadder(ladder: LadderDoc): Rung[] {
  return ladder.map(({ after, do: act }) => {
    if (typeof act === 'string') return { after: compileSpan(after), act: { kind: act } };
    if ('ask' in act) return { after: compileSpan(after), act: { kind: 'ask', targets: targets(act.ask) } };
    return { after: compileSpan(after), act: { kind: 'end', outcome: act.end } };
  });
}

function compileQuorum(quorum: StepOf<'approval'>['quorum'] = 'all'): ApprovalStep['quorum'] {
  if (typeof quorum === 'number') return { count: quorum };
  if (quorum === 'any' || quorum === 'all') return { need: quorum };
  return { percent: Number(quorum.slice(0, -1)) };
}

/** A result of a step as CEL; ids with hyphens cannot stand behind a dot. */
const resultOf = (step: string, name: string) =>
  /^[a-z]\w*$/.test(step) ? `steps.${step}.${name}` : `steps["${step}"].${name}`;

/**
 * What undoes an action with its own results: each argument of the undoing action is the result of that name, else what the
 * action itself was called with. Going back to an earlier revision takes the one before (`previous`).
 */
function defaultUndo(step: StepOf<'auto'>): ActionCall | null {
  const spec: ActionSpec = ACTIONS[step.action];
  if (spec.undo === null) return null;
  const undo: ActionSpec = ACTIONS[spec.undo as keyof typeof ACTIONS];
  const call: ActionCall = { action: spec.undo, with: {} };
  for (const name of Object.keys(undo.arguments)) {
    const result = name === 'revision' && spec.results.includes('previous') ? 'previous' : name;
    const given = step.with[name];
    if (spec.results.includes(result)) call.with[name] = resultOf(step.id, result);
    else if (given !== undefined) call.with[name] = given;
  }
  return call;
}

function compileCompensation(step: StepOf<'auto'>): ActionCall | null {
  if (step.compensate === 'none') return null;
  if (step.compensate === 'default') return defaultUndo(step);
  return { action: step.compensate.action, with: step.compensate.with };
}

type Base = Pick<StepPlan, 'id' | 'title' | 'stage' | 'next'>;

/** What stands around a step: the step that follows it, and how forms are named with their version. */
export interface Around {
  next: string | null;
  formId: (name: string) => string;
}

/** Id of the first of some steps. */
export const firstOf = (steps: readonly StepDoc[], otherwise: string | null): string | null =>
  steps[0]?.id ?? otherwise;

function compileApproval(step: StepOf<'approval'>, base: Base): StepPlan {
  return {
    ...base,
    kind: 'approval',
    approvers: step.approvers.map((a) =>
      typeof a === 'string' ? { target: parseRequestTarget(a) } : { target: parseRequestTarget(a.ask), when: a.if },
    ),
    quorum: compileQuorum(step.quorum),
    order: step.order ?? 'parallel',
    veto: step.veto ?? false,
    apartFrom: step.apartFrom ?? [],
    onReject: step.onReject ?? 'end',
    ladder: compileLadder(step.ladder),
    fallback: targets(step.fallback),
  };
}

function compileTask(step: StepOf<'task' | 'form'>, base: Base, { formId }: Around): StepPlan {
  return {
    ...base,
    kind: step.kind,
    actors: targets(step.actors),
    team: step.team,
    checklist: step.checklist ?? [],
    outcomes: (step.outcomes ?? []).map((o) => ({ ...o, reason: o.reason ?? false })),
    form: step.form === undefined ? null : formId(step.form),
    ladder: compileLadder(step.ladder),
    fallback: targets(step.fallback),
  };
}

function compileAuto(step: StepOf<'auto'>, base: Base): StepPlan {
  const { actors, team, ladder } = step.onFailure;
  return {
    ...base,
    kind: 'auto',
    call: { action: step.action, with: step.with },
    limitSeconds: parseWallSeconds(step.limit),
    compensate: compileCompensation(step),
    onFailure: { actors: targets(actors), team, ladder: compileLadder(ladder) },
    skippable: step.skippable ?? false,
  };
}

function compileStep(step: StepDoc, around: Around): StepPlan {
  const { id, title, stage } = step;
  const base = { id, title, stage, next: around.next };
  switch (step.kind) {
    case 'approval':
      return compileApproval(step, base);
    case 'task':
    case 'form':
      return compileTask(step, base, around);
    case 'auto':
      return compileAuto(step, base);
    case 'wait':
      return { ...base, kind: 'wait', until: step.until ?? null, at: step.at ?? null, limit: compileSpan(step.limit) };
    case 'notify':
      return { ...base, kind: 'notify', targets: targets(step.to), text: step.text };
    case 'subprocess':
      return { ...base, kind: 'subprocess', item: step.item, with: step.with, wait: step.wait ?? true };
    case 'end':
      return { ...base, kind: 'end', next: null, outcome: step.outcome };
    case 'choice': {
      const branches = step.branches.map((b) => ({ when: b.if, next: firstOf(b.steps, around.next) }));
      return { ...base, kind: 'choice', branches, otherwise: firstOf(step.else, around.next) };
    }
    case 'parallel':
      return { ...base, kind: 'parallel', branches: step.branches.flatMap((b) => b[0]?.id ?? []) };
  }
}

/** Nested lists become links: what follows a list inside a choice is what follows the choice; a parallel branch just ends. */
export function flatten(steps: readonly StepDoc[], after: Around, into: Record<string, StepPlan>): void {
  for (const [i, step] of steps.entries()) {
    const around = { ...after, next: firstOf(steps.slice(i + 1), after.next) };
    into[step.id] = compileStep(step, around);
    if (step.kind === 'choice')
      for (const list of [...step.branches.map((b) => b.steps), step.else]) flatten(list, around, into);
    if (step.kind === 'parallel') for (const list of step.branches) flatten(list, { ...around, next: null }, into);
  }
}
