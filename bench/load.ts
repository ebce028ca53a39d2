/** Result of a load: how often the work was done and how long each took. */
export interface Load {
  count: number;
  seconds: number;
  perSecond: number;
  /** Milliseconds. */
  p50: number;
  p95: number;
  max: number;
}

/** Runs `work` by `callers` concurrent callers for so many seconds; the first failure ends the run. */
export async function load(callers: number, seconds: number, work: (n: number) => Promise<unknown>): Promise<Load> {
  const began = performance.now();
  const end = began + seconds * 1000;
  const took: number[] = [];
  let n = 0;
  await Promise.all(
    Array.from({ length: callers }, async () => {
      while (performance.now() < end) {
        const start = performance.now();
        await work(n++);
        took.push(performance.now() - start);
      }
    }),
  );
  const lasted = (performance.now() - began) / 1000;
  took.sort((a, b) => a - b);
  const at = (q: number) => took[Math.min(took.length - 1, Math.floor(took.length * q))] ?? 0;
  return {
    count: took.length,
    seconds: lasted,
    perSecond: took.length / lasted,
    p50: at(0.5),
    p95: at(0.95),
    max: at(1),
  };
}

/** Middle value. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** One row of the report. */
export interface Figure {
  what: string;
  value: string;
  aim?: string;
  met?: boolean;
}

/** JSON over HTTP with keep-alive; rejects on any answer but 2xx. */
export function caller(url: string, token: string) {
  return async <T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<T> => {
    const answer = await fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text.slice(0, 300)}`);
    return (text === '' ? null : JSON.parse(text)) as T;
  };
}
export type Call = ReturnType<typeof caller>;
