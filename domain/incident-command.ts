import type { FaultReport } from './fault-report';
import type { Impact, Line, Urgency } from './incident-plan';

/**
 * Life of an incident (R2.3): `new` until somebody acknowledges, `pending` while a named reason stops work, `suspended` while
 * a decision does, `merged` while another case carries it, `resolved` until it is closed (by a person, or by itself after n
 * working days). `closed` and `cancelled` are final.
 */
export type IncidentStatus =
  | 'new'
  | 'acknowledged'
  | 'pending'
  | 'suspended'
  | 'merged'
  | 'resolved'
  | 'closed'
  | 'cancelled';
export const INCIDENT_STATES: readonly IncidentStatus[] = [
  'new',
  'acknowledged',
  'pending',
  'suspended',
  'merged',
  'resolved',
  'closed',
  'cancelled',
];

/** Who acts: a person's login, `system` for the case itself, `source:<name>` for monitoring. */
export type Actor = string;

/** Only people are responsible for cases. */
export const isPerson = (actor: Actor): boolean => actor !== 'system' && !actor.startsWith('source:');

/** How two cases belong together; the other case sees the inverse. */
export type Relation = 'related' | 'caused-by' | 'causes' | 'duplicates' | 'duplicated-by';
export const RELATIONS = ['related', 'caused-by', 'causes', 'duplicates', 'duplicated-by'] as const;
/** The same relation seen from the other case. */
export const INVERSE: Record<Relation, Relation> = {
  related: 'related',
  'caused-by': 'causes',
  causes: 'caused-by',
  duplicates: 'duplicated-by',
  'duplicated-by': 'duplicates',
};

/** Ways a requester reaches the desk (R2.1). */
export type Channel = 'portal' | 'email' | 'phone' | 'visit';
export const CHANNELS = ['portal', 'email', 'phone', 'visit'] as const;

/** Why the level assessor decides as he does (R2.4: working ability, complexity). */
export type AssessmentGrounds = 'skill' | 'complexity' | 'access' | 'other';
export const ASSESSMENT_GROUNDS = ['skill', 'complexity', 'access', 'other'] as const;

/** A file that is kept beside the case; the bytes stand in Postgres. */
export interface AttachmentRef {
  id: string;
  name: string;
  mediaType: string;
  size: number;
}

/** What a person or an API caller may do to an incident; `key` is the caller's idempotency key. Instants epoch ms. */
export type IncidentCommand = { key: string; actor: Actor } & (
  | { op: 'acknowledge' }
  | { op: 'claim' }
  | { op: 'assign'; assignee?: string | null; team?: string }
  | { op: 'transfer'; line: Line; reason: string; team?: string; assignee?: string }
  | {
      op: 'assess';
      decision: 'stay' | 'escalate';
      line?: Line;
      grounds: AssessmentGrounds;
      note: string;
      impact?: Impact;
      urgency?: Urgency;
      limitMinutes?: number;
    }
  | { op: 'prioritise'; impact: Impact; urgency: Urgency; reason: string }
  | { op: 'plan'; text: string }
  | { op: 'pend'; reason: string; note?: string; until?: number }
  | { op: 'suspend'; reason: string; until: number }
  | { op: 'resume' }
  | {
      op: 'note';
      text: string;
      visibility?: 'internal' | 'public';
      mentions?: string[];
      attachments?: AttachmentRef[];
      contact?: Channel;
    }
  | { op: 'resolve'; resolution: string; children?: string[] }
  | { op: 'reopen'; reason: string }
  | { op: 'close' }
  | { op: 'cancel'; reason: string }
  | { op: 'merge'; into: string }
  | { op: 'unmerge'; reason: string }
  | { op: 'set-parent'; parent: string }
  | { op: 'unset-parent' }
  | { op: 'link'; target: string; relation: Relation }
  | { op: 'unlink'; target: string; relation: Relation }
  | { op: 'raise-major'; reason: string; commander: string; communications: string }
  | { op: 'lower-major'; reason: string }
  | { op: 'run-step'; runbook: string; step: string }
  | { op: 'decide-step'; run: string; decision: 'approve' | 'refuse'; note?: string }
  | { op: 'escalate-supplier'; supplier: string; reference?: string; note: string }
  | { op: 'update-supplier'; reference?: string; state: 'answered' | 'solved' | 'withdrawn'; note: string }
  | { op: 'submit-report'; report: FaultReport }
);
export type IncidentOp = IncidentCommand['op'];
/** One command by its name. */
export type CommandOf<O extends IncidentOp> = IncidentCommand & { op: O };

const WORKED = ['new', 'acknowledged', 'pending'] as const;
const OPEN = [...WORKED, 'suspended'] as const;

/** In which states each command is lawful; the only table of transitions (409 otherwise). */
export const TRANSITIONS: Record<IncidentOp, readonly IncidentStatus[]> = {
  acknowledge: ['new'],
  claim: WORKED,
  assign: WORKED,
  transfer: WORKED,
  assess: WORKED,
  prioritise: WORKED,
  plan: WORKED,
  pend: ['acknowledged'],
  suspend: ['acknowledged', 'pending'],
  resume: ['pending', 'suspended'],
  note: [...OPEN, 'merged', 'resolved'],
  resolve: OPEN,
  reopen: ['resolved'],
  close: ['resolved'],
  cancel: OPEN,
  merge: OPEN,
  unmerge: ['merged'],
  'set-parent': [...OPEN, 'resolved'],
  'unset-parent': [...OPEN, 'resolved'],
  link: [...OPEN, 'merged', 'resolved'],
  unlink: [...OPEN, 'merged', 'resolved'],
  'raise-major': OPEN,
  'lower-major': [...OPEN, 'resolved'],
  'run-step': WORKED,
  'decide-step': OPEN,
  'escalate-supplier': WORKED,
  'update-supplier': [...OPEN, 'resolved'],
  'submit-report': ['resolved'],
};
