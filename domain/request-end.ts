import type { Actor } from './incident-command';
import type { RequestState } from './request';
import { resultsOf } from './request-context';
import { cut } from './request-leave';
import { requesterTargets } from './request-people';
import type { RequestOutcome } from './request-plan';
import { endTask, fact, page, record, want } from './request-record';
import { cutChildren, openChildren, tellParentEnded } from './request-subprocess';

/** The request is over: nothing of it runs on, and everybody concerned hears of it. */
export function end(s: RequestState, outcome: RequestOutcome, by: Actor, reason: string, now: number): void {
  s.outcome = outcome;
  s.endedAt = now;
  s.status = outcome;
  s.nextAt = null;
  s.rollingBack = null;
  s.suspended = null;
  s.awaiting = null;
  s.waiting = [];
  s.postponed = [];
  fact(s, 'ended', now, { reason: outcome });
  record(s, outcome, by, now, { reason });
  const needless = outcome === 'fulfilled' ? cutChildren(s) : openChildren(s);
  for (const a of [...s.active]) cut(s, a, by, now);
  for (const t of s.extraTasks) endTask(s, t.kind, t.task, now);
  s.extraTasks = [];
  page(s, 'outcome', 1, requesterTargets(s), now);
  if (s.plan.survey && outcome === 'fulfilled') want(s, now, { kind: 'survey', to: s.requester }, null);
  tellParentEnded(s, needless, now, outcome);
  if (s.parent) tellParent(s, s.parent.id, outcome, now);
}

function tellParent(s: RequestState, to: string, outcome: RequestOutcome, now: number): void {
  const given = resultsOf(s).filter((r) => Object.keys(r.values).length > 0);
  const results = Object.fromEntries(given.map((r) => [r.step, r.values]));
  const message = { key: `${s.id}:ended`, from: s.id, actor: 'system', what: 'child-ended' as const, outcome, results };
  want(s, now, { kind: 'tell-request', to, message }, null);
}
