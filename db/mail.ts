import type { Knex } from 'knex';
import type { AttachmentRef } from '../domain/incident-command';
import { correspondentOf } from './mail-thread';
import { enqueue } from './queue';

/** Lane that writes to people outside about cases. */
export const CASE_MAIL_LANE = 'case-mail';

/** What a mail is about; each has its words in `templates/case-mail`. */
export type CaseMailAbout = 'opened' | 'note' | 'resolved' | 'reopened' | 'closed' | 'supplier';

/** Where a mail goes. `reporter`: whoever reported the case, if he has an address. */
export type CaseMailTo = 'reporter' | { address: string; name?: string; locale?: string; known?: boolean };

/** A mail about a case. */
export interface CaseMail {
  /** Makes it happen once, e.g. the key of the effect. */
  key: string;
  tenantId: string;
  caseId: string;
  about: CaseMailAbout;
  /** What a person wrote; empty for `opened`. */
  text: string;
  to: CaseMailTo;
  /** Files of the case that go with it. */
  attachments?: readonly AttachmentRef[];
  /** Title of the case, when its row may not be there yet. */
  title?: string;
}

/** A mail as it waits in the outbox. */
export interface QueuedCaseMail extends Omit<CaseMail, 'key' | 'tenantId' | 'caseId' | 'to'> {
  to: { address: string; name: string; locale: string; known: boolean };
}

/**
 * Queues a mail about a case, in the transaction that is the reason for it. Whether a requester is written to at all is the
 * case's decision (by the channel he came through); this only finds the address.
 * @returns `nobody` when the reporter has no address: monitoring, a caller without one
 */
export async function enqueueCaseMail(trx: Knex, mail: CaseMail): Promise<'queued' | 'nobody'> {
  const { key, tenantId, caseId, to: wanted, ...content } = mail;
  const to = wanted === 'reporter' ? await reporterOf(trx, tenantId, caseId) : wanted;
  if (to === null) return 'nobody';
  const { address, name = '', locale, known = false } = to;
  const payload: QueuedCaseMail = {
    ...content,
    to: { address, name, locale: locale ?? (await localeOfCase(trx, tenantId, caseId)), known },
  };
  // The key of an effect is taken by the row of the effect itself.
  const own = `case-mail/${key}`;
  await enqueue(trx, { key: own, tenantId, caseId, kind: `mail-${mail.about}`, payload, lane: CASE_MAIL_LANE });
  return 'queued';
}

async function reporterOf(trx: Knex, tenantId: string, caseId: string) {
  const row = await trx('incident').where({ id: caseId, tenant_id: tenantId }).first('reporter');
  if (!row) throw new Error(`${caseId} is not projected yet`);
  return correspondentOf(trx, row.reporter, await localeOfCase(trx, tenantId, caseId));
}

async function localeOfCase(trx: Knex, tenantId: string, caseId: string): Promise<string> {
  return (await mailboxOfCase(trx, tenantId, caseId))?.locale ?? 'zh-CN';
}

/** What an outgoing mail needs of the mailbox that its answers shall reach. */
export interface AnsweringMailbox {
  name: string;
  address: string;
  plusAddressing: boolean;
  locale: string;
}

/** The mailbox a case came through, else one of its service, else any of the tenant; null when there is none in use. */
export async function mailboxOfCase(db: Knex, tenantId: string, caseId: string): Promise<AnsweringMailbox | null> {
  const result: { rows: AnsweringMailbox[] } = await db.raw(
    `select b.name, b.address, b.plus_addressing as "plusAddressing", b.locale
     from mailbox b
     where b.tenant_id = ? and b.active
     order by b.id is not distinct from (
         select m.mailbox_id from mail m where m.case_id = ? order by m.id limit 1) desc,
       b.service is not distinct from (select i.service from incident i where i.id = ?) desc, b.created_at
     limit 1`,
    [tenantId, caseId, caseId],
  );
  return result.rows[0] ?? null;
}

/** Title and state of a case, for a mail about it; null before its first projection. */
export async function headingOf(db: Knex, caseId: string): Promise<{ title: string; state: string } | null> {
  const row: { title: string; state: string } | undefined = await db('incident')
    .where({ id: caseId })
    .first('title', 'state');
  return row ?? null;
}

/**
 * Whether a sender may get an automatic answer now, and notes that he does: at most one in so many minutes, so that two
 * programs that answer each other fall silent.
 */
export async function mayAnswer(trx: Knex, tenantId: string, address: string, minutes: number): Promise<boolean> {
  const result: { rows: unknown[] } = await trx.raw(
    `insert into mail_answer (tenant_id, address, at) values (?, ?, now())
     on conflict (tenant_id, address) do update set at = excluded.at
     where mail_answer.at <= now() - make_interval(mins => ?) returning at`,
    [tenantId, address.toLowerCase(), minutes],
  );
  return result.rows.length > 0;
}
