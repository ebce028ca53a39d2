import { stepKind, stepOfPage } from './page-step';
import type { RequestView } from './request-projection';

/** A page of a request, as far as it matters whether it is still wanted. */
export interface RequestPage {
  /** Name of the page step: `vote-manager.2`. */
  step: string;
  visit: number;
  /** Who is to get it. */
  login: string;
  /** He gets it because nobody who was meant could be reached. */
  fallback: boolean;
}

/**
 * Whether a page still says something true just before it leaves (I9): nobody is asked for a vote that was given, for a task
 * that somebody has taken, or for a correction that was made. News (outcomes, answers, mentions, notices) stay wanted.
 */
export function stillWanted(view: RequestView, page: RequestPage): boolean {
  const step = stepOfPage(page.step);
  switch (stepKind(page.step)) {
    case 'vote':
      return view.approvals.some(
        (a) =>
          a.step === step &&
          a.state === 'running' &&
          (page.fallback || a.approvers.some((x) => x.login === page.login && x.state === 'asked')),
      );
    case 'task':
      return view.tasks.some(
        (t) => t.step === step && (page.fallback || t.assignee === null || t.assignee === page.login),
      );
    case 'correction':
      return view.awaiting?.what === 'correction';
    case 'question':
      return view.awaiting?.what === 'clarification';
    case 'overdue':
      // What is overdue may also be the requester's answer, which is no step.
      return view.steps.some((s) => s.step === step)
        ? view.steps.some((s) => s.step === step && (s.state === 'active' || s.state === 'failed'))
        : view.endedAt === null;
    case 'stalled':
      return (
        view.failures.some((f) => f.step === step) ||
        view.approvals.some((a) => a.step === step && a.stranded) ||
        view.tasks.some((t) => t.step === step)
      );
    default:
      return true;
  }
}
