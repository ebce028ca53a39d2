/** Where slow steps of a start say what they do; injected so that tests stay quiet. */
export interface Progress {
  /** One line that stays. */
  say(line: string): void;
  /** A line replaced by the next one on a terminal; printed at most every ten seconds elsewhere. */
  update(line: string): void;
}

const PRINT_EVERY_MS = 10_000;

/** Writes to stderr, so that stdout stays free for logs or results. */
export function stderrProgress(stream: NodeJS.WriteStream = process.stderr): Progress {
  let printedAt = 0;
  let open = false;
  const clear = () => {
    if (open) stream.write('\r\x1b[2K');
    open = false;
  };
  return {
    say(line) {
      clear();
      stream.write(`${line}\n`);
    },
    update(line) {
      if (stream.isTTY) {
        clear();
        stream.write(line.slice(0, (stream.columns ?? 80) - 1));
        open = true;
      } else if (Date.now() - printedAt >= PRINT_EVERY_MS) {
        printedAt = Date.now();
        stream.write(`${line}\n`);
      }
    },
  };
}

/** For tests and commands that must not chat. */
export const quietProgress: Progress = { say: () => undefined, update: () => undefined };
