import type { Knex } from 'knex';
import type { MailOutcome } from '../domain/mail';
import { advanceReading } from './mailbox-reading';
import { enqueueInput } from './queue';

/** Lane that reads the mails that were kept. */
export const MAIL_LANE = 'mail';

/** A mail as the server handed it out. */
export interface FetchedMail {
  tenantId: string;
  mailboxId: string;
  uidValidity: number;
  uid: number;
  raw: Buffer;
  /** Only the beginning was fetched. */
  truncated: boolean;
  /** Of the whole mail, bytes. */
  size: number;
  /** SHA-256 of what follows the headers. */
  hash: Buffer;
  messageId: string;
}

/** `kept`: new; `again`: known from before the server numbered its mails anew; `duplicate`: the same mail a second time. */
export type Kept = { id: number; as: 'kept' | 'again' | 'duplicate' };

/**
 * Keeps a mail, queues it and goes past it, in one transaction; afterwards the server may hear that it was seen (I1).
 * @throws LeaseLost when another worker reads the mailbox by now: then nothing was written
 */
export async function keepMail(db: Knex, mail: FetchedMail, holder: string): Promise<Kept> {
  return db.transaction(async (trx) => {
    await advanceReading(trx, mail.mailboxId, holder, mail.uid);
    const known: { id: number; uid_validity: number; uid: number }[] = await trx('mail')
      .where({ mailbox_id: mail.mailboxId, message_id: mail.messageId, hash: mail.hash })
      .orderBy('id')
      .select('id', 'uid_validity', 'uid');
    const same = known.find((k) => k.uid_validity === mail.uidValidity && k.uid === mail.uid);
    if (same) return { id: same.id, as: 'again' };
    const moved = known.find((k) => k.uid_validity !== mail.uidValidity);
    if (moved) {
      const place = { uid_validity: mail.uidValidity, uid: mail.uid, seen: false };
      await trx('mail').where({ id: moved.id }).update(place);
      return { id: moved.id, as: 'again' };
    }
    return insertMail(trx, mail, known[0]?.id ?? null);
  });
}

async function insertMail(trx: Knex, mail: FetchedMail, same: number | null): Promise<Kept> {
  const decided = same === null ? {} : { outcome: 'duplicate', reason: `the same as mail ${same}` };
  const [row]: { id: number }[] = await trx('mail')
    .insert({
      tenant_id: mail.tenantId,
      mailbox_id: mail.mailboxId,
      uid_validity: mail.uidValidity,
      uid: mail.uid,
      raw: mail.raw,
      truncated: mail.truncated,
      size: mail.size,
      hash: mail.hash,
      message_id: mail.messageId,
      ...decided,
      ...(same === null ? {} : { decided_at: trx.fn.now(), settled_at: trx.fn.now() }),
    })
    .returning('id');
  if (!row) throw new Error('mail: insert returned no row');
  if (same !== null) return { id: row.id, as: 'duplicate' };
  await queueMail(trx, mail.tenantId, row.id);
  return { id: row.id, as: 'kept' };
}

/** Has a mail worked on. */
export async function queueMail(trx: Knex, tenantId: string, id: number): Promise<void> {
  await enqueueInput(trx, { tenantId, sourceId: null, kind: 'mail', body: String(id), lane: MAIL_LANE });
}

/** UIDs of mails that are kept and whose mark the server may not have: the worker was ended in between. */
export async function unmarkedUids(db: Knex, mailboxId: string, uidValidity: number): Promise<number[]> {
  const rows: { uid: number }[] = await db('mail')
    .where({ mailbox_id: mailboxId, uid_validity: uidValidity, seen: false, truncated: false })
    .orderBy('uid')
    .select('uid');
  return rows.map((r) => r.uid);
}

/** Notes that the server has our mark. */
export async function noteMarked(
  db: Knex,
  mailboxId: string,
  uidValidity: number,
  uids: readonly number[],
): Promise<void> {
  await db('mail')
    .where({ mailbox_id: mailboxId, uid_validity: uidValidity })
    .whereIn('uid', uids)
    .update({ seen: true });
}

/** A mail with what was decided about it. */
export interface KeptMail {
  id: number;
  tenantId: string;
  mailboxId: string;
  raw: Buffer;
  truncated: boolean;
  size: number;
  messageId: string;
  outcome: MailOutcome | null;
  caseId: string | null;
  decision: unknown;
  forced: boolean;
  settledAt: string | null;
}

/** A kept mail by id. */
export async function keptMail(db: Knex, id: number): Promise<KeptMail | null> {
  const row: KeptMail | undefined = await db('mail').where({ id }).first({
    id: 'id',
    tenantId: 'tenant_id',
    mailboxId: 'mailbox_id',
    raw: 'raw',
    truncated: 'truncated',
    size: 'size',
    messageId: 'message_id',
    outcome: 'outcome',
    caseId: 'case_id',
    decision: 'decision',
    forced: 'forced',
    settledAt: 'settled_at',
  });
  return row ?? null;
}

/** What became of a mail, written once. */
export interface MailDecision {
  outcome: MailOutcome;
  reason: string | null;
  caseId?: string | null;
  sender?: string;
  subject?: string;
  /** What the case is to be told. */
  decision?: object;
  /** Nothing is left to be done. */
  settled?: boolean;
}

/** Locks a mail until the transaction ends; false when it is decided already. */
export async function lockUndecided(trx: Knex, id: number): Promise<boolean> {
  const row = await trx('mail').where({ id }).forUpdate().first('outcome');
  return row !== undefined && row.outcome === null;
}

/** Writes the decision about a mail. */
export async function decideMail(trx: Knex, id: number, d: MailDecision): Promise<void> {
  await trx('mail')
    .where({ id })
    .update({
      outcome: d.outcome,
      reason: d.reason,
      case_id: d.caseId ?? null,
      decision: d.decision === undefined ? null : JSON.stringify(d.decision),
      decided_at: trx.fn.now(),
      ...(d.sender === undefined ? {} : { sender: d.sender }),
      ...(d.subject === undefined ? {} : { subject: d.subject.slice(0, 500) }),
      ...(d.settled === true ? { settled_at: trx.fn.now() } : {}),
    });
}

/** The case has been told everything. */
export async function settleMail(trx: Knex, id: number): Promise<void> {
  await trx('mail').where({ id }).update({ settled_at: trx.fn.now() });
}

/** An earlier mail of the mailbox that this one answers has not been decided yet: it has to come first. */
export async function waitsForEarlier(trx: Knex, mail: KeptMail, ids: readonly string[]): Promise<boolean> {
  if (ids.length === 0) return false;
  const earlier = await trx('mail')
    .where({ mailbox_id: mail.mailboxId })
    .where('id', '<', mail.id)
    .whereIn('message_id', ids)
    .whereNull('outcome')
    .first('id');
  return earlier !== undefined;
}

/** Mails of a sender in the last hour, this one included; what opened nothing and answered nothing does not count. */
export async function mailsOfSender(trx: Knex, tenantId: string, sender: string): Promise<number> {
  const row = await trx('mail')
    .where({ tenant_id: tenantId, sender })
    .whereRaw(`received_at > now() - interval '1 hour' and outcome in ('opened', 'note', 'follow-up', 'held')`)
    .count<{ n: number }>({ n: '*' })
    .first();
  return (row?.n ?? 0) + 1;
}

/** Files that came with a mail go to the case that takes it. */
export async function moveFiles(trx: Knex, files: readonly { id: string }[], caseId: string): Promise<void> {
  const ids = files.map((f) => f.id);
  await trx('attachment').whereIn('id', ids).where({ purpose: 'mail' }).update({ case_id: caseId });
}

/** Everything was tried; what was decided stays with the mail, so that a person can have it tried again. */
export async function failMail(trx: Knex, id: number, reason: string): Promise<void> {
  await trx('mail').where({ id }).update({ outcome: 'failed', reason });
}
