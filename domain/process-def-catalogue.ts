import { z } from 'zod';
import { actor, bilingual, goal, header, slug } from './process-def-common';

const category = <T extends z.ZodType>(digits: number, children: T) =>
  z.strictObject({
    code: z.string().regex(new RegExp(`^\\d{${digits}}$`), `the code of this level has ${digits} digits`),
    title: bilingual,
    description: bilingual.optional(),
    categories: children,
  });
const third = category(6, z.array(z.never()).max(0, 'items are documents of their own').optional());
const second = category(4, z.array(third).optional());
const first = category(2, z.array(second).optional());

const catalogueTest = z.strictObject({ code: z.string(), path: z.array(z.string()).min(1) });

/** The upper three levels of the service catalogue; leaves are `catalogue-item` (R2.2). */
export const catalogueSchema = z.strictObject({
  ...header('catalogue', catalogueTest),
  categories: z.array(first).min(1, 'name at least one category'),
});
export type CatalogueDoc = z.infer<typeof catalogueSchema>;

const ownerMissing = (issue: { input?: unknown }) =>
  issue.input === undefined
    ? 'an item needs an owner who answers for monitoring, evaluation and improvement: person(login) or role(name)'
    : undefined;

const visibility = z.strictObject({
  tenants: z.array(slug).optional().meta({ description: 'Only these tenants' }),
  roles: z.array(slug).optional().meta({ description: 'Only holders of one of these roles' }),
  securityLevel: z
    .strictObject({ from: z.number().int().min(1).optional(), to: z.number().int().min(1).optional() })
    .optional()
    .meta({ description: 'Only tenants of this range of security levels' }),
});

const itemTest = z.strictObject({
  tenant: slug.optional(),
  securityLevel: z.number().int().min(1).optional(),
  roles: z.array(slug).optional(),
  visible: z.boolean(),
});

/** A leaf of the catalogue: what can be asked for, and all that it binds (R2.2, R1.3). */
export const catalogueItemSchema = z.strictObject({
  ...header('catalogue-item', itemTest),
  code: z.string().regex(/^\d{8}$/, 'the code of an item has 8 digits; its first six are its category'),
  owner: z
    .string({ error: ownerMissing })
    .pipe(actor)
    .refine((text) => /^(person|role)\(/.test(text), 'an owner is person(login) or role(name)'),
  service: slug.meta({ description: 'Service it belongs to' }),
  team: slug.meta({ description: 'Support group' }),
  form: slug,
  process: slug.meta({ description: 'A request-process' }),
  sla: slug.meta({ description: 'A request-sla' }),
  keywords: z.array(z.string().min(1)).optional().meta({ description: 'Further words by which it is found' }),
  cost: z
    .strictObject({
      amount: z.number().nonnegative(),
      currency: z.string().regex(/^[A-Z]{3}$/, 'an ISO 4217 code such as CNY'),
      per: z.enum(['once', 'month', 'year']),
    })
    .nullable()
    .meta({ description: 'What it costs the tenant; null: nothing' }),
  visibility: visibility.optional().meta({ description: 'Everybody who may ask sees it if absent' }),
  freeText: z
    .boolean()
    .optional()
    .meta({ description: 'For requesters who do not know where they belong: the desk classifies (R2.1)' }),
  internal: z.boolean().optional().meta({ description: 'Opened by other requests only, never shown' }),
});
export type CatalogueItemDoc = z.infer<typeof catalogueItemSchema>;

const slaTest = z.strictObject({
  clock: slug,
  from: z.string().meta({ description: 'Instant with offset at which it starts' }),
  due: z.string().meta({ description: 'Instant with offset' }),
});

/** Promises of a request between moments of its process. */
export const requestSlaSchema = z.strictObject({
  ...header('request-sla', slaTest),
  clocks: z
    .array(
      z.strictObject({
        name: slug,
        title: bilingual,
        from: slug.optional().meta({ description: 'Step whose start starts it; the submission if absent' }),
        to: slug.optional().meta({ description: 'Step whose end stops it; the end of the request if absent' }),
        when: z.string().optional().meta({ description: 'CEL: counted only where it holds when it starts' }),
        goal,
        calendar: slug,
      }),
    )
    .min(1, 'promise something'),
});
export type RequestSlaDoc = z.infer<typeof requestSlaSchema>;
