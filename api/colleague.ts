import type { Knex } from 'knex';
import { z } from 'zod';
import { findColleagues } from '../db/colleague';
import { type Route, route } from './route';

/** So many are enough to choose from, and too few to copy the directory. */
const AT_MOST = 10;

const query = z.strictObject({
  q: z.string().trim().min(2).max(100).meta({ description: 'Part of login or name, two characters or more.' }),
});
const response = z.object({
  items: z.array(z.object({ login: z.string(), displayName: z.string() })),
  nextCursor: z.null(),
});

/** Those whom somebody may name in a request without reading everything about people. */
export function colleagueRoutes({ db }: { db: Knex }): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/v1/colleagues',
      tag: 'people',
      summary: 'Active people of your tenant by part of login or name: to delegate to, to mention, to fill into forms',
      access: 'request:read-own',
      query,
      response,
      async handle({ tenants, query: { q } }) {
        return { items: await findColleagues(db, tenants, q, AT_MOST), nextCursor: null };
      },
    }),
  ];
}
