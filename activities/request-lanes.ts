import type { Knex } from 'knex';
import type { Logger } from 'pino';
import { postgresCmdb } from '../adapters/cmdb/postgres';
import { createSeal } from '../adapters/identity/seal';
import { runbookTarget } from '../adapters/runbook/http';
import { currentSchedules } from '../db/definitions';
import type { Lane } from '../db/queue';
import { askSurvey } from '../db/survey';
import type { EffectLaneConfig } from './case-effect-lanes';
import { peopleChangedLane } from './people-changed';
import { requestActionLanes } from './request-action';
import type { DocumentMaker } from './request-action-run';
import type { RequestClient } from './request-client';
import { requestEffectLane } from './request-effect';
import { submitRequest } from './request-opening-client';

/** Lanes for what requests want outside themselves: people, other requests, actions, and those who look again. */
export function createRequestLanes(deps: {
  db: Knex;
  log: Logger;
  config: EffectLaneConfig;
  requests: RequestClient;
  documents: DocumentMaker;
}): Lane[] {
  const { db, log, config, requests, documents } = deps;
  const { publicUrl, key, allowPrivateTargets, runbookHosts } = config;
  return [
    requestEffectLane({
      db,
      log,
      requests,
      currentSchedules,
      askSurvey,
      async openRequest(order) {
        const answer = await submitRequest(
          { db, requests },
          { ...order, attachments: [], channel: 'portal', by: `request:${order.parent.id}` },
        );
        return { id: answer.view.id };
      },
    }),
    peopleChangedLane({ db, log, requests }),
    ...requestActionLanes({
      db,
      log,
      publicUrl,
      documents,
      cmdb: postgresCmdb(db),
      seal: key === undefined ? null : createSeal(key),
      target: runbookTarget({ allowPrivateTargets, hosts: runbookHosts }),
      now: () => new Date(),
      answer: (caseId, outcome) => requests.effectDone(caseId, outcome),
    }),
  ];
}
