import path from 'node:path';
import { WorkflowNotFoundError } from '@temporalio/client';
import { pino } from 'pino';
import { loadDefinitions } from '../../activities/definitions';
import { requestActionLanes } from '../../activities/request-action';
import type { DocumentMaker } from '../../activities/request-action-run';
import { postgresCmdb } from '../../adapters/cmdb/postgres';
import { createSeal } from '../../adapters/identity/seal';
import { runbookTarget } from '../../adapters/runbook/http';
import { SHARED } from '../../db/definitions';
import { publishDefinitions } from '../../db/definitions-publish';
import { enqueue, type Queue, startQueue } from '../../db/queue';
import { REQUEST_ACTION_LANE } from '../../db/request-action';
import type { Definition } from '../../domain/process-def';
import type { ProvisionerDoc } from '../../domain/process-def-provisioner';
import type { ActionName } from '../../domain/request-action';
import type { RequestEffectOutcome } from '../../domain/request-effect';
import { openTestDatabase, type TestDatabase } from './database';
import { addTenants, SEAL_KEY, testClock } from './identity';
import { until } from './until';

const log = pino({ level: 'silent' });
const START = Date.parse('2027-03-01T08:00:00Z');

/** What an automatic step wants, without an engine: rows of the outbox, lanes that carry them out, and what they answer. */
export class ActionWorld {
  readonly outcomes: { caseId: string; outcome: RequestEffectOutcome & { kind: 'act' } }[] = [];
  readonly clock = testClock();
  /** Called before a case hears an answer; throwing is an engine that cannot be reached. */
  before: (caseId: string) => void | Promise<void> = () => undefined;
  /** Cases that are over. */
  readonly over = new Set<string>();
  documents: DocumentMaker = { kinds: [], request: async () => undefined };
  readonly seal = createSeal(SEAL_KEY);
  readonly cmdb;
  private queues: Queue[] = [];

  private constructor(readonly database: TestDatabase) {
    this.cmdb = postgresCmdb(database.db);
  }

  static async open(): Promise<ActionWorld> {
    const world = new ActionWorld(await openTestDatabase());
    await addTenants(world.db, 'own', 'other');
    return world;
  }

  get db() {
    return this.database.db;
  }

  async publish(...provisioners: ProvisionerDoc[]): Promise<void> {
    const shipped: readonly Definition[] = await loadDefinitions(path.resolve(__dirname, '../../process-defs'));
    await publishDefinitions(this.db, SHARED, [...shipped, ...provisioners], 'tests');
  }

  worker(config: { allowPrivateTargets?: boolean } = {}): Queue {
    const { db, clock, seal, cmdb } = this;
    const documents: DocumentMaker = {
      kinds: this.documents.kinds,
      request: (order) => this.documents.request(order),
    };
    const lanes = requestActionLanes({
      db,
      log,
      cmdb,
      seal,
      documents,
      now: clock.now,
      publicUrl: 'https://itsm.example.org',
      target: runbookTarget({ allowPrivateTargets: config.allowPrivateTargets ?? true, hosts: [] }),
      answer: async (caseId, outcome) => {
        await this.before(caseId);
        if (this.over.has(caseId)) throw new WorkflowNotFoundError('gone', caseId, undefined);
        if (outcome.kind === 'act') this.outcomes.push({ caseId, outcome });
      },
    });
    const queue = startQueue({ db, listenUrl: this.database.url, lanes, log });
    this.queues.push(queue);
    return queue;
  }

  /** Wants something done; `step` may be wanted again by another attempt. @returns its effect key */
  async want(
    action: ActionName,
    args: Record<string, unknown>,
    more: {
      caseId?: string;
      step?: string;
      attempt?: number;
      undoes?: string;
      limitSeconds?: number;
      tenantId?: string;
    } = {},
  ): Promise<string> {
    const { caseId = 'REQ-000001', step = 'make', attempt = 1, undoes = null, limitSeconds = 600 } = more;
    const key = `${caseId}:${step}:1.${attempt}${undoes === null ? '' : ':undo'}`;
    const effect = {
      kind: 'act',
      key,
      seq: 1,
      at: START,
      step,
      visit: 1,
      action,
      arguments: args,
      undoes,
      limitAt: START + limitSeconds * 1000,
    };
    const row = {
      key,
      tenantId: more.tenantId ?? 'own',
      caseId,
      kind: 'act',
      payload: effect,
      lane: REQUEST_ACTION_LANE,
    };
    await this.db.transaction((trx) => enqueue(trx, row));
    return key;
  }

  /** The answer to an effect. */
  async answered(key: string): Promise<RequestEffectOutcome & { kind: 'act' }> {
    const found = await until(() => this.outcomes.find((o) => o.outcome.key === key), `an answer to ${key}`);
    return found.outcome;
  }

  /** Has it done and waits for the answer. */
  async done(...wanted: Parameters<ActionWorld['want']>): Promise<RequestEffectOutcome & { kind: 'act' }> {
    return this.answered(await this.want(...wanted));
  }

  /** Waits until nothing of a lane waits any more. */
  async idle(): Promise<void> {
    await until(async () => (await this.db('outbox').where({ state: 'ready' }).first('id')) === undefined, 'idle');
  }

  async stop(): Promise<void> {
    await Promise.all(this.queues.splice(0).map((q) => q.stop()));
  }

  /** Stops the workers and forgets what was wanted. */
  async reset(): Promise<void> {
    await this.stop();
    this.outcomes.length = 0;
    this.over.clear();
    this.before = () => undefined;
    await this.db.raw(
      `truncate outbox, request_action, provisioning_run, one_time_secret_event, one_time_secret, pool_reservation,
       pool_unit, pool, ci_revision, ci, task, request, page, page_step, document cascade`,
    );
  }

  async close(): Promise<void> {
    await this.stop();
    await this.database.close();
  }
}
