import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { z } from 'zod';
import { claimKey, requestHash } from '../db/idempotency';
import { addTenant, listTenants, type Tenant, tenantOf } from '../db/tenant';
import { DomainError } from '../domain/errors';
import { ROLES } from '../domain/roles';
import { cutPage, keyOfCursor, pageOf, pageQuery } from './page';
import { type Call, type Route, route } from './route';

export interface TenantDeps {
  db: Knex;
  now(): Date;
}

const tenantSchema = z
  .object({ id: z.string(), name: z.string(), securityLevel: z.int(), createdAt: z.string() })
  .meta({ id: 'Tenant' });

const createBody = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be 1–63 lower-case letters, digits or hyphens'),
  name: z.string().trim().min(1).max(200),
  securityLevel: z.int().min(1).max(5).default(1),
});

const roleSchema = z
  .object({
    name: z.string(),
    'zh-CN': z.string(),
    en: z.string(),
    family: z.string(),
    permissions: z.array(z.string()),
  })
  .meta({ id: 'Role' });

/** Organisations that use the platform, and the roles people hold in them. */
export function tenantRoutes({ db, now }: TenantDeps): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/v1/tenants',
      tag: 'tenant',
      summary: 'Tenants that you may see',
      access: 'people:read',
      query: pageQuery,
      response: pageOf(tenantSchema),
      async handle({ tenants, query: { limit, cursor } }) {
        const rows = await listTenants(db, tenants, { limit: limit + 1, after: keyOfCursor(cursor) });
        return cutPage(rows, limit, (tenant) => tenant.id);
      },
    }),
    createRoute({ db, now }),
    route({
      method: 'get',
      path: '/api/v1/roles',
      tag: 'tenant',
      summary: 'Every role and what it permits',
      access: 'signed-in',
      response: z.object({ items: z.array(roleSchema), nextCursor: z.null() }),
      handle: async () => ({
        items: ROLES.map((role) => ({ ...role, permissions: [...role.permissions] })),
        nextCursor: null,
      }),
    }),
  ];
}

function createRoute({ db, now }: TenantDeps): Route {
  return route({
    method: 'post',
    path: '/api/v1/tenants',
    tag: 'tenant',
    summary: 'Add a tenant; only for administrators of all tenants',
    access: 'people:manage',
    idempotency: 'accepted',
    body: createBody,
    status: 201,
    response: tenantSchema,
    errors: ['Conflict'],
    async handle(call) {
      const { tenants, body, log, principal } = call;
      if (tenants !== 'all') throw new DomainError('Forbidden', 'Only an administrator of all tenants adds one.');
      const tenant = await db.transaction((trx) => addOnce(trx, call, now().toISOString()));
      log.info({ by: principal.login, tenant: body.id }, 'tenant added');
      return tenant;
    },
  });
}

/** Adds the tenant, or finds the one an earlier request with this key has added. */
async function addOnce(
  trx: Knex,
  { body, principal, idempotencyKey }: Call<unknown, unknown, z.infer<typeof createBody>>,
  now: string,
): Promise<Tenant> {
  const tenant = { ...body, createdAt: now };
  const { fresh } = await claimKey(trx, {
    tenantId: principal.tenantId,
    principal: principal.login,
    key: idempotencyKey ?? randomUUID(),
    requestHash: requestHash('POST /api/v1/tenants', body),
    caseId: body.id,
    now,
  });
  if (fresh && !(await addTenant(trx, tenant))) {
    const taken = [{ path: 'body.id', message: 'is taken' }];
    throw new DomainError('Conflict', `There is a tenant ${body.id} already.`, taken);
  }
  return (await tenantOf(trx, body.id)) ?? tenant;
}
