import type { Knex } from 'knex';
import { z } from 'zod';
import { type AdminEvent, type AdminEventPlace, listAdminEvents } from '../db/admin-event';
import { DomainError } from '../domain/errors';
import { cutPage, keyOfCursor, pageOf, pageQuery } from './page';
import { type Route, route } from './route';

const eventSchema = z
  .object({
    tenantId: z.string().meta({ description: '`*`: concerns all tenants.' }),
    seq: z.int().meta({ description: 'Counts from 1 within the tenant, without gaps.' }),
    kind: z.string(),
    subject: z.string().meta({ description: '`person/<id>`, `team/<name>`, `tenant/<id>`, `group-role/<id>`.' }),
    at: z.string(),
    actor: z.string(),
    body: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'AdminEvent' });

const query = pageQuery.extend({
  subject: z.string().max(200).optional(),
  kind: z.string().max(50).optional(),
  actor: z.string().max(100).optional(),
});

/** Who changed people, roles, teams and tenants. */
export function adminEventRoutes({ db }: { db: Knex }): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/v1/admin-events',
      tag: 'audit',
      summary: 'Changes to people, roles, teams and tenants, newest first; append-only and hash-chained per tenant',
      access: 'audit:read',
      query,
      response: pageOf(eventSchema),
      async handle({ tenants, query: { limit, cursor, ...filter } }) {
        const found = await listAdminEvents(db, tenants, filter, { limit: limit + 1, after: placeOf(cursor) });
        return cutPage(found, limit, keyOf);
      },
    }),
  ];
}

const keyOf = ({ at, tenantId, seq }: AdminEvent) => `${new Date(at).toISOString()} ${seq} ${tenantId}`;

/** Place after which a page begins. @throws DomainError ValidationFailed */
function placeOf(cursor: string | undefined): AdminEventPlace | undefined {
  const key = keyOfCursor(cursor);
  if (key === undefined) return undefined;
  const [at = '', seq = '', tenantId = ''] = key.split(' ');
  if (!Number.isNaN(Date.parse(at)) && /^\d{1,9}$/.test(seq)) return [at, tenantId, Number(seq)];
  throw new DomainError('ValidationFailed', 'The cursor is not one of ours.', [
    { path: 'query.cursor', message: 'must be the nextCursor of an earlier page' },
  ]);
}
