import { Counter, type Registry } from 'prom-client';
import type { ContactKind } from '../db/contact';
import type { PageOutcome } from '../db/page';

/** What monitoring sees of paging. */
export interface PagingMetrics {
  /** A way to reach people was used: messages by result. */
  sent(method: ContactKind, result: 'delivered' | 'temporary' | 'permanent'): void;
  /** Rows of the ledger that the sender has settled. */
  settled(outcome: PageOutcome, rows: number): void;
  /** A step could reach nobody, fallback included. */
  unpageable(): void;
}

/** Registers the counters; once a process and registry. */
export function pagingMetrics(registry: Registry): PagingMetrics {
  const registers = [registry];
  const messages = new Counter({
    name: 'continuo_page_messages_total',
    help: 'Messages of the pager handed to a channel, by result.',
    labelNames: ['method', 'result'],
    registers,
  });
  const pages = new Counter({
    name: 'continuo_pages_settled_total',
    help: 'Pages settled by the sender, by outcome.',
    labelNames: ['outcome'],
    registers,
  });
  const unpageable = new Counter({
    name: 'continuo_unpageable_steps_total',
    help: 'Steps of paging that could reach nobody, fallback included.',
    registers,
  });
  return {
    sent: (method, result) => messages.inc({ method, result }),
    settled: (outcome, rows) => pages.inc({ outcome }, rows),
    unpageable: () => unpageable.inc(),
  };
}
