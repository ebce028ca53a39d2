import type { Request } from 'express';
import { DomainError } from '../domain/errors';
import { type Principal, type TenantScope, tenantsWith } from '../domain/principal';
import type { Permission } from '../domain/roles';
import type { Access } from './route';

/**
 * Tenants in which a principal may use a route; the default is deny (I10).
 * @throws DomainError Forbidden when there is none
 */
export function admit(access: Access, principal: Principal): TenantScope {
  if (access === 'public') return [];
  if (access === 'signed-in') return [principal.tenantId];
  const permissions: readonly Permission[] = typeof access === 'string' ? [access] : access;
  const scopes = permissions.map((permission) => tenantsWith(principal, permission));
  if (scopes.includes('all')) return 'all';
  const tenants = [...new Set(scopes.flat())];
  if (tenants.length > 0) return tenants;
  const needed = permissions.join(' or ');
  throw new DomainError('Forbidden', `This needs the permission ${needed}, which ${principal.login} does not hold.`);
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses unsafe requests that another site's page makes a browser send. Every browser says where a request comes
 * from (`Sec-Fetch-Site`, older ones `Origin`); a request with neither is none of a browser's.
 * @param ownOrigin origin of PUBLIC_URL
 * @throws DomainError Forbidden
 */
export function refuseCrossSite(req: Request, ownOrigin: string): void {
  if (SAFE.has(req.method)) return;
  const { origin } = req.headers;
  const site = req.headers['sec-fetch-site'];
  if (origin === ownOrigin) return;
  if (site === 'same-origin' || site === 'none') return;
  if (site === undefined && (origin === undefined || originHost(origin) === req.headers.host)) return;
  throw new DomainError('Forbidden', 'A page of another site sent this request; it was not carried out.');
}

function originHost(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
