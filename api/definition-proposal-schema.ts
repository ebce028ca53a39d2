import { z } from 'zod';
import { pageOf, pageQuery } from './page';

const instant = z.iso.datetime().meta({ description: 'RFC 3339, UTC' });

/** One difference of two documents. */
export const difference = z.object({
  path: z.string().meta({ description: 'steps[manager].ladder[2].after; empty: the whole document' }),
  change: z.enum(['added', 'removed', 'changed', 'moved']),
  before: z.unknown().optional(),
  after: z.unknown().optional(),
});

const file = z.strictObject({
  path: z.string().min(1).max(200),
  text: z.string().max(500_000),
});

export const proposalBody = z.strictObject({
  files: z
    .array(file)
    .min(1)
    .max(200)
    .meta({ description: 'definition files (YAML); what they do not hold stays as it is' }),
  note: z.string().trim().min(1).max(2000).meta({ description: 'why' }),
  tenantId: z
    .string()
    .max(100)
    .optional()
    .meta({ description: '`*`: for all tenants; default: that where you may publish for all, else your own' }),
});
export const refusalBody = z.strictObject({ reason: z.string().trim().min(1).max(2000) });
export const proposalParams = z.strictObject({ id: z.uuid() });
export const proposalQuery = pageQuery.extend({ state: z.enum(['proposed', 'published', 'refused']).optional() });

const summary = z.object({
  id: z.string(),
  tenantId: z.string(),
  note: z.string(),
  state: z.enum(['proposed', 'published', 'refused']),
  definitions: z.array(z.string()).meta({ description: 'kind/name of what it changes' }),
  createdBy: z.string(),
  createdAt: instant,
  decidedBy: z.string().nullable(),
  decidedAt: instant.nullable(),
  reason: z.string().nullable(),
  published: z.array(z.string()).meta({ description: 'kind/name@version of what it became' }),
});
export const proposalPage = pageOf(summary);
export const proposalAnswer = summary.extend({
  files: z.array(z.object({ path: z.string(), text: z.string() })),
  changes: z
    .array(z.object({ definition: z.string(), before: z.string().nullable(), differences: z.array(difference) }))
    .meta({ description: 'against the versions it was made from; before null: it is new' }),
  outdated: z.array(z.string()).meta({ description: 'published anew by others since: it cannot be approved any more' }),
  warnings: z
    .array(z.string())
    .meta({ description: 'while it is proposed: what forbids nothing and is worth a look, `file:line:column: …`' }),
  mayDecide: z.boolean().meta({ description: 'you are not its author' }),
});
export type ProposalSummary = z.infer<typeof summary>;
