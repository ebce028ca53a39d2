import type { CaseEvent } from './incident';
import type { RequestState } from './request';
import { envOf } from './request-context';
import { knownLogins, knownTargets, tell } from './request-people';
import type { TriggerAction, TriggerPlan } from './request-plan';
import { addTask, record, want } from './request-record';
import { statusOf } from './request-status';
import { argumentsOf, type DueTriggers, dueTriggers, type TriggerBudget } from './request-trigger';

/**
 * Looks at every event since the last time and does what the triggers say, in order; what they cause is looked at as well,
 * within limits. On every way that writes events: commands, answers, messages, time.
 */
export function fireTriggers(s: RequestState, now: number): void {
  if (s.plan.triggers.length === 0) s.triggered = s.seq;
  const budget: TriggerBudget = { firings: 0, depth: 0 };
  while (s.triggered < s.seq) {
    const fresh = s.unconfirmed.events.filter((e) => e.seq > s.triggered);
    s.triggered = s.seq;
    for (const event of fresh) {
      s.status = statusOf(s);
      const { fire, stopped } = dueOf(s, event, budget);
      for (const name of stopped) record(s, 'trigger_stopped', 'system', now, { trigger: name, event: event.seq });
      for (const trigger of fire) {
        budget.firings += 1;
        carryOut(s, trigger, event, now);
      }
    }
    budget.depth += 1;
  }
}

/** A condition that cannot be read sets nothing off; publishing refuses it. */
function dueOf(s: RequestState, event: CaseEvent, budget: TriggerBudget): DueTriggers {
  try {
    return dueTriggers(s.plan.triggers, event, envOf(s), budget);
  } catch {
    return { fire: [], stopped: [] };
  }
}

function carryOut(s: RequestState, trigger: TriggerPlan, event: CaseEvent, now: number): void {
  record(s, 'trigger_fired', 'system', now, {
    trigger: trigger.name,
    event: event.seq,
    does: trigger.do.map((d) => d.kind),
  });
  for (const action of trigger.do) act(s, trigger.name, action, event, now);
}

function act(s: RequestState, trigger: string, action: TriggerAction, event: CaseEvent, now: number): void {
  // Of a request that is over people may still hear, and others may follow from it; itself it changes no more.
  const over = s.endedAt !== null;
  switch (action.kind) {
    case 'notify':
      record(s, 'notified', 'system', now, { trigger });
      return tell(s, `notice-${trigger}`, 1, action.targets, now);
    case 'comment':
      record(s, 'commented', 'system', now, { text: action.text, visibility: action.visibility, trigger });
      return;
    case 'set-team':
      if (!over) s.team = action.team;
      return;
    case 'add-task':
      return over ? undefined : giveTask(s, action, now);
    case 'open-request': {
      const data = argumentsOf(action, event, envOf(s));
      const { requester, beneficiary } = s;
      const effect = { kind: 'open-request' as const, step: null, item: action.item, data, requester, beneficiary };
      want(s, now, effect, over ? null : `trigger:${trigger}`);
    }
  }
}

function giveTask(s: RequestState, action: TriggerAction & { kind: 'add-task' }, now: number): void {
  const { team, title } = action;
  const kind = 'request-extra';
  const known = knownLogins(s, action.actors);
  const assignee = known.length === 1 ? (known[0] ?? null) : null;
  const task = addTask(s, kind, action.id, { team, assignee, step: null }, now);
  s.extraTasks.push({ task, kind, title, assignee, candidates: known, team, since: now, step: null });
  tell(s, `notice-${action.id}`, 1, knownTargets(s, action.actors), now);
}
