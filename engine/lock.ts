import { linkSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { errorCode } from './errors';
import { readText } from './files';
import { identify, isRunning, type ProcessIdentity } from './process';

/** Somebody else holds the lock. */
export class LockHeldError extends Error {
  constructor(
    readonly path: string,
    readonly pid: number,
  ) {
    super(`${path} is held by process ${pid}`);
  }
}

/** A held lock; it also ends with the process, because a lock of a dead process is stale. */
export interface Lock {
  release(): void;
}

/**
 * Takes the lock file at `path` for this process.
 * @throws LockHeldError naming the pid while another living process holds it
 */
export function takeLock(path: string): Lock {
  const me = identify(process.pid);
  if (me === undefined) throw new Error(`cannot read the start time of process ${process.pid}`);
  const mine = JSON.stringify(me);
  const aside = `${path}.${process.pid}`;
  writeFileSync(aside, mine, { mode: 0o600 });
  try {
    for (let attempt = 0; attempt < 10; attempt++) {
      if (linkExclusive(aside, path)) return { release: () => release(path, mine) };
      removeIfStale(path, aside);
    }
    throw new Error(`${path}: several processes fight for this lock; start one only`);
  } finally {
    rmSync(aside, { force: true });
  }
}

/** Who holds the lock at `path`, if a living process does. */
export function lockHolder(path: string): ProcessIdentity | undefined {
  const text = readText(path);
  const holder = text === undefined ? undefined : parseIdentity(text);
  return holder !== undefined && isRunning(holder) ? holder : undefined;
}

function linkExclusive(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Moves a stale lock away; if what was moved turns out to be a fresh one of a faster rival, it is put back. */
function removeIfStale(path: string, aside: string): void {
  const seen = readText(path);
  if (seen === undefined) return;
  const holder = parseIdentity(seen);
  if (holder !== undefined && isRunning(holder)) throw new LockHeldError(path, holder.pid);
  const grave = `${aside}.stale`;
  try {
    renameSync(path, grave);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return; // a rival was faster
    throw error;
  }
  if (readText(grave) !== seen) linkExclusive(grave, path);
  rmSync(grave, { force: true });
}

function release(path: string, mine: string): void {
  if (readText(path) === mine) rmSync(path, { force: true });
}

/** A lock that cannot be read is no living process: it was left by a crash while writing. */
function parseIdentity(text: string): ProcessIdentity | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('pid' in value) || !('started' in value)) return undefined;
    return typeof value.pid === 'number' && typeof value.started === 'string'
      ? { pid: value.pid, started: value.started }
      : undefined;
  } catch {
    return undefined;
  }
}
