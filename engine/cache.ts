import { accessSync, constants, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Lock, LockHeldError, takeLock } from './lock';
import { identify } from './process';
import type { Progress } from './progress';

/** The user's cache of the platform (XDG base directory specification): `~/.cache/continuo`. */
export function cacheRoot(env: NodeJS.ProcessEnv): string {
  const xdg = env.XDG_CACHE_HOME;
  // The specification demands relative paths to be ignored.
  const base = xdg !== undefined && isAbsolute(xdg) ? xdg : join(env.HOME ?? homedir(), '.cache');
  return join(base, 'continuo');
}

/**
 * Fills a cache entry: `fill` writes into a directory aside, which takes the entry's name only when it is whole.
 * Leftovers of dead processes are removed. Returns the entry's path.
 */
export async function fillEntry(entry: string, fill: (aside: string) => Promise<void>): Promise<string> {
  const root = dirname(entry);
  mkdirSync(root, { recursive: true });
  removeLeftovers(root);
  const aside = join(root, `.aside-${process.pid}-${Date.now()}`);
  mkdirSync(aside);
  try {
    await fill(aside);
    rmSync(entry, { recursive: true, force: true });
    renameSync(aside, entry);
    return entry;
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

/** Takes the lock under which a cache entry is filled; while another process fills it, waits and says so. */
export async function lockEntry(entry: string, progress: Progress, signal?: AbortSignal): Promise<Lock> {
  const path = `${entry}.lock`;
  mkdirSync(dirname(path), { recursive: true });
  for (let waited = 0; ; waited++) {
    signal?.throwIfAborted();
    try {
      return takeLock(path);
    } catch (error) {
      if (!(error instanceof LockHeldError)) throw error;
      if (waited === 0) progress.say(`Process ${error.pid} is preparing the same; waiting for it …`);
      await delay(500, undefined, { signal });
    }
  }
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false; // missing or not executable: the same to the caller
  }
}

/** Absolute path of a command on PATH. */
export function onPath(command: string, env: NodeJS.ProcessEnv): string | undefined {
  const folders = (env.PATH ?? '').split(delimiter).filter(isAbsolute);
  return folders.map((folder) => join(folder, command)).find(isExecutable);
}

function removeLeftovers(root: string): void {
  for (const name of readdirSync(root)) {
    const pid = /^\.aside-(\d+)-/.exec(name)?.[1];
    if (pid !== undefined && identify(Number(pid)) === undefined) {
      rmSync(join(root, name), { recursive: true, force: true });
    }
  }
}
