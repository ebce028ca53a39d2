import { z } from 'zod';
import { NOTICE_KINDS, NOTICE_STATES } from '../db/notice';
import { pageOf, pageQuery } from './page';

const shown = z.string().meta({ description: 'RFC 3339, UTC' });
const instant = z.iso.datetime({ offset: true, error: 'must be an RFC 3339 instant such as 2026-01-31T08:00:00Z' });

const textOf = (longest: number) =>
  z.strictObject({
    'zh-CN': z.string().trim().max(longest).nullable().default(null),
    en: z.string().trim().max(longest).nullable().default(null),
  });
type Text = z.infer<ReturnType<typeof textOf>>;
/** An empty text is one that was not written. */
const written = (t: Text): Text => ({ 'zh-CN': t['zh-CN'] || null, en: t.en || null });
const title = textOf(200)
  .transform(written)
  .refine((t) => t['zh-CN'] !== null || t.en !== null, 'write it in one language at least');
const body = textOf(10_000).transform(written);

const content = {
  tenants: z
    .array(z.string().min(1).max(100))
    .min(1, 'name a tenant, or send null for all')
    .max(500)
    .nullable()
    .meta({ description: 'null: people of every tenant; needs the permission in all of them' }),
  kind: z.enum(NOTICE_KINDS),
  title,
  body,
  startsAt: instant,
  endsAt: instant.nullable(),
  pinned: z.boolean(),
  service: z.string().max(100).nullable(),
  caseId: z
    .string()
    .regex(/^[A-Z]{3}-\d{6,}$/, 'must look like INC-000123')
    .nullable(),
};

const order = (b: { startsAt?: string; endsAt?: string | null }) =>
  b.startsAt === undefined || !b.endsAt || Date.parse(b.endsAt) > Date.parse(b.startsAt);
const ordered = { path: ['endsAt'], message: 'must be after startsAt' };

export const noticeBody = z
  .strictObject({
    ...content,
    body: body.default({ 'zh-CN': null, en: null }),
    startsAt: instant.optional().meta({ description: 'now when missing' }),
    endsAt: content.endsAt.default(null).meta({ description: 'null: until somebody ends it' }),
    pinned: content.pinned.default(false),
    service: content.service.default(null),
    caseId: content.caseId.default(null),
  })
  .refine(order, ordered);

export const changeNoticeBody = z
  .strictObject({ ...content })
  .partial()
  .refine(order, ordered)
  .meta({ description: 'what is left out stays' });

const shownText = z.object({ 'zh-CN': z.string().nullable(), en: z.string().nullable() });
export const noticeSchema = z
  .object({
    id: z.string(),
    tenants: z.array(z.string()).nullable(),
    kind: z.enum(NOTICE_KINDS),
    title: shownText,
    body: shownText,
    startsAt: shown,
    endsAt: shown.nullable(),
    pinned: z.boolean(),
    service: z.string().nullable(),
    caseId: z.string().nullable().meta({ description: 'null also where you may not read the case' }),
    endedAt: shown.nullable().meta({ description: 'taken down before its time' }),
    endedBy: z.string().nullable(),
    createdBy: z.string(),
    createdAt: shown,
    version: z.int(),
    updatedBy: z.string(),
    updatedAt: shown,
    automatic: z.boolean().meta({ description: 'published by the platform because of its case' }),
    state: z.enum(NOTICE_STATES),
    mayChange: z.boolean(),
  })
  .meta({ id: 'Notice' });
export const noticePage = pageOf(noticeSchema);
export const noticeParams = z.strictObject({ id: z.uuid() });
export const noticeQuery = pageQuery.extend({
  view: z
    .enum(['board', 'manage'])
    .default('board')
    .meta({ description: 'board: what stands on the board of your tenant now; manage: all you may change' }),
  state: z
    .enum([...NOTICE_STATES, 'all'])
    .default('all')
    .meta({ description: 'with view manage' }),
});
