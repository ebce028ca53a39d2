import type { Response } from 'express';
import type { Knex } from 'knex';
import { z } from 'zod';
import { verifyPassword } from '../adapters/identity/password';
import { hashSecret, issueSecret } from '../adapters/identity/secret';
import { personOf } from '../db/person';
import { createSession, credentialsOf, endSession } from '../db/session';
import { DomainError } from '../domain/errors';
import { type Principal, tenantsWith } from '../domain/principal';
import { permissionsOf } from '../domain/roles';
import { SESSION_COOKIE, sessionSecret } from './authenticate';
import type { Limits } from './limits';
import { passwordSchema } from './person-schema';
import { type Route, route } from './route';

export interface SessionDeps {
  db: Knex;
  config: { publicUrl: string; sessionHours: number };
  limits: Limits;
  now(): Date;
}

const PATH = '/api/v1/session';

const sessionView = z
  .object({
    personId: z.string().nullable(),
    login: z.string(),
    displayName: z.string(),
    tenantId: z.string(),
    roles: z.array(z.string()).meta({ description: 'Names of all roles held, wherever.' }),
    grants: z.array(z.object({ role: z.string(), tenantId: z.string() })),
    permissions: z.array(z.string()).meta({ description: 'What may be done in at least one tenant.' }),
    locale: z.string().nullable(),
    zone: z.string().nullable(),
  })
  .meta({ id: 'Session' });

/** Signing in and out, and who one is. */
export function sessionRoutes(deps: SessionDeps): Route[] {
  const common = { path: PATH, tag: 'session' } as const;
  return [
    signInRoute(deps),
    route({
      ...common,
      method: 'get',
      summary: 'Who am I',
      access: 'signed-in',
      response: sessionView,
      handle: ({ principal }) => viewSession(deps.db, principal),
    }),
    route({
      ...common,
      method: 'delete',
      summary: 'Sign out',
      access: 'signed-in',
      status: 204,
      async handle({ req, res }) {
        const secret = sessionSecret(req);
        if (secret !== undefined) await endSession(deps.db, hashSecret(secret));
        res.clearCookie(SESSION_COOKIE, cookieOptions(deps.config.publicUrl));
      },
    }),
  ];
}

function signInRoute(deps: SessionDeps): Route {
  return route({
    method: 'post',
    path: PATH,
    tag: 'session',
    summary: 'Sign in with login and password; the answer sets a cookie',
    access: 'public',
    body: z.strictObject({ login: z.string().trim().toLowerCase().min(1).max(100), password: passwordSchema }),
    response: sessionView,
    errors: ['Unauthenticated', 'TooManyRequests'],
    async handle({ body, req, res, log }) {
      const ip = req.ip ?? 'unknown';
      await deps.limits.signIn(body.login, ip, res);
      const found = await credentialsOf(deps.db, body.login);
      const fits = await verifyPassword(body.password, found?.passwordHash ?? null);
      if (!fits || found === undefined || !found.active) {
        log.info({ login: body.login }, 'sign-in refused');
        throw new DomainError('Unauthenticated', 'Login or password is wrong.');
      }
      await deps.limits.signInSucceeded(body.login, ip);
      await openSession(deps, found.personId, res);
      return viewSession(deps.db, await principalOf(deps.db, found.personId));
    },
  });
}

/** Opens a session and hands its secret to the browser. @param issuer provider that vouches for the person */
export async function openSession(
  deps: Pick<SessionDeps, 'db' | 'now' | 'config'>,
  personId: string,
  res: Response,
  issuer: string | null = null,
): Promise<void> {
  const { secret, hash } = issueSecret('session');
  const now = deps.now();
  const expires = new Date(now.getTime() + deps.config.sessionHours * 3_600_000);
  const times = { now: now.toISOString(), expiresAt: expires.toISOString() };
  await createSession(deps.db, { hash, personId, issuer, ...times });
  res.cookie(SESSION_COOKIE, secret, { ...cookieOptions(deps.config.publicUrl), expires });
}

/** The principal a signed-in person is. */
export async function principalOf(db: Knex, personId: string): Promise<Principal> {
  const person = await personOf(db, 'all', personId);
  if (person === undefined) throw new DomainError('NotFound', 'The person is gone.');
  const { login, displayName, tenantId, roles } = person;
  return { personId, login, displayName, tenantId, grants: roles, scopes: null };
}

/** What a session or token says about its holder. */
export async function viewSession(db: Knex, p: Principal): Promise<z.infer<typeof sessionView>> {
  const person = p.personId === null ? undefined : await personOf(db, 'all', p.personId);
  const held = [...permissionsOf(p.grants.map((g) => g.role))];
  return {
    personId: p.personId,
    login: p.login,
    displayName: p.displayName,
    tenantId: p.tenantId,
    roles: [...new Set(p.grants.map((g) => g.role))].sort(),
    grants: p.grants.map((g) => ({ ...g })),
    permissions: held.filter((permission) => tenantsWith(p, permission).length > 0).sort(),
    locale: person?.locale ?? null,
    zone: person?.zone ?? null,
  };
}

/** Of cookies that only our pages send back. */
export function cookieOptions(publicUrl: string) {
  return { httpOnly: true, sameSite: 'lax', secure: publicUrl.startsWith('https:'), path: '/' } as const;
}
