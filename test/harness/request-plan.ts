import type { PageTarget } from '../../domain/escalation';
import type { RequestOpening } from '../../domain/request';
import type {
  ApprovalStep,
  AutoStep,
  RequestOutcome,
  RequestPlan,
  RequestTarget,
  Rung,
  StepPlan,
  SubprocessStep,
  TaskStep,
  WaitStep,
} from '../../domain/request-plan';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

const title = (id: string) => ({ 'zh-CN': id, en: id });
const base = (id: string) => ({ id, title: title(id), stage: 'work', next: null });
const role = (name: string): RequestTarget & PageTarget => ({ kind: 'role', role: name });

/** A ladder on the wall clock: hours → what happens. */
export const ladder = (...rungs: [hours: number, act: Rung['act']][]): Rung[] =>
  rungs.map(([hours, act]) => ({ after: { seconds: hours * 3600 }, act }));

export function approval(id: string, more: Partial<ApprovalStep> = {}): ApprovalStep {
  return {
    ...base(id),
    kind: 'approval',
    approvers: [{ target: role(id) }],
    quorum: { need: 'all' },
    order: 'parallel',
    veto: false,
    apartFrom: [],
    onReject: 'end',
    ladder: ladder(
      [24, { kind: 'remind' }],
      [48, { kind: 'substitute' }],
      [72, { kind: 'manager' }],
      [240, { kind: 'reject' }],
    ),
    fallback: [role('desk')],
    ...more,
  };
}

export function task(id: string, more: Partial<TaskStep> = {}): TaskStep {
  return {
    ...base(id),
    kind: 'task',
    actors: [role(id)],
    team: 'operations',
    checklist: [],
    outcomes: [],
    form: null,
    ladder: ladder([24, { kind: 'remind' }], [480, { kind: 'end', outcome: 'cancelled' }]),
    fallback: [role('desk')],
    ...more,
  };
}

/** Reserves capacity; undone by releasing what it has given. */
export function auto(id: string, more: Partial<AutoStep> = {}): AutoStep {
  return {
    ...base(id),
    kind: 'auto',
    call: { action: 'capacity.reserve', with: { pool: '"vm"', amounts: '{"vcpu": form.vcpu}' } },
    limitSeconds: 3600,
    compensate: { action: 'capacity.release', with: { reservation: `steps.${id}.reservation` } },
    onFailure: {
      actors: [role('operator')],
      team: 'operations',
      ladder: ladder([24, { kind: 'remind' }], [480, { kind: 'end', outcome: 'cancelled' }]),
    },
    skippable: false,
    ...more,
  };
}

export function wait(id: string, more: Partial<WaitStep> = {}): WaitStep {
  return { ...base(id), kind: 'wait', until: null, at: null, limit: { seconds: 3600 }, ...more };
}

export function subprocess(id: string, more: Partial<SubprocessStep> = {}): SubprocessStep {
  return { ...base(id), kind: 'subprocess', item: 'other', with: { size: 'form.vcpu' }, wait: true, ...more };
}

export const notify = (id: string): StepPlan => ({
  ...base(id),
  kind: 'notify',
  targets: [{ kind: 'requester' }],
  text: title(id),
});

export const ending = (id: string, outcome: RequestOutcome): StepPlan => ({ ...base(id), kind: 'end', outcome });

/** Steps one after another, each `next` where it says nothing of its own. */
export function chain(...steps: StepPlan[]): StepPlan[] {
  return steps.map((step, i) => ({ ...step, next: step.next ?? steps[i + 1]?.id ?? null }));
}

/** A plan of steps; the first one begins. */
export function requestPlan(steps: readonly StepPlan[], more: Partial<RequestPlan> = {}): RequestPlan {
  return {
    versions: ['catalogue-item/vm@1', 'request-process/vm@1'],
    process: 'vm',
    item: 'vm',
    service: { id: 'cloud', owner: role('owner'), team: 'desk' },
    form: 'form/vm@1',
    facts: ['vcpu'],
    calendarId: 'always',
    alwaysOpen: ['always'],
    stages: [{ name: 'work', title: title('work') }],
    first: steps[0]?.id ?? '',
    steps: Object.fromEntries(steps.map((s) => [s.id, s])),
    clocks: [],
    triggers: [],
    withdrawUntil: [],
    correction: { ladder: ladder([24, { kind: 'remind' }], [240, { kind: 'end', outcome: 'cancelled' }]) },
    fallback: [role('desk')],
    survey: true,
    ...more,
  };
}

/** What opens a request of a plan. */
export function requestOpening(plan: RequestPlan, more: Partial<RequestOpening> = {}): RequestOpening {
  return {
    id: 'REQ-000001',
    number: 1,
    tenantId: 'default',
    title: 'A virtual machine',
    requester: 'rita',
    beneficiary: 'ben',
    channel: 'portal',
    person: { tenant: { id: 'default', securityLevel: 3 }, roles: ['requester'] },
    content: { hash: 'hash-1', facts: { vcpu: 4 } },
    plan,
    planId: 'plan-1',
    ...more,
  };
}
