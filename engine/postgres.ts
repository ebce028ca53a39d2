import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { appendFile, chown } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import type { Logger } from 'pino';
import { embeddedUrl } from './addresses';
import { errorCode } from './errors';
import { readText } from './files';
import { findPostgres, type PostgresBinaries } from './postgres-binaries';
import { localeArguments, writeSettings } from './postgres-config';
import { type Account, chooseClusterFolder, ownFolder, postgresAccount, reachableBinaries } from './postgres-place';
import { commandLine, endProcess, identify } from './process';
import type { Progress } from './progress';
import { run } from './run';
import { createSecrets, type EngineSecrets, readSecrets, record } from './state';
import type { Supervisor } from './supervisor';
import { POSTGRES_MAJOR } from './versions';

/** A running embedded Postgres. */
export interface Postgres {
  readonly port: number;
  /** Connection URL of one of its roles. */
  url(role: keyof EngineSecrets, database: string): string;
}

export interface PostgresOptions {
  readonly dataDir: string;
  /** Loopback port to listen on. */
  readonly port: number;
  readonly env: NodeJS.ProcessEnv;
  readonly supervisor: Supervisor;
  readonly log: Logger;
  readonly progress: Progress;
  readonly signal?: AbortSignal;
}

/** Creates the cluster on the first start, starts it under the supervisor and returns when it answers queries. */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const { dataDir, port, env, supervisor, log, progress } = options;
  const account = await postgresAccount(env, progress);
  const binaries = await reachableBinaries(findPostgres(), account);
  const folder = chooseClusterFolder(dataDir, account, progress);
  const secrets = existsSync(folder)
    ? secretsOf(dataDir, folder)
    : await createCluster(options, folder, binaries, account);
  refuseOtherMajor(folder);
  writeSettings(folder, dataDir, port, account);
  const url = (role: keyof EngineSecrets, database: string) => embeddedUrl(role, secrets, port, database);
  await supervisor.add({
    name: 'postgres',
    command: binaries.postgres,
    args: ['-D', folder],
    env: { PATH: env.PATH, TZ: 'UTC' },
    cwd: '/',
    uid: account?.uid,
    gid: account?.gid,
    // SIGINT is Postgres's fast shutdown: sessions end, a checkpoint is written.
    stopSignal: 'SIGINT',
    graceMs: 60_000,
    logFile: join(dataDir, 'logs', 'postgres.log'),
    prepare: () => clearPidFile(folder, log),
    ready: (signal) => answers(url('superuser', 'postgres'), signal),
    // After a crash the write-ahead log is replayed first.
    readyTimeoutMs: 300_000,
  });
  return { port, url };
}

/** Major version of an existing database folder, e.g. `18`; undefined when there is none. */
export function clusterMajor(folder: string): string | undefined {
  return readText(join(folder, 'PG_VERSION'))?.trim();
}

async function createCluster(
  { dataDir, env, progress, signal }: PostgresOptions,
  folder: string,
  binaries: PostgresBinaries,
  account: Account | undefined,
): Promise<EngineSecrets> {
  progress.say('Creating the database …');
  const secrets = readSecrets(dataDir) ?? createSecrets(dataDir);
  const aside = `${folder}.new`;
  ownFolder(aside, account);
  const passwordFile = `${folder}.password`;
  writeFileSync(passwordFile, `${secrets.superuser}\n`, { mode: 0o600 });
  if (account !== undefined) await chown(passwordFile, account.uid, account.gid);
  const args = [`--pgdata=${aside}`, '--username=postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256'];
  const as = { uid: account?.uid, gid: account?.gid, cwd: '/' };
  try {
    await run(binaries.initdb, [...args, ...localeArguments()], { env: { PATH: env.PATH, TZ: 'UTC' }, signal, ...as });
  } finally {
    rmSync(passwordFile, { force: true });
  }
  await appendFile(join(aside, 'postgresql.conf'), "\ninclude = 'continuo.conf'\n");
  renameSync(aside, folder);
  record(dataDir, { postgresMajor: POSTGRES_MAJOR });
  return secrets;
}

function secretsOf(dataDir: string, folder: string): EngineSecrets {
  const secrets = readSecrets(dataDir);
  if (secrets !== undefined) return secrets;
  throw new Error(
    `${join(dataDir, 'secrets.json')} with the passwords of the database in ${folder} is missing: restore it from a back-up`,
  );
}

function refuseOtherMajor(folder: string): void {
  const major = clusterMajor(folder);
  if (major === POSTGRES_MAJOR) return;
  throw new Error(
    `${folder} was written by Postgres ${major ?? '(unknown)'}, this Continuo brings Postgres ${POSTGRES_MAJOR}. ` +
      'Make a back-up with the version of Continuo that wrote it and restore it with this one.',
  );
}

/**
 * Deals with what a killed Postgres left. Postgres replaces a stale `postmaster.pid` itself, except when the pid in it
 * has been given to another process meanwhile (usual in containers). A postmaster that still lives is an orphan of ours:
 * nobody else uses this folder, for we hold the lock of DATA_DIR.
 */
async function clearPidFile(folder: string, log: Logger): Promise<void> {
  const path = join(folder, 'postmaster.pid');
  const pid = Number(readText(path)?.split('\n')[0]);
  const who = Number.isInteger(pid) && pid > 0 ? identify(pid) : undefined;
  if (who === undefined) return;
  if (commandLine(pid)?.includes(folder)) {
    log.warn({ pid }, 'ending a Postgres that a killed launcher left');
    if (!(await endProcess(who, 'SIGINT', 60_000))) throw new Error(`Postgres, process ${pid}, cannot be ended`);
  } else {
    log.warn({ pid, path }, 'removing a stale postmaster.pid whose pid belongs to another process now');
    rmSync(path, { force: true });
  }
}

/** Resolves when a query is answered; a starting server refuses connections. */
export async function answers(url: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
    client.on('error', () => undefined); // the query below rejects as well
    try {
      await client.connect();
      await client.query('select 1');
      return;
    } catch (error) {
      if (isFinal(error)) throw error;
      await delay(30);
    } finally {
      await client.end();
    }
  }
}

/** Wrong password and the like do not get better by waiting. SQLSTATE class 28, 3D. */
function isFinal(error: unknown): boolean {
  const code = errorCode(error) ?? '';
  return code.startsWith('28') || code.startsWith('3D');
}
