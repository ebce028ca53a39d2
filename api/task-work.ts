import type { Knex } from 'knex';
import { listWork, type WorkCursor, workPlace } from '../db/task-work';
import { DomainError } from '../domain/errors';
import { cutPage, keyOfCursor } from './page';
import { type Route, route } from './route';
import { READ_TASKS, taskSight } from './task';
import { workPage, workQuery } from './task-schema';

/** One inbox: everything that waits for whoever asks. */
export function workRoutes({ db }: { db: Knex }): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/v1/me/work',
      tag: 'task',
      summary:
        'What waits for you: pages to acknowledge, steps to approve, tasks, your cases; by the next promise to fall due',
      access: READ_TASKS,
      query: workQuery,
      response: workPage,
      async handle({ principal, query: { limit, cursor, kind } }) {
        const who = { ...(await taskSight(db, principal)), personId: principal.personId };
        const found = await listWork(db, who, { kinds: kind, limit: limit + 1, after: placeIn(cursor) });
        return { ...cutPage(found.items, limit, (w) => workPlace(w).join(' ')), counts: found.counts };
      },
    }),
  ];
}

const isInstant = (text: string) => text === 'infinity' || !Number.isNaN(Date.parse(text));

/** @throws DomainError ValidationFailed */
function placeIn(cursor: string | undefined): WorkCursor | undefined {
  const key = keyOfCursor(cursor);
  if (key === undefined) return undefined;
  const [due = '', since = '', ...rest] = key.split(' ');
  if (isInstant(due) && isInstant(since) && rest.length > 0) return [due, since, rest.join(' ')];
  throw new DomainError('ValidationFailed', 'The cursor is not one of ours.', [
    { path: 'query.cursor', message: 'must be the nextCursor of an earlier page' },
  ]);
}
