import { z } from 'zod';
import { INCIDENT_COLUMNS } from '../domain/saved-view';
import { incidentFilterShape } from './incident-list-schema';
import { pageOf, pageQuery } from './page';

const { dueBefore: _, ...filters } = incidentFilterShape;

/** A filter as it was chosen: the parameters of the list, and `due=soon` for what falls due soon whenever one looks. */
const savedFilter = z
  .strictObject({
    ...filters,
    due: z.enum(['soon']).optional(),
    sort: z.enum(['-createdAt', 'dueAt']).optional(),
  })
  .transform((filter): Record<string, string | string[]> => {
    const said = Object.entries(filter).filter(([, v]) => v !== undefined && v !== '' && String(v) !== '');
    return Object.fromEntries(said.map(([name, v]) => [name, Array.isArray(v) ? v.map(String) : String(v)]));
  });

const name = z.string().trim().min(1).max(60);
const columns = z.array(z.enum(INCIDENT_COLUMNS)).min(1).max(INCIDENT_COLUMNS.length).nullable();

export const savedViewSchema = z
  .object({
    id: z.string(),
    kind: z.literal('incident'),
    name: z.string(),
    names: z.object({ 'zh-CN': z.string(), en: z.string() }).nullable().meta({ description: 'of shipped views' }),
    shared: z.boolean().meta({ description: 'everybody of the tenant has it' }),
    shipped: z.boolean().meta({ description: 'comes with the platform; cannot be changed' }),
    tenantId: z.string().nullable(),
    owner: z.string().nullable(),
    filter: z.record(z.string(), z.union([z.string(), z.array(z.string()).readonly()])),
    columns: z.array(z.string()).readonly().nullable(),
    version: z.number(),
    mayChange: z.boolean(),
  })
  .meta({ id: 'SavedView' });
export const savedViewPage = pageOf(savedViewSchema);
export const savedViewQuery = pageQuery;

export const createSavedViewBody = z.strictObject({
  name,
  filter: savedFilter,
  columns: columns.default(null),
  shared: z.boolean().default(false).meta({ description: 'for everybody of the tenant; needs view:share' }),
  tenantId: z.string().max(100).optional(),
});
export const changeSavedViewBody = z.strictObject({
  name: name.optional(),
  filter: savedFilter.optional(),
  columns: columns.optional(),
});
export const savedViewParams = z.strictObject({ id: z.uuid() });
