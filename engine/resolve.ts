import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { RELEASES_URL, unpackRelease } from './archive';
import { cacheRoot, fillEntry, isExecutable, lockEntry, onPath } from './cache';
import type { DownloadLimits } from './download';
import { goBuild, goObstacle } from './go-build';
import { type Attempt, asAttempt, firstThatWorks, NotAvailableError, type Way } from './order';
import type { Progress } from './progress';
import { run } from './run';
import { TEMPORAL_SERVER_VERSION } from './versions';

/** The two programs of the engine. */
export interface EngineBinaries {
  readonly server: string;
  readonly sqlTool: string;
}

export interface ResolveOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly progress: Progress;
  readonly signal?: AbortSignal;
  /** Base URL of the releases; `RELEASES_URL` by default. */
  readonly releasesUrl?: string;
  readonly limits?: DownloadLimits;
}

const FILES = ['temporal-server', 'temporal-sql-tool'] as const;

/**
 * Finds the engine's programs: user cache, PATH, official release archive, build with Go; the first that works.
 * The last two fill the cache, one process at a time, so they cost only once per machine.
 * @throws NotAvailableError listing what was tried and what helps
 */
export async function resolveBinaries(options: ResolveOptions): Promise<EngineBinaries> {
  const { env, progress, signal } = options;
  const local = await firstThatWorks(localWays(env), progress);
  if ('found' in local) return local.found;
  progress.say(`Temporal server ${TEMPORAL_SERVER_VERSION} is not on this machine yet.`);
  const entry = cacheEntry(env);
  const lock = await lockEntry(entry, progress, signal);
  try {
    // While we waited for the lock, its holder has probably filled the cache.
    const result = await firstThatWorks([cacheWay(env), archiveWay(entry, options), goWay(entry, options)], progress);
    if ('found' in result) return result.found;
    const [cache, ...fetched] = result.tried;
    const onPathTried = local.tried.slice(1);
    throw notAvailable(entry, cache === undefined ? [] : [cache, ...onPathTried, ...fetched]);
  } finally {
    lock.release();
  }
}

/** Ways that neither use the network nor take time; the doctor tries them too. */
export function localWays(env: NodeJS.ProcessEnv): readonly Way<EngineBinaries>[] {
  return [cacheWay(env), { name: 'PATH', run: () => fromPath(env) }];
}

/** `~/.cache/continuo/temporal-<version>` */
export function cacheEntry(env: NodeJS.ProcessEnv): string {
  return join(cacheRoot(env), `temporal-${TEMPORAL_SERVER_VERSION}`);
}

function cacheWay(env: NodeJS.ProcessEnv): Way<EngineBinaries> {
  const entry = cacheEntry(env);
  return { name: `cache ${entry}`, run: async () => fromFolder(entry) };
}

function fromFolder(folder: string): Attempt<EngineBinaries> {
  const missing = FILES.filter((file) => !isExecutable(join(folder, file)));
  if (missing.length > 0) return { reason: `no ${missing.join(' and ')} in it` };
  return { found: { server: join(folder, FILES[0]), sqlTool: join(folder, FILES[1]) } };
}

/** Programs of another minor version bring another schema; they are passed over. */
async function fromPath(env: NodeJS.ProcessEnv): Promise<Attempt<EngineBinaries>> {
  const [server, sqlTool] = FILES.map((file) => onPath(file, env));
  if (server === undefined || sqlTool === undefined) return { reason: `no ${FILES.join(' and ')} on it` };
  return asAttempt(async () => {
    const minor = TEMPORAL_SERVER_VERSION.split('.').slice(0, 2).join('.');
    for (const program of [server, sqlTool]) {
      const version = /(\d+\.\d+)\.\d+/.exec(await run(program, ['--version'], { env, timeoutMs: 20_000 }));
      if (version?.[1] !== minor) throw new Error(`${program} is version ${version?.[0] ?? 'unknown'}, not ${minor}.x`);
    }
    return { server, sqlTool };
  }, undefined);
}

function archiveWay(entry: string, options: ResolveOptions): Way<EngineBinaries> {
  const { releasesUrl: baseUrl = RELEASES_URL, signal } = options;
  return {
    name: `release archive from ${baseUrl}`,
    says: `Looking for the official release archive at ${baseUrl} …`,
    run: () => asAttempt(() => filled(entry, (aside) => unpackRelease({ ...options, baseUrl }, FILES, aside)), signal),
  };
}

function goWay(entry: string, options: ResolveOptions): Way<EngineBinaries> {
  return {
    name: 'build with Go',
    says: `Building Temporal server ${TEMPORAL_SERVER_VERSION} with Go (about five minutes, only this once) …`,
    run: async () => {
      const obstacle = await asAttempt(() => goObstacle(options.env), options.signal);
      if ('reason' in obstacle) return obstacle;
      if (obstacle.found !== undefined) return { reason: obstacle.found };
      return asAttempt(() => filled(entry, (aside) => goBuild(options, aside)), options.signal);
    },
  };
}

async function filled(entry: string, fill: (aside: string) => Promise<void>): Promise<EngineBinaries> {
  await fillEntry(entry, async (aside) => {
    await fill(aside);
    rmSync(join(aside, 'gobin'), { recursive: true, force: true });
    const whole = fromFolder(aside);
    if ('reason' in whole) throw new Error(`what was made is not whole: ${whole.reason}`);
  });
  const attempt = fromFolder(entry);
  if ('reason' in attempt) throw new Error(attempt.reason);
  return attempt.found;
}

function notAvailable(entry: string, tried: ConstructorParameters<typeof NotAvailableError>[1]): NotAvailableError {
  const minor = TEMPORAL_SERVER_VERSION.split('.').slice(0, 2).join('.');
  return new NotAvailableError(`Temporal server ${TEMPORAL_SERVER_VERSION}`, tried, [
    'install Go 1.21 or newer (https://go.dev/dl) and start again: it is built once, in about five minutes',
    `put temporal-server and temporal-sql-tool ${minor}.x into ${entry} or on PATH`,
    'run `docker compose up`: docker-compose.yml starts the whole platform with the official images',
    'set TEMPORAL_ADDRESS to an existing cluster (and DATABASE_URL to an existing Postgres)',
  ]);
}
