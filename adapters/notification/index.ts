/** One message to one person, ready to leave. */
export interface Notice {
  /** Derived from what it says: a repeat after a crash has the same one. Letters, digits and hyphens. */
  messageId: string;
  /** Mail address or webhook URL. */
  to: string;
  /** Opened signing secret of the address, if it has one. */
  secret: string | null;
  subject: string;
  text: string;
  html: string;
  /** Somebody should look at it now. */
  urgent: boolean;
  /** Cases it speaks of, newest first: mail programs gather messages by them. */
  caseIds: readonly string[];
  /** The same content for machines. */
  data: Record<string, unknown>;
}

/**
 * What became of a message. `temporary` may be tried again; with `certain: false` it may have arrived all the same, so only
 * the very same message may be sent again. `permanent`: this address will not do.
 */
export type Delivery =
  | { kind: 'delivered' }
  | { kind: 'temporary'; error: string; certain: boolean }
  | { kind: 'permanent'; error: string };

/** A way to reach people. Never throws: what went wrong is the answer. Bounded in time. */
export interface Channel {
  send(notice: Notice): Promise<Delivery>;
}
