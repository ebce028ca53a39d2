import type { AssignmentRule, Choice } from './assignment';
import type { PageTarget } from './escalation';
import type { Actor, AttachmentRef, IncidentStatus, Relation } from './incident-command';
import type { Line } from './incident-plan';

/**
 * What one case tells another (design §2: idempotent signals, repeated until answered). `key` makes repeats harmless.
 * `ask` asks nothing but whether the other case is still there.
 */
export type PeerMessage = { key: string; from: string; actor: Actor } & (
  | { what: 'merged-in'; title: string; reporter: string }
  | { what: 'unmerged' }
  | { what: 'child-added'; state: IncidentStatus; title: string }
  | { what: 'child-removed' }
  | { what: 'child-state'; state: IncidentStatus }
  | { what: 'resolve'; resolution: string }
  | { what: 'ended'; state: IncidentStatus; resolution: string | null }
  | { what: 'linked'; relation: Relation }
  | { what: 'unlinked'; relation: Relation }
  | { what: 'ask' }
);

/**
 * Something a case wants to happen outside itself; the projection writes it as an outbox row with this key in the same
 * transaction, lane `case-effect` does it and answers with an {@link EffectOutcome}. `at` is epoch ms of the workflow's
 * clock, the instant that decides (I13); `seq` that of the event that caused it.
 */
export type CaseEffect = { key: string; seq: number; at: number } & (
  | {
      kind: 'choose-assignee';
      /** First handler of the type; tried before the rule. */
      first: PageTarget | null;
      rule: AssignmentRule;
      team: string;
      line: Line | null;
    }
  | { kind: 'tell'; to: string; message: PeerMessage }
  | { kind: 'run-step'; run: string; runbook: string; step: string; requestedBy: Actor; approvedBy: Actor | null }
  | {
      /** Text to people outside: a public note, the resolution, a message to the supplier. No answer is awaited. */
      kind: 'mail';
      to: 'reporter' | 'supplier';
      about: 'note' | 'resolved' | 'closed' | 'supplier';
      text: string;
      supplier?: string;
      attachments?: AttachmentRef[];
    }
);
export type EffectKind = CaseEffect['kind'];

/** How an effect ended; `key` is the effect's. A failure is final: the lane has tried as long as its limit allows. */
export type EffectOutcome = { key: string } & (
  | {
      kind: 'choose-assignee';
      /** Null when no choice could be made at all; `reason` says why. */
      choice: Choice | null;
      reason?: string;
    }
  | { kind: 'tell'; ok: boolean; reason?: string }
  | {
      kind: 'run-step';
      ok: boolean;
      /** HTTP status, null when there was no answer. */
      status: number | null;
      seconds: number;
      /** At most 2,000 characters of the answer, secrets masked. */
      excerpt: string;
      reason?: string;
    }
);

/** An effect that has not been answered yet: the screen shows it as pending. */
export interface WaitingEffect {
  key: string;
  kind: EffectKind;
  /** What it is about: the other case, the run, the team. */
  about: string;
  since: number;
}
