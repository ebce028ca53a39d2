import { z } from 'zod';
import { pageOf, pageQuery } from './page';

const instant = z.iso.datetime({ offset: true });
const backwards = ({ from, to }: { from: string; to: string }) => Date.parse(to) <= Date.parse(from);

export const absenceSchema = z
  .object({
    id: z.string(),
    personId: z.string(),
    login: z.string(),
    displayName: z.string(),
    from: z.string(),
    to: z.string(),
    reason: z.string().nullable().meta({ description: 'Told to the person and to who manages people or rotas only.' }),
    substitute: z
      .string()
      .nullable()
      .meta({ description: 'Login of whoever takes the work when nobody else is left.' }),
    createdAt: z.string(),
    createdBy: z.string(),
  })
  .meta({ id: 'Absence' });

export const absencePage = pageOf(absenceSchema);

export const absenceQuery = pageQuery.extend({
  from: instant.optional().meta({ description: 'With `to`: absences that reach into this time.' }),
  to: instant.optional(),
});
export const absencesQuery = absenceQuery.extend({ personId: z.uuid().optional() });

export const absenceBody = z
  .strictObject({
    from: instant,
    to: instant,
    reason: z.string().trim().min(1).max(200),
    substitute: z.string().min(1).max(100).nullable().default(null),
  })
  .refine((range) => !backwards(range), { path: ['to'], message: 'must be later than from' });

export const personParams = z.strictObject({ id: z.uuid() });
export const absenceParams = z.strictObject({ id: z.uuid(), absence: z.uuid() });
export const ownAbsenceParams = z.strictObject({ absence: z.uuid() });

const word = z.string().regex(/^[a-z0-9][a-z0-9-]{0,49}$/, 'at most 50 lower-case letters, digits and hyphens');
/** Skills or teams of a person, sorted. */
export const wordsSchema = z.object({ items: z.array(z.string()), nextCursor: z.null() });
export const wordsBody = z.strictObject({ items: z.array(word).max(100) });
