import { checkAccepted } from './checker-accepted';
import { checkChains } from './checker-chain';
import { checkClocks } from './checker-clocks';
import type { Policy } from './checker-fold';
import { checkLines } from './checker-lines';
import { checkPages } from './checker-pages';
import { checkRequests } from './checker-requests';
import { readWorld } from './checker-world';

/** A request the platform has answered, as its caller remembers it. Instants are the engine's clock, epoch ms. */
export interface RecordedCall {
  kind: 'create' | 'command' | 'intake';
  /** Login that called; stands as actor in the event. */
  actor: string;
  /** The caller's Idempotency-Key: one intention, however often it was sent. */
  key: string;
  caseId: string | null;
  /** Command; `create` and `intake` for the others. */
  op: string;
  body: Record<string, unknown>;
  /** Null while no answer has said 2xx. */
  accepted: { status: number; answer: Record<string, unknown>; at: number } | null;
  sentAt: number;
  /** Requests made for it. */
  sends: number;
  /** The last answer was a refusal (4xx): nothing may come of it. */
  refused: boolean;
}

/** A mail as the sink took it. */
export interface SentMail {
  to: string[];
  text: string;
  subject: string;
  messageId: string;
}

/** What the checker compares. */
export interface Evidence {
  databaseUrl: string;
  calls: readonly RecordedCall[];
  mails: readonly SentMail[];
  /** The engine's clock now, epoch ms. */
  now: number;
  clock: 'real' | 'virtual';
  /** Levels by time range that a story has published beside the shipped ones. */
  policies?: readonly Policy[];
  /** A sender was killed: a message may arrive twice, as the same message. */
  repeatsAllowed?: boolean;
  /** The platform was off or its engine away: what was due meanwhile happens late. */
  latenessAllowed?: boolean;
}

export interface Violation {
  invariant: 'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'I6' | 'I11' | 'I13';
  text: string;
}

/** Collects violations of one kind. */
export type Report = (invariant: Violation['invariant'], text: string) => void;

/**
 * The independent checker: shares no code with the product. It reads the database, what callers were answered and what
 * mail arrived, recomputes states, hashes, deadlines and levels by its own arithmetic, and says every contradiction.
 * It knows the shipped defaults (R3.1 clocks, five levels) and the policies it is given; call it when the queues are quiet.
 */
export async function check(evidence: Evidence): Promise<Violation[]> {
  const violations: Violation[] = [];
  const report: Report = (invariant, text) => void violations.push({ invariant, text });
  const world = await readWorld(evidence.databaseUrl);
  checkAccepted(world, evidence, report);
  checkChains(world, report);
  checkClocks(world, evidence, report);
  checkLines(world, evidence, report);
  checkPages(world, evidence, report);
  checkRequests(world, evidence, report);
  return violations;
}
