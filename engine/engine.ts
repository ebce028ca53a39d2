import type { Logger } from 'pino';
import type { ChildStatus, ProcessSpec } from './child';
import type { Progress } from './progress';

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
  /** Namespace of the platform, registered by us in the embedded engine only. */
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
    | { readonly serverNameOverride?: string; readonly clientCertPair?: { crt: Buffer; key: Buffer } };
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
