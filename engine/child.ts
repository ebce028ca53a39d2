import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { messageOf } from './errors';
import { logTail } from './logfile';

/** A process the launcher runs beside the engine (worker, API server). */
export interface ProcessSpec {
  /** Unique; names the process in logs, `children()` and messages. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Whole environment of the child, nothing is inherited. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** Resolves once the process serves; awaited by `add`, at most `readyTimeoutMs` (60 000 by default). */
  readonly ready?: (signal: AbortSignal) => Promise<void>;
  readonly readyTimeoutMs?: number;
  /** Between the stop signal and SIGKILL; 20 000 by default. */
  readonly graceMs?: number;
}

/** What the engine's own processes need beyond that. */
export interface ChildSpec extends ProcessSpec {
  /** SIGTERM by default. */
  readonly stopSignal?: NodeJS.Signals;
  /** stdout and stderr go there; without it the child writes to the launcher's. */
  readonly logFile?: string;
  readonly uid?: number;
  readonly gid?: number;
  /** Runs before every start: clears what the last run may have left. */
  readonly prepare?: () => Promise<void>;
}

/** State of one supervised process. */
export interface ChildStatus {
  readonly name: string;
  readonly pid: number | undefined;
  readonly state: 'starting' | 'up' | 'backing-off' | 'stopping' | 'stopped';
  readonly restarts: number;
  /** Exit of the last run, e.g. `signal SIGKILL` or `code 1`. */
  readonly lastExit: string | undefined;
}

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 15_000;
/** A run this long clears the back-off. */
const STEADY_MS = 30_000;
const FIRST_START_ATTEMPTS = 4;
/** A start that took longer to fail is not worth repeating while somebody waits for it. */
const QUICK_FAILURE_MS = 10_000;

/** One process that is kept running until it is told to stop. */
export class Child {
  private process: ChildProcess | undefined;
  private exited: Promise<void> = Promise.resolve();
  private state: ChildStatus['state'] = 'stopped';
  private restarts = 0;
  private failures = 0;
  private lastExit: string | undefined;
  private readonly stopping = new AbortController();

  constructor(
    readonly spec: ChildSpec,
    private readonly log: Logger,
    private readonly onPid: (started: number | undefined, ended: number | undefined) => void,
  ) {}

  status(): ChildStatus {
    const { state, restarts, lastExit } = this;
    return { name: this.spec.name, pid: this.process?.pid, state, restarts, lastExit };
  }

  /** Starts for the first time; tries again where the last launcher's remains may need a moment to go. */
  async start(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const began = Date.now();
      try {
        return await this.run();
      } catch (error) {
        const hopeless = attempt >= FIRST_START_ATTEMPTS || Date.now() - began > QUICK_FAILURE_MS;
        if (hopeless || this.stopping.signal.aborted) throw error;
        this.log.warn({ child: this.spec.name, attempt, error }, 'start failed; trying again');
        await delay(FIRST_PAUSE_MS * 2 ** attempt);
      }
    }
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    const child = this.process;
    this.state = child === undefined ? 'stopped' : 'stopping';
    if (child === undefined) return;
    child.kill(this.spec.stopSignal ?? 'SIGTERM');
    const timer = setTimeout(() => {
      this.log.warn({ child: this.spec.name }, 'did not stop in time; killed');
      child.kill('SIGKILL');
    }, this.spec.graceMs ?? 20_000);
    await this.exited;
    clearTimeout(timer);
  }

  /** One start until ready. Throws when the process ends or the time is over before; it is not running then. */
  private async run(): Promise<void> {
    this.state = 'starting';
    await this.spec.prepare?.();
    this.stopping.signal.throwIfAborted();
    const child = this.spawn();
    const giveUp = new AbortController();
    try {
      await Promise.race([
        this.exited.then(() => Promise.reject(new Error(`${this.spec.name} ended with ${this.lastExit}`))),
        // A program that could not be spawned reports that by its exit alone.
        ...(child.pid === undefined ? [] : [this.readyInTime(AbortSignal.any([giveUp.signal, this.stopping.signal]))]),
      ]);
    } catch (error) {
      child.kill('SIGKILL');
      await this.exited;
      throw new Error(`${this.spec.name} did not start: ${messageOf(error)}${this.tail()}`, { cause: error });
    } finally {
      giveUp.abort();
    }
    this.state = 'up';
    const upSince = Date.now();
    void this.exited.then(() => this.keepRunning(upSince));
  }

  private async readyInTime(signal: AbortSignal): Promise<void> {
    const limit = this.spec.readyTimeoutMs ?? 60_000;
    const inTime = AbortSignal.timeout(limit);
    const over = new Promise<never>((_, reject) =>
      inTime.addEventListener('abort', () => reject(new Error(`not ready within ${limit / 1000} s`)), { once: true }),
    );
    await Promise.race([this.spec.ready?.(AbortSignal.any([signal, inTime])), over]);
  }

  private spawn(): ChildProcess {
    const { spec } = this;
    const logFd = spec.logFile === undefined ? undefined : openSync(spec.logFile, 'a', 0o600);
    const out = logFd ?? 'inherit';
    // A process group of its own: Ctrl-C must reach the launcher alone, which stops its children in order.
    const child = spawn(spec.command, spec.args, {
      cwd: spec.cwd,
      env: spec.env,
      uid: spec.uid,
      gid: spec.gid,
      detached: true,
      stdio: ['ignore', out, out],
    });
    if (logFd !== undefined) closeSync(logFd);
    this.process = child;
    this.exited = new Promise((resolve) => {
      const ended = (how: string) => {
        this.lastExit = how;
        this.process = undefined;
        this.onPid(undefined, child.pid);
        resolve();
      };
      child.once('error', (error) => child.pid === undefined && ended(error.message));
      child.once('exit', (code, signal) => ended(signal === null ? `code ${code}` : `signal ${signal}`));
    });
    if (child.pid !== undefined) this.onPid(child.pid, undefined);
    return child;
  }

  private async keepRunning(upSince: number): Promise<void> {
    const { name } = this.spec;
    this.failures = Date.now() - upSince >= STEADY_MS ? 0 : this.failures;
    while (!this.stopping.signal.aborted) {
      const pause = Math.min(FIRST_PAUSE_MS * 2 ** this.failures++, LONGEST_PAUSE_MS);
      this.state = 'backing-off';
      this.log.error({ child: name, exit: this.lastExit, againInMs: pause }, 'process ended; it will be started again');
      try {
        await delay(pause, undefined, { signal: this.stopping.signal });
        this.restarts++;
        await this.run();
        this.log.info({ child: name, pid: this.process?.pid, restarts: this.restarts }, 'process is up again');
        return;
      } catch (error) {
        if (!this.stopping.signal.aborted) this.log.error({ child: name, error }, 'restart failed');
      }
    }
    this.state = 'stopped';
  }

  private tail(): string {
    return this.spec.logFile === undefined ? '' : logTail(this.spec.logFile);
  }
}
