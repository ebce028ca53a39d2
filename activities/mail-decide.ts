import type { Knex } from 'knex';
import { inspectAttachment } from '../adapters/attachment/inspect';
import { parseMail } from '../adapters/mail/parse';
import { storeAttachment } from '../db/attachment';
import { decideMail, type KeptMail, lockUndecided, mailsOfSender, waitsForEarlier } from '../db/mail-inbox';
import { addMailTask, type MailTaskKind, mailTaskId } from '../db/mail-task';
import { allocateIncident, type Correspondent, noteMessage, personOfAddress } from '../db/mail-thread';
import { type Mailbox, mailboxAddresses } from '../db/mailbox';
import type { AttachmentFile } from '../domain/attachment';
import { DomainError } from '../domain/errors';
import type { AttachmentRef } from '../domain/incident-command';
import {
  aboveReplyLine,
  fitting,
  type IncomingMail,
  kindOfMail,
  type MailFile,
  type MailKind,
  type MailOutcome,
  mailActor,
  TEXT_LIMIT,
  titleOf,
} from '../domain/mail';
import { type MailAction, type MailIntakeDeps, phrase } from './mail-action';
import { type Thread, threadOf } from './mail-thread';

/** Files of one mail that are taken over; the others are named. */
const MOST_FILES = 50;

/** Everything that one decision looks at. */
interface Question {
  deps: MailIntakeDeps;
  trx: Knex;
  mail: KeptMail;
  mailbox: Mailbox;
  read: IncomingMail;
  kind: MailKind;
  why: string;
  files: LookedAt[];
  sender: Correspondent;
  thread: Thread;
}
type LookedAt = { name: string; file: AttachmentFile } | { name: string; refused: string };

/**
 * Decides once what becomes of a mail: everything it needs (number of the case, files, Message-ID) is written with the decision
 * in one transaction. `wait`: a mail that this one answers has not been decided yet.
 */
export async function decide(deps: MailIntakeDeps, mail: KeptMail, mailbox: Mailbox): Promise<'decided' | 'wait'> {
  const read = await parseMail(mail.raw).catch((error: unknown) => messageOf(error));
  if (typeof read === 'string' || mail.truncated) {
    const head = typeof read === 'string' ? null : read;
    const { outcome, reason } = unread(mail, mailbox, read);
    await deps.db.transaction((trx) => forAPerson(trx, mail, mailbox, outcome, reason, head));
    return 'decided';
  }
  const own = { mark: deps.replies.mark, addresses: [deps.from.toLowerCase(), ...(await mailboxAddresses(deps.db))] };
  const { kind, why } = mail.forced ? { kind: 'person' as const, why: '' } : kindOfMail(read, own);
  const files = await lookAt(read.files);
  return deps.db.transaction(async (trx) => {
    if (!(await lockUndecided(trx, mail.id))) return 'decided';
    if (await waitsForEarlier(trx, mail, [...read.inReplyTo, ...read.references])) return 'wait';
    const sender = (await personOfAddress(trx, mail.tenantId, read.sender)) ?? strangerOf(read, mailbox);
    const thread = await threadOf(trx, { replies: deps.replies, mailbox, read, kind, sender });
    if (thread.forged) deps.log.warn({ mail: mail.id, case: thread.forged }, 'a reply address was forged');
    await judge({ deps, trx, mail, mailbox, read, kind, why, files, sender, thread });
    return 'decided';
  });
}

function unread(mail: KeptMail, mailbox: Mailbox, read: unknown) {
  if (!mail.truncated) return { outcome: 'unreadable' as const, reason: String(read) };
  if (mail.raw.length === 0) return { outcome: 'unreadable' as const, reason: 'the mail server does not hand it out' };
  return { outcome: 'oversize' as const, reason: `${mail.size} bytes; the mailbox takes ${mailbox.maxBytes}` };
}

function strangerOf(read: IncomingMail, mailbox: Mailbox): Correspondent {
  const { sender: address, senderName: name } = read;
  return { actor: mailActor(address), address, name, locale: mailbox.locale, known: false };
}

async function judge(q: Question): Promise<void> {
  const { kind, mail, mailbox, thread } = q;
  if (kind === 'own') return ignore(q);
  if (kind !== 'person') {
    if (thread.caseId !== null) return note(q, 'automatic');
    const opens = mailbox.machineMail && (kind === 'machine' || kind === 'list');
    return opens ? open(q, 'opened') : ignore(q);
  }
  if (!mail.forced) {
    const mails = await mailsOfSender(q.trx, mail.tenantId, q.read.sender);
    if (mails > mailbox.senderHourly) {
      const reason = `more than ${mailbox.senderHourly} mails of ${q.read.sender} in an hour`;
      return forAPerson(q.trx, mail, mailbox, 'held', reason, q.read);
    }
  }
  if (thread.caseId !== null) return note(q, 'note');
  return open(q, thread.follows === null ? 'opened' : 'follow-up');
}

/** Nothing happens because of it; the mail log says why. */
function ignore({ trx, mail, read, kind, why, thread }: Question): Promise<void> {
  const reason = [kind, why, thread.why].filter(Boolean).join('; ');
  const { sender, subject } = read;
  return decideMail(trx, mail.id, {
    outcome: 'ignored',
    reason,
    caseId: thread.follows,
    sender,
    subject,
    settled: true,
  });
}

async function open(q: Question, outcome: 'opened' | 'follow-up'): Promise<void> {
  const { deps, trx, mailbox, read, sender, thread } = q;
  const caseId = await allocateIncident(trx);
  const { refused } = await keepFiles(q, caseId);
  const head = sender.known ? [] : [phrase(deps, mailbox, 'from', { name: read.senderName, address: read.sender })];
  const { address, name, locale, known } = sender;
  const action: MailAction = {
    outcome,
    do: 'open',
    title: titleOf(read),
    description: cut(q, [read.text, ...refused, ...head].filter(Boolean).join('\n\n')),
    reporter: sender.actor,
    follows: thread.follows,
    confirm: q.kind === 'person' ? { address, name, locale, known } : null,
  };
  await conclude(q, caseId, action);
}

async function note(q: Question, outcome: 'note' | 'automatic'): Promise<void> {
  const { deps, mailbox, read, sender, thread, kind } = q;
  const caseId = thread.caseId ?? '';
  const { refused, kept } = await keepFiles(q, caseId);
  const person = outcome === 'note';
  const intro = person ? [] : [phrase(deps, mailbox, kind, { address: read.sender })];
  const text = person ? aboveReplyLine(read.text) : read.text;
  const { address, name, locale, known } = sender;
  const action: MailAction = {
    outcome,
    do: 'note',
    text: cut(q, [...intro, text || read.subject || '–', ...refused].join('\n\n')),
    actor: sender.actor,
    visibility: person ? 'public' : 'internal',
    attachments: kept,
    requester: person && thread.reporter === sender.actor,
    followUp: person
      ? { title: titleOf(read), reporter: sender.actor, confirm: { address, name, locale, known } }
      : null,
  };
  await conclude(q, caseId, action);
}

async function conclude({ trx, mail, read, why, thread }: Question, caseId: string, decision: MailAction) {
  const { sender, subject, messageId } = read;
  if (messageId !== '')
    await noteMessage(trx, { tenantId: mail.tenantId, messageId, caseId, direction: 'in', address: sender });
  const reason = [why, thread.why].filter(Boolean).join('; ') || null;
  await decideMail(trx, mail.id, { outcome: decision.outcome, reason, caseId, sender, subject, decision });
}

const cut = ({ deps, mailbox, mail }: Question, text: string) =>
  fitting(text, TEXT_LIMIT, phrase(deps, mailbox, 'cut', { id: mail.id }));

/** A person has to look at it: a task, and the mail in the log. */
async function forAPerson(
  trx: Knex,
  mail: KeptMail,
  mailbox: Mailbox,
  outcome: MailOutcome & ('held' | 'unreadable' | 'oversize'),
  reason: string,
  read: IncomingMail | null,
): Promise<void> {
  const kind: MailTaskKind = `mail-${outcome}`;
  const title = [read?.sender, read?.subject, reason].filter(Boolean).join(' · ');
  const { sender, subject } = read ?? {};
  await decideMail(trx, mail.id, { outcome, reason, sender, subject });
  const { tenantId } = mail;
  await addMailTask(trx, { id: mailTaskId(mail.id), tenantId, caseId: null, kind, title, team: mailbox.team });
}

/** Looks at every file; one that is not taken does not keep the mail. */
async function lookAt(files: readonly MailFile[]): Promise<LookedAt[]> {
  const found: LookedAt[] = [];
  for (const [index, { name, bytes }] of files.entries()) {
    if (index >= MOST_FILES) found.push({ name, refused: `a mail may bring ${MOST_FILES} files` });
    else
      found.push(
        await inspectAttachment(name, bytes).then(
          (file) => ({ name, file }),
          (error: unknown) => ({ name, refused: refusalOf(error) }),
        ),
      );
  }
  return found;
}

/** Stores what is taken with its case; the others are named with the reason. */
async function keepFiles(q: Question, caseId: string): Promise<{ kept: AttachmentRef[]; refused: string[] }> {
  const kept: AttachmentRef[] = [];
  const refused: string[] = [];
  const refuse = (name: string, reason: string) => refused.push(phrase(q.deps, q.mailbox, 'refused', { name, reason }));
  const visibility = q.kind === 'person' ? ('public' as const) : ('internal' as const);
  for (const looked of q.files) {
    if ('refused' in looked) {
      refuse(looked.name, looked.refused);
      continue;
    }
    try {
      const { tenantId } = q.mail;
      const at = new Date().toISOString();
      const whole = { ...looked.file, tenantId, caseId, by: q.sender.actor, at, purpose: 'mail' as const, visibility };
      const { id, name, mediaType, size } = await storeAttachment(q.trx, whole);
      kept.push({ id, name, mediaType, size });
    } catch (error) {
      refuse(looked.name, refusalOf(error));
    }
  }
  return { kept, refused };
}

/** @throws the error itself unless it is a refusal */
function refusalOf(error: unknown): string {
  if (error instanceof DomainError) return error.errors[0]?.message ?? error.message;
  throw error;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
