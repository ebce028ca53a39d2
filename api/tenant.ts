import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { z } from 'zod';
import { type AdminEventKind, appendAdminEvents, type NewAdminEvent } from '../db/admin-event';
import { claimKey, requestHash } from '../db/idempotency';
import { roleHoldersSeen } from '../db/role';
import { addTenant, changeTenant, countsOf, listTenants, type Tenant, tenantOf } from '../db/tenant';
import { DomainError } from '../domain/errors';
import { tenantsWith } from '../domain/principal';
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
const counts = { people: z.int(), active: z.int(), teams: z.int(), openCases: z.int() };
const countedSchema = tenantSchema.extend({ counts: z.object(counts) });
const params = z.strictObject({ id: z.string().max(63) });
const name = z.string().trim().min(1).max(200);
const securityLevel = z
  .int()
  .min(1)
  .max(5)
  .meta({ description: 'Higher = stricter; decides what the catalogue offers to the tenant.' });
const changeBody = z.strictObject({ name: name.optional(), securityLevel: securityLevel.optional() });

const createBody = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be 1–63 lower-case letters, digits or hyphens'),
  name,
  securityLevel: securityLevel.default(1),
});

const roleSchema = z
  .object({
    name: z.string(),
    'zh-CN': z.string(),
    en: z.string(),
    family: z.string(),
    permissions: z.array(z.string()),
    holders: z
      .array(z.object({ id: z.string(), login: z.string(), displayName: z.string(), tenants: z.array(z.string()) }))
      .nullable()
      .meta({ description: 'Active people of the tenants you may read, the first 50; null: you may read of none.' }),
    holderCount: z.int().nullable(),
  })
  .meta({ id: 'Role' });

/** Organisations that use the platform, and the roles people hold in them. */
export function tenantRoutes({ db, now }: TenantDeps): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/v1/tenants',
      tag: 'tenant',
      summary: 'Tenants that you may see, with how much there is of each',
      access: 'people:read',
      query: pageQuery,
      response: pageOf(countedSchema),
      async handle({ tenants, query: { limit, cursor } }) {
        const rows = await listTenants(db, tenants, { limit: limit + 1, after: keyOfCursor(cursor) });
        const page = cutPage(rows, limit, (tenant) => tenant.id);
        return { ...page, items: await counted(db, page.items) };
      },
    }),
    createRoute({ db, now }),
    changeRoute({ db, now }),
    route({
      method: 'get',
      path: '/api/v1/roles',
      tag: 'tenant',
      summary: 'Every role, what it permits and who holds it',
      access: 'signed-in',
      response: z.object({ items: z.array(roleSchema), nextCursor: z.null() }),
      async handle({ principal }) {
        const scope = tenantsWith(principal, 'people:read');
        const holders = scope !== 'all' && scope.length === 0 ? null : await roleHoldersSeen(db, scope, 50);
        const items = ROLES.map((role) => {
          const held = holders?.get(role.name) ?? { total: 0, people: [] };
          const who = holders === null ? ([null, null] as const) : ([held.people, held.total] as const);
          return { ...role, permissions: [...role.permissions], holders: who[0], holderCount: who[1] };
        });
        return { items, nextCursor: null };
      },
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

const NOTHING = { people: 0, active: 0, teams: 0, openCases: 0 };

async function counted(db: Knex, tenants: readonly Tenant[]) {
  const found = await countsOf(
    db,
    tenants.map((t) => t.id),
  );
  return tenants.map((t) => ({ ...t, counts: found.get(t.id) ?? NOTHING }));
}

function changeRoute({ db, now }: TenantDeps): Route {
  return route({
    method: 'patch',
    path: '/api/v1/tenants/:id',
    tag: 'tenant',
    summary: 'Change name or security level; only for administrators of all tenants',
    access: 'people:manage',
    params,
    body: changeBody,
    response: tenantSchema,
    async handle({ tenants, params: { id }, body, log, principal }) {
      if (tenants !== 'all') throw new DomainError('Forbidden', 'Only an administrator of all tenants changes one.');
      const change = { actor: principal.login, at: now().toISOString() };
      const tenant = await db.transaction(async (trx) => {
        await trx('tenant').where({ id }).forUpdate().first('id');
        const before = await tenantOf(trx, id);
        if (before === undefined) throw new DomainError('NotFound', `There is no tenant ${id}.`);
        await changeTenant(trx, id, body);
        const after = { ...before, ...body };
        await appendAdminEvents(trx, ...changed(before, after, change));
        return after;
      });
      log.info({ by: principal.login, tenant: id, fields: Object.keys(body) }, 'tenant changed');
      return tenant;
    },
  });
}

const tenantEvent = (
  id: string,
  kind: AdminEventKind,
  change: { actor: string; at: string },
  body: Record<string, unknown>,
): NewAdminEvent => ({ tenantId: id, kind, subject: `tenant/${id}`, ...change, body });

function changed(before: Tenant, after: Tenant, change: { actor: string; at: string }): NewAdminEvent[] {
  const fields: Record<string, unknown> = {};
  if (before.name !== after.name) fields.name = [before.name, after.name];
  if (before.securityLevel !== after.securityLevel) {
    fields.securityLevel = [before.securityLevel, after.securityLevel];
  }
  return Object.keys(fields).length > 0 ? [tenantEvent(before.id, 'tenant_changed', change, { fields })] : [];
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
  if (fresh) {
    const { name, securityLevel } = body;
    const change = { actor: principal.login, at: now };
    await appendAdminEvents(trx, tenantEvent(body.id, 'tenant_added', change, { name, securityLevel }));
  }
  return (await tenantOf(trx, body.id)) ?? tenant;
}
