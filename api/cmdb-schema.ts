import { z } from 'zod';
import { CI_CHANGES, CI_STATUSES } from '../domain/cmdb';
import { pageOf, pageQuery } from './page';

const name = z.string().trim().min(1, 'must not be empty').max(200);
const typeName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,99}$/, 'must be the name of a type such as virtual-machine')
  .meta({ description: 'Name of a type; see /ci-types' });
const login = z.string().trim().min(1).max(200).meta({ description: 'Login of its owner' });
const attributes = z.record(z.string().min(1).max(100), z.unknown());
const reason = z.string().trim().min(1, 'say why').max(2_000);
const status = z.enum(CI_STATUSES);
const instant = z.iso.datetime();

export const ciTypeSchema = z
  .object({
    name: z.string(),
    title: z.object({ 'zh-CN': z.string(), en: z.string() }),
    schema: z.record(z.string(), z.unknown()).meta({ description: 'JSON Schema of the attributes' }),
  })
  .meta({ id: 'CiType' });
export const ciTypePage = z.object({ items: z.array(ciTypeSchema), nextCursor: z.null() });

export const ciSchema = z
  .object({
    id: z.string().meta({ description: '`CI-000123`' }),
    tenantId: z.string(),
    type: z.string(),
    name: z.string(),
    attributes,
    owner: z.string(),
    status,
    revision: z.int(),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'Ci' });
export const ciPage = pageOf(ciSchema);

export const ciRevisionSchema = z
  .object({
    revision: z.int(),
    change: z.enum(CI_CHANGES),
    name: z.string(),
    attributes,
    owner: z.string(),
    status,
    restored: z.int().nullable().meta({ description: 'Of a restore: the revision it went back to' }),
    by: z.string(),
    at: instant,
    reason: z.string().nullable(),
    caseId: z.string().nullable(),
  })
  .meta({ id: 'CiRevision' });
export const ciRevisionPage = pageOf(ciRevisionSchema);

export const ciParams = z.strictObject({ id: z.string().max(40) });
export const ciQuery = pageQuery.extend({
  type: typeName.optional(),
  tenantId: z.string().max(100).optional(),
  owner: login.optional(),
  status: status.optional(),
  q: z.string().trim().min(1).max(200).optional().meta({ description: 'Part of its id or name' }),
});

export const newCiBody = z.strictObject({
  type: typeName,
  name,
  attributes: attributes.default({}),
  owner: login.optional().meta({ description: 'You unless stated' }),
  status: status.exclude(['retired']).default('active'),
  tenantId: z.string().max(100).optional().meta({ description: 'Your own tenant unless stated' }),
  reason: reason.optional(),
});
export const changeCiBody = z
  .strictObject({
    name: name.optional(),
    owner: login.optional(),
    status: status.exclude(['retired']).optional(),
    attributes: attributes.optional().meta({ description: 'RFC 7396: what is named replaces, null removes' }),
    reason,
  })
  .refine(({ reason: _, ...change }) => Object.values(change).some((v) => v !== undefined), 'names nothing to change');
export const retireCiBody = z.strictObject({ reason });
export const restoreCiBody = z.strictObject({ revision: z.int().min(1), reason });
