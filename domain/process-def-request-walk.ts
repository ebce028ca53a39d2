import type { Path } from './process-def-reference';
import type { RequestProcessDoc, StepDoc } from './process-def-request';

/** A step and where it stands in its document. */
export interface PlacedStep {
  step: StepDoc;
  path: Path;
}

/** A text of a process (CEL or an actor), where it stands and the step it belongs to (null: correction, triggers). */
export interface PlacedText {
  text: string;
  path: Path;
  step: StepDoc | null;
}

type StepOf<K extends StepDoc['kind']> = Extract<StepDoc, { kind: K }>;
type LadderDoc = StepOf<'approval'>['ladder'];

/** The lists of steps inside a step, as choices and parallel branches have them. */
export function innerLists(step: StepDoc): { path: Path; steps: readonly StepDoc[] }[] {
  if (step.kind === 'parallel') return step.branches.map((steps, i) => ({ path: ['branches', i], steps }));
  if (step.kind !== 'choice') return [];
  return [
    ...step.branches.map(({ steps }, i) => ({ path: ['branches', i, 'steps'] as Path, steps })),
    { path: ['else'], steps: step.else },
  ];
}

/** Every step of a list and of the lists inside them, in the order in which they are written. */
export function placedSteps(steps: readonly StepDoc[], at: Path = ['steps']): PlacedStep[] {
  return steps.flatMap((step, i) => {
    const path = [...at, i];
    const inner = innerLists(step).flatMap((list) => placedSteps(list.steps, [...path, ...list.path]));
    return [{ step, path }, ...inner];
  });
}

const listed = (path: Path, texts: readonly string[]) => texts.map((text, i) => ({ text, path: [...path, i] }));
const mapped = (path: Path, texts: Readonly<Record<string, string>>) =>
  Object.entries(texts).map(([key, text]) => ({ text, path: [...path, key] }));
const one = (path: Path, text: string | undefined) => (text === undefined ? [] : [{ text, path }]);

function expressionsIn(step: StepDoc, at: Path): { text: string; path: Path }[] {
  switch (step.kind) {
    case 'approval':
      return step.approvers.flatMap((a, i) => (typeof a === 'string' ? [] : one([...at, 'approvers', i, 'if'], a.if)));
    case 'auto': {
      const undo = typeof step.compensate === 'object' ? step.compensate.with : {};
      return [...mapped([...at, 'with'], step.with), ...mapped([...at, 'compensate', 'with'], undo)];
    }
    case 'wait':
      return [...one([...at, 'until'], step.until), ...one([...at, 'at'], step.at)];
    case 'subprocess':
      return mapped([...at, 'with'], step.with);
    case 'choice':
      return step.branches.map((b, i) => ({ text: b.if, path: [...at, 'branches', i, 'if'] }));
    default:
      return [];
  }
}

/** Every CEL text of the steps. */
export function stepExpressions(doc: RequestProcessDoc): PlacedText[] {
  return placedSteps(doc.steps).flatMap(({ step, path }) => expressionsIn(step, path).map((e) => ({ ...e, step })));
}

/** Every CEL text of the triggers, which know `event` and `request` too. */
export function triggerExpressions(doc: RequestProcessDoc): PlacedText[] {
  return (doc.triggers ?? []).flatMap((trigger, i) => {
    const at: Path = ['triggers', i];
    const acts = trigger.do.flatMap((act, j) =>
      'openRequest' in act ? mapped([...at, 'do', j, 'with'], act.with) : [],
    );
    return [...one([...at, 'if'], trigger.if), ...acts].map((e) => ({ ...e, step: null }));
  });
}

const ladderActors = (path: Path, ladder: LadderDoc) =>
  ladder.flatMap(({ do: act }, i) =>
    typeof act === 'object' && 'ask' in act ? listed([...path, i, 'do', 'ask'], act.ask) : [],
  );

function actorsIn(step: StepDoc, at: Path): { text: string; path: Path }[] {
  switch (step.kind) {
    case 'approval':
      return [
        ...step.approvers.map((a, i) =>
          typeof a === 'string'
            ? { text: a, path: [...at, 'approvers', i] }
            : { text: a.ask, path: [...at, 'approvers', i, 'ask'] },
        ),
        ...ladderActors([...at, 'ladder'], step.ladder),
        ...listed([...at, 'fallback'], step.fallback),
      ];
    case 'task':
    case 'form':
      return [
        ...listed([...at, 'actors'], step.actors),
        ...ladderActors([...at, 'ladder'], step.ladder),
        ...listed([...at, 'fallback'], step.fallback),
      ];
    case 'auto':
      return [
        ...listed([...at, 'onFailure', 'actors'], step.onFailure.actors),
        ...ladderActors([...at, 'onFailure', 'ladder'], step.onFailure.ladder),
      ];
    case 'notify':
      return listed([...at, 'to'], step.to);
    default:
      return [];
  }
}

/** Every actor that a process names. */
export function actorTexts(doc: RequestProcessDoc): PlacedText[] {
  const steps = placedSteps(doc.steps).flatMap(({ step, path }) => actorsIn(step, path).map((e) => ({ ...e, step })));
  const correction = ladderActors(['correction', 'ladder'], doc.correction.ladder);
  const triggers = (doc.triggers ?? []).flatMap((trigger, i) =>
    trigger.do.flatMap((act, j) => {
      const at: Path = ['triggers', i, 'do', j];
      if ('notify' in act) return listed([...at, 'notify'], act.notify);
      return 'addTask' in act ? listed([...at, 'actors'], act.actors) : [];
    }),
  );
  return [...steps, ...[...correction, ...triggers].map((e) => ({ ...e, step: null }))];
}
