import { type RecordedChange, type RequestHistory, recordedChanges } from './request-history';
import { REQUEST_OUTCOMES, type TriggerAction, type TriggerPlan } from './request-plan';
import { argumentsOf, dueTriggers, TRIGGER_LIMITS, type TriggerEvent } from './request-trigger';

/** An event that a trigger looked at: of the story, or one that another trigger would have caused. */
export interface TriedEvent {
  /** Epoch ms. */
  at: number;
  event: string;
  /** Of the event in the story; null for one that a trigger would have caused. */
  seq: number | null;
  /** The trigger that would have caused it. */
  because: string | null;
  /** How many triggers lie between it and what people or time have done. */
  depth: number;
}

/** What a trigger would have done; values are those of the moment. */
export type TriedAction = TriggerAction | (TriggerAction & { kind: 'open-request'; data: Record<string, unknown> });

/** What triggers would have done to a request. */
export interface TriggerTrial {
  /** In the order in which they would have been carried out. */
  fired: (TriedEvent & { trigger: string; does: TriedAction[] })[];
  /** Those that the loop limit would have kept from firing, and which one. */
  stopped: (TriedEvent & { trigger: string; limit: keyof typeof TRIGGER_LIMITS })[];
}

interface Looked {
  event: TriggerEvent;
  tried: TriedEvent;
}

/** Events that an action causes within the same change; one that opens a request is answered later. */
function causedBy(action: TriggerAction, trigger: string, at: number, id: string, over: boolean): TriggerEvent[] {
  const made = (kind: string, body: Record<string, unknown>) => [{ kind, at, actor: 'system', body }];
  if (action.kind === 'comment')
    return made('commented', { text: action.text, visibility: action.visibility, trigger });
  if (action.kind !== 'add-task' || over) return [];
  const about = { kind: 'request-extra', team: action.team, assignee: null, step: null };
  return made('task_created', { task: `${id}/${action.id}`, ...about });
}

function tryChange(triggers: readonly TriggerPlan[], { at, events, env }: RecordedChange, into: TriggerTrial): void {
  const over = REQUEST_OUTCOMES.some((o) => o === env.request.state);
  const budget = { firings: 0, depth: 0 };
  let fresh: Looked[] = events.map((event) => ({
    event,
    tried: { at, event: event.kind, seq: event.seq, because: null, depth: 0 },
  }));
  while (fresh.length > 0) {
    const caused: Looked[] = [];
    for (const { event, tried } of fresh) {
      const { fire, stopped } = dueTriggers(triggers, event, env, budget);
      const limit = budget.depth >= TRIGGER_LIMITS.depth ? ('depth' as const) : ('firings' as const);
      into.stopped.push(...stopped.map((trigger) => ({ ...tried, trigger, limit })));
      for (const t of fire) {
        budget.firings += 1;
        const does = t.do.map((a) => (a.kind === 'open-request' ? { ...a, data: argumentsOf(a, event, env) } : a));
        into.fired.push({ ...tried, trigger: t.name, does });
        for (const e of t.do.flatMap((a) => causedBy(a, t.name, at, env.request.id, over)))
          caused.push({ event: e, tried: { at, event: e.kind, seq: null, because: t.name, depth: budget.depth + 1 } });
      }
    }
    budget.depth += 1;
    fresh = caused;
  }
}

/**
 * What triggers would have done to a request of the past: the same order and limits as when it runs, and nothing is changed.
 * What their comments and tasks set off in turn is followed; what people would then have done otherwise is not.
 */
export function tryTriggers(triggers: readonly TriggerPlan[], history: RequestHistory): TriggerTrial {
  const trial: TriggerTrial = { fired: [], stopped: [] };
  for (const change of recordedChanges(history)) tryChange(triggers, change, trial);
  return trial;
}
