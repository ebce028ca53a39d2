import type { Actor, AttachmentRef } from './incident-command';

/**
 * State as people see it: waits for votes, for the requester's correction or answer, for work; stopped; undoing what was done;
 * and the five ends (`request-plan.ts`).
 */
export const REQUEST_STATES = [
  'in-approval',
  'correction',
  'clarification',
  'in-progress',
  'suspended',
  'rolling-back',
  'fulfilled',
  'rejected',
  'withdrawn',
  'cancelled',
  'reclassified',
] as const;
export type RequestStatus = (typeof REQUEST_STATES)[number];

/**
 * What was filled in, as the case knows it: the content itself stands in `request_content` under `hash` and never changes
 * (I5: a vote is bound to the hash of what was shown). `facts` are the values that conditions of the plan name.
 */
export interface ContentRef {
  /** SHA-256, hex, of form version, data and attachments. */
  hash: string;
  facts: Record<string, unknown>;
}

/** Commands of people; `key` is the caller's idempotency key, instants epoch ms. `step` is the id of an active step. */
export type RequestCommand = { key: string; actor: Actor } & (
  | {
      op: 'vote';
      step: string;
      decision: 'approve' | 'reject';
      comment?: string;
      /** Hash of the content the voter has seen; refused when it is no longer the present one. */
      shown: string;
      /** Login he stands in for (substitute, delegate), if he is not asked himself. */
      as?: string;
      via: 'portal' | 'mail';
    }
  | { op: 'delegate'; step: string; to: string; reason: string }
  | { op: 'return'; step: string; comment: string }
  | { op: 'resubmit'; content: ContentRef; comment?: string }
  | { op: 'edit'; content: ContentRef; reason: string }
  | { op: 'ask'; question: string }
  | { op: 'answer'; text: string }
  | {
      op: 'comment';
      text: string;
      visibility: 'internal' | 'public';
      mentions: string[];
      attachments: AttachmentRef[];
    }
  | { op: 'claim-task'; task: string }
  /** Hand-over: to a person or back to a team. */
  | { op: 'assign-task'; task: string; assignee: string | null; team?: string; note: string }
  | { op: 'check-item'; task: string; item: string; done: boolean }
  | { op: 'log-work'; task?: string; minutes: number; text: string }
  | { op: 'complete-task'; task: string; outcome?: string; comment?: string; content?: ContentRef }
  | { op: 'retry-step'; step: string }
  | { op: 'skip-step'; step: string; reason: string }
  | { op: 'enter-result'; step: string; result: Record<string, unknown>; reason: string }
  | { op: 'suspend'; reason: string; until: number }
  | { op: 'resume' }
  | { op: 'withdraw'; reason: string }
  | { op: 'cancel'; reason: string }
);
export type RequestOp = RequestCommand['op'];
export type RequestCommandOf<O extends RequestOp> = RequestCommand & { op: O };

const WORKED = ['in-approval', 'in-progress'] as const;
const OPEN = [...WORKED, 'correction', 'clarification', 'suspended'] as const;

/** In which states each command is lawful; the only table of transitions (409 otherwise). */
export const REQUEST_TRANSITIONS: Record<RequestOp, readonly RequestStatus[]> = {
  vote: WORKED,
  delegate: WORKED,
  return: WORKED,
  resubmit: ['correction'],
  edit: WORKED,
  ask: WORKED,
  answer: ['clarification'],
  comment: [...OPEN, 'rolling-back'],
  'claim-task': [...WORKED, 'clarification', 'rolling-back'],
  'assign-task': [...WORKED, 'clarification', 'rolling-back'],
  'check-item': [...WORKED, 'clarification'],
  'log-work': [...OPEN, 'rolling-back'],
  'complete-task': [...WORKED, 'rolling-back'],
  'retry-step': [...WORKED, 'rolling-back'],
  'skip-step': [...WORKED, 'rolling-back'],
  'enter-result': WORKED,
  suspend: [...WORKED, 'clarification'],
  resume: ['suspended'],
  withdraw: OPEN,
  cancel: OPEN,
};
