import { createServer, type Server } from 'node:http';
import path from 'node:path';
import { Worker } from '@temporalio/worker';
import { register } from 'prom-client';
import { alertDispatchLane, startAlertSweep } from './activities/alert-dispatch';
import { TASK_QUEUE } from './activities/case-client';
import { createEffectLanes } from './activities/case-effect-lanes';
import { startConvergence } from './activities/convergence';
import { createRenderer, documentLane } from './activities/document';
import { startHousekeeping } from './activities/housekeeping';
import { createIncidentActivities } from './activities/incident';
import { incidentClient } from './activities/incident-client';
import { intakeLane } from './activities/intake';
import { createMail } from './activities/mail-lanes';
import { createPaging } from './activities/paging';
import { createPageLanes } from './activities/paging-lanes';
import { createRequestActivities } from './activities/request';
import { requestClient } from './activities/request-client';
import { requestDocumentMaker } from './activities/request-document';
import { createRequestLanes } from './activities/request-lanes';
import { startResourceChores } from './activities/resource-chores';
import { searchLane } from './activities/search-lane';
import { type Config, loadConfig } from './config';
import { connect } from './db/connect';
import { currentCalendars, currentDefinitions, currentIncidentPlan, currentSchedules } from './db/definitions';
import { startQueue } from './db/queue';
import { ofKind } from './domain/process-def';
import { cacheRoot } from './engine/cache';
import { createLog } from './log';
import { connectClient, connectWorker, installRuntime } from './temporal';

/** A running worker process: workflows, projections, and the queues that let events in and pages out. */
export async function runWorker(config: Config): Promise<{ ended: Promise<void>; stop(): Promise<void> }> {
  if (!config.databaseUrl) throw new Error('DATABASE_URL is not set.');
  const log = createLog(config, 'worker');
  installRuntime(log);
  const db = connect(config.databaseUrl, { max: config.databasePool });
  const [client, connection] = await Promise.all([connectClient(config), connectWorker(config)]);
  const incidents = incidentClient(client);
  const requests = requestClient(client);
  const paging = createPaging({ currentSchedules });
  const worker = await Worker.create({
    connection,
    namespace: config.namespace,
    taskQueue: TASK_QUEUE,
    workflowBundle: { codePath: path.join(__dirname, 'workflow-bundle.js') },
    activities: {
      ...createIncidentActivities({ db, expandSteps: paging.expandSteps, currentCalendars }),
      ...createRequestActivities({ db, expandSteps: paging.expandSteps, currentCalendars }),
    },
    maxCachedWorkflows: config.workerCache,
    maxConcurrentLocalActivityExecutions: config.databasePool,
    maxConcurrentActivityTaskExecutions: config.databasePool,
    stickyQueueScheduleToStartTimeout: '5s',
    shutdownGraceTime: '10s',
    shutdownForceTime: '15s',
  });
  const serviceNames = async (tenantId: string) =>
    ofKind(await currentDefinitions(db, tenantId), 'service').map((s) => s.name);
  const now = () => Date.now();
  const dispatch = {
    db,
    log,
    now,
    currentIncidentPlan: (tenantId: string, service: string) => currentIncidentPlan(db, tenantId, service),
    signalIncident: incidents.signalAlerts,
  };
  const signalPageFailed: typeof incidents.pageFailed = (id, page) =>
    (id.startsWith('REQ-') ? requests : incidents).pageFailed(id, page);
  const mail = createMail({ ...dispatch, config, incidents });
  const queue = startQueue({
    db,
    listenUrl: config.databaseUrl,
    log,
    lanes: [
      intakeLane({ db, log, now, serviceNames }),
      alertDispatchLane(dispatch),
      documentLane({ db, log, render: createRenderer(browserOf(config)) }),
      searchLane(db),
      ...createPageLanes({ db, log, config, signalPageFailed }),
      ...createEffectLanes({ db, log, config, incidents }),
      ...createRequestLanes({ db, log, config, requests, documents: requestDocumentMaker(db) }),
      ...mail.lanes,
    ],
  });
  const mailReader = mail.startReader();
  const sweep = startAlertSweep(dispatch);
  const convergence = startConvergence({ db, log, now, listenUrl: config.databaseUrl });
  const housekeeping = startHousekeeping({
    db,
    log,
    unwell: (id) => (id.startsWith('REQ-') ? requests : incidents).unwell(id),
  });
  const resources = startResourceChores({ db, log, now: () => new Date() });
  const ended = worker.run();
  const health = config.workerPort === undefined ? null : await serveHealth(config, () => worker.getState());
  return {
    ended,
    async stop() {
      worker.shutdown();
      await Promise.all([
        queue.stop(),
        mailReader.stop(),
        sweep.stop(),
        convergence.stop(),
        housekeeping.stop(),
        resources.stop(),
        ended.catch(() => undefined),
      ]);
      health?.close();
      await connection.close();
      await client.connection.close();
      await db.destroy();
    },
  };
}

const browserOf = ({ chromePath, env }: Config) => ({ chromePath, searchPath: env.PATH, cacheDir: cacheRoot(env) });

/** `/healthz` of a worker: 200 while it polls; `/metrics`: what it sends and settles. */
function serveHealth(config: Config, state: () => string): Promise<Server> {
  const server = createServer((req, res) => {
    if (req.url === '/metrics') {
      void register.metrics().then((text) => res.writeHead(200, { 'content-type': register.contentType }).end(text));
      return;
    }
    const status = req.url !== '/healthz' ? 404 : state() === 'RUNNING' ? 200 : 503;
    res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ state: state() }));
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    // The launcher asks on loopback; a worker of its own is scraped where HOST says.
    server.listen(config.workerPort, config.supervised ? '127.0.0.1' : config.host, () => resolve(server));
  });
}

/** Runs until SIGINT or SIGTERM. */
export async function main(): Promise<void> {
  const config = loadConfig();
  const running = await runWorker(config);
  const stop = () =>
    void running.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  await running.ended;
}

if (require.main === module)
  main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(1);
  });
