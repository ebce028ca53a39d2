import type { Knex } from 'knex';
import { z } from 'zod';
import { currentDefinitions } from '../db/definitions';
import { tenantsWith } from '../domain/principal';
import { type Definition, ofKind } from '../domain/process-def';
import type { RunbookStepDoc } from '../domain/process-def-runbook';
import type { Permission } from '../domain/roles';
import { SEVERITIES } from '../domain/sla';
import { type Route, route } from './route';

const ACCESS: readonly Permission[] = ['incident:create', 'incident:read'];
const bilingual = z.object({ 'zh-CN': z.string(), en: z.string() });

const named = z.object({ value: z.string(), label: bilingual });
const serviceSchema = z.object({
  id: z.string(),
  name: bilingual,
  team: z.string(),
  pauseReasons: z.array(named),
  types: z.array(named).meta({ description: 'kinds of incidents' }),
  lines: z.array(z.object({ line: z.number(), label: bilingual, team: z.string() })).meta({
    description: 'support lines, lowest first; like suppliers and runbooks only for those who handle incidents',
  }),
  suppliers: z.array(named),
  runbooks: z.array(named.extend({ steps: z.array(named.extend({ approval: z.boolean() })) })),
});
const severitySchema = z.object({ severity: z.enum(SEVERITIES), label: bilingual, meaning: bilingual });

/** Services that a tenant may report incidents of, and the words for severities: what forms and lists need. */
export function serviceRoutes({ db }: { db: Knex }): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/v1/services',
      tag: 'service',
      summary: 'Services of your tenant, with their pause reasons',
      access: ACCESS,
      response: z.object({ items: z.array(serviceSchema) }),
      async handle({ principal }) {
        const defs = await currentDefinitions(db, principal.tenantId);
        const handling = tenantsWith(principal, 'incident:handle');
        const handles = handling === 'all' || handling.length > 0;
        return { items: ofKind(defs, 'service').map((s) => presentService(defs, s, handles)) };
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/definitions/severities',
      tag: 'service',
      summary: 'Severities, worst first',
      access: ACCESS,
      response: z.object({ items: z.array(severitySchema) }),
      async handle({ principal }) {
        const matrix = ofKind(await currentDefinitions(db, principal.tenantId), 'priority-matrix')[0];
        const items = SEVERITIES.flatMap((severity) => {
          const s = matrix?.severities[severity];
          return s ? [{ severity, label: s.label, meaning: s.meaning }] : [];
        });
        return { items };
      },
    }),
  ];
}

const titled = (d: { name: string; title: { 'zh-CN': string; en: string } }) => ({ value: d.name, label: d.title });

function presentService(defs: readonly Definition[], s: Extract<Definition, { kind: 'service' }>, handles: boolean) {
  const process = ofKind(defs, 'process').find((p) => p.name === s.incident.process);
  const lines = (process?.lines ?? []).map((l) => ({ line: l.line, label: l.title, team: l.team ?? s.team }));
  const suppliers = ofKind(defs, 'supplier').filter((d) => s.incident.suppliers?.includes(d.name));
  const runbooks = ofKind(defs, 'runbook').filter((d) => d.services === undefined || d.services.includes(s.name));
  return {
    id: s.name,
    name: s.title,
    team: s.team,
    pauseReasons: (process?.pauseReasons ?? []).map(titled),
    types: (process?.types ?? []).map(titled),
    lines: handles ? lines.sort((a, b) => a.line - b.line) : [],
    suppliers: handles ? suppliers.map(titled) : [],
    runbooks: handles ? runbooks.map((d) => ({ ...titled(d), steps: d.steps.map(stepOf) })) : [],
  };
}

const stepOf = (step: RunbookStepDoc) => ({ ...titled(step), approval: step.approval });
