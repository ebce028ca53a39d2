import type { Knex } from 'knex';
import { z } from 'zod';
import {
  COUNTED,
  countUnread,
  listNotifications,
  markRead,
  NOTIFICATION_STATES,
  type NotificationCursor,
} from '../db/notification';
import { DomainError } from '../domain/errors';
import { stepKind } from '../domain/page-step';
import type { Principal } from '../domain/principal';
import { listOf } from './list-query';
import { cutPage, keyOfCursor, pageOf, pageQuery } from './page';
import { requestSight } from './request-access';
import { type Route, route } from './route';
import { taskSight } from './task';

export interface NotificationDeps {
  db: Knex;
  now(): Date;
}

const PATH = '/api/v1/notifications';
const tag = 'notification';
const instant = z.string().meta({ description: 'RFC 3339, UTC' });

const notificationSchema = z
  .object({
    key: z.string(),
    caseId: z.string().nullable(),
    taskId: z.string().nullable().meta({ description: 'a task that was handed to you' }),
    title: z.string().nullable().meta({ description: 'null: not yours to read' }),
    kind: z.string().nullable().meta({ description: 'what it is about: level, vote, task, mention …' }),
    step: z.string(),
    level: z.int(),
    at: instant,
    method: z.string().nullable().meta({ description: 'null: only here' }),
    state: z.enum(NOTIFICATION_STATES),
    reason: z.string().nullable(),
    settledAt: instant.nullable(),
    attempts: z.int(),
    fallback: z.boolean().meta({ description: 'nobody who was meant could be reached' }),
    note: z.string().nullable(),
    by: z.string().nullable(),
    readAt: instant.nullable(),
  })
  .meta({ id: 'Notification' });

const query = pageQuery.extend({
  state: listOf(z.enum(NOTIFICATION_STATES)).meta({ description: 'only these, separated by commas' }),
  unread: z.enum(['true', 'false']).default('false').meta({ description: 'true: only what you have not seen' }),
  case: z.string().max(100).optional(),
});

const readBody = z
  .strictObject({
    keys: z.array(z.string().min(1).max(500)).min(1).max(500).optional(),
    until: z.iso
      .datetime({ offset: true, error: 'must be an RFC 3339 instant such as 2026-01-31T08:00:00Z' })
      .optional()
      .meta({ description: 'everything up to then: `at` of the newest one shown' }),
  })
  .refine((b) => (b.keys === undefined) !== (b.until === undefined), {
    path: ['keys'],
    message: 'exactly one of keys and until is needed',
  });

const unreadSchema = z
  .object({
    unread: z.int(),
    more: z.boolean().meta({ description: `true: at least ${COUNTED}` }),
  })
  .meta({ id: 'Unread' });

/** What the platform has told whoever asks, with or without a way to reach him outside it. */
export function notificationRoutes(deps: NotificationDeps): Route[] {
  return [listRoute(deps), unreadRoute(deps), readRoute(deps)];
}

/** Machines are told nothing. */
const personOf = ({ personId, login }: Principal) => (personId === null ? null : { personId, login });

function placeIn(cursor: string | undefined): NotificationCursor | undefined {
  const place = keyOfCursor(cursor);
  if (place === undefined) return undefined;
  const [at = '', ...key] = place.split(' ');
  if (!Number.isNaN(Date.parse(at)) && key.length > 0) return [at, key.join(' ')];
  throw new DomainError('ValidationFailed', 'The cursor is not one of ours.', [
    { path: 'query.cursor', message: 'must be the nextCursor of an earlier page' },
  ]);
}

function listRoute({ db }: NotificationDeps): Route {
  return route({
    method: 'get',
    path: PATH,
    tag,
    summary: 'What you were told, newest first: delivered, on its way, failed, superseded and why',
    access: 'signed-in',
    query,
    response: pageOf(notificationSchema),
    async handle({ principal, query: { limit, cursor, state, unread, case: caseId } }) {
      const person = personOf(principal);
      if (person === null) return { items: [], nextCursor: null };
      const reader = { ...(await taskSight(db, principal)), ...person, requests: requestSight(principal) };
      const filter = { states: state, unread: unread === 'true', caseId };
      const rows = await listNotifications(db, reader, filter, { limit: limit + 1, after: placeIn(cursor) });
      const { items, nextCursor } = cutPage(rows, limit, (n) => `${n.at} ${n.key}`);
      const shown = items.map(({ outcome, ...n }) => ({ ...n, kind: stepKind(n.step), state: stateOf(outcome) }));
      return { items: shown, nextCursor };
    },
  });
}

/** A row that names him is never one of nobody. */
const stateOf = (outcome: string | null) => NOTIFICATION_STATES.find((s) => s === outcome) ?? 'pending';

function unreadRoute({ db }: NotificationDeps): Route {
  return route({
    method: 'get',
    path: `${PATH}/unread`,
    tag,
    summary: 'How many you have not seen',
    access: 'signed-in',
    response: unreadSchema,
    async handle({ principal }) {
      const person = personOf(principal);
      const unread = person === null ? 0 : await countUnread(db, person);
      return { unread, more: unread >= COUNTED };
    },
  });
}

function readRoute({ db, now }: NotificationDeps): Route {
  return route({
    method: 'post',
    path: `${PATH}/read`,
    tag,
    summary: 'Mark as seen: some, or everything up to an instant; answers how many are left',
    access: 'signed-in',
    idempotency: 'accepted',
    body: readBody,
    response: unreadSchema,
    async handle({ principal, body }) {
      const person = personOf(principal);
      if (person === null) return { unread: 0, more: false };
      const seen = body.keys === undefined ? { until: body.until ?? '' } : { keys: body.keys };
      await markRead(db, person, seen, now().toISOString());
      const unread = await countUnread(db, person);
      return { unread, more: unread >= COUNTED };
    },
  });
}
