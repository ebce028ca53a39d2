import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import type { Impact, Urgency } from '../domain/incident-plan';
import type { MailSecurity } from '../domain/mail';
import type { TenantScope } from '../domain/principal';
import { inTenants } from './tenant';

/** What an administrator says of a mailbox; see migration 0010 for the meaning of each. */
export interface MailboxSettings {
  tenantId: string;
  name: string;
  address: string;
  host: string;
  port: number;
  security: MailSecurity;
  username: string;
  folder: string;
  service: string;
  team: string | null;
  impact: Impact;
  urgency: Urgency;
  locale: 'zh-CN' | 'en';
  plusAddressing: boolean;
  machineMail: boolean;
  confirmMinutes: number;
  senderHourly: number;
  maxBytes: number;
  pollSeconds: number;
  active: boolean;
}

export interface Mailbox extends MailboxSettings {
  id: string;
  /** Sealed under {@link mailboxContext}. */
  password: string;
  revision: number;
  createdAt: string;
}

/** How reading stands. `unread`: no worker reads it; `failing`: the last attempt failed; `off`: switched off. */
export type MailboxState = 'reading' | 'failing' | 'unread' | 'off';

/** A mailbox with its health; instants RFC 3339. */
export interface MailboxView extends Omit<Mailbox, 'password' | 'revision'> {
  state: MailboxState;
  lastSuccessAt: string | null;
  lastError: string | null;
  lastErrorAt: string | null;
  /** Attempts in a row that failed. */
  failures: number;
  /** Mails that had been read when the mailbox was first connected, and were left alone. */
  skipped: number;
  /** Mails taken in. */
  mails: number;
  /** Mails that wait for a person. */
  waiting: number;
}

/** Context under which the password of a mailbox is sealed. */
export function mailboxContext(id: string): string {
  return `mailbox/${id}`;
}

const COLUMNS: Record<keyof MailboxSettings, string> = {
  tenantId: 'tenant_id',
  name: 'name',
  address: 'address',
  host: 'host',
  port: 'port',
  security: 'security',
  username: 'username',
  folder: 'folder',
  service: 'service',
  team: 'team',
  impact: 'impact',
  urgency: 'urgency',
  locale: 'locale',
  plusAddressing: 'plus_addressing',
  machineMail: 'machine_mail',
  confirmMinutes: 'confirm_minutes',
  senderHourly: 'sender_hourly',
  maxBytes: 'max_bytes',
  pollSeconds: 'poll_seconds',
  active: 'active',
};
const SELECTED = Object.fromEntries(
  Object.entries({ ...COLUMNS, id: 'id', createdAt: 'created_at' }).map(([field, column]) => [field, `b.${column}`]),
);
const SECRET = { password: 'b.password', revision: 'b.revision' };

/** Every mailbox that is to be read, of all tenants. */
export function activeMailboxes(db: Knex): Promise<Mailbox[]> {
  return db({ b: 'mailbox' })
    .where('b.active', true)
    .orderBy('b.created_at')
    .select({ ...SELECTED, ...SECRET });
}

/** A mailbox by id, in the scope; null when there is none. */
export async function mailboxOf(db: Knex, scope: TenantScope, id: string): Promise<Mailbox | null> {
  const [row]: Mailbox[] = await inTenants(
    db({ b: 'mailbox' })
      .where('b.id', id)
      .select({ ...SELECTED, ...SECRET }),
    'b.tenant_id',
    scope,
  );
  return row ?? null;
}

/** Addresses of every mailbox of ours, lower case: mail from one of them is a loop. */
export async function mailboxAddresses(db: Knex): Promise<string[]> {
  const rows: { address: string }[] = await db('mailbox').distinct(db.raw('lower(address) as address'));
  return rows.map((r) => r.address);
}

/** Mailboxes with their health, by name; `id` narrows to one. */
export async function mailboxViews(db: Knex, scope: TenantScope, id?: string): Promise<MailboxView[]> {
  const query = inTenants(db({ b: 'mailbox' }), 'b.tenant_id', scope)
    .leftJoin('mailbox_reading as r', 'r.mailbox_id', 'b.id')
    .orderBy(['b.tenant_id', 'b.name']);
  if (id !== undefined) query.where('b.id', id);
  return query.select(SELECTED, {
    state: db.raw(`case when not b.active then 'off' when coalesce(r.failures, 0) > 0 then 'failing'
      when r.leased_until > now() and r.last_success_at is not null then 'reading' else 'unread' end`),
    lastSuccessAt: 'r.last_success_at',
    lastError: 'r.last_error',
    lastErrorAt: 'r.last_error_at',
    failures: db.raw('coalesce(r.failures, 0)'),
    skipped: db.raw('coalesce(r.skipped, 0)'),
    mails: db.raw('(select count(*) from mail m where m.mailbox_id = b.id)'),
    waiting: db.raw(`(select count(*) from mail m join task t on t.id = 'mail/' || m.id
      where m.mailbox_id = b.id and t.state = 'open')`),
  });
}

/** Adds a mailbox; null when the tenant has one of that name. @param seal seals the password for the id it is given */
export async function addMailbox(
  db: Knex,
  settings: MailboxSettings,
  seal: (context: string) => string,
): Promise<string | null> {
  const id = randomUUID();
  const rows = await db('mailbox')
    .insert({ ...rowOf(settings), id, password: seal(mailboxContext(id)) })
    .onConflict(['tenant_id', 'name'])
    .ignore()
    .returning('id');
  return rows.length > 0 ? id : null;
}

/** Changes settings; readers begin anew with them. A folder or server of another name is read from its beginning. */
export async function changeMailbox(
  trx: Knex,
  id: string,
  change: Partial<MailboxSettings> & { password?: string },
): Promise<void> {
  const { password, ...settings } = change;
  await trx('mailbox')
    .where({ id })
    .update({ ...rowOf(settings), ...(password === undefined ? {} : { password }), revision: trx.raw('revision + 1') });
  await trx('mailbox_reading').where({ mailbox_id: id }).update({ failures: 0, last_error: null, last_error_at: null });
  if (settings.host !== undefined || settings.folder !== undefined || settings.username !== undefined)
    await trx('mailbox_reading').where({ mailbox_id: id }).update({ uid_validity: null, last_uid: 0, stuck_uid: null });
}

function rowOf(settings: Partial<MailboxSettings>): Record<string, unknown> {
  const named = Object.entries(settings).filter(([, value]) => value !== undefined);
  return Object.fromEntries(named.map(([field, value]) => [COLUMNS[field as keyof MailboxSettings], value]));
}
