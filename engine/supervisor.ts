/** A Node process the launcher runs beside the engine (worker, API server). */
export interface ProcessSpec {
  /** Unique; names the process in logs, `children()` and the guard. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Whole environment of the child, nothing is inherited. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** Resolves once the process serves; awaited by `add`, at most `readyTimeoutMs` (60 000 by default). */
  readonly ready?: (signal: AbortSignal) => Promise<void>;
  readonly readyTimeoutMs?: number;
  /** Between SIGTERM and SIGKILL; 20 000 by default. */
  readonly graceMs?: number;
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
