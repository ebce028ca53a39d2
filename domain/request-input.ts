import type { FailedPage } from './incident-projection';
import type { ActiveAuto, RequestState } from './request';
import { approvalPlan, seekApprovers, silent } from './request-approval';
import { actionDone } from './request-auto';
import { checkRequestCommand } from './request-check';
import type { RequestEffectOutcome, RequestPeer } from './request-effect';
import { fireTriggers } from './request-fire';
import { proceed } from './request-flow';
import { peopleFound } from './request-found';
import { open } from './request-life';
import { type Move, STAY } from './request-move';
import type { RequestInput } from './request-projection';
import { page, record, remember, want } from './request-record';
import { applyRequestCommand } from './request-rules';
import { isStopped, statusOf } from './request-status';
import { childEnded, childOpened, isKnownChild } from './request-subprocess';
import { seekPeople, taskPlan } from './request-task';
import { actionDoneLate, undone } from './request-undo';

/**
 * Applies one input at its instant; time is advanced by the caller.
 * @throws DomainError when a command is not possible; nothing else ever does
 */
export function applyRequestInput(s: RequestState, input: RequestInput): void {
  open(s);
  take(s, input);
  settle(s, input.at);
}

function take(s: RequestState, input: RequestInput): void {
  const now = input.at;
  switch (input.kind) {
    case 'command':
      checkRequestCommand(s, input.command, now);
      return applyRequestCommand(s, input.command, now);
    case 'page-failed':
      return pageFailed(s, input.page, now);
    case 'effect-done':
      return effectDone(s, input.outcome, now);
    case 'peer':
      return heard(s, input.message, now);
    case 'people-changed':
      return peopleChanged(s, input.logins, input.assigned === true, now);
    case 'opened':
    case 'time':
      return;
  }
}

/** Whether the request has dealt with an input already; repeats change nothing. */
export function isRequestApplied(s: RequestState, input: RequestInput): boolean {
  if (input.kind === 'opened') return s.seq > 0;
  if (input.kind === 'peer') return s.recent.includes(input.message.key);
  return input.kind === 'command' && s.recent.includes(input.command.key);
}

/** After every change: answers that waited are taken where it goes on, triggers fire, the state is told anew. */
export function settle(s: RequestState, now: number): void {
  release(s, now);
  fireTriggers(s, now);
  s.status = statusOf(s);
}

function release(s: RequestState, now: number): void {
  if (isStopped(s) || s.postponed.length === 0) return;
  const late = s.postponed;
  s.postponed = [];
  for (const input of late) {
    if (input.kind === 'peer') peer(s, input.message, now);
    else effectDone(s, input.outcome, now);
  }
}

/** Takes the answer to an effect that is still waited for; any other is a repeat, or came too late to matter. */
function effectDone(s: RequestState, o: RequestEffectOutcome, now: number): void {
  const waiting = s.waiting.find((w) => w.key === o.key);
  if (!waiting || s.endedAt !== null) return;
  if (isStopped(s) && !waiting.about.startsWith('page:')) {
    const known = s.postponed.some((p) => p.kind === 'effect-done' && p.outcome.key === o.key);
    if (!known) s.postponed.push({ kind: 'effect-done', outcome: o });
    return;
  }
  s.waiting = s.waiting.filter((w) => w !== waiting);
  proceed(s, answered(s, waiting.about, o, now), now);
}

function answered(s: RequestState, about: string, o: RequestEffectOutcome, now: number): Move[] {
  switch (o.kind) {
    case 'resolve-people':
      return peopleFound(s, about, o, now);
    case 'open-request':
      return [...childOpened(s, about, o, now), { kind: 'undo' }];
    case 'act':
      return acted(s, about, o, now);
    case 'tell-request':
      return STAY;
  }
}

function acted(s: RequestState, about: string, o: Extract<RequestEffectOutcome, { kind: 'act' }>, now: number): Move[] {
  const [why, place = ''] = about.split(':');
  if (why === 'undo') return undone(s, place, o, now);
  const a = s.active.find((x): x is ActiveAuto => x.kind === 'auto' && `${x.step}.${x.visit}` === place);
  if (!a) return [{ kind: 'undo' }];
  return s.rollingBack ? actionDoneLate(s, a, o, now) : actionDone(s, a, o, now);
}

function heard(s: RequestState, m: RequestPeer, now: number): void {
  if (s.recent.includes(m.key)) return;
  remember(s, m.key);
  if (s.endedAt === null) peer(s, m, now);
}

function peer(s: RequestState, m: RequestPeer, now: number): void {
  switch (m.what) {
    case 'child-ended': {
      // It may end before it is known that it has been opened.
      const unknown = !isKnownChild(s, m.from) && s.waiting.some((w) => w.kind === 'open-request');
      if (isStopped(s) || unknown) s.postponed.push({ kind: 'peer', message: m });
      else proceed(s, childEnded(s, m, now), now);
      return;
    }
    case 'parent-ended':
      if (s.parent?.id !== m.from) return;
      return proceed(s, [{ kind: 'end', outcome: 'cancelled', by: m.actor, reason: `${m.from}: ${m.outcome}` }], now);
    case 'reclassified':
      return proceed(s, [{ kind: 'end', outcome: 'reclassified', by: m.actor, reason: m.as }], now);
  }
}

/** People have left, are away or have come: whoever decides or works is looked up anew. */
function peopleChanged(s: RequestState, logins: string[], assigned: boolean, now: number): void {
  if (s.endedAt !== null || s.rollingBack) return;
  for (const a of s.active) {
    const place = `${a.step}.${a.visit}`;
    const asked = s.waiting.some((w) => w.about === `again:${place}`);
    if (asked) continue;
    const approval = a.kind === 'approval' ? approvalPlan(s, a.step) : null;
    const task = a.kind === 'task' || a.kind === 'form' ? taskPlan(s, a.step) : null;
    if (a.kind === 'approval' && approval) {
      record(s, 'people_changed', 'system', now, { step: a.step, logins });
      seekApprovers(s, approval, `again:${place}`, now);
      const there = silent(a).filter((login) => logins.includes(login));
      if (there.length > 0) lookUp(s, a.step, `left:${place}:${there.join(',')}`, there, now);
    } else if (task && 'assignee' in a) {
      const has = a.assignee !== null && assigned && logins.includes(a.assignee);
      if (a.assignee !== null && !has) continue;
      record(s, 'people_changed', 'system', now, { step: a.step, logins });
      seekPeople(s, task, `again:${place}`, now);
      if (a.assignee !== null) lookUp(s, a.step, `left:${place}:${a.assignee}`, [a.assignee], now);
    }
  }
  if (!assigned) return;
  for (const { task, assignee } of s.extraTasks) {
    if (assignee === null || !logins.includes(assignee)) continue;
    const about = `gone:${task}:${assignee}`;
    if (s.waiting.some((w) => w.about === about)) continue;
    record(s, 'people_changed', 'system', now, { task, logins });
    lookUp(s, task, about, [assignee], now);
  }
}

function lookUp(s: RequestState, step: string, about: string, logins: string[], now: number): void {
  const targets = logins.map((login) => ({ kind: 'person' as const, login }));
  want(s, now, { kind: 'resolve-people', step, targets, of: [], fallback: [], exclude: [] }, about);
}

/** Records that a page failed for good and asks for the person's next method, or the fallback (I4). */
function pageFailed(s: RequestState, f: FailedPage, now: number): void {
  if (s.endedAt !== null || s.failedPages.includes(f.key)) return;
  s.failedPages = [...s.failedPages, f.key];
  record(s, 'page_failed', 'system', now, { person: f.personId, method: f.method, reason: f.reason, page: f.key });
  const visit = Number(f.key.split(':')[2]);
  const next = { personId: f.personId, position: f.position };
  page(s, `${f.step}/next-${s.failedPages.length}`, Number.isInteger(visit) ? visit : 1, [], now, { next });
}
