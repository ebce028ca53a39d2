import { askNext, barredFrom, castVote, decide, delegate, newlyAsked, shortBy, silentOf, voterFor } from './approval';
import { addAsked, addManagers, mergeResolved, substituteAbsent } from './approval-people';
import type { ActiveApproval, Approver, RequestState } from './request';
import type { RequestCommandOf } from './request-command';
import { isMet } from './request-context';
import { armed } from './request-deadline';
import type { RequestEffectOutcome } from './request-effect';
import type { RequestEventKind } from './request-event';
import { leave } from './request-leave';
import { type Move, STAY } from './request-move';
import { knownTargets, people } from './request-people';
import type { ApprovalStep } from './request-plan';
import { addTask, endTask, page, record, want } from './request-record';

type Found = Extract<RequestEffectOutcome, { kind: 'resolve-people' }>;

/** The plan of an approval. */
export function approvalPlan(s: RequestState, step: string): ApprovalStep | null {
  const plan = s.plan.steps[step];
  return plan?.kind === 'approval' ? plan : null;
}

/** An approval begins: who decides is asked for. */
export function enterApproval(
  s: RequestState,
  plan: ApprovalStep,
  visit: number,
  within: string | null,
  now: number,
): Move[] {
  s.active.push({
    kind: 'approval',
    step: plan.id,
    visit,
    since: now,
    within,
    approvers: [],
    shown: s.content.hash,
    rungs: armed(s, plan.ladder, now),
    stranded: false,
  });
  seekApprovers(s, plan, `approval:${plan.id}.${visit}`, now);
  return STAY;
}

/** Asks who decides, because of the newest event. Conditions of approvers are looked at now. */
export function seekApprovers(s: RequestState, plan: ApprovalStep, about: string, now: number): void {
  const asked = plan.approvers.filter((a) => a.when === undefined || isMet(s, a.when)).map((a) => a.target);
  want(
    s,
    now,
    {
      kind: 'resolve-people',
      step: plan.id,
      targets: knownTargets(s, asked),
      of: [s.beneficiary],
      fallback: knownTargets(s, plan.fallback),
      exclude: barredFrom(plan, s),
    },
    about,
  );
}

/** What people were looked up for, by the first word of `about` in `waiting`. */
export type Seeking = 'approval' | 'again' | 'substitute' | 'manager' | 'ask' | 'left';

/** People were looked up for an approval; `of`: whose superiors they are, or who was looked up. */
export function approversFound(
  s: RequestState,
  a: ActiveApproval,
  why: Seeking,
  of: string,
  o: Found,
  now: number,
): Move[] {
  const plan = approvalPlan(s, a.step);
  if (!plan) return STAY;
  const barred = barredFrom(plan, s);
  const after = merged(plan, a, why, of, o, barred, now);
  const first = why === 'approval';
  if (!first && JSON.stringify(after) === JSON.stringify(a.approvers)) return STAY;
  return changed(
    s,
    plan,
    a,
    askNext(plan, after),
    first ? 'approval_asked' : 'approvers_changed',
    { why, empty: o.empty },
    now,
  );
}

function merged(
  plan: ApprovalStep,
  a: ActiveApproval,
  why: Seeking,
  of: string,
  o: Found,
  barred: string[],
  now: number,
): Approver[] {
  switch (why) {
    case 'approval':
    case 'again':
      return mergeResolved(plan, a.approvers, { people: o.people, fallback: o.fallback, barred });
    case 'substitute':
      return substituteAbsent(a.approvers, o.people, { now, barred });
    case 'manager':
      return addManagers(a.approvers, o.people, { of, barred });
    case 'ask':
      return addAsked(plan, a.approvers, o.people, { barred });
    case 'left': {
      const there = new Set(o.people.map((p) => p.login));
      const left = of.split(',').filter((login) => !there.has(login));
      const named = a.approvers.filter((x) => x.for === null && x.state !== 'gone');
      const same = named.map(({ login }) => ({ login, absentUntil: null, substitute: null }));
      return mergeResolved(plan, a.approvers, { people: same, fallback: false, barred, left });
    }
  }
}

/** Others decide now: whoever is newly asked hears of it; too few of them are a matter for the desk. */
function changed(
  s: RequestState,
  plan: ApprovalStep,
  a: ActiveApproval,
  after: Approver[],
  event: RequestEventKind,
  body: Record<string, unknown>,
  now: number,
): Move[] {
  const fresh = newlyAsked(a.approvers, after);
  a.approvers = after;
  const approvers = after.map(({ login, state, for: stands, as }) => ({ login, state, for: stands, as }));
  record(s, event, 'system', now, { step: a.step, visit: a.visit, approvers, ...body });
  return goOn(s, plan, a, fresh, 'system', now);
}

function goOn(
  s: RequestState,
  plan: ApprovalStep,
  a: ActiveApproval,
  fresh: string[],
  by: string,
  now: number,
): Move[] {
  if (fresh.length > 0) page(s, `vote-${a.step}`, a.visit, people(fresh), now);
  const decision = decide(plan, a.approvers);
  if (decision !== null) return decided(s, plan, a, decision, by, now);
  strand(s, plan, a, now);
  return STAY;
}

/** Nobody, or too few to reach the quorum: never passed by itself (I5), the desk names who decides. */
function strand(s: RequestState, plan: ApprovalStep, a: ActiveApproval, now: number): void {
  const missing = shortBy(plan, a.approvers);
  const task = s.extraTasks.find((t) => t.kind === 'request-stranded' && t.step === a.step);
  if (missing === 0 && task) {
    endTask(s, task.kind, task.task, now);
    s.extraTasks = s.extraTasks.filter((t) => t !== task);
  }
  const was = a.stranded;
  a.stranded = missing > 0;
  if (!a.stranded || was) return;
  record(s, 'approval_stranded', 'system', now, { step: a.step, visit: a.visit, missing });
  const { team } = s.plan.service;
  const kind = 'request-stranded';
  const id = addTask(s, kind, `${a.step}.${a.visit}`, { team, step: a.step }, now);
  s.extraTasks.push({
    task: id,
    kind,
    title: plan.title,
    assignee: null,
    candidates: [],
    team,
    since: now,
    step: a.step,
  });
  page(s, `stalled-${a.step}`, a.visit, s.plan.fallback, now);
}

/** Somebody votes. */
export function vote(s: RequestState, a: ActiveApproval, c: RequestCommandOf<'vote'>, now: number): Move[] {
  const plan = approvalPlan(s, a.step);
  if (!plan) return STAY;
  const voter = voterFor(plan, a.approvers, c.actor, c.as, s);
  if ('refused' in voter) return STAY;
  const before = a.approvers;
  const { decision, shown, via, comment = null } = c;
  a.approvers = askNext(plan, castVote(before, { login: voter.login, decision, comment, at: now }));
  const { for: as } = before.find((x) => x.login === voter.login) ?? { for: null };
  record(s, 'voted', c.actor, now, { step: a.step, visit: a.visit, decision, comment, shown, as, via });
  keepApart(s, a.step, c.actor, now);
  return goOn(s, plan, a, newlyAsked(before, a.approvers), c.actor, now);
}

/** Whoever has voted can no longer vote in steps apart from this one: who decides there instead is looked up. */
function keepApart(s: RequestState, step: string, voter: string, now: number): void {
  for (const a of s.active) {
    const plan = a.kind === 'approval' ? approvalPlan(s, a.step) : null;
    if (a.kind !== 'approval' || !plan?.apartFrom.includes(step)) continue;
    const asked = a.approvers.some((x) => x.login === voter && (x.state === 'asked' || x.state === 'next'));
    if (asked) seekApprovers(s, plan, `again:${a.step}.${a.visit}`, now);
  }
}

function decided(
  s: RequestState,
  plan: ApprovalStep,
  a: ActiveApproval,
  outcome: 'approved' | 'rejected',
  by: string,
  now: number,
): Move[] {
  record(s, 'approval_decided', by, now, { step: a.step, visit: a.visit, outcome });
  const given = { approvers: a.approvers, values: { shown: a.shown } };
  if (outcome === 'approved') return [{ kind: 'done', step: a.step, by, outcome, ...given }];
  const comment = a.approvers.findLast((x) => x.state === 'rejected')?.comment ?? '';
  leave(s, a, { by, outcome, ...given }, now);
  if (plan.onReject === 'return') return [{ kind: 'return', by, text: comment }];
  return [{ kind: 'end', outcome: 'rejected', by, reason: comment }];
}

/** Somebody who is asked hands his vote on; or the desk names who decides where too few were found. */
export function handOn(s: RequestState, a: ActiveApproval, c: RequestCommandOf<'delegate'>, now: number): Move[] {
  const plan = approvalPlan(s, a.step);
  if (!plan) return STAY;
  const before = a.approvers;
  const own = before.find((x) => x.login === c.actor && (x.state === 'asked' || x.state === 'next'));
  const to = [{ login: c.to, absentUntil: null, substitute: null }];
  const handed = own
    ? delegate(plan, before, { from: c.actor, to: c.to, reason: c.reason }, s)
    : { approvers: addAsked(plan, before, to, { barred: barredFrom(plan, s) }) };
  if ('refused' in handed) return STAY;
  a.approvers = askNext(plan, handed.approvers);
  const { step, visit } = a;
  record(s, 'delegated', c.actor, now, { step, visit, from: own ? c.actor : null, to: c.to, reason: c.reason });
  return goOn(s, plan, a, newlyAsked(before, a.approvers), c.actor, now);
}

/** Those of an approval who have not answered. */
export const silent = (a: ActiveApproval): string[] => silentOf(a.approvers);
