import type { Knex } from 'knex';
import { currentDefinitions } from '../db/definitions';
import { type CaseMailTo, enqueueCaseMail } from '../db/mail';
import type { CaseEffect } from '../domain/incident-effect';
import { ofKind } from '../domain/process-def';

export type MailEffect = CaseEffect & { kind: 'mail' };

/**
 * Queues the mail that a case wants written; the effect's key makes it happen once.
 * @returns `nobody` when whom it is for has no address: a caller, a supplier who is telephoned to
 */
export async function queueMail(
  trx: Knex,
  { tenantId, caseId }: { tenantId: string; caseId: string },
  effect: MailEffect,
): Promise<'queued' | 'nobody'> {
  const { key, about, text, attachments } = effect;
  const to = effect.to === 'reporter' ? 'reporter' : await supplierOf(trx, tenantId, effect.supplier);
  return to === null ? 'nobody' : enqueueCaseMail(trx, { key, tenantId, caseId, about, text, to, attachments });
}

/** The supplier's address as it is published now: contacts are live (I7). */
async function supplierOf(trx: Knex, tenantId: string, name: string | undefined): Promise<CaseMailTo | null> {
  const doc = ofKind(await currentDefinitions(trx, tenantId), 'supplier').find((s) => s.name === name);
  if (!doc) throw new Error(`no supplier "${name ?? ''}" is published`);
  const address = doc.contact.email;
  return address === undefined ? null : { address, name: doc.title['zh-CN'] };
}
