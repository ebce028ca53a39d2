import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { errorCode } from './errors';

export interface RunOptions {
  /** Whole environment; nothing is inherited. */
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly uid?: number;
  readonly gid?: number;
  /** Aborting ends the command with everything it started. */
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  /** Every line of stdout and stderr as it comes. */
  readonly onLine?: (line: string) => void;
}

const KEPT_LINES = 20;

/**
 * Runs a command to its end and returns its last lines (stdout and stderr mixed).
 * @throws Error naming the command, its exit and its last lines
 */
export async function run(command: string, args: readonly string[], options: RunOptions): Promise<string> {
  options.signal?.throwIfAborted();
  const { env, cwd, uid, gid } = options;
  // A process group of its own, so that a compiler's children end with it.
  const child = spawn(command, args, { env, cwd, uid, gid, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  const take = (line: string) => {
    lines.push(line);
    if (lines.length > KEPT_LINES) lines.shift();
    options.onLine?.(line);
  };
  createInterface({ input: child.stdout }).on('line', take);
  createInterface({ input: child.stderr }).on('line', take);
  const limits = [options.signal, options.timeoutMs === undefined ? undefined : AbortSignal.timeout(options.timeoutMs)];
  const stop = AbortSignal.any(limits.filter((limit) => limit !== undefined));
  const kill = () => killGroup(child.pid);
  stop.addEventListener('abort', kill, { once: true });
  try {
    const exit = await new Promise<string>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve(signal ?? `code ${code}`));
    });
    options.signal?.throwIfAborted();
    const said = lines.join('\n');
    if (exit === 'code 0') return said;
    const why = stop.aborted ? `took longer than ${(options.timeoutMs ?? 0) / 1000} s` : `ended with ${exit}`;
    throw new Error(`${command} ${why}${said === '' ? '' : `: ${said}`}`);
  } finally {
    stop.removeEventListener('abort', kill);
  }
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (errorCode(error) !== 'ESRCH') throw error; // ended by itself
  }
}
