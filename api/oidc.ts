import { randomBytes } from 'node:crypto';
import type { Request, Response } from 'express';
import type { Knex } from 'knex';
import type { Logger } from 'pino';
import { z } from 'zod';
import { OidcError, OidcProvider, type OidcSettings } from '../adapters/identity/oidc';
import { hashSecret } from '../adapters/identity/secret';
import { keepSignIn, type PendingSignIn, takeSignIn } from '../db/oidc';
import { endSession, issuerOfSession } from '../db/session';
import { SESSION_COOKIE, sessionSecret } from './authenticate';
import { type AdmissionRefusal, admitIdentity } from './oidc-admit';
import { type Route, route } from './route';
import { cookieOptions, openSession, type SessionDeps } from './session';

export type OidcDeps = Omit<SessionDeps, 'config'> & {
  db: Knex;
  config: SessionDeps['config'] & { oidc?: OidcSettings };
};

const ROOT = '/api/v1/oidc';
const CALLBACK = `${ROOT}/callback`;
/** Time to sign in at the provider. */
const PENDING_MS = 10 * 60_000;
const COOKIE = 'continuo_oidc_';

/** Why a sign-in came to nothing; the sign-in page has words for each. */
export type SignInRefusal = AdmissionRefusal | OidcError['why'] | 'not-configured' | 'unknown-sign-in';

interface Provider {
  provider: OidcProvider;
  settings: OidcSettings;
}

/** Sign-in at a provider by OpenID Connect: authorization code with PKCE, state and nonce, bound to the browser that began. */
export function oidcRoutes(deps: OidcDeps): Route[] {
  const { oidc, publicUrl } = deps.config;
  const at = oidc && { provider: new OidcProvider(oidc, `${publicUrl}${CALLBACK}`), settings: oidc };
  return [optionsRoute(at), startRoute(deps, at), callbackRoute(deps, at), signOutRoute(deps, at)];
}

function optionsRoute(at: Provider | undefined): Route {
  return route({
    method: 'get',
    path: '/api/v1/sign-in-options',
    tag: 'session',
    summary: 'Ways to sign in',
    access: 'public',
    response: z.object({
      password: z.literal(true),
      provider: z.object({ host: z.string() }).nullable().meta({ description: 'Begin at /api/v1/oidc/start.' }),
    }),
    handle: async () => ({ password: true as const, provider: at ? { host: at.provider.host } : null }),
  });
}

const pagePath = (path: string | undefined) => (path !== undefined && /^\/(?![/\\])[^\s\\]*$/.test(path) ? path : '/');

function startRoute(deps: OidcDeps, at: Provider | undefined): Route {
  return route({
    method: 'get',
    path: `${ROOT}/start`,
    tag: 'session',
    summary: 'Begin to sign in at the provider; redirects the browser',
    access: 'public',
    query: z.strictObject({
      next: z.string().max(2000).optional().meta({ description: 'Path of ours to go on at.' }),
    }),
    status: 302,
    raw: true,
    errors: ['TooManyRequests'],
    async handle({ query, req, res, log }) {
      // Each one leaves a row for ten minutes: an address may begin as many as it may fail.
      await deps.limits.stranger(req.ip ?? 'unknown', res);
      await deps.limits.strangerFailed(req.ip ?? 'unknown');
      if (at === undefined) return refuse(deps, res, 'not-configured');
      const [id, browser] = [randomBytes(12).toString('hex'), randomBytes(32).toString('base64url')];
      const state = `${id}.${randomBytes(24).toString('base64url')}`;
      try {
        const { url, nonce, codeVerifier } = await at.provider.begin(state);
        const now = deps.now();
        const expires = new Date(now.getTime() + PENDING_MS);
        const kept = { id, browserHash: hashSecret(browser), state, nonce, codeVerifier };
        const row: PendingSignIn = { ...kept, returnTo: pagePath(query.next), expiresAt: expires.toISOString() };
        await keepSignIn(deps.db, row, now.toISOString());
        res.cookie(`${COOKIE}${id}`, browser, { ...cookieOf(deps), expires });
        res.redirect(302, url);
      } catch (error) {
        refuse(deps, res, whyOf(error, log));
      }
    },
  });
}

const cookieOf = (deps: OidcDeps) => ({ ...cookieOptions(deps.config.publicUrl), path: CALLBACK });

/** Back to the sign-in page, which says why. */
function refuse({ config }: OidcDeps, res: Response, why: SignInRefusal): void {
  res.redirect(302, `${config.publicUrl}/sign-in?refused=${why}`);
}

/** @throws what is no refusal */
function whyOf(error: unknown, log: Logger): SignInRefusal {
  if (!(error instanceof OidcError)) throw error;
  log.warn({ why: error.why, reason: error.message }, 'sign-in at the provider came to nothing');
  return error.why;
}

function callbackRoute(deps: OidcDeps, at: Provider | undefined): Route {
  return route({
    method: 'get',
    path: CALLBACK,
    tag: 'session',
    summary: 'Where the provider sends the browser back to; redirects it',
    access: 'public',
    query: z.looseObject({ state: z.string().max(200).optional() }),
    status: 302,
    raw: true,
    errors: ['TooManyRequests'],
    async handle({ query, req, res, log }) {
      const ip = req.ip ?? 'unknown';
      await deps.limits.stranger(ip, res);
      if (at === undefined) return refuse(deps, res, 'not-configured');
      const outcome = await comeIn(deps, at, { req, res, state: query.state ?? '', log });
      if ('personId' in outcome) {
        await openSession(deps, outcome.personId, res, at.settings.issuer);
        log.info({ person: outcome.personId }, 'signed in by the provider');
        return res.redirect(302, `${deps.config.publicUrl}${outcome.returnTo}`);
      }
      await deps.limits.strangerFailed(ip);
      log.info({ why: outcome.refused }, 'sign-in by the provider refused');
      refuse(deps, res, outcome.refused);
    },
  });
}

type Outcome = { personId: string; returnTo: string } | { refused: SignInRefusal };

async function comeIn(
  deps: OidcDeps,
  { provider, settings }: Provider,
  { req, res, state, log }: { req: Request; res: Response; state: string; log: Logger },
): Promise<Outcome> {
  const pending = await pendingOf(deps, { req, res, state });
  if (pending === undefined) return { refused: 'unknown-sign-in' };
  try {
    const identity = await provider.finish(new URL(req.originalUrl, 'http://localhost').search, pending);
    const admission = await admitIdentity(deps.db, settings, identity, deps.now());
    return 'refused' in admission ? admission : { ...admission, returnTo: pending.returnTo };
  } catch (error) {
    return { refused: whyOf(error, log) };
  }
}

/**
 * The sign-in that this browser began, used up. A link that somebody else began and hands out opens nothing: it would sign
 * people in as another.
 */
async function pendingOf(
  deps: OidcDeps,
  { req, res, state }: { req: Request; res: Response; state: string },
): Promise<PendingSignIn | undefined> {
  const id = /^([0-9a-f]{24})\./.exec(state)?.[1];
  if (id === undefined) return undefined;
  const secret = new RegExp(`(?:^|;\\s*)${COOKIE}${id}=([A-Za-z0-9_-]+)`).exec(req.headers.cookie ?? '')?.[1];
  res.clearCookie(`${COOKIE}${id}`, cookieOf(deps));
  const pending = await takeSignIn(deps.db, id, deps.now().toISOString());
  if (pending === undefined || secret === undefined || pending.state !== state) return undefined;
  return hashSecret(secret).equals(pending.browserHash) ? pending : undefined;
}

function signOutRoute(deps: OidcDeps, at: Provider | undefined): Route {
  return route({
    method: 'post',
    path: `${ROOT}/sign-out`,
    tag: 'session',
    summary: 'Sign out here, and learn where to sign out of the provider too',
    access: 'signed-in',
    response: z.object({
      url: z.string().nullable().meta({ description: 'Of the provider; null: the session did not come from there.' }),
    }),
    async handle({ req, res }) {
      const secret = sessionSecret(req);
      if (secret === undefined) return { url: null };
      const hash = hashSecret(secret);
      const issuer = await issuerOfSession(deps.db, hash);
      await endSession(deps.db, hash);
      res.clearCookie(SESSION_COOKIE, cookieOptions(deps.config.publicUrl));
      if (at === undefined || issuer !== at.settings.issuer) return { url: null };
      return { url: await at.provider.signOutUrl(`${deps.config.publicUrl}/sign-in`) };
    },
  });
}
