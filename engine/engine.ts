import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Logger } from 'pino';
import type { ChildStatus, ProcessSpec } from './child';
import { type DatabaseSet, embeddedDatabases, ensureEngineDatabases, givenDatabases } from './database-set';
import { choosePorts } from './ports';
import type { Progress } from './progress';
import { resolveBinaries } from './resolve';
import { readRecord, record } from './state';
import { Supervisor } from './supervisor';
import { startTemporal, TEMPORAL_PORTS } from './temporal';
import { ensureNamespace } from './temporal-namespace';
import { refuseRivals } from './temporal-rivals';
import { ensureSchemas } from './temporal-store';
import { EMBEDDED_HISTORY_SHARDS, TEMPORAL_SERVER_VERSION } from './versions';

/** What `startEngine` needs; read from the environment by config.ts. */
export interface EngineOptions {
  /** DATA_DIR: holds everything that must survive, and the lock that admits one launcher. */
  readonly dataDir: string;
  /** DATABASE_URL: our own database. Given → no embedded Postgres. */
  readonly databaseUrl?: string;
  /** TEMPORAL_ADDRESS `host:port`. Given → no engine is started, the cluster is only asked whether it answers. */
  readonly temporalAddress?: string;
  /** Access to a given cluster (Temporal Cloud); without meaning for the embedded one. */
  readonly temporalAccess?: TemporalAccess;
  /** Namespace of the platform; registered when missing. */
  readonly namespace: string;
  /** The launcher's environment (PATH, HOME, XDG_CACHE_HOME, GOPROXY …): config.ts hands over `process.env`. */
  readonly env: NodeJS.ProcessEnv;
  readonly log: Logger;
  readonly progress: Progress;
  /** Aborted on SIGINT/SIGTERM (see `stopSignal`): a start under way is given up and everything started is stopped. */
  readonly signal?: AbortSignal;
}

/** Credentials of an existing cluster, as `@temporalio/client`'s `Connection.connect` takes them. */
export interface TemporalAccess {
  readonly apiKey?: string;
  readonly tls?:
    | boolean
    | {
        readonly serverNameOverride?: string;
        readonly serverRootCACertificate?: Buffer;
        readonly clientCertPair?: { crt: Buffer; key: Buffer };
      };
}

/** A running engine. All addresses are on the loopback interface unless they were given. */
export interface Engine {
  /** Role `continuo`, owner of the database `continuo`; no superuser, may create databases. */
  readonly databaseUrl: string;
  /** Superuser of the embedded Postgres (back-up and repair); undefined with DATABASE_URL. */
  readonly adminDatabaseUrl: string | undefined;
  readonly temporalAddress: string;
  readonly namespace: string;
  /** Every supervised process, in the order of starting. */
  children(): readonly ChildStatus[];
  /** Starts one more process of ours below the engine: restarted with back-off, stopped before the engine. */
  add(spec: ProcessSpec): Promise<void>;
  /** Stops everything in reverse order of starting and gives DATA_DIR free; safe to call twice. */
  stop(): Promise<void>;
}

const NAMESPACE_WAIT_MS = 60_000;

type Parts = EngineOptions & { readonly supervisor: Supervisor };

/**
 * Starts what the platform stands on: Postgres and the Temporal server, unless the configuration names others.
 * Resolves when both answer. Everything started is stopped again when this rejects.
 * @throws AlreadyRunningError another launcher works on this DATA_DIR
 * @throws NotAvailableError no Temporal server could be found, downloaded or built
 */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const dataDir = resolve(options.dataDir);
  const { log, progress, namespace, signal } = options;
  const supervisor = await Supervisor.open(dataDir, log, progress);
  const stop = () => supervisor.stop();
  const giveUp = () => void stop();
  signal?.addEventListener('abort', giveUp, { once: true });
  try {
    mkdirSync(join(dataDir, 'logs'), { recursive: true, mode: 0o700 });
    const addresses = await startParts({ ...options, dataDir, supervisor });
    signal?.throwIfAborted();
    const children = () => supervisor.children();
    return { ...addresses, namespace, children, add: (spec) => supervisor.add(spec), stop };
  } catch (error) {
    await stop();
    throw signal?.aborted ? signal.reason : error;
  } finally {
    signal?.removeEventListener('abort', giveUp);
  }
}

async function startParts(
  options: Parts,
): Promise<Pick<Engine, 'databaseUrl' | 'adminDatabaseUrl' | 'temporalAddress'>> {
  const { temporalAddress: given, temporalAccess = {}, namespace, signal } = options;
  // Before anything is started: finding the server may take minutes, or fail.
  const binaries = given === undefined ? await resolveBinaries(options) : undefined;
  const databases = await startDatabases(options);
  const temporalAddress = given ?? (binaries && (await startServer(options, databases, binaries)));
  if (temporalAddress === undefined) throw new Error('neither a cluster is given nor a server found');
  const limit = AbortSignal.timeout(NAMESPACE_WAIT_MS);
  const access = given === undefined ? {} : temporalAccess;
  await ensureNamespace(temporalAddress, namespace, access, signal ? AbortSignal.any([signal, limit]) : limit);
  const { databaseUrl, adminDatabaseUrl } = databases;
  return { databaseUrl, adminDatabaseUrl, temporalAddress };
}

async function startDatabases(options: Parts): Promise<DatabaseSet> {
  if (options.databaseUrl !== undefined) return givenDatabases(options.databaseUrl);
  const { postgres: port } = await choosePorts(options.dataDir, ['postgres'], saysMoved(options));
  return embeddedDatabases({ ...options, port });
}

async function startServer(
  options: Parts,
  { store }: DatabaseSet,
  binaries: Awaited<ReturnType<typeof resolveBinaries>>,
): Promise<string> {
  const { dataDir } = options;
  await ensureEngineDatabases(store);
  await ensureSchemas({ ...options, store, sqlTool: binaries.sqlTool });
  // The number of shards is part of how histories are stored: what the data was made with wins over the constant.
  const historyShards = readRecord(dataDir).historyShards ?? EMBEDDED_HISTORY_SHARDS;
  const ports = await choosePorts(dataDir, TEMPORAL_PORTS, saysMoved(options));
  if (!store.embedded) await refuseRivals(store, Object.values(ports), options.progress, options.signal);
  const address = await startTemporal({ ...options, binaries, store, ports, historyShards });
  record(dataDir, { temporalServer: TEMPORAL_SERVER_VERSION, historyShards });
  return address;
}

function saysMoved({ log }: Parts): (name: string, from: number, to: number) => void {
  return (name, from, to) => log.warn({ name, from, to }, 'its port is taken by another program; using another one');
}
