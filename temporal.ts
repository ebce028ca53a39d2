import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import type { Logger } from 'pino';
import type { Config } from './config';

type Access = Pick<Config, 'temporalAddress' | 'temporalAccess' | 'namespace'>;

function options(config: Access) {
  if (config.temporalAddress === undefined)
    throw new Error(
      'TEMPORAL_ADDRESS is not set: `continuo start` runs an engine of its own, API and worker need one.',
    );
  return { address: config.temporalAddress, ...config.temporalAccess };
}

/** The engine as API processes and activities reach it. */
export async function connectClient(config: Access): Promise<Client> {
  const connection = await Connection.connect({ ...options(config), connectTimeout: '10s' });
  return new Client({ connection, namespace: config.namespace });
}

/** The engine as a worker polls it. */
export function connectWorker(config: Access): Promise<NativeConnection> {
  return NativeConnection.connect(options(config));
}

const LEVELS = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

/** Sends the SDK's log into ours; once per process, before anything of the SDK is used. */
export function installRuntime(log: Logger): void {
  Runtime.install({
    logger: new DefaultLogger('WARN', ({ level, message, meta }) =>
      log[LEVELS[level]]({ ...meta, timestampNanos: undefined }, message),
    ),
    // The process stops in its own order (queues, worker, pool).
    shutdownSignals: [],
    telemetryOptions: { logging: { forward: {}, filter: { core: 'WARN', other: 'WARN' } } },
  });
}
