import { z } from 'zod';
import { LONGEST_LOCAL_PART } from '../adapters/mail/reply-address';
import { LEVELS_OF_IMPACT } from '../domain/incident-plan';
import { MAIL_OUTCOMES, MAIL_SECURITY } from '../domain/mail';

const level = z.enum(LEVELS_OF_IMPACT);
const instant = z.iso.datetime({ offset: true });
const text = (max: number) => z.string().trim().min(1).max(max);
const whole = (min: number, max: number) => z.int().min(min).max(max);

const address = z
  .email()
  .max(254)
  .refine((a) => a.lastIndexOf('@') <= LONGEST_LOCAL_PART, {
    message: `at most ${LONGEST_LOCAL_PART} characters before the @: reply addresses carry the case as well`,
  })
  .refine((a) => !a.slice(0, a.lastIndexOf('@')).includes('+'), { message: 'must have no + before the @' });

const MB = 1024 * 1024;

const fields = {
  name: text(100),
  address: address.meta({ description: 'people write to it; answers come back to it' }),
  host: text(253),
  port: whole(1, 65_535),
  security: z.enum(MAIL_SECURITY),
  username: text(254),
  folder: text(200),
  service: text(100).meta({ description: 'published service of the cases it opens' }),
  team: text(100).nullable().meta({ description: 'null: the team of the service' }),
  impact: level,
  urgency: level,
  locale: z.enum(['zh-CN', 'en']).meta({ description: 'language for senders without an account' }),
  plusAddressing: z.boolean().meta({ description: 'the mail server delivers user+tag@ to user@' }),
  machineMail: z
    .boolean()
    .meta({ description: 'mail of machines and mailing lists opens cases; it is never answered' }),
  confirmMinutes: whole(1, 10_080).meta({ description: 'at most one automatic answer per sender in so many minutes' }),
  senderHourly: whole(1, 10_000).meta({ description: 'mails of one sender in an hour; more wait for a person' }),
  maxBytes: whole(64 * 1024, 100 * MB).meta({ description: 'larger mails stay on the server and become a task' }),
  pollSeconds: whole(5, 3_600).meta({ description: 'how often to look where the server tells nothing by itself' }),
  active: z.boolean(),
};
const password = z.string().min(1).max(1_000);

export const mailboxBody = z.strictObject({
  ...fields,
  port: fields.port.default(993),
  security: fields.security.default('tls'),
  folder: fields.folder.default('INBOX'),
  team: fields.team.default(null),
  impact: level.default('low'),
  urgency: level.default('low'),
  locale: fields.locale.default('zh-CN'),
  plusAddressing: fields.plusAddressing.default(true),
  machineMail: fields.machineMail.default(false),
  confirmMinutes: fields.confirmMinutes.default(10),
  senderHourly: fields.senderHourly.default(30),
  maxBytes: fields.maxBytes.default(25 * MB),
  pollSeconds: fields.pollSeconds.default(60),
  active: fields.active.default(true),
  password,
  tenantId: z.string().max(100).optional().meta({ description: "the caller's own when missing" }),
});

export const mailboxChange = z.strictObject({ ...fields, password }).partial();

/** Settings to be tried out; with the id of a mailbox what is missing is taken from it. */
export const mailboxTestBody = z.strictObject({
  id: z.uuid().optional(),
  host: fields.host.optional(),
  port: fields.port.optional(),
  security: fields.security.optional(),
  username: fields.username.optional(),
  folder: fields.folder.optional(),
  password: password.optional(),
  tenantId: z.string().max(100).optional(),
});

export const mailboxTestAnswer = z.object({
  ok: z.boolean(),
  error: z.string().nullable().meta({ description: 'what the mail server said' }),
  mails: z.number().nullable(),
  idle: z.boolean().nullable().meta({ description: 'the server tells of new mail by itself' }),
});

export const mailboxSchema = z
  .object({
    ...fields,
    id: z.uuid(),
    tenantId: z.string(),
    address: z.string(),
    createdAt: instant,
    state: z.enum(['reading', 'failing', 'unread', 'off']),
    lastSuccessAt: instant.nullable(),
    lastError: z.string().nullable(),
    lastErrorAt: instant.nullable(),
    failures: z.number().meta({ description: 'attempts in a row that failed' }),
    skipped: z.number().meta({ description: 'had been read by people before it was connected, and was left alone' }),
    mails: z.number(),
    waiting: z.number().meta({ description: 'mails that wait for a person' }),
  })
  .meta({ id: 'Mailbox' });
export const mailboxPage = z.object({ items: z.array(mailboxSchema), nextCursor: z.null() });
export const mailboxParams = z.strictObject({ id: z.uuid() });

export const mailParams = z.strictObject({ id: z.string().regex(/^\d{1,15}$/, 'must be the id of a mail') });
export const mailQuery = z.strictObject({
  mailbox: z.uuid().optional(),
  outcome: z.enum(MAIL_OUTCOMES).optional(),
  waiting: z.enum(['true']).optional(),
  q: z.string().trim().min(1).max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z
    .string()
    .regex(/^\d{1,15}$/, 'must be a nextCursor of this list')
    .optional(),
});
export const mailSchema = z
  .object({
    id: z.string(),
    tenantId: z.string(),
    mailboxId: z.uuid(),
    mailbox: z.string(),
    sender: z.string().nullable(),
    subject: z.string(),
    receivedAt: instant,
    size: z.number().meta({ description: 'bytes' }),
    truncated: z.boolean().meta({ description: 'only the beginning is here; the whole mail is on the server' }),
    outcome: z.enum(MAIL_OUTCOMES).nullable(),
    reason: z.string().nullable(),
    caseId: z.string().nullable(),
    decidedAt: instant.nullable(),
    waiting: z.boolean().meta({ description: 'a person has to look at it' }),
  })
  .meta({ id: 'Mail' });
export const mailPage = z.object({ items: z.array(mailSchema), nextCursor: z.string().nullable() });
export const outgoingAnswer = z.object({ waiting: z.number(), failed: z.number() });
