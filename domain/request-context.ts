import { type ConditionEnv, evaluate, holds } from './condition';
import type { CaseEvent } from './incident';
import type { RequestState, StepResult } from './request';
import type { Condition } from './request-plan';

/** Results that count: those of steps that were not undone, the newest visit of each step. */
export function resultsOf(s: RequestState): StepResult[] {
  return s.results.filter((r) => !r.voided);
}

/** What conditions of a request may name, as it stands now. */
export function envOf(s: RequestState, event?: CaseEvent): ConditionEnv {
  const steps = Object.fromEntries(
    resultsOf(s).map((r) => [r.step, { ...r.values, outcome: r.outcome, by: r.by, visit: r.visit }]),
  );
  return {
    form: s.content.facts,
    requester: { login: s.requester, ...s.person },
    beneficiary: { login: s.beneficiary },
    steps,
    request: { id: s.id, title: s.title, item: s.plan.item, state: s.status },
    event: event ? { kind: event.kind, actor: event.actor, ...event.body } : {},
  };
}

/**
 * Value of an expression; null also for one that cannot be read. Publishing refuses those: a case that has one all the same
 * must not stop at it for ever, and what is unknown never counts as met.
 */
export function valueOf(s: RequestState, expression: Condition, event?: CaseEvent): unknown {
  try {
    return evaluate(expression, envOf(s, event));
  } catch {
    return null;
  }
}

/** Whether a condition is met; see {@link valueOf}. */
export function isMet(s: RequestState, condition: Condition, event?: CaseEvent): boolean {
  try {
    return holds(condition, envOf(s, event));
  } catch {
    return false;
  }
}

/** Arguments of an action or fields of another request. */
export function argumentsOf(
  s: RequestState,
  expressions: Record<string, Condition>,
  event?: CaseEvent,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(expressions).map(([name, text]) => [name, valueOf(s, text, event)]));
}
