import { type ChildProcess, spawn } from 'node:child_process';
import type { Logger } from 'pino';
import { identify, type ProcessIdentity } from './process';

/**
 * Outlives the launcher to clean up behind it. It learns by a pipe which processes run; when the pipe ends because the
 * launcher is gone, however it died, it stops them in reverse order of rank. A shell costs 1 MB where Node costs 40.
 * Commands: `add RANK PID SIGNAL TENTHS`, `del PID`, `bye`. A zombie counts as gone: nobody may be there to reap it.
 */
export const GUARD_SCRIPT = `
trap '' INT TERM HUP
list=''
while read -r verb a b c d; do
  case $verb in
    add) list="$list $a:$b:$c:$d" ;;
    del) rest=''; for e in $list; do case $e in *:"$a":*:*) ;; *) rest="$rest $e" ;; esac; done; list=$rest ;;
    bye) exit 0 ;;
  esac
done
alive() {
  kill -0 "$1" 2>/dev/null || return 1
  [ -r "/proc/$1/stat" ] || return 0
  read -r line < "/proc/$1/stat" || return 1
  case $line in *') Z '*) return 1 ;; esac
}
for e in $(for e in $list; do echo "$e"; done | sort -t: -k1,1rn); do
  IFS=: read -r rank pid signal left <<END
$e
END
  kill -s "$signal" "$pid" 2>/dev/null || continue
  while alive "$pid" && [ "$left" -gt 0 ]; do sleep 0.1 2>/dev/null || sleep 1; left=$((left - 1)); done
  alive "$pid" && kill -s KILL "$pid" 2>/dev/null
done
exit 0
`;

/** A process the guard must stop. */
export interface Guarded {
  /** Position in the order of starting; the highest is stopped first. */
  readonly rank: number;
  readonly pid: number;
  readonly stopSignal: NodeJS.Signals;
  readonly graceMs: number;
}

/** The launcher's end of the guard. A guard that dies is replaced while the launcher lives. */
export class Guard {
  private process: ChildProcess;
  private readonly guarded = new Map<number, Guarded>();
  private closing = false;

  constructor(
    private readonly log: Logger,
    private readonly replaced: () => void,
  ) {
    this.process = this.spawn();
  }

  identity(): ProcessIdentity | undefined {
    return this.process.pid === undefined ? undefined : identify(this.process.pid);
  }

  add(entry: Guarded): void {
    this.guarded.set(entry.pid, entry);
    this.send(addLine(entry));
  }

  remove(pid: number): void {
    if (this.guarded.delete(pid)) this.send(`del ${pid}\n`);
  }

  /** Ends the guard; whatever it still guards is left alone. */
  close(): void {
    this.closing = true;
    this.send('bye\n');
    this.process.stdin?.end();
  }

  private send(line: string): void {
    this.process.stdin?.write(line);
  }

  private spawn(): ChildProcess {
    // In a session of its own: neither Ctrl-C in the terminal nor a kill of the process group may reach it.
    const child = spawn('/bin/sh', ['-c', GUARD_SCRIPT, 'continuo-guard'], {
      cwd: '/',
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    child.unref();
    child.stdin?.on('error', (error) => this.log.debug({ error }, 'pipe to the guard broke')); // its exit is handled below
    child.on('error', (error) => this.log.error({ error }, 'no guard: a killed launcher would leave its processes'));
    child.on('exit', () => {
      if (this.closing) return;
      this.log.warn('guard ended; starting another');
      setTimeout(() => this.replace(), 500).unref();
    });
    return child;
  }

  private replace(): void {
    if (this.closing) return;
    this.process = this.spawn();
    for (const entry of this.guarded.values()) this.send(addLine(entry));
    this.replaced();
  }
}

function addLine(entry: Guarded): string {
  return `add ${entry.rank} ${entry.pid} ${entry.stopSignal.slice(3)} ${Math.ceil(entry.graceMs / 100)}\n`;
}
