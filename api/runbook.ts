import type { Knex } from 'knex';
import { z } from 'zod';
import { currentDefinitions, definitionOfVersion } from '../db/definitions';
import { incidentPlan } from '../db/incident';
import { DomainError } from '../domain/errors';
import { inScope } from '../domain/principal';
import { ofKind } from '../domain/process-def';
import type { RunbookDoc } from '../domain/process-def-runbook';
import { visible } from './incident-parts';
import { incidentParams } from './incident-schema';
import { type Route, route } from './route';

const bilingual = z.object({ 'zh-CN': z.string(), en: z.string() });
const runbookSchema = z
  .object({
    name: z.string(),
    title: bilingual,
    description: bilingual.nullable(),
    steps: z.array(
      z.object({
        name: z.string(),
        title: bilingual,
        description: bilingual.nullable(),
        approval: z.boolean(),
        approvers: z.string().nullable().meta({ description: 'role whose holders approve' }),
        automaticFor: z.array(z.string()),
        method: z.string(),
        host: z.string().meta({ description: 'where the step calls; addresses and credentials are not told' }),
      }),
    ),
  })
  .meta({ id: 'Runbook' });
const answer = z.object({ items: z.array(runbookSchema), nextCursor: z.null() });

const present = (doc: RunbookDoc): z.infer<typeof runbookSchema> => ({
  name: doc.name,
  title: doc.title,
  description: doc.description ?? null,
  steps: doc.steps.map((s) => ({
    name: s.name,
    title: s.title,
    description: s.description ?? null,
    approval: s.approval,
    approvers: s.approvers ?? null,
    automaticFor: s.automaticFor ?? [],
    method: s.http.method,
    host: new URL(s.http.url.replace(/\{\{.*$/s, '')).host,
  })),
});

/** Steps that cases may have carried out (R5.3). */
export function runbookRoutes({ db }: { db: Knex }): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/v1/runbooks',
      tag: 'runbook',
      summary: 'Runbooks that cases of a service may use, as they are published now',
      access: 'incident:handle',
      query: z.strictObject({ service: z.string().max(100).optional(), tenantId: z.string().max(100).optional() }),
      response: answer,
      async handle({ principal, tenants, query }) {
        const tenantId = query.tenantId ?? principal.tenantId;
        if (!inScope(tenants, tenantId))
          throw new DomainError('NotFound', `There is no tenant ${tenantId} that you may see.`);
        const docs = ofKind(await currentDefinitions(db, tenantId), 'runbook');
        const { service } = query;
        const fits = (d: RunbookDoc) =>
          service === undefined || d.services === undefined || d.services.includes(service);
        return { items: docs.filter(fits).map(present), nextCursor: null };
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/incidents/:id/runbooks',
      tag: 'runbook',
      summary: 'Runbooks that this case may use, in the versions it is pinned to',
      access: 'incident:handle',
      params: incidentParams,
      response: answer,
      async handle(call) {
        const { view, planId } = await visible(db, call);
        const plan = await incidentPlan(db, planId);
        const docs = await Promise.all((plan.runbooks ?? []).map((r) => definitionOfVersion(db, view.tenantId, r.id)));
        return { items: docs.flatMap((d) => (d?.kind === 'runbook' ? [present(d)] : [])), nextCursor: null };
      },
    }),
  ];
}
