import { z } from 'zod';
import { PROVISIONING_STATES } from '../domain/provisioning';
import { pageOf, pageQuery } from './page';

const instant = z.iso.datetime();
const object = z.record(z.string(), z.unknown());
const text = z.object({ 'zh-CN': z.string(), en: z.string() });
const resource = z.string().trim().min(1, 'must not be empty').max(500);
const details = z.record(z.string().min(1).max(100), z.unknown());
const secret = z.string().min(1).max(4_000).meta({ description: 'Kept sealed; only a one-time link shows it' });
const reason = z.string().trim().min(1, 'say why').max(2_000);

export const runSchema = z
  .object({
    id: z.string(),
    tenantId: z.string(),
    caseId: z.string(),
    step: z.string(),
    operation: z.enum(['create', 'remove']),
    provisioner: z.string(),
    title: text,
    instructions: text.nullable(),
    team: z.string().nullable(),
    manual: z.boolean(),
    spec: object,
    state: z.enum(PROVISIONING_STATES),
    resource: z.string().nullable(),
    details: object.nullable(),
    reason: z.string().nullable(),
    createdAt: instant,
    endedAt: instant.nullable(),
    endedBy: z.string().nullable(),
  })
  .meta({ id: 'ProvisioningRun' });
export const runPage = pageOf(runSchema);
export const runQuery = pageQuery;
export const runParams = z.strictObject({ id: z.uuid() });
export const runDoneBody = z.strictObject({
  resource: resource.optional().meta({ description: 'Its identifier; required unless something was removed' }),
  details: details.default({}),
  secret: secret.optional(),
});
export const runFailBody = z.strictObject({ reason });

export const callbackParams = z.strictObject({ token: z.string().min(1).max(200) });
export const callbackBody = z
  .strictObject({
    state: z.enum(['done', 'failed']),
    resource: resource.optional(),
    details: details.default({}),
    secret: secret.optional(),
    reason: reason.optional(),
  })
  .refine((b) => b.state === 'done' || b.reason !== undefined, {
    path: ['reason'],
    message: 'is required with failed',
  });
