import type { RequestState } from './request';
import type { RequestStatus } from './request-command';

/** The state as people see it follows from all the rest. */
export function statusOf(s: RequestState): RequestStatus {
  if (s.endedAt !== null && s.outcome !== null) return s.outcome;
  if (s.rollingBack) return 'rolling-back';
  if (s.suspended) return 'suspended';
  if (s.awaiting) return s.awaiting.what;
  return s.active.some((a) => a.kind === 'approval') ? 'in-approval' : 'in-progress';
}

/** Stopped by a decision or a question: ladders and clocks stand, answers from outside are taken when it goes on. */
export function isStopped(s: RequestState): boolean {
  return s.rollingBack === null && (s.suspended !== null || s.awaiting?.what === 'clarification');
}

export const isOpen = (s: RequestState): boolean => s.endedAt === null;
