import type { Actor } from './incident-command';
import type { Approver } from './request';
import type { RequestOutcome } from './request-plan';

/**
 * What follows from what has happened at a step; `request-flow.ts` carries it out. The files of the single kinds of steps give
 * moves and never call the flow: so a step knows nothing of the others.
 */
export type Move =
  /** An active step is done; `next` only where it is not the step's own. */
  | {
      kind: 'done';
      step: string;
      by: Actor;
      outcome: string | null;
      values?: Record<string, unknown>;
      approvers?: Approver[];
      next?: string | null;
    }
  | { kind: 'go'; step: string | null; within: string | null }
  /** The request is to end so; what was done is undone first. */
  | { kind: 'end'; outcome: RequestOutcome; by: Actor; reason: string }
  /** Back to the requester for correction; with `text` null it simply begins again. */
  | { kind: 'return'; by: Actor; text: string | null }
  /** What the undoing has waited for may be there. */
  | { kind: 'undo' }
  /** All is undone. */
  | { kind: 'undone' };

/** Nothing follows. */
export const STAY: Move[] = [];
