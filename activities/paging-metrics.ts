import { Counter, type Registry, register } from 'prom-client';
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

/** The counters of a registry, registered when they are not there yet. */
export function pagingMetrics(registry: Registry = register): PagingMetrics {
  const counter = <L extends string>(name: string, help: string, labelNames: L[]): Counter<L> =>
    (registry.getSingleMetric(name) as Counter<L> | undefined) ??
    new Counter({ name, help, labelNames, registers: [registry] });
  const messages = counter('continuo_page_messages_total', 'Messages handed to a channel, by result.', [
    'method',
    'result',
  ]);
  const pages = counter('continuo_pages_settled_total', 'Pages settled by the sender, by outcome.', ['outcome']);
  const unpageable = counter(
    'continuo_unpageable_steps_total',
    'Steps that could reach nobody, fallback included.',
    [],
  );
  return {
    sent: (method, result) => messages.inc({ method, result }),
    settled: (outcome, rows) => pages.inc({ outcome }, rows),
    unpageable: () => unpageable.inc(),
  };
}
