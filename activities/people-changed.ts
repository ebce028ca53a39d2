import { WorkflowNotFoundError } from '@temporalio/client';
import type { Knex } from 'knex';
import type { Logger } from 'pino';
import { PEOPLE_CHANGED, type PeopleChange } from '../db/people-changed';
import { DONE, exponential, type Lane, type OutboxRow, type Verdict } from '../db/queue';
import { requestsAbout } from '../db/request-people';
import type { RequestClient } from './request-client';

export interface PeopleChangedDeps {
  db: Knex;
  log: Logger;
  requests: Pick<RequestClient, 'peopleChanged'>;
}

const PAGE = 200;
/** Signals under way at a time. */
const PARALLEL = 8;

/**
 * Lane that tells open requests of people who have left, are away, are back, or have come into groups: they resolve again whom
 * they ask (I5). All of them, page by page (I12); a repeat tells them again, which changes nothing.
 */
export function peopleChangedLane(deps: PeopleChangedDeps): Lane {
  return {
    name: PEOPLE_CHANGED,
    table: 'outbox',
    batch: 1,
    concurrency: 1,
    leaseSeconds: 60,
    // Some four hours, as other effects.
    maxAttempts: 60,
    backoff: exponential(1, 300),
    handle: async (rows: OutboxRow[]) => {
      const verdicts = new Map<number, Verdict>();
      for (const row of rows) verdicts.set(row.id, await tellAll(deps, row));
      return verdicts;
    },
  };
}

async function tellAll(deps: PeopleChangedDeps, row: OutboxRow): Promise<Verdict> {
  const change = row.payload as PeopleChange | null;
  if (!Array.isArray(change?.logins)) return { kind: 'dead', error: `row ${row.key} names nobody` };
  try {
    const told = await eachRequest(deps, change);
    deps.log.info({ logins: change.logins, told }, 'requests told of changed people');
    return DONE;
  } catch (error) {
    deps.log.warn({ err: error, logins: change.logins }, 'requests not told of changed people; tried again');
    return { kind: 'retry', error: error instanceof Error ? error.message : String(error) };
  }
}

async function eachRequest({ db, log, requests }: PeopleChangedDeps, change: PeopleChange): Promise<number> {
  let told = 0;
  for (let after = ''; ; ) {
    const ids = await requestsAbout(db, change, { after, limit: PAGE });
    const queue = [...ids];
    const work = async () => {
      for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
        if (await tell(requests, id, change.logins)) told += 1;
        else log.info({ case: id }, 'people changed after the request had ended');
      }
    };
    await Promise.all(Array.from({ length: PARALLEL }, work));
    if (ids.length < PAGE) return told;
    after = ids.at(-1) ?? after;
  }
}

async function tell(requests: PeopleChangedDeps['requests'], id: string, logins: string[]): Promise<boolean> {
  try {
    await requests.peopleChanged(id, logins);
    return true;
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    return false;
  }
}
