import type { ActiveWait, RequestState } from './request';
import { isMet, resultOf } from './request-context';
import { armed } from './request-deadline';
import type { Move } from './request-move';
import { STAY } from './request-move';
import type { Rung, WaitStep } from './request-plan';

/** Epoch ms of what a definition calls an instant: RFC 3339 text or a date; null for anything else. */
function instant(value: unknown): number | null {
  if (typeof value !== 'string') return null;
  const at = Date.parse(value);
  return Number.isFinite(at) ? at : null;
}

/** The limit of a wait, as a ladder of one rung. */
export const limitOf = (plan: WaitStep): Rung[] => [{ after: plan.limit, act: { kind: 'remind' } }];

/** A wait begins; it may be over at once. */
export function enterWait(s: RequestState, plan: WaitStep, visit: number, within: string | null, now: number): Move[] {
  const at = plan.at === null ? null : instant(resultOf(s, plan.at));
  const rungs = armed(s, limitOf(plan), now);
  s.active.push({ kind: 'wait', step: plan.id, visit, since: now, within, at, limitAt: rungs[0]?.at ?? null, rungs });
  return STAY;
}

/** The first wait that is over: its condition holds, its instant has come, or its limit. */
export function watchWaits(s: RequestState, now: number): Move[] {
  for (const a of s.active) {
    if (a.kind !== 'wait') continue;
    const plan = s.plan.steps[a.step];
    if (plan?.kind !== 'wait') continue;
    a.limitAt = a.rungs[0]?.at ?? null;
    const outcome = over(s, plan, a, now);
    if (outcome !== null) return [{ kind: 'done', step: a.step, by: 'system', outcome }];
  }
  return STAY;
}

function over(s: RequestState, plan: WaitStep, a: ActiveWait, now: number): string | null {
  if (plan.until !== null && isMet(s, plan.until)) return 'met';
  if (a.at !== null && a.at <= now) return 'reached';
  return a.limitAt !== null && a.limitAt <= now ? 'limit' : null;
}
