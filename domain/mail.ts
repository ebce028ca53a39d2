/** What became of a mail; `failed`: everything was tried, a person has to look. */
export const MAIL_OUTCOMES = [
  'opened',
  'note',
  'follow-up',
  'automatic',
  'ignored',
  'held',
  'duplicate',
  'unreadable',
  'oversize',
  'failed',
] as const;
export type MailOutcome = (typeof MAIL_OUTCOMES)[number];

/** Outcomes that wait for a person: each has a task. */
export const WAITING_OUTCOMES: readonly MailOutcome[] = ['held', 'unreadable', 'oversize', 'failed'];

/** How mail is protected on the way from the server. */
export const MAIL_SECURITY = ['tls', 'starttls', 'none'] as const;
export type MailSecurity = (typeof MAIL_SECURITY)[number];

/** A file that came with a mail, not yet looked at. */
export interface MailFile {
  /** As the sender named it; may be empty. */
  name: string;
  bytes: Buffer;
}

/** A mail as far as we need it. Message-IDs without angle brackets, addresses in lower case. */
export interface IncomingMail {
  messageId: string;
  sender: string;
  senderName: string;
  /** Everybody it says it was sent or delivered to. */
  recipients: readonly string[];
  subject: string;
  /** What the sender wrote, from HTML where there is no text. */
  text: string;
  inReplyTo: readonly string[];
  references: readonly string[];
  /** In-Reply-To of the mail that a delivery report is about: its Message-ID. */
  reported: readonly string[];
  files: readonly MailFile[];
  headers: MailHeaders;
}

/** Headers that tell who wrote: lower-case names, unfolded values; several of one name in order. */
export type MailHeaders = Readonly<Record<string, readonly string[]>>;

/**
 * Who wrote: `person`; `own` = we ourselves, a loop; `bounce` = a delivery report (RFC 3464); `auto-reply` = an answer of a
 * program (RFC 3834); `machine` = another program; `list` = a mailing list or mass mail. Only a person is ever answered.
 */
export type MailKind = 'person' | 'own' | 'bounce' | 'auto-reply' | 'machine' | 'list';

/** How we know our own mails. */
export interface OwnMail {
  /** Value of our `X-Continuo` header. */
  mark: string;
  /** Addresses our mail leaves from and our mailboxes, lower case. */
  addresses: readonly string[];
}

const first = (headers: MailHeaders, name: string) => headers[name]?.[0]?.trim().toLowerCase() ?? '';
const ROBOTS = /^(mailer-daemon|postmaster|mail-daemon|no-?reply-?bounce|bounces?)([+@]|$)/;

/** Tells programs from people by their headers; never by what they say. */
export function kindOfMail(
  mail: Pick<IncomingMail, 'headers' | 'sender'>,
  own: OwnMail,
): { kind: MailKind; why: string } {
  const { headers, sender } = mail;
  if (first(headers, 'x-continuo') === own.mark) return { kind: 'own', why: 'X-Continuo is ours' };
  if (own.addresses.includes(sender)) return { kind: 'own', why: `From ${sender} is ours` };
  const report = first(headers, 'content-type');
  if (/multipart\/report/.test(report) && /report-type="?(delivery-status|disposition-notification)/.test(report))
    return { kind: 'bounce', why: 'Content-Type multipart/report' };
  if (first(headers, 'return-path') === '<>' && first(headers, 'auto-submitted') === '')
    return { kind: 'bounce', why: 'Return-Path is empty' };
  if (ROBOTS.test(sender)) return { kind: 'bounce', why: `From ${sender}` };
  return automatic(headers) ?? { kind: 'person', why: '' };
}

function automatic(headers: MailHeaders): { kind: MailKind; why: string } | null {
  const submitted = first(headers, 'auto-submitted');
  if (submitted.startsWith('auto-replied') || submitted.startsWith('auto-notified'))
    return { kind: 'auto-reply', why: `Auto-Submitted: ${submitted}` };
  for (const name of ['x-autoreply', 'x-autorespond', 'x-autoresponder', 'x-auto-reply'])
    if (headers[name]) return { kind: 'auto-reply', why: name };
  const precedence = first(headers, 'precedence');
  if (precedence === 'auto_reply') return { kind: 'auto-reply', why: `Precedence: ${precedence}` };
  if (submitted !== '' && submitted !== 'no') return { kind: 'machine', why: `Auto-Submitted: ${submitted}` };
  const suppress = first(headers, 'x-auto-response-suppress');
  if (suppress !== '' && suppress !== 'none') return { kind: 'machine', why: `X-Auto-Response-Suppress: ${suppress}` };
  if (headers['list-id']) return { kind: 'list', why: `List-Id: ${first(headers, 'list-id')}` };
  if (/^(bulk|list|junk)$/.test(precedence)) return { kind: 'list', why: `Precedence: ${precedence}` };
  if (headers['list-unsubscribe']) return { kind: 'list', why: 'List-Unsubscribe' };
  return null;
}

/** Longest title and text of a case that is opened by mail; characters. */
export const TITLE_LIMIT = 200;
export const TEXT_LIMIT = 9_000;

/** The line above which an answer is written; what stands below it is our own mail, quoted. */
export const REPLY_LINE = '##- Continuo -##';

/** What the sender wrote above our line; everything when there is no such line. */
export function aboveReplyLine(text: string): string {
  const at = text.indexOf(REPLY_LINE);
  if (at < 0) return text.trim();
  const lines = text.slice(0, at).split('\n');
  // The quotation mark before our line, and the line that says who wrote it.
  lines.pop();
  while (lines.length > 0 && /^[\s>|]*$/.test(lines.at(-1) ?? '')) lines.pop();
  if (/[:：]\s*$/.test(lines.at(-1) ?? '') && lines.length > 1) lines.pop();
  const written = lines.join('\n').trim();
  // Somebody answered below: nothing of it may be lost.
  return written === '' ? text.trim() : written;
}

/** A title from a subject, or from the first line of the text. */
export function titleOf(mail: Pick<IncomingMail, 'subject' | 'text' | 'sender'>): string {
  const line = mail.subject.trim() || (mail.text.trim().split('\n')[0] ?? '').trim() || mail.sender;
  return line.replace(/\s+/g, ' ').slice(0, TITLE_LIMIT);
}

/** Cuts what is too long for a case and says so; the whole mail is kept beside it. */
export function fitting(text: string, limit: number, saying: string): string {
  return text.length <= limit ? text : `${text.slice(0, limit - saying.length - 2).trimEnd()}\n\n${saying}`;
}

/** Actor and reporter of somebody who has no account. */
export function mailActor(address: string): string {
  return `mail:${address.toLowerCase()}`;
}

/** The address of an actor who came by mail; null for everybody else. */
export function addressOfActor(actor: string): string | null {
  return actor.startsWith('mail:') ? actor.slice('mail:'.length) : null;
}
