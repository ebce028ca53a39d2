import type { RequestHandler } from 'express';
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';

/** What a process measures; its registry is what `/metrics` shows. */
export interface Metrics {
  registry: Registry;
  httpSeconds: Histogram<'method' | 'route' | 'status'>;
}

/** A registry of its own with the process metrics of Node and the HTTP histogram. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const httpSeconds = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the arrival of a request to the end of its answer.',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  return { registry, httpSeconds };
}

/** Key of `res.locals` that names the route pattern; without it the request met no route of ours. */
export const ROUTE_LABEL = 'routePath';

/** Observes every answer by route pattern, never by path: ids would make a series each. */
export function measureRequests({ httpSeconds }: Metrics): RequestHandler {
  return (req, res, next) => {
    const stop = httpSeconds.startTimer();
    res.once('close', () => {
      const route: unknown = res.locals[ROUTE_LABEL];
      stop({ method: req.method, route: typeof route === 'string' ? route : 'other', status: String(res.statusCode) });
    });
    next();
  };
}
