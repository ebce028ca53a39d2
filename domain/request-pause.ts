import type { Actor } from './incident-command';
import type { RequestState } from './request';
import type { RequestCommandOf } from './request-command';
import { armed, goOn, standStill } from './request-deadline';
import { people, requesterTargets } from './request-people';
import { fact, page, record } from './request-record';

/** Somebody asks the requester: the steps stand until he answers, he has the time of a correction. */
export function ask(s: RequestState, c: RequestCommandOf<'ask'>, now: number): void {
  const n = (s.pages['awaiting:clarification'] ?? 0) + 1;
  s.pages['awaiting:clarification'] = n;
  standStill(s, 'steps', now);
  fact(s, 'paused', now, { reason: 'clarification' });
  const rungs = armed(s, s.plan.correction.ladder, now);
  s.awaiting = { what: 'clarification', text: c.question, by: c.actor, since: now, n, rungs };
  record(s, 'clarification_asked', c.actor, now, { question: c.question, n });
  page(s, 'question', 1, requesterTargets(s), now);
}

/** He answers: it goes on where it stood. */
export function answer(s: RequestState, c: RequestCommandOf<'answer'>, now: number): void {
  const asker = s.awaiting?.by;
  s.awaiting = null;
  fact(s, 'resumed', now);
  goOn(s, 'steps', now);
  record(s, 'clarification_answered', c.actor, now, { text: c.text });
  if (asker !== undefined) page(s, 'answer', 1, people([asker]), now);
}

/** Stopped by a decision until an instant. A question to the requester stands as well. */
export function suspend(s: RequestState, c: RequestCommandOf<'suspend'>, now: number): void {
  standStill(s, s.awaiting ? 'requester' : 'steps', now);
  s.suspended = { reason: c.reason, since: now, until: c.until, by: c.actor };
  fact(s, 'paused', now, { reason: 'suspended' });
  record(s, 'suspended', c.actor, now, { reason: c.reason, until: new Date(c.until).toISOString() });
}

/** Goes on; `why` is `asked` or `limit` (the stated end came). */
export function resume(s: RequestState, by: Actor, why: 'asked' | 'limit', now: number): void {
  const reason = s.suspended?.reason ?? null;
  s.suspended = null;
  fact(s, 'resumed', now);
  if (s.awaiting) fact(s, 'paused', now, { reason: s.awaiting.what });
  goOn(s, s.awaiting ? 'requester' : 'steps', now);
  record(s, 'resumed', by, now, { reason, why });
}
