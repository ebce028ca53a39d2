import type { Knex } from 'knex';
import { type MailOutcome, WAITING_OUTCOMES } from '../domain/mail';
import type { TenantScope } from '../domain/principal';
import { queueMail } from './mail-inbox';
import { endMailTask, mailTaskId } from './mail-task';
import { inTenants } from './tenant';

/** A mail as the log shows it; instants RFC 3339. */
export interface MailLogRow {
  id: string;
  tenantId: string;
  mailboxId: string;
  mailbox: string;
  sender: string | null;
  subject: string;
  receivedAt: string;
  /** Bytes. */
  size: number;
  truncated: boolean;
  /** Null: not decided yet. */
  outcome: MailOutcome | null;
  reason: string | null;
  caseId: string | null;
  decidedAt: string | null;
  /** A person has to look at it. */
  waiting: boolean;
}

export interface MailLogFilter {
  mailbox?: string;
  outcome?: MailOutcome;
  /** Only those that wait for a person. */
  waiting?: boolean;
  /** Part of sender or subject. */
  q?: string;
}

const WAITING = `exists (select from task t where t.id = 'mail/' || m.id and t.state = 'open')`;

/** Mails, newest first. @param page.before id of the last one seen */
export async function mailLog(
  db: Knex,
  scope: TenantScope,
  filter: MailLogFilter,
  page: { limit: number; before: number | null },
): Promise<MailLogRow[]> {
  const query = inTenants(db({ m: 'mail' }), 'm.tenant_id', scope)
    .join('mailbox as b', 'b.id', 'm.mailbox_id')
    .orderBy('m.id', 'desc')
    .limit(page.limit);
  if (page.before !== null) query.where('m.id', '<', page.before);
  if (filter.mailbox !== undefined) query.where('m.mailbox_id', filter.mailbox);
  if (filter.outcome !== undefined) query.where('m.outcome', filter.outcome);
  if (filter.waiting === true) query.whereRaw(WAITING);
  if (filter.q !== undefined) {
    const { q } = filter;
    query.whereRaw('(strpos(lower(m.sender), lower(?)) > 0 or strpos(lower(m.subject), lower(?)) > 0)', [q, q]);
  }
  return query.select({
    id: db.raw('m.id::text'),
    tenantId: 'm.tenant_id',
    mailboxId: 'm.mailbox_id',
    mailbox: 'b.name',
    sender: 'm.sender',
    subject: 'm.subject',
    receivedAt: 'm.received_at',
    size: 'm.size',
    truncated: 'm.truncated',
    outcome: 'm.outcome',
    reason: 'm.reason',
    caseId: 'm.case_id',
    decidedAt: 'm.decided_at',
    waiting: db.raw(WAITING),
  });
}

/** The mail as it came; null when there is none in the scope. */
export async function rawMail(db: Knex, scope: TenantScope, id: number): Promise<Buffer | null> {
  const row = await inTenants(db('mail').where({ id }), 'tenant_id', scope).first('raw');
  return row?.raw ?? null;
}

/** What a person may do about a mail: `processed` again, or nothing because it is not of that kind. */
export type Retried = 'queued' | 'not-possible' | 'not-there';

/**
 * Has a mail worked on again: one whose case could not be told goes on where it stood; any other that opened nothing is taken as
 * written by a person, whatever its headers say. One that is not here as a whole cannot be.
 */
export async function retryMail(db: Knex, scope: TenantScope, id: number): Promise<Retried> {
  return db.transaction(async (trx) => {
    const found = await inTenants(trx('mail').where({ id }), 'tenant_id', scope)
      .forUpdate()
      .first('tenant_id', 'outcome', 'truncated', { decided: trx.raw(`decision ->> 'outcome'`) });
    if (!found) return 'not-there';
    const again: (MailOutcome | null)[] = ['ignored', 'held', 'unreadable', 'failed'];
    if (found.truncated || !again.includes(found.outcome)) return 'not-possible';
    const decided = found.outcome === 'failed' ? found.decided : null;
    await trx('mail')
      .where({ id })
      .update({ outcome: decided, settled_at: null, ...(decided === null ? { forced: true, decision: null } : {}) });
    await queueMail(trx, found.tenant_id, id);
    return 'queued';
  });
}

/** A person has dealt with a mail: its task ends. False when none of his waits. */
export async function settleWaiting(db: Knex, scope: TenantScope, id: number): Promise<boolean> {
  return db.transaction(async (trx) => {
    const changed = await inTenants(trx('mail').where({ id }), 'tenant_id', scope)
      .whereIn('outcome', [...WAITING_OUTCOMES])
      .whereNull('settled_at')
      .update({ settled_at: trx.fn.now() });
    if (changed > 0) await endMailTask(trx, mailTaskId(id));
    return changed > 0;
  });
}

/** What waits to leave about cases, and what was given up. */
export async function outgoingMail(db: Knex, scope: TenantScope): Promise<{ waiting: number; failed: number }> {
  const row = await inTenants(db('outbox').where({ lane: 'case-mail' }), 'tenant_id', scope)
    .whereIn('state', ['ready', 'dead'])
    .first({
      waiting: db.raw(`count(*) filter (where state = 'ready')`),
      failed: db.raw(`count(*) filter (where state = 'dead')`),
    });
  return { waiting: Number(row?.waiting ?? 0), failed: Number(row?.failed ?? 0) };
}
