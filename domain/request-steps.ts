import type { RequestState } from './request';
import { enterApproval } from './request-approval';
import { enterAuto } from './request-auto';
import { isMet } from './request-context';
import { keep } from './request-leave';
import type { Move } from './request-move';
import { tell } from './request-people';
import type { ChoiceStep, NotifyStep, ParallelStep, StepPlan } from './request-plan';
import { fact, record } from './request-record';
import { enterSubprocess } from './request-subprocess';
import { enterTask } from './request-task';
import { enterWait } from './request-wait';

/** Enters a step; the moves say what follows at once. Steps that wait for nothing are done here. */
export function enterStep(s: RequestState, plan: StepPlan, within: string | null, now: number): Move[] {
  const visit = (s.visits[plan.id] ?? 0) + 1;
  s.visits[plan.id] = visit;
  const starts = s.plan.clocks.filter((c) => c.from === plan.id && (c.when === null || isMet(s, c.when)));
  fact(s, 'entered', now, { step: plan.id, ...(starts.length > 0 && { starts: starts.map((c) => c.name) }) });
  record(s, 'step_started', 'system', now, { step: plan.id, visit, kind: plan.kind });
  switch (plan.kind) {
    case 'approval':
      return enterApproval(s, plan, visit, within, now);
    case 'task':
    case 'form':
      return enterTask(s, plan, visit, within, now);
    case 'auto':
      return enterAuto(s, plan, visit, within, now);
    case 'wait':
      return enterWait(s, plan, visit, within, now);
    case 'subprocess':
      return enterSubprocess(s, plan, visit, within, now);
    case 'notify':
      return notify(s, plan, visit, within, now);
    case 'choice':
      return choose(s, plan, visit, within, now);
    case 'parallel':
      return fork(s, plan, visit, within, now);
    case 'end':
      passed(s, plan, visit, plan.outcome, now);
      return [{ kind: 'end', outcome: plan.outcome, by: 'system', reason: plan.title.en }];
  }
}

function passed(s: RequestState, plan: StepPlan, visit: number, outcome: string | null, now: number): void {
  keep(s, { step: plan.id, visit, kind: plan.kind, since: now }, { by: 'system', outcome }, now);
  fact(s, 'left', now, { step: plan.id });
  record(s, 'step_done', 'system', now, { step: plan.id, visit, outcome });
}

function notify(s: RequestState, plan: NotifyStep, visit: number, within: string | null, now: number): Move[] {
  record(s, 'notified', 'system', now, { step: plan.id, visit });
  tell(s, `notice-${plan.id}`, visit, plan.targets, now);
  passed(s, plan, visit, null, now);
  return [{ kind: 'go', step: plan.next, within }];
}

function choose(s: RequestState, plan: ChoiceStep, visit: number, within: string | null, now: number): Move[] {
  const n = plan.branches.findIndex((b) => isMet(s, b.when));
  const branch = plan.branches[n];
  passed(s, plan, visit, branch ? String(n + 1) : 'otherwise', now);
  return [{ kind: 'go', step: branch ? branch.next : plan.otherwise, within }];
}

function fork(s: RequestState, plan: ParallelStep, visit: number, within: string | null, now: number): Move[] {
  const open = plan.branches.length;
  s.active.push({ kind: 'parallel', step: plan.id, visit, since: now, within, open });
  if (open === 0) return [{ kind: 'done', step: plan.id, by: 'system', outcome: null }];
  return plan.branches.map((step) => ({ kind: 'go', step, within: plan.id }));
}
