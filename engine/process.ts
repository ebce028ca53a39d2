import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** A process that is recognised again after a restart of ours: a pid alone may have been given to somebody else. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Opaque mark of the moment the process started. */
  readonly started: string;
}

/** Identity of a living process; undefined when there is none with this pid or it is a zombie. */
export function identify(pid: number): ProcessIdentity | undefined {
  const started = process.platform === 'linux' ? startedLinux(pid) : startedPosix(pid);
  return started === undefined ? undefined : { pid, started };
}

/** True while exactly this process lives. */
export function isRunning(who: ProcessIdentity): boolean {
  return identify(who.pid)?.started === who.started;
}

/**
 * Ends a process: `signal`, then SIGKILL after `graceMs`. Resolves when it is gone (or refused to go: false).
 * A process of another user that we may not signal counts as refusing.
 */
export async function endProcess(who: ProcessIdentity, signal: NodeJS.Signals, graceMs: number): Promise<boolean> {
  if (!signalIfSame(who, signal)) return !isRunning(who);
  if (await waitGone(who, graceMs)) return true;
  signalIfSame(who, 'SIGKILL');
  return waitGone(who, 5_000);
}

/** Waits until the process is gone, at most `timeoutMs`. */
export async function waitGone(who: ProcessIdentity, timeoutMs: number): Promise<boolean> {
  const until = Date.now() + timeoutMs;
  while (isRunning(who)) {
    if (Date.now() >= until) return false;
    await delay(50);
  }
  return true;
}

/** Command line of a process, for messages; undefined where it cannot be read. */
export function commandLine(pid: number): string | undefined {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim();
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return undefined; // gone, or not ours to read: the caller prints the pid alone
  }
}

function signalIfSame(who: ProcessIdentity, signal: NodeJS.Signals): boolean {
  if (!isRunning(who)) return false;
  try {
    return process.kill(who.pid, signal);
  } catch {
    return false; // ended in between, or not ours: isRunning tells the two apart
  }
}

function startedLinux(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may contain anything; fields are counted behind its end: state is 3, start time is 22.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
    return `${bootId()}/${fields[19] ?? ''}`;
  } catch {
    return undefined; // no such process
  }
}

/** Start times count from the boot, so the boot belongs to the mark. */
function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return 'boot'; // hidden in some sandboxes; the start time alone is then the mark
  }
}

function startedPosix(pid: number): string | undefined {
  try {
    const line = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    return line === '' || line.startsWith('Z') ? undefined : line.replace(/^\S+\s+/, '');
  } catch {
    return undefined; // ps exits with 1 when there is no such process
  }
}
