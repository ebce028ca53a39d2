import type { Knex } from 'knex';
import type { Logger } from 'pino';
import { createSeal } from '../adapters/identity/seal';
import { runbookTarget } from '../adapters/runbook/http';
import { currentSchedules } from '../db/definitions';
import type { Lane } from '../db/queue';
import { batchLane } from './batch';
import { caseEffectLanes } from './case-effect';
import type { IncidentClient } from './incident-client';

/** The part of the configuration that these lanes read. */
export interface EffectLaneConfig {
  publicUrl: string;
  /** CONTINUO_KEY; without it no secret of a runbook can be opened. */
  key?: string;
  allowPrivateTargets: boolean;
  runbookHosts: readonly string[];
}

/** Lanes for what happens around cases: effects, steps of runbooks, batches. */
export function createEffectLanes(deps: {
  db: Knex;
  log: Logger;
  config: EffectLaneConfig;
  incidents: Pick<IncidentClient, 'effectDone' | 'tellPeer' | 'command'>;
}): Lane[] {
  const { db, log, config, incidents } = deps;
  const { publicUrl, key, allowPrivateTargets, runbookHosts } = config;
  return [
    ...caseEffectLanes({
      db,
      log,
      incidents,
      currentSchedules,
      publicUrl,
      seal: key === undefined ? null : createSeal(key),
      target: runbookTarget({ allowPrivateTargets, hosts: runbookHosts }),
    }),
    batchLane({ db, log, command: incidents.command }),
  ];
}
