import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import type { Logger } from 'pino';
import type { OutgoingMail } from '../adapters/mail/outgoing';
import type { ReplyAddresses } from '../adapters/mail/reply-address';
import type { Delivery } from '../adapters/notification/index';
import { loadTemplate, type Template } from '../adapters/notification/template';
import { attachmentOf } from '../db/attachment';
import { CASE_MAIL_LANE, headingOf, mailboxOfCase, type QueuedCaseMail } from '../db/mail';
import { addMailTask } from '../db/mail-task';
import { messagesOfCase, noteMessage } from '../db/mail-thread';
import { DONE, exponential, type Lane, type OutboxRow, type Verdict } from '../db/queue';
import { bytesOf } from '../db/stored-bytes';
import { REPLY_LINE } from '../domain/mail';
import { LOCALES, type Locale, localeOf } from './paging-texts';

export interface CaseMailDeps {
  db: Knex;
  log: Logger;
  mailer: { send(mail: OutgoingMail): Promise<Delivery> };
  /** Null without CONTINUO_KEY: answers are threaded by Message-IDs alone. */
  replies: ReplyAddresses | null;
  /** Sender of all mail (SMTP_FROM). */
  from: string;
  publicUrl: string;
  templates: CaseMailTemplates;
  limits?: Partial<Pick<Lane, 'maxAttempts' | 'backoff'>>;
}

export type CaseMailTemplates = Record<Locale, Template>;

/** Words of the mails about cases, in every language. */
export function loadCaseMailTemplates(dir: string): CaseMailTemplates {
  const load = (locale: Locale) => [locale, loadTemplate(dir, 'case-mail', locale)] as const;
  return Object.fromEntries(LOCALES.map(load)) as CaseMailTemplates;
}

/** Two days of attempts: a mail server that is down over a weekend night loses nothing. */
const MAX_ATTEMPTS = 1_500;
/** All files of one mail, bytes; larger ones are named only. */
const FILES_BYTES = 10 * 1024 * 1024;

/** Queue lane that writes to people outside. A mail that cannot be delivered becomes a task of its case. */
export function caseMailLane(deps: CaseMailDeps): Lane {
  return {
    name: CASE_MAIL_LANE,
    table: 'outbox',
    batch: 8,
    concurrency: 2,
    leaseSeconds: 120,
    maxAttempts: MAX_ATTEMPTS,
    backoff: exponential(2, 120),
    ...deps.limits,
    async handle(rows) {
      const verdicts = await Promise.all(rows.map(async (row) => [row.id, await sendRow(deps, row)] as const));
      return new Map(verdicts);
    },
    onDead: (row, error) => undelivered(deps, row, error),
  };
}

async function sendRow(deps: CaseMailDeps, row: OutboxRow): Promise<Verdict> {
  const mail = await compose(deps, row);
  if (mail === null) return { kind: 'retry', error: `${row.caseId} is not projected yet` };
  const { caseId, tenantId } = row;
  // Before it leaves: an answer may be faster than our next statement.
  if (caseId !== null)
    await noteMessage(deps.db, {
      tenantId,
      caseId,
      messageId: mail.messageId,
      direction: 'out',
      address: mail.to.address,
    });
  const delivery = await deps.mailer.send(mail);
  if (delivery.kind === 'delivered') return DONE;
  if (delivery.kind === 'permanent') return { kind: 'dead', error: delivery.error };
  deps.log.warn({ case: caseId, attempt: row.attempts, error: delivery.error }, 'mail not sent; tried again');
  return { kind: 'retry', error: delivery.error };
}

/** The mail as it leaves; the same one at every attempt, so that a repeat can be told as one. */
async function compose(deps: CaseMailDeps, row: OutboxRow): Promise<OutgoingMail | null> {
  const queued = row.payload as QueuedCaseMail;
  const { tenantId } = row;
  const caseId = row.caseId ?? '';
  const title = queued.title ?? (await headingOf(deps.db, caseId))?.title;
  if (title === undefined) return null;
  const mailbox = await mailboxOfCase(deps.db, tenantId, caseId);
  const messageId = messageIdOf(row.key, caseId, deps.publicUrl);
  const references = (await messagesOfCase(deps.db, caseId)).filter((id) => id !== messageId);
  const { attachments, left } = await filesOf(deps.db, caseId, queued);
  const from = { name: mailbox?.name ?? 'Continuo', address: deps.from };
  const words = deps.templates[localeOf(queued.to.locale)].render({
    about: { [queued.about]: true },
    again: references.length > 0,
    id: caseId,
    title,
    text: queued.text,
    name: queued.to.name,
    from: from.name,
    left,
    replies: mailbox !== null,
    replyLine: REPLY_LINE,
    url: queued.to.known ? `${deps.publicUrl}/incidents/${caseId}` : null,
  });
  return {
    ...words,
    from,
    to: { name: queued.to.name, address: queued.to.address },
    replyTo: replyTo(deps, mailbox, tenantId, caseId),
    messageId,
    references,
    automatic: queued.about === 'opened',
    mark: deps.replies?.mark ?? null,
    attachments,
  };
}

function replyTo(
  { replies }: CaseMailDeps,
  mailbox: { address: string; plusAddressing: boolean } | null,
  tenantId: string,
  caseId: string,
): string | null {
  if (mailbox === null) return null;
  return mailbox.plusAddressing && replies !== null ? replies.of(mailbox.address, tenantId, caseId) : mailbox.address;
}

/** Message-ID of the mail with that key, without angle brackets. */
export function messageIdOf(key: string, caseId: string, publicUrl: string): string {
  const hash = createHash('sha256').update(key).digest('hex').slice(0, 24);
  return `${caseId.toLowerCase()}.${hash}@${new URL(publicUrl).hostname}`;
}

/** Public files of the case that fit into a mail; `left` names those that do not. */
async function filesOf(db: Knex, caseId: string, { attachments = [] }: QueuedCaseMail) {
  const files: OutgoingMail['attachments'][number][] = [];
  const left: string[] = [];
  let total = 0;
  for (const { id } of attachments) {
    const file = await attachmentOf(db, id);
    if (!file || file.caseId !== caseId || file.visibility !== 'public') continue;
    total += file.size;
    if (total > FILES_BYTES) {
      left.push(file.name);
      continue;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of bytesOf(db, 'attachment', id)) chunks.push(chunk);
    files.push({ filename: file.name, contentType: file.mediaType, content: Buffer.concat(chunks) });
  }
  return { attachments: files, left };
}

/** Everything was tried: a person has to reach whoever it is for in another way. */
async function undelivered({ db }: CaseMailDeps, row: OutboxRow, error: string): Promise<void> {
  const { to } = row.payload as QueuedCaseMail;
  await addMailTask(db, {
    id: `mail-out/${row.id}`,
    tenantId: row.tenantId,
    caseId: row.caseId,
    kind: 'mail-undelivered',
    title: `${to.address}: ${error}`,
    team: null,
  });
}
