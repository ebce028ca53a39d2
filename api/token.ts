import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { z } from 'zod';
import { issueSecret } from '../adapters/identity/secret';
import { claimKey, requestHash } from '../db/idempotency';
import { listTokens, putToken, revokeToken } from '../db/token';
import { DomainError } from '../domain/errors';
import { type Principal, tenantsWith } from '../domain/principal';
import { type Permission, permissionsOf, ROLES } from '../domain/roles';
import { type Route, route } from './route';

export interface TokenDeps {
  db: Knex;
  now(): Date;
}

const PATH = '/api/v1/tokens';
const PERMISSIONS = [...permissionsOf(ROLES.map((r) => r.name))].sort();

const tokenView = z
  .object({
    id: z.string(),
    label: z.string(),
    scopes: z.array(z.string()).nullable(),
    createdAt: z.string(),
    expiresAt: z.string().nullable(),
    revokedAt: z.string().nullable(),
  })
  .meta({ id: 'ApiToken' });

const createBody = z.strictObject({
  label: z.string().trim().min(1).max(100),
  scopes: z
    .array(z.enum(PERMISSIONS))
    .min(1)
    .nullable()
    .default(null)
    .meta({ description: 'Narrows the token to these permissions; null = everything you may do.' }),
  expiresAt: z.iso.datetime({ offset: true }).nullable().default(null),
});

/** A person's API tokens. */
export function tokenRoutes(deps: TokenDeps): Route[] {
  const common = { tag: 'token', access: 'signed-in' } as const;
  return [
    createRoute(deps),
    route({
      ...common,
      method: 'get',
      path: PATH,
      summary: 'Your API tokens, revoked ones included',
      response: z.object({ items: z.array(tokenView), nextCursor: z.null() }),
      handle: async ({ principal }) => ({ items: await listTokens(deps.db, owner(principal)), nextCursor: null }),
    }),
    route({
      ...common,
      method: 'delete',
      path: `${PATH}/:id`,
      summary: 'Revoke one of your API tokens',
      params: z.strictObject({ id: z.uuid() }),
      status: 204,
      async handle({ principal, params }) {
        const revoked = await revokeToken(deps.db, owner(principal), params.id, deps.now().toISOString());
        if (!revoked) throw new DomainError('NotFound', 'You have no such token that is still valid.');
      },
    }),
  ];
}

function createRoute({ db, now }: TokenDeps): Route {
  return route({
    method: 'post',
    path: PATH,
    tag: 'token',
    summary: 'Create an API token; its secret is shown this once',
    access: 'signed-in',
    idempotency: 'accepted',
    body: createBody,
    status: 201,
    response: tokenView.extend({ token: z.string() }),
    errors: ['Forbidden', 'IdempotencyKeyReused'],
    async handle({ principal, body, idempotencyKey }) {
      const personId = owner(principal);
      const scopes = scopesFor(principal, body.scopes);
      const at = now().toISOString();
      if (body.expiresAt !== null && Date.parse(body.expiresAt) <= now().getTime()) {
        throw new DomainError('ValidationFailed', 'Not valid: body.expiresAt.', [
          { path: 'body.expiresAt', message: 'must lie in the future' },
        ]);
      }
      const { secret, hash } = issueSecret('token');
      const id = await db.transaction(async (trx) => {
        const key = { tenantId: principal.tenantId, principal: principal.login, key: idempotencyKey ?? randomUUID() };
        const request = requestHash(`POST ${PATH}`, body);
        const claim = await claimKey(trx, { ...key, requestHash: request, caseId: randomUUID(), now: at });
        // Repeated because the answer was lost: the same token gets a secret that the caller can see.
        const token = { id: claim.caseId, hash, personId, tenantId: principal.tenantId, createdAt: at };
        await putToken(trx, { ...token, label: body.label, scopes, expiresAt: body.expiresAt });
        return claim.caseId;
      });
      const kept = (await listTokens(db, personId)).find((token) => token.id === id);
      if (kept === undefined) throw new Error(`token ${id} vanished`);
      return { ...kept, token: secret };
    },
  });
}

/** The person whose tokens they are. @throws DomainError Forbidden for machine identities */
function owner(principal: Principal): string {
  if (principal.personId !== null) return principal.personId;
  throw new DomainError('Forbidden', `API tokens belong to people; ${principal.login} is none.`);
}

/** A token never does more than the identity that made it. @throws DomainError Forbidden */
function scopesFor(principal: Principal, wanted: readonly string[] | null): readonly Permission[] | null {
  if (wanted === null) return principal.scopes;
  const scopes = PERMISSIONS.filter((permission) => wanted.includes(permission));
  const beyond = scopes.filter((permission) => tenantsWith(principal, permission).length === 0);
  if (beyond.length === 0) return scopes;
  throw new DomainError(
    'Forbidden',
    'A token cannot do more than you may.',
    beyond.map((permission) => ({ path: 'body.scopes', message: `you do not hold ${permission}` })),
  );
}
