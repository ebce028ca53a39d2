import { isDeepStrictEqual } from 'node:util';
import type { Request, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { DomainError } from '../domain/errors';
import type { Principal } from '../domain/principal';
import { admit, refuseCrossSite } from './access';
import { ANONYMOUS, authenticate, type IdentityDeps } from './authenticate';
import { bodyReader } from './body';
import type { Limits } from './limits';
import { ROUTE_LABEL } from './metrics';
import type { Call, Route } from './route';
import { validate } from './validate';

/** What every route passes through. */
export interface GateDeps extends IdentityDeps {
  limits: Limits;
  /** Origin of PUBLIC_URL. */
  ownOrigin: string;
  log: Logger;
  /** Also check answers against their schema, as tests do; a wrong one becomes an error. */
  checkResponses: boolean;
}

const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,200}$/;

/**
 * A route as express handles it: who asks, may he, is the request well-formed, then the handler. In this order,
 * so that a stranger learns nothing of what would be valid.
 */
export function gate(route: Route, deps: GateDeps): RequestHandler {
  const readBody = bodyReader(route);
  return async (req, res) => {
    res.locals[ROUTE_LABEL] = route.path;
    const principal = await identify(route, deps, req, res);
    const tenants = admit(route.access, principal);
    const idempotencyKey = idempotencyKeyOf(route, req);
    const input = validate(
      { params: route.params, query: route.query, body: route.bodyAs === 'text' ? undefined : route.body },
      { params: req.params, query: req.query, body: await readBody(req, res) },
    );
    const log = req.log ?? deps.log;
    const call: Call<unknown, unknown, unknown> = { ...input, principal, tenants, idempotencyKey, log, req, res };
    res.status(route.status ?? 200);
    const answer = await route.handle(call);
    if (route.raw !== true && !res.headersSent) send(route, res, answer, deps.checkResponses);
  };
}

async function identify(route: Route, deps: GateDeps, req: Request, res: Response): Promise<Principal> {
  if (route.access === 'public') {
    refuseCrossSite(req, deps.ownOrigin);
    return ANONYMOUS;
  }
  const ip = req.ip ?? 'unknown';
  await deps.limits.stranger(ip, res);
  try {
    const { principal, by } = await authenticate(deps, req);
    if (by === 'session') refuseCrossSite(req, deps.ownOrigin);
    await deps.limits.identity(principal, res);
    res.locals.login = principal.login;
    return principal;
  } catch (error) {
    if (error instanceof DomainError && error.code === 'Unauthenticated') await deps.limits.strangerFailed(ip);
    throw error;
  }
}

function idempotencyKeyOf(route: Route, req: Request): string | null {
  const key = req.get('Idempotency-Key');
  if (key === undefined || key === '') {
    if (route.idempotency !== 'required') return null;
    throw new DomainError(
      'IdempotencyKeyRequired',
      'Send a header Idempotency-Key with a value of your own, the same one when you repeat this request.',
    );
  }
  if (IDEMPOTENCY_KEY.test(key)) return key;
  throw new DomainError('ValidationFailed', 'The Idempotency-Key is not valid.', [
    { path: 'headers.idempotency-key', message: 'must be 1–200 visible ASCII characters' },
  ]);
}

function send(route: Route, res: Response, answer: unknown, check: boolean): void {
  if (answer === undefined || answer === null) {
    if (res.statusCode === 200) res.status(204);
    res.end();
    return;
  }
  if (check) checkAnswer(route, answer);
  res.json(answer);
}

/** @throws when an answer breaks its schema or shows fields that the schema does not declare */
function checkAnswer(route: Route, answer: unknown): void {
  const where = `${route.method.toUpperCase()} ${route.path}`;
  if (route.response === undefined) throw new Error(`${where} answers with a body but declares no response schema`);
  const sent: unknown = JSON.parse(JSON.stringify(answer));
  const result = route.response.safeParse(sent);
  if (!result.success) throw new Error(`${where} breaks its response schema: ${result.error.message}`);
  if (!isDeepStrictEqual(JSON.parse(JSON.stringify(result.data)), sent)) {
    throw new Error(`${where} shows fields that its response schema does not declare`);
  }
}
