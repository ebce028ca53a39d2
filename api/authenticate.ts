import type { Request } from 'express';
import type { Knex } from 'knex';
import { hashSecret, sameSecret } from '../adapters/identity/secret';
import { sourceByToken } from '../db/intake-source';
import { principalOfSession } from '../db/session';
import { DEFAULT_TENANT } from '../db/tenant';
import { principalOfToken } from '../db/token';
import { DomainError } from '../domain/errors';
import type { Principal } from '../domain/principal';
import { INTAKE_SOURCE_ROLE } from '../domain/roles';

/** What identities are checked against. */
export interface IdentityDeps {
  db: Knex;
  /** CONTINUO_ADMIN_TOKEN. */
  adminToken?: string;
  now(): Date;
}

/** Who calls, and whether a browser vouches for him: cookies travel with forged requests, bearer tokens do not. */
export interface Identity {
  principal: Principal;
  by: 'session' | 'bearer';
}

export const SESSION_COOKIE = 'continuo_session';

/** Stands for nobody on public routes: holds nothing, belongs nowhere. */
export const ANONYMOUS: Principal = {
  personId: null,
  login: 'anonymous',
  displayName: '',
  tenantId: '',
  grants: [],
  scopes: [],
};

const ADMINISTRATOR: Principal = {
  personId: null,
  login: 'admin-token',
  displayName: 'CONTINUO_ADMIN_TOKEN',
  tenantId: DEFAULT_TENANT,
  grants: [{ role: 'administrator', tenantId: '*' }],
  scopes: null,
};

/**
 * Identity of a request by `Authorization: Bearer` (administrator token, API token, intake source) or session cookie.
 * @throws DomainError Unauthenticated when there is none, or it opens nothing (any more)
 */
export async function authenticate(deps: IdentityDeps, req: Request): Promise<Identity> {
  const header = req.headers.authorization;
  if (header !== undefined) {
    const token = /^Bearer +(\S+)$/i.exec(header)?.[1];
    const principal = token === undefined ? undefined : await principalOfBearer(deps, token);
    if (principal !== undefined) return { principal, by: 'bearer' };
    throw new DomainError('Unauthenticated', 'The bearer token is unknown, revoked or expired.');
  }
  const secret = sessionSecret(req);
  if (secret === undefined) throw new DomainError('Unauthenticated', 'Sign in, or send a bearer token.');
  const principal = await principalOfSession(deps.db, hashSecret(secret), deps.now().toISOString());
  if (principal === undefined) throw new DomainError('Unauthenticated', 'The session has ended; sign in again.');
  return { principal, by: 'session' };
}

/** The secret in the session cookie, if one was sent. */
export function sessionSecret(req: Request): string | undefined {
  return new RegExp(`(?:^|;\\s*)${SESSION_COOKIE}=([A-Za-z0-9_-]+)`).exec(req.headers.cookie ?? '')?.[1];
}

async function principalOfBearer(deps: IdentityDeps, token: string): Promise<Principal | undefined> {
  if (deps.adminToken !== undefined && sameSecret(token, deps.adminToken)) return ADMINISTRATOR;
  const source = await sourceByToken(deps.db, token);
  if (source === null) return principalOfToken(deps.db, hashSecret(token), deps.now().toISOString());
  return {
    personId: null,
    login: `intake:${source.name}`,
    displayName: source.name,
    tenantId: source.tenantId,
    grants: [{ role: INTAKE_SOURCE_ROLE.name, tenantId: source.tenantId }],
    scopes: null,
    sourceId: source.id,
  };
}
