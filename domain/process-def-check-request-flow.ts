import { ofKind } from './process-def';
import type { Check, Path } from './process-def-reference';
import type { RequestProcessDoc, StepDoc } from './process-def-request';
import { innerLists } from './process-def-request-walk';

/** What surely has been done, by step, when it begins. */
export type DoneBefore = ReadonlyMap<string, ReadonlySet<string>>;

const both = (a: ReadonlySet<string>, b: ReadonlySet<string>): Set<string> => new Set([...a].filter((id) => b.has(id)));

/** Adds what is done before each step of a list; returns what is done after it, null when no path leads on. */
function walk(
  steps: readonly StepDoc[],
  done: ReadonlySet<string>,
  into: Map<string, ReadonlySet<string>>,
): Set<string> | null {
  let now: Set<string> | null = new Set(done);
  for (const step of steps) {
    if (now === null) break;
    into.set(step.id, now);
    const before: Set<string> = now;
    const ends = innerLists(step).map((list) => walk(list.steps, before, into));
    const open = ends.filter((end) => end !== null);
    if (step.kind === 'end') now = null;
    else if (step.kind === 'choice') now = open.length === 0 ? null : open.reduce(both);
    else now = new Set([...before, ...open.flatMap((end) => [...end])]);
    now?.add(step.id);
  }
  return now;
}

/** Steps that are done on every path before a step begins. */
export function doneBefore(doc: RequestProcessDoc): DoneBefore {
  const into = new Map<string, ReadonlySet<string>>();
  walk(doc.steps, new Set(), into);
  return into;
}

/** Whether every path through a list comes to an end step. */
function endsAlways(steps: readonly StepDoc[]): boolean {
  return steps.some((step) => {
    if (step.kind === 'end') return true;
    return step.kind === 'choice' && innerLists(step).every((list) => endsAlways(list.steps));
  });
}

function checkList(check: Check, steps: readonly StepDoc[], at: Path, within: string | null): void {
  for (const [i, step] of steps.entries()) {
    const path = [...at, i];
    const before = steps.slice(0, i);
    if (endsAlways(before)) {
      const end = before.at(-1)?.id ?? '';
      check.report(path, `the step "${step.id}" is never reached: every path ends at or before "${end}"`);
      return;
    }
    if (step.kind === 'end' && within !== null)
      check.report(
        path,
        `an end inside a branch of "${within}" would leave the other branches behind; put it after "${within}"`,
      );
    const inner = step.kind === 'parallel' ? step.id : within;
    for (const list of innerLists(step)) {
      if (step.kind === 'parallel' && list.steps.length === 0)
        check.report([...path, ...list.path], `a branch of "${step.id}" has no step`);
      checkList(check, list.steps, [...path, ...list.path], inner);
    }
  }
}

/** How a path went: whether an approval lay on it. */
interface Way {
  approved: boolean;
  /** Branches that were taken. */
  by: string[];
}

/** Ways through a list that lead to what follows it; `ended` gets those that come to `fulfilled`. */
function ways(steps: readonly StepDoc[], from: readonly Way[], ended: Way[]): Way[] {
  let now = [...from];
  for (const step of steps) {
    if (step.kind === 'end' && step.outcome === 'fulfilled') ended.push(...now);
    if (step.kind === 'end') return [];
    if (step.kind === 'approval') now = few(now.map((way) => ({ ...way, approved: true })));
    if (step.kind === 'parallel') for (const list of step.branches) now = ways(list, now, ended);
    if (step.kind === 'choice') now = few(innerLists(step).flatMap((list) => branch(step.id, list, now, ended)));
  }
  return now;
}

function branch(choice: string, list: ReturnType<typeof innerLists>[number], from: Way[], ended: Way[]): Way[] {
  const label = list.path[0] === 'else' ? `else of "${choice}"` : `branch ${Number(list.path[1]) + 1} of "${choice}"`;
  const taken = from.map((way) => ({ ...way, by: [...way.by, label] }));
  return ways(list.steps, taken, ended);
}

/** One way with and one without an approval is enough to know: the number of ways must not grow with every choice. */
function few(all: readonly Way[]): Way[] {
  const of = (approved: boolean) => all.filter((way) => way.approved === approved).slice(0, 1);
  return [...of(true), ...of(false)];
}

const hasApproval = (steps: readonly StepDoc[]): boolean =>
  steps.some((step) => step.kind === 'approval' || innerLists(step).some((list) => hasApproval(list.steps)));

/** A process with approvals fulfils nothing without one (I5). */
function checkApproved(check: Check, doc: RequestProcessDoc): void {
  if (!hasApproval(doc.steps)) return;
  const ended: Way[] = [];
  ways(doc.steps, [{ approved: false, by: [] }], ended);
  const around = ended.find((way) => !way.approved);
  if (around === undefined) return;
  const by = around.by.length > 0 ? ` by ${around.by.join(', ')}` : '';
  check.report(['steps'], `a path${by} comes to "fulfilled" around the approvals; put one on every path`);
}

/** Items that a process opens and waits for. */
function waitedFor(steps: readonly StepDoc[]): string[] {
  return steps.flatMap((step) => [
    ...(step.kind === 'subprocess' && step.wait !== false ? [step.item] : []),
    ...innerLists(step).flatMap((list) => waitedFor(list.steps)),
  ]);
}

/** A request that opens one like itself and waits for it would never end. */
function checkCircle(check: Check, doc: RequestProcessDoc): void {
  const items = ofKind(check.defs, 'catalogue-item');
  const processes = ofKind(check.defs, 'request-process');
  const next = (process: RequestProcessDoc) =>
    waitedFor(process.steps).flatMap((name) => {
      const wanted = items.find((item) => item.name === name)?.process;
      return processes.filter((p) => p.name === wanted);
    });
  const seen = new Set<string>();
  const open = next(doc);
  for (let process = open.pop(); process !== undefined; process = open.pop()) {
    if (process.name === doc.name) {
      check.report(
        ['steps'],
        `requests of this process open and wait for each other without end, through "${doc.name}"`,
      );
      return;
    }
    if (!seen.has(process.name)) open.push(...next(process));
    seen.add(process.name);
  }
}

/** Every path ends, nothing comes after an end, nothing goes around the approvals, nothing waits for itself. */
export function checkFlow(check: Check, doc: RequestProcessDoc): void {
  checkList(check, doc.steps, ['steps'], null);
  if (!endsAlways(doc.steps)) {
    const last = doc.steps.length - 1;
    check.report(
      ['steps', last],
      `the path through "${doc.steps[last]?.id}" does not end; put a step of kind end after it`,
    );
  }
  checkApproved(check, doc);
  checkCircle(check, doc);
}
