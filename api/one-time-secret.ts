import type { Knex } from 'knex';
import { z } from 'zod';
import { oneTimeContext, type Seal } from '../adapters/identity/seal';
import { noteRefused, type OneTimeSecret, oneTimeSecretOf, takeSecret, waitingSecrets } from '../db/one-time-secret';
import { DomainError } from '../domain/errors';
import type { Principal } from '../domain/principal';
import { type Route, route } from './route';

export interface OneTimeSecretDeps {
  db: Knex;
  /** Null without CONTINUO_KEY. */
  seal: Seal | null;
  now(): Date;
}

const PATH = '/api/v1/one-time-secrets';
const common = { tag: 'secret', access: 'signed-in' } as const;
const params = z.strictObject({ token: z.uuid() });
const instant = z.iso.datetime();
const secretSchema = z
  .object({
    id: z.string(),
    caseId: z.string(),
    step: z.string(),
    login: z.string().meta({ description: 'Whom it is for' }),
    resource: z.string().nullable().meta({ description: 'What it belongs to' }),
    provisioner: z.string().nullable(),
    state: z.enum(['waiting', 'viewed', 'revoked', 'expired']),
    createdAt: instant,
    expiresAt: instant,
    viewedAt: instant.nullable(),
    revokedAt: instant.nullable(),
  })
  .meta({ id: 'OneTimeSecret' });

/** Secrets that one person may look at once. Reading the page uses nothing up: mail scanners follow links. */
export function oneTimeSecretRoutes(deps: OneTimeSecretDeps): Route[] {
  return [listRoute(deps), readRoute(deps), revealRoute(deps)];
}

function present({ tenantId: _, ...secret }: OneTimeSecret, now: Date): z.infer<typeof secretSchema> {
  const over = Date.parse(secret.expiresAt) <= now.getTime();
  const state =
    secret.viewedAt !== null ? 'viewed' : secret.revokedAt !== null ? 'revoked' : over ? 'expired' : 'waiting';
  return { ...secret, state };
}

/** A person himself: neither a machine nor a token that was narrowed for something else. @throws DomainError Forbidden */
function loginOf(principal: Principal): string {
  if (principal.personId !== null && principal.scopes === null) return principal.login;
  throw new DomainError('Forbidden', 'Secrets are for people who have signed in themselves.');
}

function listRoute({ db, now }: OneTimeSecretDeps): Route {
  return route({
    ...common,
    method: 'get',
    path: PATH,
    summary: 'What waits for you to be looked at once',
    response: z.object({ items: z.array(secretSchema), nextCursor: z.null() }),
    async handle({ principal }) {
      const at = now();
      const found = await waitingSecrets(db, loginOf(principal), at.toISOString());
      return { items: found.map((s) => present(s, at)), nextCursor: null };
    },
  });
}

const missing = (id: string) => new DomainError('NotFound', `There is no secret ${id} for you.`);

function readRoute({ db, now }: OneTimeSecretDeps): Route {
  return route({
    ...common,
    method: 'get',
    path: `${PATH}/:token`,
    summary: 'What it is, for whom and until when; not the secret itself, and nothing is used up',
    params,
    response: secretSchema,
    errors: ['NotFound', 'Forbidden'],
    async handle({ principal, params: { token } }) {
      const secret = await oneTimeSecretOf(db, loginOf(principal), token);
      if (!secret) throw missing(token);
      return present(secret, now());
    },
  });
}

function revealRoute({ db, seal, now }: OneTimeSecretDeps): Route {
  return route({
    ...common,
    method: 'post',
    path: `${PATH}/:token`,
    summary: 'Show the secret, once, to the person it is for',
    params,
    response: z.object({ secret: z.string() }),
    errors: ['NotFound', 'Forbidden', 'Conflict'],
    async handle({ principal, params: { token }, res, log }) {
      const login = loginOf(principal);
      const at = now().toISOString();
      if (!(await oneTimeSecretOf(db, login, token))) {
        await noteRefused(db, token, login, at);
        throw missing(token);
      }
      if (seal === null) throw new DomainError('Conflict', 'The platform has no CONTINUO_KEY: it can open no secret.');
      const secret = await db.transaction(async (trx) => {
        const sealed = await takeSecret(trx, token, login, at);
        return sealed === null ? null : seal.open(sealed, oneTimeContext(token));
      });
      if (secret === null)
        throw new DomainError('Conflict', 'It was looked at before, was taken back, or its time is over.');
      log.info({ by: login, secret: token }, 'one-time secret seen');
      res.set('Cache-Control', 'no-store');
      return { secret };
    },
  });
}
