import { randomUUID } from 'node:crypto';
import express, { type ErrorRequestHandler, type Express, type Request } from 'express';
import helmet from 'helmet';
import type { Knex } from 'knex';
import type { Logger } from 'pino';
import { pinoHttp } from 'pino-http';
import { DomainError } from '../domain/errors';
import { engineProblem } from './engine-errors';
import { gate } from './gate';
import { createLimits, type Limits } from './limits';
import { type Metrics, measureRequests } from './metrics';
import { openapiRoute } from './openapi';
import { databaseProblem, sendProblem } from './problem';
import type { Route } from './route';
import { serveWeb } from './web';

/** The part of the configuration that the app reads. */
export interface AppConfig {
  publicUrl: string;
  adminToken?: string;
  rateLimitPerMinute: number;
  trustProxy: number;
}

export interface AppDeps {
  db: Knex;
  routes: readonly Route[];
  config: AppConfig;
  log: Logger;
  metrics: Metrics;
  /** Shared with `sessionRoutes`; made here when absent. */
  limits?: Limits;
  /** Folder of the built web UI (`findWebDir()`); absent: none is served. */
  webDir?: string;
  /** Clock of sessions and tokens; decides nothing about cases (I13). */
  now?: () => Date;
  /** Check answers against their schemas, as tests do. */
  checkResponses?: boolean;
}

/** The HTTP side of the platform: every route behind the same gate, the web UI beside them. */
export function createApp(deps: AppDeps): Express {
  const { config, log, metrics, db } = deps;
  const https = config.publicUrl.startsWith('https:');
  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', config.trustProxy);
  app.use(measureRequests(metrics), requestLog(log), securityHeaders(https));
  const gateDeps = {
    db,
    log,
    adminToken: config.adminToken,
    ownOrigin: new URL(config.publicUrl).origin,
    limits: deps.limits ?? createLimits(db, config.rateLimitPerMinute),
    now: deps.now ?? (() => new Date()),
    checkResponses: deps.checkResponses ?? false,
  };
  app.use('/api', (_req, res, next) => {
    res.set('Cache-Control', 'private, no-cache');
    next();
  });
  for (const route of [...deps.routes, openapiRoute(deps.routes)]) app[route.method](route.path, gate(route, gateDeps));
  if (deps.webDir !== undefined) serveWeb(app, deps.webDir);
  app.use((req) => {
    throw new DomainError('NotFound', `There is nothing at ${req.method} ${req.path}.`);
  });
  app.use(problems(log));
  return app;
}

const idOf = (req: Request) => (typeof req.id === 'string' ? req.id : randomUUID());

/** Turns whatever was thrown into a problem document; what nobody foresaw is logged and told without its inside. */
function problems(log: Logger): ErrorRequestHandler {
  return (error: unknown, req, res, _next) => {
    const known = engineProblem(error) ?? databaseProblem(error) ?? requestProblem(error);
    if (known === undefined) (req.log ?? log).error({ err: error }, 'unexpected error');
    if (res.headersSent) {
      // Part of an answer is out: cutting it off is the only honest end.
      res.destroy();
      return;
    }
    sendProblem(res, known ?? new DomainError('Internal', 'Something unexpected happened; the log has it.'), idOf(req));
  };
}

/** Requests that express itself cannot read: a malformed %-escape. */
function requestProblem(error: unknown): DomainError | undefined {
  if (!(error instanceof URIError)) return undefined;
  return new DomainError('ValidationFailed', 'The address is not valid.', [{ path: 'url', message: error.message }]);
}

/** The key in a heartbeat's address is its secret, and so is that of an approval by mail. */
const withoutKeys = (url: string) => url.replace(/(\/(?:intake\/heartbeats|approval-links|approve)\/)[^/?]+/, '$1…');

function requestLog(log: Logger) {
  return pinoHttp<express.Request, express.Response>({
    logger: log,
    genReqId(req, res) {
      const sent = req.get('X-Request-Id');
      const id = sent !== undefined && /^[\w.-]{1,64}$/.test(sent) ? sent : randomUUID();
      res.setHeader('X-Request-Id', id);
      return id;
    },
    // Headers hold tokens and cookies: they never reach the log.
    serializers: {
      req: (req: { id: unknown; method: string; url: string }) => ({
        id: req.id,
        method: req.method,
        url: withoutKeys(req.url),
      }),
      res: (res: { statusCode: number }) => ({ statusCode: res.statusCode }),
    },
    customProps: (_req, res) => ({ login: res.locals.login }),
    customLogLevel(_req, res, error) {
      if (res.statusCode >= 500 || error !== undefined) return 'error';
      return res.statusCode >= 400 ? 'info' : 'debug';
    },
  });
}

function securityHeaders(https: boolean) {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'self'"],
        // antd writes its styles into the page.
        'style-src': ["'self'", "'unsafe-inline'"],
        'img-src': ["'self'", 'data:', 'blob:'],
        'font-src': ["'self'", 'data:'],
        'worker-src': ["'self'", 'blob:'],
        'object-src': ["'none'"],
        'base-uri': ["'self'"],
        'form-action': ["'self'"],
        'frame-ancestors': ["'none'"],
      },
    },
    strictTransportSecurity: https,
    // Browsers ignore both without TLS and complain.
    crossOriginOpenerPolicy: https,
    originAgentCluster: https,
    xFrameOptions: { action: 'deny' },
  });
}
