import http from 'node:http';
import https from 'node:https';
import { assertPublicLiteral, ForbiddenTarget, publicLookup } from '../notification/public-target';

/** Longest a sign-in provider may take for one answer, ms. */
const LIMIT_MS = 10_000;
/** Most bytes of an answer. */
const MOST_BYTES = 1024 * 1024;

/** What `openid-client` hands over. */
export interface ProviderRequest {
  method: string;
  headers: Record<string, string>;
  body?: unknown;
}

/**
 * Calls a sign-in provider. Its own host is where the operator says; every other address that its metadata names has to be
 * public (SSRF), and TLS is needed wherever the issuer has it. Bounded in time and size; follows no redirect.
 */
export function providerFetch(issuer: URL): (url: string, request: ProviderRequest) => Promise<Response> {
  return async (address, { method, headers, body }) => {
    const url = new URL(address);
    const home = url.host === issuer.host;
    if (url.protocol !== 'https:' && !(home && url.protocol === issuer.protocol)) throw new ForbiddenTarget(url.host);
    if (!home) assertPublicLiteral(url);
    const text = body === undefined || body === null ? undefined : String(body);
    return send(url, { method, headers, text, home });
  };
}

interface Sending {
  method: string;
  headers: Record<string, string>;
  text: string | undefined;
  home: boolean;
}

function send(url: URL, { method, headers, text, home }: Sending): Promise<Response> {
  return new Promise((resolve, reject) => {
    const { request } = url.protocol === 'https:' ? https : http;
    const asked = request(url, {
      method,
      headers: { ...headers, ...(text !== undefined && { 'content-length': String(Buffer.byteLength(text)) }) },
      lookup: home ? undefined : publicLookup,
      agent: false,
      // The whole call: a provider that sends a byte now and then does not get longer.
      signal: AbortSignal.timeout(LIMIT_MS),
    });
    asked.on('error', reject);
    asked.on('response', (answer) => read(answer).then(resolve, reject));
    asked.end(text);
  });
}

/** Statuses that have no body, as `Response` demands. */
const EMPTY = [101, 204, 205, 304];

async function read(answer: http.IncomingMessage): Promise<Response> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of answer as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > MOST_BYTES) {
      answer.destroy();
      throw new Error(`the answer has more than ${MOST_BYTES} bytes`);
    }
    parts.push(part);
  }
  const headers = new Headers();
  for (const [name, value] of Object.entries(answer.headers)) {
    for (const one of [value ?? []].flat()) headers.append(name, one);
  }
  const status = answer.statusCode ?? 502;
  return new Response(EMPTY.includes(status) ? null : Buffer.concat(parts), { status, headers });
}
