import type { Knex } from 'knex';
import type { Reachable } from '../db/contact';
import { insertPages, insertStep, type NewPage } from '../db/page';

/**
 * Puts news about a request into the page ledger (I4), beside those that its workflow decides; once for a name. To be called
 * in a transaction. @param name `secret-<id>`, `provisioning-<id>`; see `domain/page-step.ts`
 */
export async function tellPeople(
  trx: Knex,
  { tenantId, caseId, at }: { tenantId: string; caseId: string; at: number },
  name: string,
  people: readonly Reachable[],
): Promise<void> {
  const paged = { id: caseId, tenantId, kind: 'request' } as const;
  const step = { seq: 0, step: name, visit: 1, level: 0, at, targets: [], key: `${caseId}:${name}:1` };
  if (!(await insertStep(trx, paged, step))) return;
  const pages = people.map((person): NewPage => {
    const [contact] = person.contacts;
    const to = { person: { id: person.id, name: person.name }, why: [], fallback: false };
    if (contact)
      return { ...to, key: `${step.key}:${contact.kind}:${person.id}`, contact, outcome: null, reason: null };
    const reason = 'the person has no way to be reached';
    return { ...to, key: `${step.key}:none:${person.id}`, contact: null, outcome: 'failed', reason };
  });
  await insertPages(trx, paged, step, pages);
}
