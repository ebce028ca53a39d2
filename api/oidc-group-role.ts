import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { z } from 'zod';
import { ALL_TENANTS, appendAdminEvents } from '../db/admin-event';
import { addGroupRole, type GroupRole, listGroupRoles, removeGroupRole } from '../db/oidc';
import { tenantExists } from '../db/tenant';
import { DomainError } from '../domain/errors';
import type { TenantScope } from '../domain/principal';
import { ROLES } from '../domain/roles';
import { cutPage, keyOfCursor, pageOf, pageQuery } from './page';
import { type Route, route } from './route';

interface GroupRoleDeps {
  db: Knex;
  now(): Date;
}

const PATH = '/api/v1/oidc/group-roles';
const tag = 'people';
const role = z.enum(ROLES.map((r) => r.name));
const grantedIn = z
  .string()
  .max(63)
  .nullable()
  .meta({ description: 'Tenant in which the role is held; `*` = all; null = the tenant the person belongs to.' });
const ruleSchema = z
  .object({
    id: z.string(),
    group: z.string(),
    role: z.string(),
    grantedIn: z.string().nullable(),
    createdAt: z.string(),
    createdBy: z.string(),
  })
  .meta({ id: 'GroupRole' });
const body = z.strictObject({ group: z.string().trim().min(1).max(300), role, grantedIn: grantedIn.default(null) });

/** Which role a group of the sign-in provider gives. Rules reach over tenants: they are for who manages all of them. */
export function groupRoleRoutes({ db, now }: GroupRoleDeps): Route[] {
  return [
    route({
      method: 'get',
      path: PATH,
      tag,
      summary: 'Groups of the sign-in provider and the roles they give; only for administrators of all tenants',
      access: 'people:manage',
      query: pageQuery,
      response: pageOf(ruleSchema),
      async handle({ tenants, query: { limit, cursor } }) {
        refuseSome(tenants);
        const rows = await listGroupRoles(db, { limit: limit + 1, after: after(cursor) });
        return cutPage(rows, limit, (rule) => `${rule.id} ${rule.group}`);
      },
    }),
    createRoute({ db, now }),
    removeRoute({ db, now }),
  ];
}

/** @throws DomainError Forbidden */
function refuseSome(tenants: TenantScope): void {
  if (tenants === 'all') return;
  throw new DomainError('Forbidden', 'Only an administrator of all tenants says which groups give which roles.');
}

function after(cursor: string | undefined): readonly [string, string] | undefined {
  const key = keyOfCursor(cursor);
  if (key === undefined) return undefined;
  const [, id, group] = /^([0-9a-f-]{36}) (.*)$/s.exec(key) ?? [];
  if (id !== undefined && group !== undefined) return [group, id];
  throw new DomainError('ValidationFailed', 'The cursor is not one of ours.', [
    { path: 'query.cursor', message: 'must be the nextCursor of an earlier page' },
  ]);
}

function createRoute({ db, now }: GroupRoleDeps): Route {
  return route({
    method: 'post',
    path: PATH,
    tag,
    summary: 'Let a group give a role; it counts from the next sign-in of each person on',
    access: 'people:manage',
    idempotency: 'accepted',
    body,
    status: 201,
    response: ruleSchema,
    errors: ['Conflict'],
    async handle({ tenants, body, principal, log }) {
      refuseSome(tenants);
      if (body.grantedIn !== null && body.grantedIn !== '*' && !(await tenantExists(db, body.grantedIn))) {
        const unknown = [{ path: 'body.grantedIn', message: `unknown tenant ${body.grantedIn}` }];
        throw new DomainError('ValidationFailed', 'Not accepted.', unknown);
      }
      const rule: GroupRole = { id: randomUUID(), ...body, createdAt: now().toISOString(), createdBy: principal.login };
      await db.transaction(async (trx) => {
        if (!(await addGroupRole(trx, rule))) throw new DomainError('Conflict', 'The group gives this role already.');
        await appendAdminEvents(trx, eventOf('group_role_added', rule, principal.login, rule.createdAt));
      });
      log.info({ by: principal.login, ...body }, 'group role added');
      return rule;
    },
  });
}

function eventOf(kind: 'group_role_added' | 'group_role_removed', rule: GroupRole, actor: string, at: string) {
  const { id, group, role, grantedIn } = rule;
  return { tenantId: ALL_TENANTS, kind, subject: `group-role/${id}`, at, actor, body: { group, role, grantedIn } };
}

function removeRoute({ db, now }: GroupRoleDeps): Route {
  return route({
    method: 'delete',
    path: `${PATH}/:id`,
    tag,
    summary: 'Let a group no longer give a role; it counts from the next sign-in of each person on',
    access: 'people:manage',
    params: z.strictObject({ id: z.uuid() }),
    status: 204,
    async handle({ tenants, params: { id }, principal, log }) {
      refuseSome(tenants);
      await db.transaction(async (trx) => {
        const rule = await removeGroupRole(trx, id);
        if (rule === undefined) throw new DomainError('NotFound', `There is no rule ${id}.`);
        await appendAdminEvents(trx, eventOf('group_role_removed', rule, principal.login, now().toISOString()));
      });
      log.info({ by: principal.login, rule: id }, 'group role removed');
    },
  });
}
