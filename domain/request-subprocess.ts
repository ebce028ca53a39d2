import type { ActiveSubprocess, RequestState } from './request';
import { endChoice, giveChoice } from './request-auto';
import type { RequestCommandOf } from './request-command';
import { argumentsOf } from './request-context';
import type { RequestEffectOutcome, RequestPeer } from './request-effect';
import { type Move, STAY } from './request-move';
import type { RequestOutcome, SubprocessStep } from './request-plan';
import { page, record, want } from './request-record';

type Opened = Extract<RequestEffectOutcome, { kind: 'open-request' }>;
type ChildEnded = Extract<RequestPeer, { what: 'child-ended' }>;

/** Another request is asked for; this one waits for it unless it is told not to. */
export function enterSubprocess(
  s: RequestState,
  plan: SubprocessStep,
  visit: number,
  within: string | null,
  now: number,
): Move[] {
  const a: ActiveSubprocess = {
    kind: 'subprocess',
    step: plan.id,
    visit,
    since: now,
    within,
    child: null,
    failed: null,
    task: null,
  };
  s.active.push(a);
  askForChild(s, plan, a, now);
  return STAY;
}

function askForChild(s: RequestState, plan: SubprocessStep, a: ActiveSubprocess, now: number): void {
  a.child = null;
  a.failed = null;
  const effect = {
    kind: 'open-request' as const,
    step: a.step,
    item: plan.item,
    data: argumentsOf(s, plan.with),
    requester: s.requester,
    beneficiary: s.beneficiary,
  };
  want(s, now, effect, `child:${a.step}.${a.visit}`);
}

/** The other request is there, or could not be opened. `about` as in `waiting`: `child:<step>.<visit>` or `trigger:<name>`. */
export function childOpened(s: RequestState, about: string, o: Opened, now: number): Move[] {
  const [, place = ''] = about.split(':');
  const a = s.active.find((x): x is ActiveSubprocess => x.kind === 'subprocess' && `${x.step}.${x.visit}` === place);
  const step = about.startsWith('child:') ? place.replace(/\.\d+$/, '') : null;
  if (!o.ok) {
    if (a) failed(s, a, o.reason, now);
    else record(s, 'effect_failed', 'system', now, { effect: 'open-request', about: place, reason: o.reason });
    return STAY;
  }
  s.children.push({ id: o.id, step, outcome: null });
  record(s, 'child_opened', 'system', now, { child: o.id, step });
  if (step !== null && !a) {
    // Its step was left while it was being opened: nobody needs it any more. An end that keeps nothing tells all of them.
    const to = s.rollingBack?.to ?? 'fulfilled';
    if (to === 'fulfilled' || to === 'correction') tellParentEnded(s, [o.id], now);
    return STAY;
  }
  if (!a) return STAY;
  a.child = o.id;
  const plan = s.plan.steps[a.step];
  const goesOn = plan?.kind === 'subprocess' && !plan.wait;
  return goesOn ? [{ kind: 'done', step: a.step, by: 'system', outcome: 'opened', values: { child: o.id } }] : STAY;
}

function failed(s: RequestState, a: ActiveSubprocess, reason: string, now: number): void {
  a.failed = reason;
  record(s, 'action_failed', 'system', now, { step: a.step, visit: a.visit, reason });
  a.task = giveChoice(s, a.step, `${a.step}.${a.visit}`, s.plan.service.team, now);
  page(s, `stalled-${a.step}`, a.visit, s.plan.fallback, now);
}

/** Whether a message is of a request that is known; one may end before the answer to its opening has come. */
export function isKnownChild(s: RequestState, id: string): boolean {
  return s.children.some((c) => c.id === id);
}

/** The other request has ended. */
export function childEnded(s: RequestState, m: ChildEnded, now: number): Move[] {
  const child = s.children.find((c) => c.id === m.from);
  if (!child || child.outcome !== null) return STAY;
  child.outcome = m.outcome;
  record(s, 'child_ended', m.actor, now, { child: m.from, step: child.step, outcome: m.outcome });
  const a = s.active.find((x): x is ActiveSubprocess => x.kind === 'subprocess' && x.child === m.from);
  if (!a) return STAY;
  if (m.outcome === 'fulfilled') {
    const values = { ...m.results, child: m.from };
    return [{ kind: 'done', step: a.step, by: m.actor, outcome: m.outcome, values }];
  }
  failed(s, a, `${m.from}: ${m.outcome}`, now);
  return STAY;
}

/** People choose how it goes on after another request was not opened or not fulfilled. */
export function subprocessChosen(
  s: RequestState,
  a: ActiveSubprocess,
  c: RequestCommandOf<'retry-step' | 'skip-step' | 'enter-result'>,
  now: number,
): Move[] {
  const about = { step: a.step, visit: a.visit };
  if (c.op === 'retry-step') {
    record(s, 'action_retried', c.actor, now, about);
    endChoice(s, a, now);
    const plan = s.plan.steps[a.step];
    if (plan?.kind === 'subprocess') askForChild(s, plan, a, now);
    return STAY;
  }
  const skipped = c.op === 'skip-step';
  const result = c.op === 'enter-result' ? c.result : {};
  record(s, skipped ? 'action_skipped' : 'result_entered', c.actor, now, { ...about, reason: c.reason, result });
  endChoice(s, a, now);
  return [{ kind: 'done', step: a.step, by: c.actor, outcome: skipped ? 'skipped' : 'entered', values: result }];
}

/** Tells requests that were opened for steps of this one that it needs them no more; because of the newest event. */
export function tellParentEnded(
  s: RequestState,
  children: readonly string[],
  now: number,
  outcome: RequestOutcome = 'cancelled',
): void {
  for (const to of children) {
    const key = `${s.id}:parent-ended:${to}`;
    const message = { key, from: s.id, actor: 'system', what: 'parent-ended' as const, outcome };
    want(s, now, { kind: 'tell-request', to, message }, null);
  }
}

/** Children that steps wait for. */
export function cutChildren(s: RequestState): string[] {
  return s.active.flatMap((a) => (a.kind === 'subprocess' && a.child !== null ? [a.child] : []));
}

/** Children that were opened for steps and have not ended. */
export function openChildren(s: RequestState): string[] {
  return s.children.filter((c) => c.step !== null && c.outcome === null).map((c) => c.id);
}
