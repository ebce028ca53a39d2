import { z } from 'zod';
import { RESERVATION_STATES } from '../domain/pool';
import { pageOf, pageQuery } from './page';

const instant = z.iso.datetime();
const unitName = z.string().regex(/^[a-zA-Z][a-zA-Z0-9]{0,39}$/, 'must be the name of a unit such as vcpu or memoryGb');
const totals = z
  .record(unitName, z.number().min(0).max(1e12))
  .refine((units) => Object.keys(units).length > 0, 'name at least one unit')
  .meta({ description: 'How much there is of each unit: {"vcpu": 400, "memoryGb": 1600}' });
const title = z.strictObject({ 'zh-CN': z.string().trim().min(1).max(200), en: z.string().trim().min(1).max(200) });
const site = z.string().trim().min(1, 'must not be empty').max(200);
const level = z.int().min(1).max(100).meta({ description: 'Tenants up to this level may have capacity of it' });

const unitUse = z.object({
  total: z.number(),
  reserved: z.number(),
  allocated: z.number(),
  free: z.number().meta({ description: 'neither reserved nor allocated' }),
});

export const poolSchema = z
  .object({
    id: z.string(),
    tenantId: z.string().meta({ description: '`*`: for every tenant' }),
    name: z.string(),
    title: z.object({ 'zh-CN': z.string(), en: z.string() }),
    site: z.string(),
    securityLevel: z.int(),
    units: z.record(z.string(), unitUse),
    version: z.int(),
    createdAt: instant,
    updatedAt: instant,
    updatedBy: z.string(),
  })
  .meta({ id: 'Pool' });
export const poolPage = pageOf(poolSchema);
export const poolParams = z.strictObject({ id: z.uuid() });
export const poolQuery = pageQuery.extend({
  securityLevel: z.coerce.number().int().min(1).max(100).optional(),
  site: site.optional(),
});

export const newPoolBody = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,99}$/, 'lower-case letters, digits and hyphens'),
  title,
  site,
  securityLevel: level.default(1),
  units: totals,
  tenantId: z.string().max(100).optional().meta({ description: '`*`: for every tenant; your own unless stated' }),
});
export const changePoolBody = z
  .strictObject({
    title: title.optional(),
    site: site.optional(),
    securityLevel: level.optional(),
    units: totals.optional().meta({ description: 'All units that there are from now on' }),
  })
  .refine((change) => Object.values(change).some((v) => v !== undefined), 'names nothing to change');

export const reservationSchema = z
  .object({
    id: z.string(),
    poolId: z.string(),
    tenantId: z.string(),
    caseId: z.string(),
    amounts: z.record(z.string(), z.number()),
    state: z.enum(RESERVATION_STATES),
    reservedAt: instant,
    expiresAt: instant.nullable(),
    allocatedAt: instant.nullable(),
    endedAt: instant.nullable(),
  })
  .meta({ id: 'PoolReservation' });
export const reservationPage = pageOf(reservationSchema);
export const reservationQuery = pageQuery.extend({ state: z.enum(RESERVATION_STATES).optional() });
