import type { Knex } from 'knex';
import { DONE, exponential, type Lane, type Verdict } from '../db/queue';
import { indexCase, SEARCH_LANE } from '../db/search';

/** Keeps the words of cases up to date. Nobody waits for it: it yields to everything else. */
export function searchLane(db: Knex): Lane {
  return {
    name: SEARCH_LANE,
    table: 'outbox',
    batch: 32,
    concurrency: 1,
    leaseSeconds: 30,
    maxAttempts: 12,
    backoff: exponential(1, 300),
    async handle(rows) {
      const verdicts = new Map<number, Verdict>();
      for (const caseId of new Set(rows.map((r) => r.caseId))) {
        const verdict = caseId === null ? DONE : await indexed(db, caseId);
        for (const row of rows) if (row.caseId === caseId) verdicts.set(row.id, verdict);
      }
      return verdicts;
    },
  };
}

async function indexed(db: Knex, caseId: string): Promise<Verdict> {
  try {
    return (await indexCase(db, caseId)) ? DONE : { kind: 'dead', error: `there is no case ${caseId}` };
  } catch (error) {
    return { kind: 'retry', error: error instanceof Error ? error.message : String(error) };
  }
}
