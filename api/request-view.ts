import type { Principal } from '../domain/principal';
import type { RequestView } from '../domain/request-projection';
import { handles } from './request-access';

/**
 * A request as its reader sees it. Whoever asks sees who is waited for, votes and the progress, but not how people work
 * inside: candidates, pending effects, reasons of failed steps.
 */
export function presentRequest(view: RequestView, p: Principal): RequestView {
  const own = view.requester === p.login || view.beneficiary === p.login;
  if (!own || handles(p, view.tenantId)) return view;
  return {
    ...view,
    waiting: [],
    minutes: 0,
    failures: view.failures.map((f) => ({ ...f, reason: '' })),
    tasks: view.tasks.filter((t) => t.assignee === p.login || t.candidates.includes(p.login)),
  };
}

/** Events that stay inside: internal comments, work logs, retries of the machinery. */
const INSIDE = new Set([
  'work_logged',
  'action_retried',
  'trigger_fired',
  'trigger_stopped',
  'effect_failed',
  'page_failed',
]);

/** Whether a reader who only asks may see an event. */
export function isOutsideEvent(event: { kind: string; body: Record<string, unknown> }): boolean {
  if (INSIDE.has(event.kind)) return false;
  return event.kind !== 'commented' || event.body.visibility === 'public';
}
