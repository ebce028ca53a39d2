import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { z } from 'zod';
import { Child, type ChildSpec, type ChildStatus, type ProcessSpec } from './child';
import type { Engine } from './engine';
import { createDataDir, readJson, writeFileWhole } from './files';
import { Guard } from './guard';
import { type Lock, LockHeldError, lockHolder, takeLock } from './lock';
import { trimLog } from './logfile';
import { commandLine, endProcess, identify, isRunning, type ProcessIdentity, waitGone } from './process';
import type { Progress } from './progress';

const TRIM_EVERY_MS = 60_000;
/** How long the guard of a killed launcher may need to stop everything in order. */
const GUARD_WAIT_MS = 90_000;

/** How long a lock's holder may take to vanish before it counts as alive. */
const DYING_MS = 1_000;

/** Another launcher works on this DATA_DIR. */
export class AlreadyRunningError extends Error {
  constructor(
    dataDir: string,
    readonly pid: number,
  ) {
    super(
      `${dataDir} is in use by process ${pid}${describe(pid)}. Stop that one first, or give this one a DATA_DIR of its own.`,
    );
  }
}

/**
 * The one launcher of a DATA_DIR: holds its lock, keeps its processes running, stops them in reverse order of starting.
 * What runs is recorded in `DATA_DIR/children.json`, so that the next start finds what a crash may have left.
 */
export class Supervisor {
  private readonly entries: Child[] = [];
  private readonly guard: Guard;
  private readonly trimmer: NodeJS.Timeout;
  private stopped: Promise<void> | undefined;

  private constructor(
    private readonly dataDir: string,
    private readonly log: Logger,
    private readonly lock: Lock,
  ) {
    this.guard = new Guard(log, () => this.record());
    this.trimmer = setInterval(() => this.trimLogs(), TRIM_EVERY_MS).unref();
    this.record();
  }

  /**
   * Takes DATA_DIR for this process and ends whatever a killed launcher has left running on it.
   * @throws AlreadyRunningError while another launcher lives
   */
  static async open(dataDir: string, log: Logger, progress: Progress): Promise<Supervisor> {
    await createDataDir(dataDir);
    const lock = await takeDataDir(dataDir);
    try {
      await endOrphans(dataDir, log, progress);
    } catch (error) {
      lock.release();
      throw error;
    }
    return new Supervisor(dataDir, log, lock);
  }

  /** Starts a process and keeps it running. Rejects, with nothing left running of it, when it does not get ready. */
  async add(spec: ChildSpec): Promise<void> {
    if (this.stopped !== undefined) throw new Error(`cannot start ${spec.name}: everything is being stopped`);
    if (this.entries.some((child) => child.spec.name === spec.name)) throw new Error(`${spec.name} runs already`);
    const rank = this.entries.length;
    const child = new Child(spec, this.log, (started, ended) => {
      if (started !== undefined) this.guard.add({ rank, pid: started, ...stopOf(spec) });
      if (ended !== undefined) this.guard.remove(ended);
      this.record();
    });
    this.entries.push(child);
    await child.start();
  }

  children(): readonly ChildStatus[] {
    return this.entries.map((child) => child.status());
  }

  /** Stops all in reverse order and gives DATA_DIR free; later calls await the first. */
  stop(): Promise<void> {
    this.stopped ??= this.stopAll();
    return this.stopped;
  }

  private async stopAll(): Promise<void> {
    clearInterval(this.trimmer);
    for (const child of this.entries.toReversed()) {
      await child.stop();
      this.log.info({ child: child.spec.name }, 'stopped');
    }
    this.guard.close();
    this.lock.release();
  }

  private record(): void {
    const children = this.entries.flatMap((child) => {
      const { pid } = child.status();
      const who = pid === undefined ? undefined : identify(pid);
      return who === undefined ? [] : [{ name: child.spec.name, ...who, ...stopOf(child.spec) }];
    });
    const state: Recorded = { guard: this.guard.identity(), children };
    writeFileWhole(join(this.dataDir, 'children.json'), `${JSON.stringify(state, null, 2)}\n`);
  }

  private trimLogs(): void {
    for (const { spec } of this.entries) {
      try {
        if (spec.logFile !== undefined) trimLog(spec.logFile);
      } catch (error) {
        this.log.warn({ file: spec.logFile, error }, 'could not trim the log file');
      }
    }
  }
}

/** Aborted by the first SIGINT, SIGTERM or SIGHUP. A second one ends the launcher at once; the guard then cleans up. */
export function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(name, () => controller.abort(new Error(`stopped by ${name}`)));
  }
  return controller.signal;
}

/**
 * Runs `specs` on a started engine until `signal` is aborted, then stops them and the engine in order.
 * @param onUp called once when all of them are ready
 */
export async function supervise(
  engine: Engine,
  specs: readonly ProcessSpec[],
  signal: AbortSignal,
  onUp: () => void = () => undefined,
): Promise<void> {
  const aborted = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  try {
    for (const spec of specs) {
      if (!signal.aborted) await Promise.race([engine.add(spec), aborted]);
    }
    if (!signal.aborted) onUp();
    await aborted;
  } finally {
    await engine.stop();
  }
}

/** Who runs on this DATA_DIR now, for the doctor. */
export function dataDirHolder(dataDir: string): ProcessIdentity | undefined {
  return lockHolder(lockPath(dataDir));
}

const recorded = z.object({
  guard: z.object({ pid: z.number(), started: z.string() }).optional(),
  children: z.array(
    z.object({
      name: z.string(),
      pid: z.number(),
      started: z.string(),
      stopSignal: z.custom<NodeJS.Signals>((value) => typeof value === 'string' && value.startsWith('SIG')),
      graceMs: z.number(),
    }),
  ),
});
type Recorded = z.infer<typeof recorded>;

async function endOrphans(dataDir: string, log: Logger, progress: Progress): Promise<void> {
  const before = recorded.safeParse(readJson(join(dataDir, 'children.json'))).data;
  if (before === undefined) return;
  const left = () => before.children.filter(isRunning);
  if (before.guard !== undefined && isRunning(before.guard) && left().length > 0) {
    progress.say(`The last launcher was killed; waiting until its processes have stopped …`);
    await waitGone(before.guard, GUARD_WAIT_MS);
  }
  for (const orphan of left().toReversed()) {
    log.warn({ child: orphan.name, pid: orphan.pid }, 'ending a process that a killed launcher left');
    if (!(await endProcess(orphan, orphan.stopSignal, orphan.graceMs))) {
      throw new Error(`${orphan.name} (process ${orphan.pid}) of an earlier launcher cannot be ended; end it by hand`);
    }
  }
}

/** Waits a moment for a launcher that is dying: right after kill -9 it still counts as a process. */
async function takeDataDir(dataDir: string): Promise<Lock> {
  const until = Date.now() + DYING_MS;
  for (;;) {
    try {
      return takeLock(lockPath(dataDir));
    } catch (error) {
      if (!(error instanceof LockHeldError)) throw error;
      if (Date.now() >= until) throw new AlreadyRunningError(dataDir, error.pid);
      await delay(50);
    }
  }
}

function lockPath(dataDir: string): string {
  return join(dataDir, 'continuo.lock');
}

function stopOf(spec: ChildSpec): { stopSignal: NodeJS.Signals; graceMs: number } {
  return { stopSignal: spec.stopSignal ?? 'SIGTERM', graceMs: spec.graceMs ?? 20_000 };
}

function describe(pid: number): string {
  const line = commandLine(pid);
  return line === undefined ? '' : ` (${line.slice(0, 120)})`;
}
