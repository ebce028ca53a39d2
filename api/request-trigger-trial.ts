import type { Knex } from 'knex';
import { z } from 'zod';
import { type Candidates, candidateTriggers, tryOnRequest } from '../activities/definitions-trigger-trial';
import { requestInside } from '../db/request';
import { DomainError } from '../domain/errors';
import { inScope } from '../domain/principal';
import { requestParams } from './request-schema';
import { type Route, route } from './route';

const body = z
  .strictObject({
    triggers: z.array(z.unknown()).max(100).optional().meta({ description: 'As a process of requests has them' }),
    source: z
      .string()
      .max(200_000)
      .optional()
      .meta({ description: 'The same as YAML: the list, or the whole process' }),
  })
  .refine((b) => b.triggers === undefined || b.source === undefined, 'either triggers or source, not both');

const instant = z.iso.datetime().meta({ description: 'RFC 3339, UTC' });
const looked = {
  at: instant,
  event: z.string().meta({ description: 'Kind of the event it would have looked at' }),
  seq: z.number().nullable().meta({ description: 'Of the event in the story; null: a trigger would have caused it' }),
  because: z.string().nullable().meta({ description: 'The trigger that would have caused the event' }),
  depth: z.number().meta({ description: 'Triggers between it and what people or time have done' }),
  trigger: z.string(),
};
const answer = z
  .object({
    id: z.string(),
    process: z.string().meta({ description: 'Version of the process that the request is pinned to' }),
    triggers: z.array(z.string()).meta({ description: 'Those that were tried, in their order' }),
    fired: z.array(z.object({ ...looked, does: z.array(z.looseObject({ kind: z.string() })) })),
    stopped: z.array(z.object({ ...looked, limit: z.enum(['firings', 'depth']) })),
    recorded: z
      .array(z.object({ at: instant, trigger: z.string(), seq: z.number(), stopped: z.boolean() }))
      .meta({ description: 'What the triggers it is pinned to have really done' }),
  })
  .meta({ id: 'TriggerTrial' });

const candidates = ({ triggers, source }: z.infer<typeof body>): Candidates | null => {
  if (triggers !== undefined) return { triggers };
  return source === undefined ? null : { source, file: 'triggers.yaml' };
};
const dated = <T extends { at: number }>(list: readonly T[]) =>
  list.map((x) => ({ ...x, at: new Date(x.at).toISOString() }));

/** Triggers tried on what has happened: for whoever publishes definitions, before they are published. */
export function triggerTrialRoute(db: Knex): Route {
  return route({
    method: 'post',
    path: '/api/v1/requests/:id/trigger-dry-run',
    tag: 'definition',
    summary:
      'Which triggers would have fired on the story of a request, in which order and doing what; changes nothing',
    access: 'definition:publish',
    params: requestParams,
    body,
    response: answer,
    errors: ['NotFound'],
    async handle({ params, tenants, body: given }) {
      const found = await requestInside(db, params.id);
      if (!found || !inScope(tenants, found.view.tenantId))
        throw new DomainError('NotFound', `There is no request ${params.id} on which you may try triggers.`);
      const wanted = candidates(given);
      const { tenantId } = found.view;
      const tried = await tryOnRequest(
        db,
        found,
        wanted && ((process) => candidateTriggers(db, tenantId, process, wanted)),
      );
      const { fired, stopped, recorded } = tried;
      return { ...tried, fired: dated(fired), stopped: dated(stopped), recorded: dated(recorded) };
    },
  });
}
