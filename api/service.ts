import type { Knex } from 'knex';
import { z } from 'zod';
import { currentDefinitions } from '../db/definitions';
import { type Definition, ofKind } from '../domain/process-def';
import type { Permission } from '../domain/roles';
import { SEVERITIES } from '../domain/sla';
import { type Route, route } from './route';

const ACCESS: readonly Permission[] = ['incident:create', 'incident:read'];
const bilingual = z.object({ 'zh-CN': z.string(), en: z.string() });

const serviceSchema = z.object({
  id: z.string(),
  name: bilingual,
  team: z.string(),
  pauseReasons: z.array(z.object({ value: z.string(), label: bilingual })),
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
        return { items: ofKind(defs, 'service').map((s) => presentService(defs, s)) };
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

function presentService(defs: readonly Definition[], s: Extract<Definition, { kind: 'service' }>) {
  const process = ofKind(defs, 'process').find((p) => p.name === s.incident.process);
  const pauseReasons = (process?.pauseReasons ?? []).map((r) => ({ value: r.name, label: r.title }));
  return { id: s.name, name: s.title, team: s.team, pauseReasons };
}
