import { join } from 'node:path';
import type { Logger } from 'pino';
import { Document } from 'yaml';
import { writeFileWhole } from './files';
import type { EngineBinaries } from './resolve';
import type { Supervisor } from './supervisor';
import { answersGrpc } from './temporal-namespace';
import { sqlAccess, type TemporalStore } from './temporal-store';
import { TEMPORAL_SQL_PLUGIN } from './versions';

/** Names of the ports a server needs, all on the loopback interface; kept in `ports.json` under these names. */
export const TEMPORAL_PORTS = [
  'temporal-frontend',
  'temporal-frontend-membership',
  'temporal-frontend-http',
  'temporal-history',
  'temporal-history-membership',
  'temporal-matching',
  'temporal-matching-membership',
  'temporal-worker',
  'temporal-worker-membership',
] as const;

export type TemporalPorts = Readonly<Record<(typeof TEMPORAL_PORTS)[number], number>>;

export interface TemporalOptions {
  readonly dataDir: string;
  readonly binaries: EngineBinaries;
  readonly store: TemporalStore;
  readonly ports: TemporalPorts;
  readonly historyShards: number;
  readonly supervisor: Supervisor;
  readonly log: Logger;
}

/** Starts the production server on its databases and returns its address when it answers gRPC. */
export async function startTemporal(options: TemporalOptions): Promise<string> {
  const { dataDir, binaries, supervisor, ports } = options;
  const dynamicConfig = join(dataDir, 'temporal-dynamic.yaml');
  writeFileWhole(dynamicConfig, dynamicSettings());
  const address = `127.0.0.1:${ports['temporal-frontend']}`;
  await supervisor.add({
    name: 'temporal-server',
    command: binaries.server,
    args: ['--allow-no-auth', 'start'],
    env: { ...serverEnvironment(options), DYNAMIC_CONFIG_FILE_PATH: dynamicConfig },
    cwd: dataDir,
    graceMs: 30_000,
    logFile: join(dataDir, 'logs', 'temporal-server.log'),
    ready: (signal) => answersGrpc(address, signal),
    readyTimeoutMs: 120_000,
  });
  return address;
}

/** Environment the server's built-in configuration template reads. */
function serverEnvironment({ store, ports, historyShards }: TemporalOptions): NodeJS.ProcessEnv {
  const { host, port, user, password, tls } = sqlAccess(store.url);
  const port_ = (name: keyof TemporalPorts) => String(ports[name]);
  return {
    DB: TEMPORAL_SQL_PLUGIN,
    POSTGRES_SEEDS: host,
    DB_PORT: port,
    // The template puts both between double quotes of YAML.
    POSTGRES_USER: yamlQuoted(user),
    POSTGRES_PWD: yamlQuoted(password),
    DBNAME: store.database,
    VISIBILITY_DBNAME: store.visibilityDatabase,
    ...(tls === undefined
      ? {}
      : {
          SQL_TLS_ENABLED: 'true',
          SQL_HOST_VERIFICATION: String(tls.verify),
          SQL_HOST_NAME: host,
          SQL_CA: tls.caFile,
        }),
    // As many idle as open: a pool that closes and opens connections under load costs more than they do. What a burst
    // has opened goes after the lifetime, so that an idle platform holds few.
    SQL_MAX_CONNS: '16',
    SQL_MAX_IDLE_CONNS: '16',
    SQL_MAX_CONN_TIME: '2m',
    SQL_VIS_MAX_CONNS: '6',
    SQL_VIS_MAX_IDLE_CONNS: '6',
    SQL_VIS_MAX_CONN_TIME: '2m',
    NUM_HISTORY_SHARDS: String(historyShards),
    BIND_ON_IP: '127.0.0.1',
    FRONTEND_GRPC_PORT: port_('temporal-frontend'),
    FRONTEND_MEMBERSHIP_PORT: port_('temporal-frontend-membership'),
    FRONTEND_HTTP_PORT: port_('temporal-frontend-http'),
    HISTORY_GRPC_PORT: port_('temporal-history'),
    HISTORY_MEMBERSHIP_PORT: port_('temporal-history-membership'),
    MATCHING_GRPC_PORT: port_('temporal-matching'),
    MATCHING_MEMBERSHIP_PORT: port_('temporal-matching-membership'),
    WORKER_GRPC_PORT: port_('temporal-worker'),
    WORKER_MEMBERSHIP_PORT: port_('temporal-worker-membership'),
    LOG_LEVEL: 'warn',
    ...MEMORY,
    TZ: 'UTC',
  };
}

/** Go collects earlier when idle memory matters more than the last percent of throughput (see ADR 2 for figures). */
const MEMORY = { GOGC: '50', GOMEMLIMIT: '400MiB' };

/** Settings the server re-reads while running; each with the reason why it is not the default. */
function dynamicSettings(): string {
  const settings = {
    // Columns of the SQL schema hold 255; a longer id would fail late and obscurely.
    'limit.maxIDLength': 255,
    // One machine: several partitions of a task queue only add polls and latency.
    'matching.numTaskqueueReadPartitions': 1,
    'matching.numTaskqueueWritePartitions': 1,
    // Projections start with the answer to the task that schedules them, without a way through the task queue.
    'system.enableActivityEagerExecution': true,
    // A storm may send more commands to one case at a time than the default of 10.
    'history.maxInFlightUpdates': 100,
    // The default admits 128 000 cached workflows whatever their size: about a gigabyte.
    'history.cacheSizeBasedLimit': true,
    'history.hostLevelCacheMaxSizeBytes': 96 * 1024 * 1024,
  };
  const entries = Object.entries(settings).map(([name, value]) => [name, [{ value }]]);
  return new Document(Object.fromEntries(entries)).toString();
}

function yamlQuoted(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
}
