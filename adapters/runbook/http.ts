import http from 'node:http';
import https from 'node:https';
import type { StepAnswer, StepRequest } from '../../domain/runbook';
import { assertPublicLiteral, ForbiddenTarget, publicLookup } from '../notification/public-target';

/** Most bytes of an answer that are read; what follows is not waited for. */
export const MOST_BYTES = 256 * 1024;

export interface RunbookOptions {
  /** Every address may be a target. */
  allowPrivateTargets: boolean;
  /** `host` or `host:port` that may be a target although its address is private. */
  hosts: readonly string[];
}

/**
 * What became of a call. `unsent`: the target has certainly received nothing and the call may be repeated. `lost`: it may
 * have been carried out. `forbidden`: the address is private and not listed.
 */
export type CallOutcome =
  | { kind: 'answered'; answer: StepAnswer }
  | { kind: 'unsent' | 'lost' | 'forbidden'; error: string };

/** Sends steps of runbooks. Never throws: what went wrong is the answer. Bounded in time and size; follows no redirect. */
export interface RunbookTarget {
  /** @param idempotencyKey the same for each repeat of a run, sent as `Idempotency-Key` */
  call(request: StepRequest, limits: { ms: number; idempotencyKey: string }): Promise<CallOutcome>;
}

export function runbookTarget(options: RunbookOptions): RunbookTarget {
  return {
    async call(request, { ms, idempotencyKey }) {
      try {
        const url = new URL(request.url);
        const free = options.allowPrivateTargets || isListed(url, options.hosts);
        if (!free) assertPublicLiteral(url);
        return { kind: 'answered', answer: await send(url, request, { ms, idempotencyKey, free }) };
      } catch (error) {
        return failed(error, ms);
      }
    },
  };
}

/** `host` stands for the port of the scheme, any other port has to be named. */
function isListed(url: URL, hosts: readonly string[]): boolean {
  return hosts.some((host) => host.toLowerCase() === url.host);
}

function send(
  url: URL,
  { method, headers, body }: StepRequest,
  { ms, idempotencyKey, free }: { ms: number; idempotencyKey: string; free: boolean },
): Promise<StepAnswer> {
  return new Promise((resolve, reject) => {
    const { request } = url.protocol === 'https:' ? https : http;
    const asked = request(url, {
      method,
      headers: {
        accept: 'application/json, text/plain;q=0.9, */*;q=0.1',
        ...headers,
        'user-agent': 'continuo',
        'idempotency-key': idempotencyKey,
        'content-length': Buffer.byteLength(body ?? ''),
      },
      lookup: free ? undefined : publicLookup,
      agent: false,
      // The whole call: a target that sends a byte now and then does not get longer.
      signal: AbortSignal.timeout(ms),
    });
    asked.on('error', reject);
    asked.on('response', (response) => read(response).then(resolve, reject));
    asked.end(body ?? undefined);
  });
}

/** Reads at most `MOST_BYTES` of an answer. */
async function read(response: http.IncomingMessage): Promise<StepAnswer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of response) {
    parts.push(part);
    size += part.length;
    if (size > MOST_BYTES) break; // ends the connection
  }
  const cut = size > MOST_BYTES;
  return { status: response.statusCode ?? 0, text: Buffer.concat(parts).subarray(0, MOST_BYTES).toString('utf8'), cut };
}

function failed(error: unknown, ms: number): CallOutcome {
  if (error instanceof ForbiddenTarget)
    return { kind: 'forbidden', error: `${error.message}; list it in RUNBOOK_HOSTS to allow it` };
  const { message, name, syscall, code } = error as NodeJS.ErrnoException;
  if (name === 'AbortError' || name === 'TimeoutError')
    return { kind: 'lost', error: `no whole answer in ${ms / 1000} s` };
  const unsent = syscall === 'connect' || syscall === 'getaddrinfo';
  return { kind: unsent ? 'unsent' : 'lost', error: message || String(code ?? name) };
}
