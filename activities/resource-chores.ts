import type { Knex } from 'knex';
import type { Logger } from 'pino';
import { forgetExpired } from '../db/one-time-secret';
import { expireReservations } from '../db/pool-reservation';
import { cancelOrphanRuns } from '../db/provisioning';
import { endUnwanted, lapseActions } from '../db/request-action';
import { every } from './housekeeping';

export interface ResourceChores {
  db: Knex;
  log: Logger;
  /** Clock of the people who look at one-time secrets. */
  now(): Date;
}

const EVERY_MS = 10_000;

/** Ends what is over by time: reservations, secrets nobody has looked at, actions that wait for people or a callback. */
export async function tidyResources({ db, log, now }: ResourceChores): Promise<void> {
  const ended = {
    reservations: await expireReservations(db),
    secrets: await forgetExpired(db, now().toISOString()),
    unwanted: await endUnwanted(db, 'the request is being taken back'),
    actions: await lapseActions(db, 'not done within its time'),
    runs: await cancelOrphanRuns(db),
  };
  if (Object.values(ended).some((n) => n > 0)) log.info(ended, 'resources that were over by time');
}

/** Runs them in a worker. */
export function startResourceChores(deps: ResourceChores): { stop(): Promise<void> } {
  return every(EVERY_MS, 'resources', deps.log, () => tidyResources(deps));
}
