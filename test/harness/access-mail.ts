import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { createSeal } from '../../adapters/identity/seal';
import { addMailbox } from '../../db/mailbox';

/** Mailboxes and mails of tenant `own` for the endpoint × role × tenant test. */
export function mailThings(db: Knex, service: string, marker: string) {
  const newMailbox = () => ({ name: `${marker} ${randomUUID()}`, address: 'desk@example.org', service });
  const mailbox = async () => {
    const server = { host: '127.0.0.1', port: 1, security: 'none', username: 'u', folder: 'INBOX' } as const;
    const rules = {
      plusAddressing: true,
      machineMail: false,
      confirmMinutes: 10,
      senderHourly: 30,
      maxBytes: 1_000_000,
    };
    const opens = { team: null, impact: 'low', urgency: 'low', locale: 'en' } as const;
    const settings = { ...newMailbox(), ...server, ...rules, ...opens, pollSeconds: 60, active: true, tenantId: 'own' };
    const seal = createSeal('a key of the matrix, not a secret');
    const id = await addMailbox(db, settings, (context) => seal.seal('p', context));
    if (id === null) throw new Error('the mailbox was there already');
    return id;
  };
  let uid = 0;
  return {
    mailbox,
    newMailbox,
    /** One that waits for a person. */
    async mail(): Promise<string> {
      uid += 1;
      const place = { tenant_id: 'own', mailbox_id: await mailbox(), uid_validity: 1, uid };
      const content = { raw: Buffer.from(marker), size: 1, hash: Buffer.from('h'), message_id: randomUUID() };
      const [row] = await db('mail')
        .insert({ ...place, ...content, subject: marker, outcome: 'held', decided_at: new Date() })
        .returning('id');
      return String(row.id);
    },
  };
}
