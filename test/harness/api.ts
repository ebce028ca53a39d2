import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { type AppDeps, createApp } from '../../api/app';
import { createMetrics } from '../../api/metrics';

/** Bearer token of an administrator of everything in `startApi`. */
export const ADMIN_TOKEN = 'administrator-of-tests';

/** What a call carries; `body` that is no string is sent as JSON. */
export interface CallOptions {
  token?: string;
  cookie?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

/** An answer; `body` is parsed when it is JSON, else the text. */
export interface ApiAnswer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape
  body: any;
}

/** The API under test, listening on a free loopback port. */
export interface TestApi {
  origin: string;
  call(method: string, path: string, options?: CallOptions): Promise<ApiAnswer>;
  close(): Promise<void>;
}

/** Serves routes with every check on: answers that break their schema become errors. */
export async function startApi(
  deps: Pick<AppDeps, 'db' | 'routes'> & Partial<Omit<AppDeps, 'config'>> & { config?: Partial<AppDeps['config']> },
): Promise<TestApi> {
  const app = createApp({
    log: pino({ level: 'silent' }),
    metrics: createMetrics(),
    checkResponses: true,
    ...deps,
    config: {
      publicUrl: 'http://continuo.test',
      adminToken: ADMIN_TOKEN,
      rateLimitPerMinute: 0,
      trustProxy: 0,
      ...deps.config,
    },
  });
  const server = await new Promise<Server>((up) => {
    const listening = app.listen(0, '127.0.0.1', () => up(listening));
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    call: (method, path, options = {}) => call(origin + path, method, options),
    close() {
      server.closeAllConnections();
      return new Promise((closed) => server.close(() => closed()));
    },
  };
}

async function call(url: string, method: string, { token, cookie, body, headers }: CallOptions): Promise<ApiAnswer> {
  const text = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
  const answer = await fetch(url, {
    method,
    body: text,
    redirect: 'manual',
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(cookie === undefined ? {} : { cookie }),
      ...(text === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
  });
  const received = await answer.text();
  const json = /json/.test(answer.headers.get('content-type') ?? '');
  return { status: answer.status, headers: answer.headers, body: json ? JSON.parse(received) : received };
}
