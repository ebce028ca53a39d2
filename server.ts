import type { Server } from 'node:http';
import { TASK_QUEUE } from './activities/case-client';
import { incidentClient } from './activities/incident-client';
import { requestClient } from './activities/request-client';
import { createSeal } from './adapters/identity/seal';
import { createApp } from './api/app';
import { createCaseFeed } from './api/events';
import { createLimits } from './api/limits';
import { createMetrics } from './api/metrics';
import { allRoutes } from './api/routes';
import { findWebDir } from './api/web';
import { type Config, loadConfig } from './config';
import { connect } from './db/connect';
import { createLog } from './log';
import { connectClient } from './temporal';

/** A running API process; it holds nothing, any number may run. */
export async function runServer(config: Config): Promise<{ port: number; stop(): Promise<void> }> {
  if (!config.databaseUrl) throw new Error('DATABASE_URL is not set.');
  const log = createLog(config, 'server');
  const db = connect(config.databaseUrl, { max: config.databasePool, log });
  const client = await connectClient(config);
  const limits = createLimits(db, config.rateLimitPerMinute);
  const metrics = createMetrics();
  const now = () => new Date();
  const seal = config.key === undefined ? null : createSeal(config.key);
  const feed = createCaseFeed({ db, adminToken: config.adminToken, now, databaseUrl: config.databaseUrl, log });
  const platform = { db, config, seal, limits, metrics, client, taskQueue: TASK_QUEUE, now };
  const routes = allRoutes({
    ...platform,
    feed,
    incidents: incidentClient(client),
    requests: requestClient(client),
    attachmentLimits: config.attachmentLimits,
  });
  const app = createApp({ db, routes, config, log, metrics, limits, webDir: findWebDir(), now });
  const server = await new Promise<Server>((resolve, reject) => {
    const listening = app.listen(config.port, config.host, (error?: Error) =>
      error ? reject(error) : resolve(listening),
    );
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : config.port,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      await feed.stop();
      server.closeIdleConnections();
      // A request under way gets a moment.
      setTimeout(() => server.closeAllConnections(), 2_000).unref();
      await closed;
      await client.connection.close();
      await db.destroy();
    },
  };
}

/** Runs until SIGINT or SIGTERM. */
export async function main(): Promise<void> {
  const running = await runServer(loadConfig());
  const stop = () =>
    void running.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

if (require.main === module)
  main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(1);
  });
