import { type ApprovalContext, delegate, VOTE_REFUSALS, type VoteRefusal, voterFor } from './approval';
import { DomainError, type FieldError } from './errors';
import type { ActiveApproval, ActiveTask, RequestState } from './request';
import { ACTIONS, type ActionSpec } from './request-action';
import { approvalPlan } from './request-approval';
import { autoPlan } from './request-auto';
import { REQUEST_TRANSITIONS, type RequestCommand, type RequestCommandOf, type RequestOp } from './request-command';
import { resultsOf } from './request-context';
import { isRequesterSide } from './request-people';
import type { RequestView } from './request-projection';
import { taskOf, taskPlan } from './request-task';
import { failedUndo } from './request-undo';

function refuse(s: RequestState, op: RequestOp, why: string): never {
  throw new DomainError('InvalidTransition', `${s.id}: ${op} is not possible: ${why}.`);
}
function forbid(s: RequestState, op: RequestOp, why: string): never {
  throw new DomainError('Forbidden', `${s.id}: ${op} is not for you: ${why}.`);
}
function invalid(message: string, ...errors: FieldError[]): never {
  throw new DomainError('ValidationFailed', message, errors);
}
function needText(field: string, text: string | undefined, why: string): void {
  if (text === undefined || text.trim() === '') invalid(why, { path: `body.${field}`, message: why });
}

type Standing = Pick<RequestView, 'state' | 'approvals' | 'tasks' | 'failures' | 'withdrawable'>;
/** Last instant that can be written as a date, epoch ms. */
const LATEST = 8.64e15;
const OWN_TASKS = ['request-task', 'request-form', 'request-extra'];
/** What a command needs beyond the state. */
const NEEDS: Partial<Record<RequestOp, (v: Standing) => boolean>> = {
  vote: (v) => v.approvals.some((a) => a.state === 'running'),
  delegate: (v) => v.approvals.some((a) => a.state === 'running'),
  return: (v) => v.approvals.some((a) => a.state === 'running') || v.tasks.some((t) => t.step !== null),
  'claim-task': (v) => v.tasks.some((t) => t.assignee === null),
  'assign-task': (v) => v.tasks.length > 0,
  'check-item': (v) => v.tasks.some((t) => t.checklist.length > 0),
  'complete-task': (v) => v.tasks.some((t) => OWN_TASKS.includes(t.kind)),
  'retry-step': (v) => v.failures.length > 0,
  'skip-step': (v) => v.failures.some((f) => f.skippable || f.undoing),
  'enter-result': (v) => v.failures.some((f) => !f.undoing),
  edit: (v) => v.withdrawable,
  withdraw: (v) => v.withdrawable,
};

/** Commands that are possible now, in the order of the table; who may, and what their fields must say, is checked later. */
export function allowedRequestOps(v: Standing): RequestOp[] {
  const ops = Object.keys(REQUEST_TRANSITIONS) as RequestOp[];
  return ops.filter((op) => REQUEST_TRANSITIONS[op].includes(v.state) && (NEEDS[op]?.(v) ?? true));
}

/**
 * Refuses a command that the state, the pinned definition or the part of the actor does not allow; teams and permissions are
 * checked before it gets here. `now` is epoch ms.
 * @throws DomainError `InvalidTransition`, `Forbidden`, `NotFound` or `ValidationFailed`
 */
export function checkRequestCommand(s: RequestState, c: RequestCommand, now: number): void {
  if (!REQUEST_TRANSITIONS[c.op].includes(s.status)) {
    const ops = Object.keys(REQUEST_TRANSITIONS) as RequestOp[];
    const possible = ops.filter((op) => REQUEST_TRANSITIONS[op].includes(s.status)).join(', ');
    refuse(s, c.op, `it is ${s.status}; possible now: ${possible || 'nothing'}`);
  }
  const check = CHECKS[c.op] as ((s: RequestState, c: RequestCommand, now: number) => void) | undefined;
  check?.(s, c, now);
}

const CHECKS: { [O in RequestOp]?: (s: RequestState, c: RequestCommandOf<O>, now: number) => void } = {
  vote: checkVote,
  delegate: checkDelegate,
  return: checkReturn,
  resubmit: (s, c) => needRequester(s, c),
  edit(s, c) {
    needRequester(s, c);
    needText('reason', c.reason, 'an edit says why');
    // It would undo everything, as a withdrawal does.
    needNotBegun(s, c.op, 'ask whoever works on it to return it');
    if (c.content.hash === s.content.hash)
      invalid('Nothing has changed.', { path: 'body.data', message: 'is what the request says already' });
  },
  ask: (_, c) => needText('question', c.question, 'a question is needed'),
  answer(s, c) {
    needRequester(s, c);
    needText('text', c.text, 'an answer is needed');
  },
  comment: (_, c) => needText('text', c.text, 'a comment says something'),
  'claim-task'(s, c) {
    const t = needTask(s, c.task);
    if (t.assignee !== null && t.assignee !== c.actor)
      refuse(s, c.op, `${t.assignee} has the task already; assign it instead`);
    if (t.candidates.length > 0 && !t.candidates.includes(c.actor))
      forbid(s, c.op, `the task is for ${t.candidates.join(', ')}`);
  },
  'assign-task': (s, c) => void needTask(s, c.task),
  'check-item': checkItem,
  'log-work'(s, c) {
    if (c.task !== undefined) needTask(s, c.task);
    if (!Number.isInteger(c.minutes) || c.minutes < 1)
      invalid('Work takes time.', { path: 'body.minutes', message: 'must be a whole number from 1 on' });
  },
  'complete-task': checkCompletion,
  'retry-step': (s, c) => void needFailure(s, c),
  'skip-step'(s, c) {
    const undoing = needFailure(s, c);
    needText('reason', c.reason, 'skipping says why');
    const plan = autoPlan(s, c.step);
    if (!undoing && plan && !plan.skippable) refuse(s, c.op, `step "${c.step}" may not be skipped`);
  },
  'enter-result': checkResult,
  suspend(_, c, now) {
    needText('reason', c.reason, 'a suspension says why');
    if (!(c.until > now && c.until <= LATEST))
      invalid('A suspension ends in the future.', { path: 'body.until', message: 'must lie after now' });
  },
  withdraw(s, c) {
    needRequester(s, c);
    needNotBegun(s, c.op, 'ask the service desk to cancel it');
  },
};

/** The step that has begun since which the requester cannot withdraw by himself. */
export function begunOf(s: RequestState): string | undefined {
  const begun = [...resultsOf(s), ...s.active].map((x) => x.step);
  return s.plan.withdrawUntil.find((step) => begun.includes(step));
}

function needNotBegun(s: RequestState, op: RequestOp, instead: string): void {
  const begun = begunOf(s);
  if (begun !== undefined) refuse(s, op, `step "${begun}" has begun; ${instead}`);
}

function needRequester(s: RequestState, c: RequestCommand): void {
  if (!isRequesterSide(s, c.actor)) forbid(s, c.op, 'only who has submitted the request, or for whom it is, may');
}

function needApproval(s: RequestState, c: RequestCommand & { step: string }): ActiveApproval {
  const a = s.active.find((x): x is ActiveApproval => x.kind === 'approval' && x.step === c.step);
  if (a) return a;
  const decided = resultsOf(s).findLast((r) => r.step === c.step && r.approvers);
  if (decided) refuse(s, c.op, `step "${c.step}" is decided already: ${decided.outcome}`);
  const running = s.active.flatMap((x) => (x.kind === 'approval' ? [x.step] : []));
  if (s.plan.steps[c.step]?.kind === 'approval') refuse(s, c.op, `step "${c.step}" is not being decided now`);
  invalid('The request has no such approval.', {
    path: 'body.step',
    message: `unknown step "${c.step}"`,
    allowed: running,
  });
}

const contextOf = (s: RequestState): ApprovalContext => s;
const NOT_HIS: readonly VoteRefusal[] = ['own-request', 'apart', 'not-asked', 'stands-in'];

function refuseVote(s: RequestState, op: RequestOp, actor: string, why: VoteRefusal): never {
  const says = why === 'not-asked' || why === 'stands-in' ? `${actor} ${VOTE_REFUSALS[why]}` : VOTE_REFUSALS[why];
  return NOT_HIS.includes(why) ? forbid(s, op, says) : refuse(s, op, says);
}

function checkVote(s: RequestState, c: RequestCommandOf<'vote'>): void {
  const a = needApproval(s, c);
  const plan = approvalPlan(s, a.step);
  if (!plan) return;
  const voter = voterFor(plan, a.approvers, c.actor, c.as, contextOf(s));
  if ('refused' in voter) refuseVote(s, c.op, c.actor, voter.refused);
  if (c.shown !== s.content.hash)
    refuse(s, c.op, 'the request has changed since it was shown; look at it again before you decide');
  if (c.decision === 'reject') needText('comment', c.comment, 'a refusal says why');
}

function checkDelegate(s: RequestState, c: RequestCommandOf<'delegate'>): void {
  const a = needApproval(s, c);
  const plan = approvalPlan(s, a.step);
  if (!plan) return;
  const own = a.approvers.some((x) => x.login === c.actor && (x.state === 'asked' || x.state === 'next'));
  if (!own && !a.stranded) refuseVote(s, c.op, c.actor, 'not-asked');
  needText('reason', c.reason, 'a delegation says why');
  // Whoever names somebody for a stranded approval hands on a vote that nobody has: the same people are out of the question.
  const from = own ? c.actor : '';
  const place = { login: from, state: 'asked' as const, for: null, as: 'approver' as const, comment: null, at: null };
  const among = own ? a.approvers : [...a.approvers, place];
  const handed = delegate(plan, among, { from, to: c.to, reason: c.reason }, contextOf(s));
  if ('refused' in handed)
    invalid('The vote cannot go there.', {
      path: 'body.to',
      message: `${c.to}: ${VOTE_REFUSALS[handed.refused]}`,
      keyword: handed.refused,
    });
}

function checkReturn(s: RequestState, c: RequestCommandOf<'return'>): void {
  needText('comment', c.comment, 'what is to be corrected has to be said');
  const work = s.active.find((a): a is ActiveTask => (a.kind === 'task' || a.kind === 'form') && a.step === c.step);
  if (work) return needWorker(s, c, work);
  const a = needApproval(s, c);
  const plan = approvalPlan(s, a.step);
  const voter = plan && voterFor(plan, a.approvers, c.actor, undefined, contextOf(s));
  if (voter && 'refused' in voter) refuseVote(s, c.op, c.actor, voter.refused);
}

function needTask(s: RequestState, task: string): NonNullable<ReturnType<typeof taskOf>> {
  const t = taskOf(s, task);
  if (!t) throw new DomainError('NotFound', `${s.id} has no open task ${task}.`);
  return t;
}

function needWorker(s: RequestState, c: RequestCommand, t: { assignee: string | null; candidates: string[] }): void {
  if (t.assignee !== null && t.assignee !== c.actor)
    refuse(s, c.op, `${t.assignee} has the task; it has to be handed over first`);
  if (t.assignee === null && t.candidates.length > 0 && !t.candidates.includes(c.actor))
    forbid(s, c.op, `the task is for ${t.candidates.join(', ')}`);
}

function checkItem(s: RequestState, c: RequestCommandOf<'check-item'>): void {
  const t = needTask(s, c.task);
  needWorker(s, c, t);
  const items = (t.step === null ? null : taskPlan(s, t.step))?.checklist.map((i) => i.id) ?? [];
  if (!items.includes(c.item))
    invalid('The task has no such item.', { path: 'body.item', message: `unknown item "${c.item}"`, allowed: items });
}

function checkCompletion(s: RequestState, c: RequestCommandOf<'complete-task'>): void {
  const t = needTask(s, c.task);
  needWorker(s, c, t);
  if ('kind' in t && !OWN_TASKS.includes(t.kind) && !('checked' in t))
    refuse(s, c.op, t.kind === 'request-choice' ? 'retry, skip or enter the result' : 'name who decides (delegate)');
  const plan = 'checked' in t ? taskPlan(s, t.step) : null;
  if (!plan || !('checked' in t)) return;
  const names = plan.outcomes.map((o) => o.name);
  const outcome = plan.outcomes.find((o) => o.name === c.outcome);
  if ((names.length > 0 && !outcome) || (names.length === 0 && c.outcome !== undefined && c.outcome !== 'done'))
    invalid('The task ends with one of its results.', {
      path: 'body.outcome',
      message: c.outcome === undefined ? 'is needed' : `unknown result "${c.outcome}"`,
      allowed: names.length > 0 ? names : ['done'],
    });
  if (outcome?.reason) return needText('comment', c.comment, `the result "${outcome.name}" needs a comment`);
  const left = plan.checklist.map((i) => i.id).filter((id) => !t.checked.includes(id));
  if (left.length > 0) refuse(s, c.op, `not done yet: ${left.join(', ')}`);
  if (plan.form !== null && !c.content)
    invalid('The form of the task is to be filled in.', { path: 'body.data', message: `is needed (${plan.form})` });
}

/** @returns whether it is its undoing that has failed */
function needFailure(s: RequestState, c: RequestCommand & { step: string }): boolean {
  if (failedUndo(s, c.step)) return true;
  const a = s.active.find((x) => x.step === c.step);
  if ((a?.kind === 'auto' || a?.kind === 'subprocess') && a.failed !== null && !s.rollingBack) return false;
  const failed = s.active.flatMap((x) => ('failed' in x && x.failed !== null ? [x.step] : []));
  const undo = s.undo.flatMap((u) => (u.state === 'failed' ? [u.step] : []));
  const waits = [...failed, ...undo].join(', ') || 'none';
  return refuse(s, c.op, `step "${c.step}" has not failed; steps that wait for a choice: ${waits}`);
}

function checkResult(s: RequestState, c: RequestCommandOf<'enter-result'>): void {
  if (needFailure(s, c)) refuse(s, c.op, 'an undoing has no result; retry or skip it');
  needText('reason', c.reason, 'a result that is entered says why');
  const plan = autoPlan(s, c.step);
  if (!plan) return;
  const spec: ActionSpec | undefined = ACTIONS[plan.call.action as keyof typeof ACTIONS];
  const names = spec?.results ?? [];
  const given = Object.keys(c.result);
  const errors = [
    ...names.filter((n) => !given.includes(n)).map((n) => ({ path: `body.result.${n}`, message: 'is needed' })),
    ...given
      .filter((n) => !names.includes(n))
      .map((n) => ({ path: `body.result.${n}`, message: 'is no result of this step', allowed: names })),
  ];
  if (errors.length > 0) invalid('The result has to be that of the step.', ...errors);
}
