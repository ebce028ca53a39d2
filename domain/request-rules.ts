import type { ActiveApproval, RequestState } from './request';
import { handOn, vote } from './request-approval';
import { autoChosen } from './request-auto';
import type { ContentRef, RequestCommand, RequestCommandOf, RequestOp } from './request-command';
import { proceed } from './request-flow';
import { type Move, STAY } from './request-move';
import { answer, ask, resume, suspend } from './request-pause';
import { people } from './request-people';
import { fact, page, record, remember } from './request-record';
import { subprocessChosen } from './request-subprocess';
import { assign, checkItem, complete } from './request-task';
import { failedUndo, undoChosen } from './request-undo';

/** Carries out a command that has been checked, and what follows from it. */
export function applyRequestCommand(s: RequestState, c: RequestCommand, now: number): void {
  s.commands += 1;
  remember(s, c.key);
  const carryOut = OPS[c.op] as (s: RequestState, c: RequestCommand, now: number) => Move[] | undefined;
  proceed(s, carryOut(s, c, now) ?? STAY, now);
}

const approval = (s: RequestState, step: string): ActiveApproval | undefined =>
  s.active.find((a): a is ActiveApproval => a.kind === 'approval' && a.step === step);

const OPS: { [O in RequestOp]: (s: RequestState, c: RequestCommandOf<O>, now: number) => Move[] | undefined } = {
  vote(s, c, now) {
    const a = approval(s, c.step);
    return a && vote(s, a, c, now);
  },
  delegate(s, c, now) {
    const a = approval(s, c.step);
    return a && handOn(s, a, c, now);
  },
  return: (_, c) => [{ kind: 'return', by: c.actor, text: c.comment }],
  resubmit(s, c, now) {
    take(s, c.content);
    s.awaiting = null;
    fact(s, 'resumed', now);
    const { hash } = c.content;
    record(s, 'resubmitted', c.actor, now, { hash, revision: s.revision, comment: c.comment ?? null });
    return [{ kind: 'go', step: s.plan.first, within: null }];
  },
  edit(s, c, now) {
    take(s, c.content);
    record(s, 'edited', c.actor, now, { hash: c.content.hash, revision: s.revision, reason: c.reason });
    return [{ kind: 'return', by: c.actor, text: null }];
  },
  ask: (s, c, now) => void ask(s, c, now),
  answer: (s, c, now) => void answer(s, c, now),
  comment(s, c, now) {
    const { text, visibility, mentions, attachments } = c;
    record(s, 'commented', c.actor, now, { text, visibility, mentions, attachments });
    if (mentions.length > 0) page(s, 'mention', 1, people(mentions), now);
    return STAY;
  },
  'claim-task': (s, c, now) => void assign(s, c, now),
  'assign-task': (s, c, now) => void assign(s, c, now),
  'check-item': (s, c, now) => void checkItem(s, c, now),
  'log-work'(s, c, now) {
    s.minutes += c.minutes;
    record(s, 'work_logged', c.actor, now, { minutes: c.minutes, text: c.text, task: c.task ?? null });
    return STAY;
  },
  'complete-task': complete,
  'retry-step': choose,
  'skip-step': choose,
  'enter-result': choose,
  suspend: (s, c, now) => void suspend(s, c, now),
  resume: (s, c, now) => void resume(s, c.actor, 'asked', now),
  withdraw: (_, c) => [{ kind: 'end', outcome: 'withdrawn', by: c.actor, reason: c.reason }],
  cancel: (_, c) => [{ kind: 'end', outcome: 'cancelled', by: c.actor, reason: c.reason }],
};

/** What was filled in anew counts from now on. */
function take(s: RequestState, content: ContentRef): void {
  if (content.hash !== s.content.hash) s.revision += 1;
  s.content = content;
}

function choose(
  s: RequestState,
  c: RequestCommandOf<'retry-step' | 'skip-step' | 'enter-result'>,
  now: number,
): Move[] | undefined {
  const undo = failedUndo(s, c.step);
  if (undo && c.op !== 'enter-result') return undoChosen(s, undo, c, now);
  const a = s.active.find((x) => x.step === c.step);
  if (a?.kind === 'auto') return autoChosen(s, a, c, now);
  return a?.kind === 'subprocess' ? subprocessChosen(s, a, c, now) : undefined;
}
