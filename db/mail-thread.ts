import type { Knex } from 'knex';
import { addressOfActor, mailActor } from '../domain/mail';
import { nextIncidentId } from './incident';

/** Remembers the Message-ID of a mail of a case, so that answers to it are found. */
export async function noteMessage(
  trx: Knex,
  m: { tenantId: string; messageId: string; caseId: string; direction: 'in' | 'out'; address: string },
): Promise<void> {
  await trx('mail_message')
    .insert({
      tenant_id: m.tenantId,
      message_id: m.messageId,
      case_id: m.caseId,
      direction: m.direction,
      address: m.address.toLowerCase(),
    })
    .onConflict()
    .ignore();
}

/** The case of the first of these Message-IDs that belongs to one; null when none does. */
export async function caseOfMessages(trx: Knex, tenantId: string, ids: readonly string[]): Promise<string | null> {
  const rows: { message_id: string; case_id: string }[] = await trx('mail_message')
    .where({ tenant_id: tenantId })
    .whereIn('message_id', [...ids])
    .select('message_id', 'case_id');
  const known = new Map(rows.map((r) => [r.message_id, r.case_id]));
  return ids.map((id) => known.get(id)).find((id) => id !== undefined) ?? null;
}

/** Message-IDs of a case, oldest first: the first and the newest few. */
export async function messagesOfCase(db: Knex, caseId: string): Promise<string[]> {
  const rows: { message_id: string }[] = await db('mail_message')
    .where({ case_id: caseId })
    .orderBy('at')
    .select('message_id');
  const ids = rows.map((r) => r.message_id);
  return ids.length <= 11 ? ids : [...ids.slice(0, 1), ...ids.slice(-10)];
}

/** A case as far as a mail to it needs. */
export interface MailedCase {
  id: string;
  state: string;
  reporter: string;
  assignee: string | null;
  mergedInto: string | null;
}

/** A case of a tenant by its row; null when it is not there (yet). */
export async function mailedCase(trx: Knex, tenantId: string, id: string): Promise<MailedCase | null> {
  const row = await trx('incident')
    .where({ id, tenant_id: tenantId })
    .first('id', 'state', 'reporter', 'assignee', { mergedInto: trx.raw(`doc ->> 'mergedInto'`) });
  return row ?? null;
}

/** Whether an address takes part in a case: it has written to it or been written to, or is the reporter's or assignee's. */
export async function isParticipant(trx: Knex, c: MailedCase, address: string, actor: string): Promise<boolean> {
  if ([c.reporter, c.assignee].includes(actor) || c.reporter === mailActor(address)) return true;
  const met = await trx('mail_message').where({ case_id: c.id, address }).first('case_id');
  return met !== undefined;
}

/** Somebody who writes or is written to. */
export interface Correspondent {
  /** Login, or `mail:<address>`. */
  actor: string;
  address: string;
  name: string;
  locale: string;
  /** Has an account. */
  known: boolean;
}

/**
 * Who has an address in a tenant: the one active person with it who belongs to the tenant or holds a role in it. An address
 * that several have is nobody's: a mail proves nothing about who of them wrote.
 */
export async function personOfAddress(trx: Knex, tenantId: string, address: string): Promise<Correspondent | null> {
  const found: { login: string; display_name: string; locale: string }[] = await trx('person as p')
    .whereRaw('lower(p.email) = ?', [address.toLowerCase()])
    .where('p.active', true)
    .where((q) =>
      q
        .where('p.tenant_id', tenantId)
        .orWhereExists(
          trx('role_grant as g').whereRaw('g.person_id = p.id').whereIn('g.tenant_id', [tenantId, '*']).select(1),
        ),
    )
    .limit(2)
    .select('p.login', 'p.display_name', 'p.locale');
  const [person] = found;
  if (!person || found.length > 1) return null;
  return { actor: person.login, address, name: person.display_name, locale: person.locale, known: true };
}

/** Where a reporter is written to; null when he has no address. */
export async function correspondentOf(trx: Knex, actor: string, locale: string): Promise<Correspondent | null> {
  const address = addressOfActor(actor);
  if (address !== null) return { actor, address, name: '', locale, known: false };
  const person = await trx('person').where({ login: actor, active: true }).first('email', 'display_name', 'locale');
  if (!person?.email) return null;
  return { actor, address: person.email, name: person.display_name, locale: person.locale, known: true };
}

/** The number of the next case, for a mail that opens one. */
export async function allocateIncident(trx: Knex): Promise<string> {
  const result: { rows: { id: string }[] } = await trx.raw('select ? as id', [nextIncidentId(trx)]);
  const [row] = result.rows;
  if (!row) throw new Error('no incident number was allocated');
  return row.id;
}
