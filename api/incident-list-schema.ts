import { z } from 'zod';
import { INCIDENT_STATES } from '../domain/incident-command';
import { SEVERITIES } from '../domain/sla';
import { incidentSchema } from './incident-schema';
import { listOf } from './list-query';

export const incidentPage = z.object({ items: z.array(incidentSchema), nextCursor: z.string().nullable() });

const names = listOf(z.string().max(100));
const flag = z.enum(['true', 'false']).optional();
const instant = z.iso.datetime({ offset: true }).optional();

/** What the list can be filtered by; a parameter that is left out filters nothing. */
export const incidentFilterShape = {
  state: listOf(z.enum(INCIDENT_STATES)),
  severity: listOf(z.enum(SEVERITIES)),
  service: names,
  team: names,
  line: listOf(z.coerce.number().int().min(1).max(5)),
  type: names,
  assignee: names.meta({ description: 'Logins; `@me`; `@nobody`: it lies in a queue.' }),
  reporter: names.meta({ description: 'Logins; `@me`.' }),
  supplier: names.meta({ description: 'Names; `@any`: with whichever supplier.' }),
  parent: listOf(z.string().regex(/^INC-\d{6,}$/, 'must look like INC-000123')),
  major: flag,
  assessing: flag.meta({ description: 'It waits for the level assessor.' }),
  open: flag,
  createdFrom: instant.meta({ description: 'Reported then or later.' }),
  createdTo: instant.meta({ description: 'Reported before.' }),
  dueBefore: instant.meta({ description: 'A promise falls due until then; with sort=dueAt only.' }),
  q: z.string().trim().max(200).optional().meta({
    description:
      'Words of title, description, notes, resolution and alerts, all of them; a word may end in `*`. Or the id of a case.',
  }),
};

export const incidentQuery = z.strictObject({
  ...incidentFilterShape,
  sort: z.enum(['-createdAt', 'dueAt']).default('-createdAt').meta({
    description: '`dueAt`: open cases by the next promise to fall due.',
  }),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(500).optional(),
});
export type IncidentFilterQuery = z.infer<z.ZodObject<typeof incidentFilterShape>>;

export const incidentCountQuery = z.strictObject(incidentFilterShape);
export const incidentCountAnswer = z.object({
  count: z.number().nullable().meta({ description: 'null with `q`: they would all have to be read' }),
  more: z.boolean().meta({ description: 'there are more than that' }),
});
