import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fillEntry, onPath } from './cache';
import type { PostgresBinaries } from './postgres-binaries';
import { linkLibraries } from './postgres-binaries';
import type { Progress } from './progress';
import { run } from './run';
import { readRecord, record } from './state';

/** Account a program runs under; Postgres refuses to run as root. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** Used by root when DATA_DIR or node_modules are closed to the account of Postgres (e.g. below /root). */
const SHARED_ROOT = '/var/lib/continuo';

/**
 * Account for Postgres when we are root: `postgres`, made when missing (`nobody` where accounts cannot be made).
 * Undefined when we are not root: then it runs as ourselves.
 */
export async function postgresAccount(env: NodeJS.ProcessEnv, progress: Progress): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const existing = accountNamed('postgres');
  if (existing !== undefined) return existing;
  const useradd = onPath('useradd', env);
  if (useradd !== undefined) {
    progress.say('Postgres does not run as root: creating the system account "postgres" for it.');
    await run(useradd, ['--system', '--user-group', '--no-create-home', '--shell', '/bin/false', 'postgres'], { env });
  }
  const account = accountNamed('postgres') ?? accountNamed('nobody');
  if (account === undefined) throw new Error('Postgres does not run as root: create a user "postgres" and start again');
  return account;
}

/** Folder of the database files of an existing DATA_DIR. */
export function clusterFolder(dataDir: string): string {
  return readRecord(dataDir).postgresDir ?? join(dataDir, 'postgres');
}

/**
 * Chooses the folder of the database files: `DATA_DIR/postgres`, or one below /var/lib/continuo when we are root and DATA_DIR lies
 * where the account of Postgres cannot go. The choice is kept in `engine.json`.
 */
export function chooseClusterFolder(dataDir: string, account: Account | undefined, progress: Progress): string {
  const { postgresDir } = readRecord(dataDir);
  if (postgresDir !== undefined) return postgresDir;
  const usual = join(dataDir, 'postgres');
  if (account === undefined || canEnter(dataDir, account)) return usual;
  if (existsSync(usual)) {
    throw new Error(
      `${usual} cannot be reached by user ${account.name}: make the folders above it passable (chmod o+x)`,
    );
  }
  const elsewhere = join(SHARED_ROOT, `data-${randomBytes(4).toString('hex')}`, 'postgres');
  mkdirSync(join(elsewhere, '..'), { recursive: true, mode: 0o711 });
  record(dataDir, { postgresDir: elsewhere });
  progress.say(
    `${dataDir} is closed to user ${account.name}, under which Postgres runs: its files go to ${elsewhere} ` +
      '(noted in engine.json). A DATA_DIR outside closed folders such as /root avoids this.',
  );
  return elsewhere;
}

/** The programs where `account` can run them: node_modules, or a copy in /var/lib/continuo when it cannot go there. */
export async function reachableBinaries(
  binaries: PostgresBinaries,
  account: Account | undefined,
): Promise<PostgresBinaries> {
  linkLibraries(binaries);
  if (account === undefined || canRun(binaries.postgres, account)) return binaries;
  const entry = join(SHARED_ROOT, `postgres-${binaries.version}`);
  const copy = {
    ...binaries,
    root: entry,
    initdb: join(entry, 'bin', 'initdb'),
    postgres: join(entry, 'bin', 'postgres'),
  };
  if (canRun(copy.postgres, account)) return copy;
  await fillEntry(entry, async (aside) => cpSync(binaries.root, aside, { recursive: true, verbatimSymlinks: true }));
  if (!canRun(copy.postgres, account)) {
    throw new Error(`user ${account.name} can run neither ${binaries.postgres} nor ${copy.postgres}`);
  }
  return copy;
}

/** Makes a folder that belongs to the account, and to nobody else. */
export function ownFolder(path: string, account: Account | undefined): void {
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { mode: 0o700 });
  if (account !== undefined) chownSync(path, account.uid, account.gid);
}

function accountNamed(name: string): Account | undefined {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${name}:`));
  const [, , uid, gid] = (line ?? '').split(':');
  return uid === undefined || gid === undefined ? undefined : { name, uid: Number(uid), gid: Number(gid) };
}

function canEnter(folder: string, account: Account): boolean {
  return asAccount('cd "$1"', folder, account);
}

function canRun(program: string, account: Account): boolean {
  return asAccount('"$1" --version >/dev/null', program, account);
}

function asAccount(script: string, argument: string, { uid, gid }: Account): boolean {
  return spawnSync('/bin/sh', ['-c', script, 'sh', argument], { uid, gid, cwd: '/', stdio: 'ignore' }).status === 0;
}
