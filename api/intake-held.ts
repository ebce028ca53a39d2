import type { Knex } from 'knex';
import { z } from 'zod';
import { droppedAlerts, droppedByRule, heldAlerts } from '../db/alert-placed';
import { HELD_REASONS } from '../domain/alert-hold';
import { DomainError } from '../domain/errors';
import { limitQuery } from './intake-schema';
import { type Route, route } from './route';
import { placedAlert } from './silence-schema';

const shown = z.iso.datetime().meta({ description: 'RFC 3339, UTC' });
const cursorQuery = z.string().max(1_000).optional();
const read = { method: 'get', tag: 'intake', access: 'incident:read' } as const;

const heldQuery = z.strictObject({
  reason: z.enum(HELD_REASONS).optional(),
  by: z.string().max(200).optional().meta({ description: 'id of a silence, or name of a rule' }),
  limit: limitQuery,
  cursor: cursorQuery,
});
const droppedQuery = z.strictObject({ limit: limitQuery, cursor: cursorQuery });

const droppedSchema = z
  .object({
    tenantId: z.string(),
    source: z.string().nullable(),
    fingerprint: z.string(),
    rule: z.string(),
    labels: z.record(z.string(), z.string()),
    pushes: z.int(),
    firstAt: shown,
    lastAt: shown,
  })
  .meta({ id: 'DroppedAlert' });
const byRule = z.array(z.object({ rule: z.string(), alerts: z.int(), pushes: z.int() }));

const encode = (parts: readonly [string, string]) => Buffer.from(JSON.stringify(parts)).toString('base64url');
const shape = z.tuple([z.string(), z.string()]);

/** @throws DomainError ValidationFailed for a cursor that is none of ours */
function decode(cursor: string | undefined, first: z.ZodType<unknown, string>): [string, string] | null {
  if (cursor === undefined) return null;
  try {
    const parts = shape.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    first.parse(parts[0]);
    return parts;
  } catch {
    throw new DomainError('ValidationFailed', 'The cursor is not valid.', [
      { path: 'query.cursor', message: 'must be a nextCursor of this list' },
    ]);
  }
}

/** What rules and silences keep from people, so that nothing is kept without being seen. */
export function intakeHeldRoutes({ db }: { db: Knex }): Route[] {
  return [heldRoute(db), droppedRoute(db)];
}

function heldRoute(db: Knex): Route {
  return route({
    ...read,
    path: '/api/v1/intake/held',
    summary: 'Alerts that fire and are held back: why, by what, since when',
    query: heldQuery,
    response: z.object({ items: z.array(placedAlert), nextCursor: z.string().nullable() }),
    async handle({ tenants, query: { reason, by, limit, cursor } }) {
      const at = decode(cursor, z.string().regex(/^\d{1,15}$/));
      const after = at && { groupId: Number(at[0]), fingerprint: at[1] };
      const found = await heldAlerts(db, tenants, { reason, by }, { limit: limit + 1, after });
      const items = found.slice(0, limit);
      const last = items.at(-1);
      const nextCursor = found.length > limit && last ? encode([last.groupId, last.fingerprint]) : null;
      return { items, nextCursor };
    },
  });
}

function droppedRoute(db: Knex): Route {
  return route({
    ...read,
    path: '/api/v1/intake/dropped',
    summary: 'Alerts that a filter dropped, newest first, and how many by rule',
    query: droppedQuery,
    response: z.object({ items: z.array(droppedSchema), byRule, nextCursor: z.string().nullable() }),
    async handle({ tenants, query: { limit, cursor } }) {
      const at = decode(cursor, z.iso.datetime());
      const before = at && { lastAt: at[0], fingerprint: at[1] };
      const found = await droppedAlerts(db, tenants, { limit: limit + 1, before });
      const items = found.slice(0, limit);
      const last = items.at(-1);
      const nextCursor = found.length > limit && last ? encode([last.lastAt, last.fingerprint]) : null;
      return { items, byRule: await droppedByRule(db, tenants), nextCursor };
    },
  });
}
