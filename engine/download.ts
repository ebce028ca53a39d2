import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from './errors';

/** How long an unreachable or silent server may hold up a start, in milliseconds. */
export interface DownloadLimits {
  readonly connectMs: number;
  /** Until the answer begins, redirects included, and between two pieces of it. */
  readonly silenceMs: number;
}

export const DOWNLOAD_LIMITS: DownloadLimits = { connectMs: 3_000, silenceMs: 10_000 };

/** Small text, e.g. a list of checksums. */
export async function downloadText(url: string, limits: DownloadLimits, signal?: AbortSignal): Promise<string> {
  const all: Uint8Array[] = [];
  for await (const { piece } of pieces(url, limits, signal)) all.push(piece);
  return Buffer.concat(all).toString('utf8');
}

/** Writes the answer to `path` and returns its SHA-256 in hex. `onBytes` is told the bytes so far and the total, if known. */
export async function downloadFile(
  url: string,
  path: string,
  limits: DownloadLimits,
  onBytes: (done: number, total: number | undefined) => void,
  signal?: AbortSignal,
): Promise<string> {
  const hash = createHash('sha256');
  let done = 0;
  const file = await open(path, 'w', 0o600);
  try {
    for await (const { piece, total } of pieces(url, limits, signal)) {
      hash.update(piece);
      await file.writeFile(piece);
      done += piece.length;
      onBytes(done, total);
    }
  } finally {
    await file.close();
  }
  return hash.digest('hex');
}

async function* pieces(
  url: string,
  limits: DownloadLimits,
  signal?: AbortSignal,
): AsyncGenerator<{ piece: Uint8Array; total: number | undefined }> {
  const { hostname, port, protocol } = new URL(url);
  await reach(hostname, port === '' ? (protocol === 'http:' ? 80 : 443) : Number(port), limits.connectMs);
  const silence = new AbortController();
  const timer = setTimeout(
    () => silence.abort(new Error(`${hostname} sent nothing for ${limits.silenceMs / 1000} s`)),
    limits.silenceMs,
  );
  try {
    const response = await fetch(url, { signal: AbortSignal.any([silence.signal, ...(signal ? [signal] : [])]) });
    if (!response.ok || response.body === null) throw new Error(`${url} answered ${response.status}`);
    const length = response.headers.get('content-length');
    const total = length === null ? undefined : Number(length);
    for await (const piece of response.body) {
      timer.refresh();
      yield { piece, total };
    }
  } catch (error) {
    throw messageOf(error) === 'fetch failed' ? new Error(`${url}: ${causeOf(error)}`, { cause: error }) : error;
  } finally {
    clearTimeout(timer);
  }
}

/** Name resolution and TCP connection within the limit: an offline machine must not wait for a resolver to give up. */
export async function reach(host: string, port: number, limitMs: number): Promise<void> {
  const socket = connect({ host, port });
  const over = new AbortController();
  try {
    const connected = new Promise<void>((resolve, reject) => {
      socket.once('connect', () => resolve());
      socket.once('error', (error) => reject(new Error(`${host}:${port} cannot be reached (${error.message})`)));
    });
    const late = delay(limitMs, undefined, { signal: over.signal }).then(() =>
      Promise.reject(new Error(`${host}:${port} did not answer within ${limitMs / 1000} s`)),
    );
    late.catch(() => undefined); // aborted below once the race is decided
    await Promise.race([connected, late]);
  } finally {
    over.abort();
    socket.destroy();
  }
}

/** `fetch` hides the reason (refused, reset, certificate) in the cause. */
function causeOf(error: unknown): string {
  const hidden = typeof error === 'object' && error !== null && 'cause' in error ? error.cause : undefined;
  return messageOf(hidden ?? error);
}
