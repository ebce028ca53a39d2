import type { Knex } from 'knex';
import { z } from 'zod';
import { formOfVersion } from '../activities/request-opening-client';
import { attachmentsOfCase } from '../db/attachment';
import { timelineOf } from '../db/incident';
import { pagesOf } from '../db/page';
import { contentHashesOf, requestPlan } from '../db/request';
import { contentsOf } from '../db/request-content';
import { tasksOf } from '../db/task';
import { DomainError } from '../domain/errors';
import { clockFactsOf } from '../domain/request-clockwork';
import { type CalendarReader, explainedClock, workingTimeOf } from './clock-explanation';
import { clocksAnswer, pagesAnswer, tasksAnswer, timelinePage, timelineQuery } from './incident-schema';
import { handles, READ_REQUESTS, visibleRequest } from './request-access';
import { requestParams } from './request-schema';
import { isOutsideEvent } from './request-view';
import { type Route, route } from './route';

/** What the parts of a request's page need. */
export interface RequestPartDeps {
  db: Knex;
  calendar: CalendarReader;
}

const instant = z.iso.datetime();
const filled = z.object({
  hash: z.string(),
  form: z.string().meta({ description: 'Version of the form: `form/name@version`' }),
  schema: z.record(z.string(), z.unknown()).meta({ description: 'JSON Schema of that version' }),
  data: z.record(z.string(), z.unknown()),
  attachments: z.array(z.string()),
  createdBy: z.string(),
  createdAt: instant,
});
const contentAnswer = z.object({
  ...filled.shape,
  files: z
    .array(z.object({ id: z.string(), name: z.string(), size: z.number().meta({ description: 'bytes' }) }))
    .meta({ description: 'What the attachments are called' }),
  others: z
    .array(filled.omit({ schema: true, data: true, attachments: true }))
    .meta({ description: 'Earlier contents, and what was filled in within steps; oldest first' }),
});

const part = { method: 'get', tag: 'request', access: READ_REQUESTS, params: requestParams } as const;

/** The parts of a request's page: story, content, ledger, tasks, clocks. */
export function requestPartRoutes(deps: RequestPartDeps): Route[] {
  const { db } = deps;
  return [
    route({
      ...part,
      path: '/api/v1/requests/:id/timeline',
      summary: 'What happened, oldest first',
      query: timelineQuery,
      response: timelinePage,
      async handle({ principal, params, query: { limit, cursor } }) {
        const { view } = await visibleRequest(db, principal, params.id);
        const found = await timelineOf(db, params.id, { limit, afterSeq: cursor });
        const items = handles(principal, view.tenantId) ? found : found.filter(isOutsideEvent);
        return { items, nextCursor: found.length === limit ? String(found.at(-1)?.seq) : null };
      },
    }),
    contentRoute(deps),
    route({
      ...part,
      access: ['request:read', 'request:handle'],
      path: '/api/v1/requests/:id/pages',
      summary: 'Who was told when, and the outcome: the ledger',
      response: pagesAnswer,
      async handle({ principal, params }) {
        const { view } = await visibleRequest(db, principal, params.id);
        return { items: await pagesOf(db, [view.tenantId], params.id) };
      },
    }),
    route({
      ...part,
      access: ['request:read', 'request:handle'],
      path: '/api/v1/requests/:id/tasks',
      summary: 'Tasks the request has created',
      response: tasksAnswer,
      async handle({ principal, params }) {
        await visibleRequest(db, principal, params.id);
        return { items: await tasksOf(db, params.id) };
      },
    }),
    clocksRoute(deps),
  ];
}

function contentRoute({ db }: RequestPartDeps): Route {
  return route({
    ...part,
    path: '/api/v1/requests/:id/content',
    summary: 'What was filled in, with the form of that version; an earlier content by its hash',
    query: z.strictObject({
      hash: z
        .string()
        .regex(/^[0-9a-f]{64}$/, 'must be the hash of a content')
        .optional(),
    }),
    response: contentAnswer,
    async handle({ principal, params, query }) {
      const { view } = await visibleRequest(db, principal, params.id);
      const hash = query.hash ?? view.content.hash;
      const all = await contentsOf(db, view.tenantId, await contentHashesOf(db, params.id));
      const found = all.find((c) => c.hash === hash);
      if (!found) throw new DomainError('NotFound', `${params.id} never had a content with this hash.`);
      const { schema } = await formOfVersion(db, view.tenantId, found.form);
      const files = (await attachmentsOfCase(db, params.id, false)).filter((a) => found.attachments.includes(a.id));
      return {
        ...found,
        attachments: [...found.attachments],
        files: files.map(({ id, name, size }) => ({ id, name, size })),
        schema,
        others: all.filter((c) => c.hash !== hash),
      };
    },
  });
}

function clocksRoute(deps: RequestPartDeps): Route {
  return route({
    ...part,
    path: '/api/v1/requests/:id/clocks',
    summary: 'Each clock explained interval by interval, by the fold that the engine uses',
    response: clocksAnswer,
    async handle({ principal, params }) {
      const { view, facts, calendars, planId } = await visibleRequest(deps.db, principal, params.id);
      const plan = await requestPlan(deps.db, planId);
      // The case's own clock may run ahead of this process (virtual time in tests): never explain less than it knows.
      const now = view.endedAt ? Date.parse(view.endedAt) : Math.max(Date.now(), Date.parse(view.updatedAt));
      const items = [];
      for (const shown of view.clocks) {
        const clock = plan.clocks.find((c) => c.name === shown.name);
        const folded = clock && clockFactsOf(clock, facts);
        if (!clock || !folded) continue;
        const id = clock.clock.calendarId;
        const w = await workingTimeOf(deps.calendar, view, { id, version: calendars[id] ?? 0, now });
        items.push({ ...explainedClock(clock.clock, folded, w, now), thresholds: [] });
      }
      return { asOf: new Date(now).toISOString(), items };
    },
  });
}
