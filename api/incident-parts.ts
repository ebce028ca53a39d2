import type { Knex } from 'knex';
import { alertsOf } from '../db/alert';
import { incidentOf, incidentPlan, timelineOf } from '../db/incident';
import { pagesOf } from '../db/page';
import { tasksOf } from '../db/task';
import { DomainError } from '../domain/errors';
import { type Principal, type TenantScope, tenantsWith } from '../domain/principal';
import type { Permission } from '../domain/roles';
import { type CalendarReader, explainedClock, workingTimeOf } from './clock-explanation';
import { clocksAnswer, incidentParams, pagesAnswer, tasksAnswer, timelinePage, timelineQuery } from './incident-schema';
import { refuseHiddenType } from './incident-type';
import { isOutside, worksIn } from './incident-view';
import { alertPage, alertPageQuery, decodeAlertCursor, encodeAlertCursor } from './intake-groups';
import { type Route, route } from './route';

/** What the parts of a case page need. */
export interface IncidentPartDeps {
  db: Knex;
  calendar: CalendarReader;
}

export const READ: readonly Permission[] = ['incident:read', 'incident:read-own'];

/** Whoever may not read all incidents of a tenant sees those he reported himself (I10). */
export function readable(p: Principal): { scope: TenantScope; reporter: string | null } {
  const all = tenantsWith(p, 'incident:read');
  if (all === 'all' || all.length > 0) return { scope: all, reporter: null };
  return { scope: tenantsWith(p, 'incident:read-own'), reporter: p.login };
}

/** @throws DomainError NotFound also when the case is another's: nobody learns what he may not see */
export async function visible(db: Knex, call: { principal: Principal; params: { id: string } }) {
  const { principal: p, params } = call;
  const found = await incidentOf(db, tenantsWith(p, 'incident:read'), params.id);
  if (found) {
    await refuseHiddenType(db, p, found.view);
    return found;
  }
  const own = await incidentOf(db, tenantsWith(p, 'incident:read-own'), params.id);
  if (own?.view.reporter === p.login) return own;
  throw new DomainError('NotFound', `There is no incident ${params.id} that you may see.`);
}

const part = { method: 'get', tag: 'incident', access: READ, params: incidentParams } as const;

/** Of no concern to a requester: how people work. */
const inside = { ...part, access: 'incident:read' } as const;

/** The parts of a case page: story, ledger, alerts, tasks, clocks. */
export function incidentPartRoutes(deps: IncidentPartDeps): Route[] {
  const { db } = deps;
  return [
    route({
      ...part,
      path: '/api/v1/incidents/:id/timeline',
      summary: 'What happened, oldest first',
      query: timelineQuery,
      response: timelinePage,
      async handle(call) {
        const { view } = await visible(db, call);
        const { limit, cursor } = call.query;
        const found = await timelineOf(db, call.params.id, { limit, afterSeq: cursor });
        const items = worksIn(call.principal, view.tenantId) ? found : found.filter(isOutside);
        return { items, nextCursor: found.length === limit ? String(found.at(-1)?.seq) : null };
      },
    }),
    route({
      ...inside,
      path: '/api/v1/incidents/:id/pages',
      summary: 'Who was paged when, and the outcome: the ledger',
      response: pagesAnswer,
      async handle(call) {
        const { view } = await visible(db, call);
        return { items: await pagesOf(db, [view.tenantId], call.params.id) };
      },
    }),
    route({
      ...inside,
      path: '/api/v1/incidents/:id/alerts',
      summary: 'Alerts that converged into it, firing ones first; of an ended one as they were then',
      query: alertPageQuery,
      response: alertPage,
      async handle(call) {
        const { view } = await visible(db, call);
        const { limit, cursor } = call.query;
        const page = { limit, after: decodeAlertCursor(cursor) };
        const { items, next } = await alertsOf(db, [view.tenantId], call.params.id, page);
        return { items, nextCursor: encodeAlertCursor(next) };
      },
    }),
    route({
      ...inside,
      path: '/api/v1/incidents/:id/tasks',
      summary: 'Tasks the case created',
      response: tasksAnswer,
      async handle(call) {
        await visible(db, call);
        return { items: await tasksOf(db, call.params.id) };
      },
    }),
    clocksRoute(deps),
  ];
}

function clocksRoute(deps: IncidentPartDeps): Route {
  return route({
    ...part,
    path: '/api/v1/incidents/:id/clocks',
    summary: 'Each clock explained interval by interval, by the fold that the engine uses',
    response: clocksAnswer,
    async handle(call) {
      const { view, facts, calendars, planId } = await visible(deps.db, call);
      const plan = await incidentPlan(deps.db, planId);
      // The case's own clock may run ahead of this process (virtual time in tests): never explain less than it knows.
      const now = view.closedAt ? Date.parse(view.closedAt) : Math.max(Date.now(), Date.parse(view.updatedAt));
      const items = [];
      for (const clock of plan.clocks) {
        const id = clock.calendarId;
        const w = await workingTimeOf(deps.calendar, view, { id, version: calendars[id] ?? 0, now });
        const levels = plan.escalation.levels.flatMap((l) => l.when);
        const thresholds = levels.flatMap((t) => ('clock' in t && t.clock === clock.name ? [t.fraction] : []));
        items.push({ ...explainedClock(clock, facts, w, now), thresholds });
      }
      return { asOf: new Date(now).toISOString(), items };
    },
  });
}
