import type { Knex } from 'knex';
import { Gauge, type Registry } from 'prom-client';
import { caseGauges } from '../db/liveness';
import { queueDepth } from '../db/queue';
import { registerMailboxGauges } from './mailbox-gauges';

/** Gauges read from the database when somebody scrapes; the same from every API process. */
export function registerGauges(registry: Registry, db: Knex): void {
  const cases = shared(() => caseGauges(db));
  const depth = shared(() => queueDepth(db));
  const registers = [registry];
  new Gauge({
    name: 'continuo_liveness_violations',
    help: 'Open cases that nothing will move by itself; zero is the only good value.',
    registers,
    async collect() {
      this.set((await cases()).livenessViolations);
    },
  });
  new Gauge({
    name: 'continuo_open_incidents',
    help: 'Open incidents by severity.',
    labelNames: ['severity'],
    registers,
    async collect() {
      const { openIncidents } = await cases();
      this.reset();
      for (const { severity, count } of openIncidents) this.set({ severity }, count);
    },
  });
  new Gauge({
    name: 'continuo_dead_rows',
    help: 'Queue rows given up.',
    labelNames: ['table'],
    registers,
    async collect() {
      for (const { table, count } of (await cases()).deadRows) this.set({ table }, count);
    },
  });
  new Gauge({
    name: 'continuo_inbox_oldest_seconds',
    help: 'Age of the oldest input not yet worked on.',
    registers,
    async collect() {
      const ages = (await depth()).filter((lane) => lane.table === 'inbox').map((lane) => lane.oldestSeconds);
      this.set(Math.max(0, ...ages));
    },
  });
  registerMailboxGauges(registers, db);
  new Gauge({
    name: 'continuo_outbox_oldest_seconds',
    help: 'Age of the oldest effect not yet out, by lane.',
    labelNames: ['lane'],
    registers,
    async collect() {
      const lanes = (await depth()).filter((lane) => lane.table === 'outbox');
      this.reset();
      for (const { lane, oldestSeconds } of lanes) this.set({ lane }, oldestSeconds);
    },
  });
}

/** Gauges are collected side by side, each for itself: those of one scrape share one question to the database. */
function shared<T>(load: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined;
  return () => {
    asked ??= load().finally(() => {
      asked = undefined;
    });
    return asked;
  };
}
