import type { Knex } from 'knex';
import { z } from 'zod';
import { requestPlan } from '../db/request';
import { ACTION_NAMES, type ActionName } from '../domain/request-action';
import type { StepPlan } from '../domain/request-plan';
import { READ_REQUESTS, visibleRequest } from './request-access';
import { requestParams } from './request-schema';
import { type Route, route } from './route';

const title = z.object({ 'zh-CN': z.string(), en: z.string() });
const to = z.string().nullable();
const base = { id: z.string(), title, stage: z.string(), next: to };
const step = z.discriminatedUnion('kind', [
  z.object({
    ...base,
    kind: z.enum(['approval', 'task', 'form', 'auto', 'wait', 'notify', 'subprocess', 'end']),
    action: z.enum(ACTION_NAMES).optional().meta({ description: 'Of an automatic step: what it does' }),
    item: z.string().optional().meta({ description: 'Of a request of its own: its catalogue item' }),
    outcome: z.string().optional().meta({ description: 'Of an end' }),
  }),
  z.object({
    ...base,
    kind: z.literal('choice'),
    branches: z.array(z.object({ when: z.string(), next: to })),
    otherwise: to,
  }),
  z.object({ ...base, kind: z.literal('parallel'), branches: z.array(z.string()) }),
]);
const drawing = z
  .object({
    stages: z.array(z.object({ name: z.string(), title })),
    first: z.string(),
    steps: z.record(z.string(), step),
  })
  .meta({ id: 'RequestDrawing' });

/** What of a step is drawn: where it leads, not whom it asks nor with what it acts. */
function drawn(s: StepPlan): z.infer<typeof step> {
  const { id, title: words, stage, next } = s;
  const common = { id, title: words, stage, next };
  switch (s.kind) {
    case 'choice':
      return { ...common, kind: s.kind, branches: s.branches, otherwise: s.otherwise };
    case 'parallel':
      return { ...common, kind: s.kind, branches: s.branches };
    case 'subprocess':
      return { ...common, kind: s.kind, item: s.item };
    case 'auto':
      return { ...common, kind: s.kind, action: s.call.action as ActionName };
    case 'end':
      return { ...common, kind: s.kind, outcome: s.outcome };
    default:
      return { ...common, kind: s.kind };
  }
}

/** The process that a request is pinned to, as a graph (I7). */
export function requestDrawingRoute(db: Knex): Route {
  return route({
    method: 'get',
    path: '/api/v1/requests/:id/drawing',
    tag: 'request',
    summary: 'Steps of the process it is pinned to and where each leads',
    access: READ_REQUESTS,
    params: requestParams,
    response: drawing,
    async handle({ principal, params }) {
      const { planId } = await visibleRequest(db, principal, params.id);
      const { stages, first, steps } = await requestPlan(db, planId);
      return { stages, first, steps: Object.fromEntries(Object.entries(steps).map(([id, s]) => [id, drawn(s)])) };
    },
  });
}
