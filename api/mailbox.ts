import type { Knex } from 'knex';
import type { Seal } from '../adapters/identity/seal';
import { type ImapSettings, probeImap } from '../adapters/mail/imap';
import { addMailbox, changeMailbox, type Mailbox, mailboxContext, mailboxOf, mailboxViews } from '../db/mailbox';
import { DomainError } from '../domain/errors';
import { inScope, type TenantScope } from '../domain/principal';
import {
  mailboxBody,
  mailboxChange,
  mailboxPage,
  mailboxParams,
  mailboxSchema,
  mailboxTestAnswer,
  mailboxTestBody,
} from './mailbox-schema';
import { type Route, route } from './route';

export interface MailboxDeps {
  db: Knex;
  /** Null without CONTINUO_KEY: no password can be kept. */
  seal: Seal | null;
  /** Published services of a tenant. */
  serviceNames(tenantId: string): Promise<string[]>;
}

const PATH = '/api/v1/intake/mailboxes';
const common = { tag: 'intake', access: 'intake:manage' } as const;

/** Endpoints for those who connect mailboxes. */
export function mailboxRoutes(deps: MailboxDeps): Route[] {
  return [
    route({
      ...common,
      method: 'get',
      path: PATH,
      summary: 'Mailboxes and how reading them stands',
      response: mailboxPage,
      handle: async ({ tenants }) => ({ items: await mailboxViews(deps.db, tenants), nextCursor: null }),
    }),
    createRoute(deps),
    changeRoute(deps),
    testRoute(deps),
  ];
}

function createRoute(deps: MailboxDeps): Route {
  const { db } = deps;
  return route({
    ...common,
    method: 'post',
    path: PATH,
    summary: 'Connect a mailbox; a worker begins to read it at once',
    body: mailboxBody,
    status: 201,
    response: mailboxSchema,
    errors: ['Conflict'],
    async handle({ principal, tenants, body: { password, ...body } }) {
      const tenantId = body.tenantId ?? principal.tenantId;
      if (!inScope(tenants, tenantId))
        throw new DomainError('Forbidden', `You may not manage intake of tenant ${tenantId}.`);
      await checkService(deps, tenantId, body.service);
      const seal = sealOf(deps);
      const id = await addMailbox(db, { ...body, tenantId }, (context) => seal.seal(password, context));
      if (id === null)
        throw new DomainError('Conflict', `There is a mailbox "${body.name}" already; choose another name.`);
      return viewOf(db, tenants, id);
    },
  });
}

function changeRoute(deps: MailboxDeps): Route {
  const { db } = deps;
  return route({
    ...common,
    method: 'patch',
    path: `${PATH}/:id`,
    summary: 'Change a mailbox, or switch it off; what it brought stays',
    params: mailboxParams,
    body: mailboxChange,
    response: mailboxSchema,
    errors: ['NotFound', 'Conflict'],
    async handle({ tenants, params: { id }, body: { password, ...settings } }) {
      const mailbox = await theMailbox(db, tenants, id);
      if (settings.service !== undefined) await checkService(deps, mailbox.tenantId, settings.service);
      // A stored password goes to the server it was given for, and to no other.
      if (settings.host !== undefined && settings.host !== mailbox.host && password === undefined)
        throw new DomainError('ValidationFailed', 'Another server needs its password.', [
          { path: 'body.password', message: 'is needed when the host changes' },
        ]);
      const sealed = password === undefined ? {} : { password: sealOf(deps).seal(password, mailboxContext(id)) };
      try {
        await db.transaction((trx) => changeMailbox(trx, id, { ...settings, ...sealed }));
      } catch (error) {
        if (!isTaken(error)) throw error;
        throw new DomainError('Conflict', `There is a mailbox "${settings.name}" already; choose another name.`);
      }
      return viewOf(db, tenants, id);
    },
  });
}

function testRoute(deps: MailboxDeps): Route {
  return route({
    ...common,
    method: 'post',
    path: `${PATH}/test`,
    summary: 'Sign in and open the folder, without reading or changing anything',
    body: mailboxTestBody,
    response: mailboxTestAnswer,
    errors: ['NotFound'],
    async handle({ principal, tenants, body }) {
      const tenantId = body.tenantId ?? principal.tenantId;
      if (body.id === undefined && !inScope(tenants, tenantId))
        throw new DomainError('Forbidden', `You may not manage intake of tenant ${tenantId}.`);
      const known = body.id === undefined ? null : await theMailbox(deps.db, tenants, body.id);
      const settings = settingsOf(deps, body, known);
      try {
        const { exists, idle } = await probeImap(settings);
        return { ok: true, error: null, mails: exists, idle };
      } catch (error) {
        return { ok: false, error: error instanceof Error ? error.message : String(error), mails: null, idle: null };
      }
    },
  });
}

/** A stored password goes to the server it was given for, and to no other. */
function settingsOf(deps: MailboxDeps, given: Partial<ImapSettings>, known: Mailbox | null): ImapSettings {
  const moved = known !== null && given.host !== undefined && given.host !== known.host;
  const stored = known === null || moved ? undefined : known;
  const password = given.password ?? (stored && sealOf(deps).open(stored.password, mailboxContext(stored.id)));
  const { host = known?.host, port = known?.port ?? 993, username = known?.username } = given;
  const missing = Object.entries({ host, username, password }).filter(([, value]) => value === undefined);
  if (host === undefined || username === undefined || password === undefined) {
    const errors = missing.map(([field]) => ({ path: `body.${field}`, message: 'is needed for the test' }));
    throw new DomainError('ValidationFailed', 'The settings are not complete.', errors);
  }
  const { security = known?.security ?? 'tls', folder = known?.folder ?? 'INBOX' } = given;
  return { host, port, security, username, password, folder };
}

async function checkService({ serviceNames }: MailboxDeps, tenantId: string, service: string): Promise<void> {
  const allowed = await serviceNames(tenantId);
  if (!allowed.includes(service))
    throw new DomainError('ValidationFailed', 'The service is not in the catalogue.', [
      { path: 'body.service', message: `unknown service "${service}"`, allowed },
    ]);
}

function sealOf({ seal }: MailboxDeps): Seal {
  if (seal === null)
    throw new DomainError('ValidationFailed', 'CONTINUO_KEY is not set: no password can be kept.', [
      { path: 'body.password', message: 'cannot be sealed without CONTINUO_KEY' },
    ]);
  return seal;
}

async function theMailbox(db: Knex, scope: TenantScope, id: string): Promise<Mailbox> {
  const found = await mailboxOf(db, scope, id);
  if (!found) throw new DomainError('NotFound', `There is no mailbox ${id}.`);
  return found;
}

async function viewOf(db: Knex, scope: TenantScope, id: string) {
  const [view] = await mailboxViews(db, scope, id);
  if (!view) throw new DomainError('NotFound', `There is no mailbox ${id}.`);
  return view;
}

/** SQLSTATE 23505: unique violation. */
const isTaken = (error: unknown) => error instanceof Error && 'code' in error && error.code === '23505';
