/** A mail about a case, ready to leave. */
export interface OutgoingMail {
  from: { name: string; address: string };
  to: { name: string; address: string };
  replyTo: string | null;
  subject: string;
  text: string;
  html: string;
  /** With its host, without angle brackets. */
  messageId: string;
  /** Newest last. */
  references: readonly string[];
  /** Written by a program, not by a person. */
  automatic: boolean;
  /** Value of `X-Continuo`. */
  mark: string | null;
  attachments: readonly { filename: string; contentType: string; content: Buffer }[];
}
