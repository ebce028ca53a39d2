import type { Knex } from 'knex';
import { z } from 'zod';
import { type AlertCursor, alertsOfGroup } from '../db/alert';
import { alertGroup, listGroups } from '../db/alert-group';
import { HELD_REASONS } from '../domain/alert-hold';
import { DomainError } from '../domain/errors';
import { LEVELS_OF_IMPACT } from '../domain/incident-plan';
import { limitQuery } from './intake-schema';
import { type Route, route } from './route';

const shown = z.iso.datetime().meta({ description: 'RFC 3339, UTC' });
const level = z.enum(LEVELS_OF_IMPACT);
const labels = z.record(z.string(), z.string());

/** An alert, in a group or in an incident. */
export const alertSchema = z
  .object({
    fingerprint: z.string(),
    status: z.enum(['firing', 'resolved']),
    labels,
    annotations: labels,
    impact: level,
    urgency: level,
    startsAt: shown.nullable(),
    endsAt: shown.nullable(),
    firstReceivedAt: shown,
    lastReceivedAt: shown,
    pushes: z.int().meta({ description: 'pushes that carried it' }),
    generatorUrl: z.string().nullable(),
    held: z
      .object({
        reason: z.enum(HELD_REASONS),
        by: z.string().meta({ description: 'id of the silence, or name of the rule' }),
        since: shown,
      })
      .nullable()
      .meta({ description: 'why it does not count for an incident although it fires' }),
  })
  .meta({ id: 'Alert' });
export const alertPage = z.object({ items: z.array(alertSchema), nextCursor: z.string().nullable() });
export const alertPageQuery = z.strictObject({ limit: limitQuery, cursor: z.string().max(1_000).optional() });

const groupSchema = z
  .object({
    id: z.string(),
    tenantId: z.string(),
    source: z.string().nullable(),
    groupKey: z.string(),
    title: z.string(),
    service: z.string(),
    impact: level,
    urgency: level,
    labels,
    incidentId: z.string().nullable().meta({ description: 'the open incident' }),
    lastIncidentId: z.string().nullable(),
    firing: z.int(),
    held: z.int().meta({ description: 'firing alerts that are held and do not count' }),
    rule: z.string().nullable().meta({ description: 'grouping rule that formed it; null: the sender did' }),
    dueAt: shown.nullable().meta({ description: 'when its incident hears of it next' }),
    total: z.int(),
    truncated: z.int().meta({ description: 'alerts the sender left out of its last push' }),
    updatedAt: shown,
  })
  .meta({ id: 'AlertGroup' });

const flag = z.enum(['true', 'false']).optional();
const groupQuery = z.strictObject({
  firing: flag,
  assigned: flag.meta({ description: 'whether an incident is open for it' }),
  limit: limitQuery,
  cursor: z
    .string()
    .regex(/^\d{1,15}$/, 'must be a nextCursor of this list')
    .optional(),
});
const groupParams = z.strictObject({ id: z.string().regex(/^\d{1,15}$/, 'must be the id of a group') });

const truth = (text: 'true' | 'false' | undefined) => (text === undefined ? null : text === 'true');

/** Position in a list of alerts as callers see it. */
export function encodeAlertCursor(next: AlertCursor | null): string | null {
  return next && Buffer.from(JSON.stringify([next.status, next.fingerprint])).toString('base64url');
}

const cursorShape = z.tuple([z.enum(['firing', 'resolved']), z.string()]);
/** @throws DomainError ValidationFailed for a cursor that is none of ours */
export function decodeAlertCursor(cursor: string | undefined): AlertCursor | null {
  if (cursor === undefined) return null;
  try {
    const [status, fingerprint] = cursorShape.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    return { status, fingerprint };
  } catch {
    throw new DomainError('ValidationFailed', 'The cursor is not valid.', [
      { path: 'query.cursor', message: 'must be a nextCursor of this list' },
    ]);
  }
}

/** What monitoring says, also where no incident came of it. */
export function intakeGroupRoutes({ db }: { db: Knex }): Route[] {
  const common = { method: 'get', tag: 'intake', access: 'incident:read' } as const;
  return [
    route({
      ...common,
      path: '/api/v1/intake/groups',
      summary: 'Groups of alerts, newest first',
      query: groupQuery,
      response: z.object({ items: z.array(groupSchema), nextCursor: z.string().nullable() }),
      async handle({ tenants, query: { firing, assigned, limit, cursor } }) {
        const filter = { firing: truth(firing), assigned: truth(assigned) };
        const page = { limit: limit + 1, before: cursor === undefined ? null : Number(cursor) };
        const found = await listGroups(db, tenants, filter, page);
        const items = found.slice(0, limit);
        return { items, nextCursor: found.length > limit ? (items.at(-1)?.id ?? null) : null };
      },
    }),
    route({
      ...common,
      path: '/api/v1/intake/groups/:id/alerts',
      summary: 'Alerts of a group, firing ones first',
      params: groupParams,
      query: alertPageQuery,
      response: alertPage,
      errors: ['NotFound'],
      async handle({ tenants, params, query: { limit, cursor } }) {
        const id = Number(params.id);
        if (!(await alertGroup(db, tenants, id)))
          throw new DomainError('NotFound', `There is no alert group ${params.id} that you may see.`);
        const { items, next } = await alertsOfGroup(db, tenants, id, { limit, after: decodeAlertCursor(cursor) });
        return { items, nextCursor: encodeAlertCursor(next) };
      },
    }),
  ];
}
