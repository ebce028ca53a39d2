import type { Knex } from 'knex';
import type { ReplyAddresses } from '../adapters/mail/reply-address';
import { type Correspondent, caseOfMessages, isParticipant, type MailedCase, mailedCase } from '../db/mail-thread';
import type { Mailbox } from '../db/mailbox';
import type { IncomingMail, MailKind } from '../domain/mail';

/** Where a mail belongs. */
export interface Thread {
  /** Case that takes notes; null: none. */
  caseId: string | null;
  reporter: string | null;
  /** It belongs to a case that has ended: a new one follows it. */
  follows: string | null;
  /** Case of a reply address that was not signed by us. */
  forged: string | null;
  /** For the mail log. */
  why: string | null;
}

interface Asked {
  replies: ReplyAddresses;
  mailbox: Mailbox;
  read: IncomingMail;
  kind: MailKind;
  sender: Correspondent;
}

const FINAL = ['closed', 'cancelled'];
/** Cases merged into cases merged into cases; more is a circle. */
const MOST_MERGES = 10;

/**
 * Finds the case a mail belongs to: by a reply address that we signed, else by the Message-IDs it answers when its sender takes
 * part in that case. Never by words in a subject: anybody can write those.
 */
export async function threadOf(trx: Knex, asked: Asked): Promise<Thread> {
  const { replies, mailbox, read, kind, sender } = asked;
  const tags = read.recipients.flatMap((to) => replies.read(to, mailbox.address, mailbox.tenantId) ?? []);
  const signed = tags.flatMap((tag) => ('caseId' in tag ? [tag.caseId] : []))[0];
  const forged = tags.flatMap((tag) => ('forged' in tag ? [tag.forged] : []))[0] ?? null;
  const nobody = { caseId: null, reporter: null, follows: null, forged };
  const said = forged === null ? null : `reply address of ${forged} with a forged signature`;
  if (signed !== undefined) return standing(trx, mailbox.tenantId, signed, forged, 'signed address');
  const ids = kind === 'bounce' ? [...read.reported, ...idsOf(read)] : idsOf(read);
  const answered = await caseOfMessages(trx, mailbox.tenantId, ids);
  if (answered === null) return { ...nobody, why: said };
  const found = await currentCase(trx, mailbox.tenantId, answered);
  // A delivery report comes from a server; whom it names, we have written to.
  if (kind !== 'bounce' && !(await isParticipant(trx, found, read.sender, sender.actor)))
    return { ...nobody, why: `${read.sender} does not take part in ${found.id}` };
  return standing(trx, mailbox.tenantId, found.id, forged, said ?? 'answers a mail of the case');
}

/** The mail it answers, then the others, the newest first. */
function idsOf({ inReplyTo, references }: IncomingMail): string[] {
  return [...new Set([...inReplyTo, ...[...references].reverse()])];
}

async function standing(trx: Knex, tenantId: string, id: string, forged: string | null, why: string): Promise<Thread> {
  const { id: caseId, state, reporter } = await currentCase(trx, tenantId, id);
  if (FINAL.includes(state))
    return { caseId: null, reporter: null, follows: caseId, forged, why: `${caseId} has ended` };
  return { caseId, reporter, follows: null, forged, why };
}

/** The case itself, or the one it was merged into. One without a row has just been opened. */
async function currentCase(trx: Knex, tenantId: string, id: string): Promise<MailedCase> {
  let at = id;
  for (let n = 0; n < MOST_MERGES; n++) {
    const found = await mailedCase(trx, tenantId, at);
    if (!found) return { id: at, state: 'new', reporter: '', assignee: null, mergedInto: null };
    if (found.state !== 'merged' || found.mergedInto === null) return found;
    at = found.mergedInto;
  }
  throw new Error(`${id} is merged in a circle`);
}
