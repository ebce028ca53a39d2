import type { Knex } from 'knex';
import { Gauge, type Registry } from 'prom-client';
import { mailboxViews } from '../db/mailbox';

/** Gauges of mailboxes, read from the database at each scrape. */
export function registerMailboxGauges(registers: Registry[], db: Knex): void {
  const active = async () => (await mailboxViews(db, 'all')).filter((m) => m.active);
  const labelNames = ['tenant', 'mailbox'];
  new Gauge({
    name: 'continuo_mailbox_failures',
    help: 'Attempts in a row at reading a mailbox that failed; zero is good.',
    labelNames,
    registers,
    async collect() {
      this.reset();
      for (const m of await active()) this.set({ tenant: m.tenantId, mailbox: m.name }, m.failures);
    },
  });
  new Gauge({
    name: 'continuo_mailbox_unread_seconds',
    help: 'Time since a mailbox was last read to its end.',
    labelNames,
    registers,
    async collect() {
      this.reset();
      for (const m of await active()) {
        const since = Date.parse(m.lastSuccessAt ?? m.createdAt);
        this.set({ tenant: m.tenantId, mailbox: m.name }, Math.max(0, (Date.now() - since) / 1000));
      }
    },
  });
  new Gauge({
    name: 'continuo_mails_waiting',
    help: 'Mails that wait for a person: unreadable, too large, too many, failed.',
    labelNames,
    registers,
    async collect() {
      this.reset();
      for (const m of await active()) this.set({ tenant: m.tenantId, mailbox: m.name }, m.waiting);
    },
  });
}
