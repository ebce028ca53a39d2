import { type ConditionEnv, evaluate, holds } from './condition';
import type { RequestState, StepResult } from './request';
import type { Condition } from './request-plan';

/** Results that count: those of steps that were not undone, the newest visit of each step. */
export function resultsOf(s: RequestState): StepResult[] {
  return s.results.filter((r) => !r.voided);
}

/** What conditions of a request may name, as it stands now. */
export function envOf(s: RequestState): Omit<ConditionEnv, 'event'> {
  const steps = Object.fromEntries(
    resultsOf(s).map((r) => [r.step, { ...r.values, outcome: r.outcome, by: r.by, visit: r.visit }]),
  );
  return {
    form: s.content.facts,
    requester: { login: s.requester, ...s.person },
    beneficiary: { login: s.beneficiary },
    steps,
    request: { id: s.id, title: s.title, item: s.plan.item, state: s.status },
  };
}

/**
 * Value of an expression; null also for one that cannot be read. Publishing refuses those: a case that has one all the same
 * must not stop at it for ever, and what is unknown never counts as met.
 */
export function resultOf(s: RequestState, expression: Condition): unknown {
  try {
    return evaluate(expression, envOf(s));
  } catch {
    return null;
  }
}

/** Whether a condition is met; see {@link resultOf}. */
export function isMet(s: RequestState, condition: Condition): boolean {
  try {
    return holds(condition, envOf(s));
  } catch {
    return false;
  }
}

/** Arguments of an action or fields of another request. */
export function argumentsOf(s: RequestState, expressions: Record<string, Condition>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(expressions).map(([name, text]) => [name, resultOf(s, text)]));
}
