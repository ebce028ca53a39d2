import { createTransport, type SendMailOptions } from 'nodemailer';
import type { Channel, Delivery, Notice } from '../notification/index';
import type { OutgoingMail } from './outgoing';

/** How to reach the mail server. */
export interface SmtpServer {
  /** `smtp(s)://user:password@host:port`; without it every mail fails for good, with that reason. */
  url: string | undefined;
  /** Longest silence of the server, ms. */
  silenceMs?: number;
}

export interface SmtpOptions extends SmtpServer {
  from: string;
  /** Right side of Message-IDs and of the list's id: host of PUBLIC_URL. */
  host: string;
}

/** However slowly a server talks: after this the mail counts as not sent for certain, ms. */
const TOTAL_MS = 45_000;
const SILENCE_MS = 15_000;

/** Error of nodemailer: code of the reply and of the failure, and the command it answered. */
interface SmtpError extends Error {
  code?: string;
  command?: string;
  responseCode?: number;
  syscall?: string;
}

type Send = (mail: SendMailOptions) => Promise<Delivery>;

/** One connection a message; never throws, bounded in time. */
function sender({ url, silenceMs = SILENCE_MS }: SmtpServer): Send {
  if (url === undefined) return async () => ({ kind: 'permanent', error: 'no mail server is configured (SMTP_URL)' });
  const transport = createTransport({
    url,
    connectionTimeout: silenceMs,
    greetingTimeout: silenceMs,
    socketTimeout: silenceMs,
    dnsTimeout: silenceMs,
    // Nothing in a message may make the server read files or fetch URLs.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return async (mail) => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<Delivery>((resolve) => {
      const error = `the mail server took more than ${TOTAL_MS / 1000} s`;
      timer = setTimeout(() => resolve({ kind: 'temporary', error, certain: false }), TOTAL_MS);
    });
    const sent = transport.sendMail(mail).then(
      (): Delivery => ({ kind: 'delivered' }),
      (error: unknown) => failed(error as SmtpError),
    );
    return Promise.race([sent, late]).finally(() => clearTimeout(timer));
  };
}

/** Mail over SMTP for pages. The Message-ID is stable, so that a repeat can be told as one. */
export function smtpChannel(options: SmtpOptions): Channel {
  const send = sender(options);
  return { send: (notice) => send(mailOf(notice, options)) };
}

/** Mail over SMTP about cases, to people who may answer. */
export function caseMailer(server: SmtpServer): { send(mail: OutgoingMail): Promise<Delivery> } {
  const send = sender(server);
  return { send: (mail) => send(caseMailOf(mail)) };
}

function mailOf(notice: Notice, { from, host }: SmtpOptions): SendMailOptions {
  return {
    from,
    // As an object: nothing in the address can name a second recipient.
    to: { name: '', address: notice.to },
    subject: notice.subject,
    text: notice.text,
    html: notice.html,
    messageId: `<${notice.messageId}@${host}>`,
    references: notice.caseIds.map((id) => `<${id}@${host}>`),
    priority: notice.urgent ? 'high' : 'normal',
    headers: {
      // RFC 3834: no out-of-office answers to a pager.
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
    },
    list: { id: { url: `page.${host}`, comment: 'Continuo' } },
  };
}

function caseMailOf(mail: OutgoingMail): SendMailOptions {
  const references = mail.references.map((id) => `<${id}>`);
  return {
    from: mail.from,
    to: mail.to,
    ...(mail.replyTo === null ? {} : { replyTo: { name: mail.from.name, address: mail.replyTo } }),
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    messageId: `<${mail.messageId}>`,
    references,
    ...(references.length > 0 ? { inReplyTo: references.at(-1) } : {}),
    attachments: mail.attachments.map((a) => ({ ...a, contentDisposition: 'attachment' as const })),
    headers: {
      ...(mail.mark === null ? {} : { 'X-Continuo': mail.mark }),
      // RFC 3834: an automatic answer says so. What a person wrote does not: it may be answered by anybody.
      ...(mail.automatic ? { 'Auto-Submitted': 'auto-replied', 'X-Auto-Response-Suppress': 'All' } : {}),
    },
  };
}

/** Commands whose refusal is about this mail or its recipient; any other refusal is about us or the server. */
const ABOUT_THE_MAIL = ['MAIL FROM', 'RCPT TO', 'DATA'];

function failed({ message, code, command, responseCode, syscall }: SmtpError): Delivery {
  const refused = responseCode !== undefined && responseCode >= 500 && ABOUT_THE_MAIL.includes(command ?? '');
  const badAddress = code === 'EENVELOPE' && responseCode === undefined;
  if (refused || badAddress) return { kind: 'permanent', error: message };
  const certain = responseCode !== undefined || syscall === 'connect' || code === 'EDNS' || code === 'EAUTH';
  return { kind: 'temporary', error: message, certain };
}
