import { type ConditionEnv, evaluate, holds } from './condition';
import type { TriggerAction, TriggerPlan } from './request-plan';

/** An event of a case; conditions see `event.kind`, `event.actor`, `event.at` (epoch ms) and what its body says: `event.decision`. */
export interface TriggerEvent {
  kind: string;
  at: number;
  actor: string;
  body: Record<string, unknown>;
}

/**
 * Limits of one change of a case (a command, an answer, a deadline): what triggers do makes events, which make triggers
 * fire. Behind them the caller records `trigger_stopped`.
 */
export const TRIGGER_LIMITS = { firings: 20, depth: 5 } as const;

/** How much of the limits a change has used; depth 0 is the event that people or time have caused. */
export interface TriggerBudget {
  firings: number;
  depth: number;
}
export const UNUSED: TriggerBudget = { firings: 0, depth: 0 };

export interface DueTriggers {
  /** In the order they are to be carried out. */
  fire: TriggerPlan[];
  /** Names of those that would have fired beyond the limits. */
  stopped: string[];
}

/** Kinds of events that triggers themselves cause about themselves: they never start another one. */
const NEVER: readonly string[] = ['trigger_fired', 'trigger_stopped'];

const bindEvent = (env: Partial<ConditionEnv>, { kind, at, actor, body }: TriggerEvent): Partial<ConditionEnv> => ({
  ...env,
  event: { ...body, kind, at, actor },
});

/** Triggers an event sets off: those that name its kind and whose condition holds, by `order`, then by name. */
export function dueTriggers(
  triggers: readonly TriggerPlan[],
  event: TriggerEvent,
  env: Partial<ConditionEnv>,
  budget: TriggerBudget = UNUSED,
): DueTriggers {
  if (NEVER.includes(event.kind)) return { fire: [], stopped: [] };
  const bound = bindEvent(env, event);
  const due = triggers
    .filter((t) => t.on.includes(event.kind) && (t.when === null || holds(t.when, bound)))
    .sort((a, b) => a.order - b.order || (a.name < b.name ? -1 : Number(a.name > b.name)));
  const left = budget.depth >= TRIGGER_LIMITS.depth ? 0 : Math.max(0, TRIGGER_LIMITS.firings - budget.firings);
  return { fire: due.slice(0, left), stopped: due.slice(left).map((t) => t.name) };
}

/** The arguments of an action with their expressions worked out. */
export function argumentsOf(
  action: TriggerAction & { kind: 'open-request' },
  event: TriggerEvent,
  env: Partial<ConditionEnv>,
): Record<string, unknown> {
  const bound = bindEvent(env, event);
  return Object.fromEntries(Object.entries(action.with).map(([name, text]) => [name, evaluate(text, bound)]));
}
