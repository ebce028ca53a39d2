import { z } from 'zod';
import { MAX_PASSWORD } from '../adapters/identity/password';
import { normalisePhone } from '../domain/phone';
import { ROLES } from '../domain/roles';

const ROLE_NAMES = ROLES.map((r) => r.name);

const zone = z.string().refine(isZone, 'must be an IANA time zone, e.g. Asia/Shanghai');
const locale = z.enum(['zh-CN', 'en']);
const displayName = z.string().trim().min(1).max(200);
const email = z.email().max(254).nullable();

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** As typed at sign-in; case does not matter. */
export const loginSchema = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9][a-z0-9._@-]{0,63}$/, 'must be 1–64 letters, digits or . _ @ -, beginning with a letter or digit');

/** Strength is checked where the login is known (`passwordFaults`). */
export const passwordSchema = z.string().max(MAX_PASSWORD);

const webAddress = z
  .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
  .max(2000)
  .refine((text) => !URL.canParse(text) || new URL(text).username === '', 'must not contain a user name or password');

const secret = z
  .string()
  .regex(/^(whsec_)?[A-Za-z0-9+/]{32,88}={0,2}$/, 'must be 24–64 bytes in base64, with or without whsec_ before it')
  .nullable()
  .optional()
  .meta({ description: 'Signs messages (Standard Webhooks). Left out: the one kept for this address; null: none.' });

const contactMethodInput = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('email'), address: z.email().max(254) }),
  z.strictObject({ kind: z.literal('webhook'), address: webAddress, secret }),
]);

/** A way to reach somebody as it is sent to us. */
export type ContactMethodInput = z.infer<typeof contactMethodInput>;

const grant = z.strictObject({
  role: z.enum(ROLE_NAMES),
  tenantId: z.string().meta({ description: 'Tenant in which the role is held; `*` = in every one.' }),
});

const roles = z.array(grant).max(200);
const contactMethods = z
  .array(contactMethodInput)
  .max(10)
  .meta({ description: 'In the order in which they are tried.' });

/** A telephone number as people write it; kept in its one spelling. */
export const phoneSchema = z
  .string()
  .trim()
  .max(40)
  .overwrite((text) => normalisePhone(text) ?? text)
  .refine((text) => normalisePhone(text) !== null, 'must be a telephone number, e.g. +86 10 8888 6666 or 010-88886666');
const phones = z
  .array(phoneSchema)
  .max(10)
  .overwrite((numbers) => [...new Set(numbers)])
  .meta({
    description: 'The one to call first at the front; kept as E.164 (`+861088886666`), internal ones as digits.',
  });

const managerId = z
  .uuid()
  .nullable()
  .meta({ description: 'Of the same tenant or staff who work in it; active; no circles.' });

export const personSchema = z
  .object({
    id: z.string(),
    tenantId: z.string(),
    login: z.string(),
    displayName: z.string(),
    email: z.string().nullable(),
    phones: z.array(z.string()),
    locale: z.string(),
    zone: z.string(),
    active: z.boolean(),
    hasPassword: z.boolean(),
    manager: z
      .object({ id: z.string(), login: z.string(), displayName: z.string() })
      .nullable()
      .meta({ description: 'Direct superior: asked when nobody answers, and by approvals of superiors.' }),
    outsourced: z.boolean(),
    teams: z.array(z.string()),
    skills: z.array(z.string()),
    roles: z.array(z.object({ role: z.string(), tenantId: z.string() })),
    groupRoles: z
      .array(z.object({ role: z.string(), tenantId: z.string() }))
      .meta({ description: 'Of `roles`, what groups of the sign-in provider give; changed there.' }),
    contactMethods: z.array(z.object({ kind: z.enum(['email', 'webhook']), address: z.string(), signed: z.boolean() })),
    createdAt: z.string(),
  })
  .meta({ id: 'Person' });

export const setupLinkSchema = z.object({
  url: z.string().meta({ description: 'Hand it to the person; it sets his password, once.' }),
  expiresAt: z.string(),
});

export const createPersonBody = z.strictObject({
  login: loginSchema,
  displayName,
  tenantId: z.string().optional().meta({ description: "Default: the caller's." }),
  email: email.default(null),
  phones: phones.default([]),
  locale: locale.default('zh-CN'),
  zone: zone.default('Asia/Shanghai'),
  roles: roles.default([]),
  contactMethods: contactMethods.default([]),
  managerId: managerId.default(null),
  outsourced: z.boolean().default(false),
  password: passwordSchema.optional().meta({ description: 'Left out: the answer has a set-up link.' }),
});

export const changePersonBody = z.strictObject({
  displayName: displayName.optional(),
  email: email.optional(),
  phones: phones.optional(),
  locale: locale.optional(),
  zone: zone.optional(),
  active: z.boolean().optional(),
  roles: roles.optional().meta({
    description:
      'Replaces those given by hand in the tenants you manage; those of groups stay, sending them does nothing.',
  }),
  contactMethods: contactMethods.optional(),
  managerId: managerId.optional(),
  outsourced: z.boolean().optional(),
});

/** What a person changes of himself. */
export const changeMeBody = z.strictObject({
  displayName: displayName.optional(),
  email: email.optional(),
  phones: phones.optional(),
  locale: locale.optional(),
  zone: zone.optional(),
  contactMethods: contactMethods.optional(),
  password: z
    .strictObject({ current: passwordSchema, next: passwordSchema })
    .optional()
    .meta({ description: 'Changing it ends all other sessions.' }),
});
