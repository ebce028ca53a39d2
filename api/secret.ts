import type { Knex } from 'knex';
import { z } from 'zod';
import { type Seal, secretContext } from '../adapters/identity/seal';
import { SHARED } from '../db/definitions';
import { deleteSecret, listSecrets, putSecret } from '../db/secret';
import { tenantExists } from '../db/tenant';
import { DomainError } from '../domain/errors';
import { inScope, type TenantScope } from '../domain/principal';
import { cutPage, keyOfCursor, pageOf, pageQuery } from './page';
import { type Route, route } from './route';

export interface SecretDeps {
  db: Knex;
  /** Null without CONTINUO_KEY: secrets are then refused. */
  seal: Seal | null;
  now(): Date;
}

const PATH = '/api/v1/secrets';
const common = { tag: 'definition', access: 'definition:publish' } as const;
const params = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,99}$/, 'lower-case letters, digits and hyphens'),
});
const query = z.strictObject({
  tenantId: z.string().max(100).optional().meta({ description: 'Your own tenant unless stated; `*`: all tenants.' }),
});
const secretSchema = z
  .object({ tenantId: z.string(), name: z.string(), updatedAt: z.string(), updatedBy: z.string() })
  .meta({ id: 'Secret' });

/** Secrets that definitions refer to as `{{secret.name}}`. They can be written and forgotten, never read. */
export function secretRoutes(deps: SecretDeps): Route[] {
  return [listRoute(deps), putRoute(deps), deleteRoute(deps)];
}

function listRoute({ db }: SecretDeps): Route {
  return route({
    ...common,
    method: 'get',
    path: PATH,
    summary: 'Names of the secrets that definitions may refer to',
    query: pageQuery,
    response: pageOf(secretSchema),
    async handle({ tenants, query: { limit, cursor } }) {
      const [tenantId, name] = keyOfCursor(cursor)?.split('/') ?? [];
      const after = tenantId !== undefined && name !== undefined ? ([tenantId, name] as const) : undefined;
      const found = await listSecrets(db, tenants, { limit: limit + 1, after });
      return cutPage(found, limit, (s) => `${s.tenantId}/${s.name}`);
    },
  });
}

function putRoute({ db, seal, now }: SecretDeps): Route {
  return route({
    ...common,
    method: 'put',
    path: `${PATH}/:name`,
    summary: 'Enter a secret, or another one in its place',
    params,
    query,
    body: z.strictObject({ value: z.string().min(8).max(4_000) }),
    response: secretSchema,
    async handle({ params: { name }, query: asked, body, principal, tenants, log }) {
      const tenantId = ownerOf(tenants, asked.tenantId ?? principal.tenantId);
      if (tenantId !== SHARED && !(await tenantExists(db, tenantId)))
        throw new DomainError('NotFound', `There is no tenant ${tenantId}.`);
      if (seal === null)
        throw new DomainError('Conflict', 'The platform has no CONTINUO_KEY: it keeps no secret that it cannot seal.');
      const record = { tenantId, name, updatedAt: now().toISOString(), updatedBy: principal.login };
      await putSecret(db, { ...record, sealed: seal.seal(body.value, secretContext(tenantId, name)) });
      log.info({ by: principal.login, tenant: tenantId, name }, 'secret entered');
      return record;
    },
  });
}

function deleteRoute({ db }: SecretDeps): Route {
  return route({
    ...common,
    method: 'delete',
    path: `${PATH}/:name`,
    summary: 'Forget a secret; steps that need it fail from then on',
    params,
    query,
    status: 204,
    async handle({ params: { name }, query: asked, principal, tenants, log }) {
      const tenantId = ownerOf(tenants, asked.tenantId ?? principal.tenantId);
      if (!(await deleteSecret(db, tenantId, name))) throw new DomainError('NotFound', `There is no secret ${name}.`);
      log.info({ by: principal.login, tenant: tenantId, name }, 'secret forgotten');
    },
  });
}

/** A secret of all tenants belongs to who publishes for all of them. @throws DomainError Forbidden, NotFound */
function ownerOf(scope: TenantScope, tenantId: string): string {
  if (tenantId === SHARED && scope !== 'all')
    throw new DomainError('Forbidden', 'Only who publishes for every tenant may enter secrets of all tenants.');
  if (!inScope(scope, tenantId)) throw new DomainError('NotFound', `There is no tenant ${tenantId} that you may see.`);
  return tenantId;
}
