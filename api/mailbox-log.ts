import type { Knex } from 'knex';
import { mailLog, outgoingMail, rawMail, retryMail, settleWaiting } from '../db/mail-log';
import { DomainError } from '../domain/errors';
import { mailPage, mailParams, mailQuery, outgoingAnswer } from './mailbox-schema';
import { type Route, route } from './route';

const PATH = '/api/v1/intake/mails';
const common = { tag: 'intake', access: 'intake:manage' } as const;
const notThere = (id: string) => new DomainError('NotFound', `There is no mail ${id}.`);

/** Endpoints of the mail log: every mail that came, and what became of it. */
export function mailLogRoutes({ db }: { db: Knex }): Route[] {
  return [
    route({
      ...common,
      method: 'get',
      path: PATH,
      summary: 'Mails that came and what became of each, newest first',
      query: mailQuery,
      response: mailPage,
      async handle({ tenants, query: { limit, cursor, waiting, ...filter } }) {
        const page = { limit: limit + 1, before: cursor === undefined ? null : Number(cursor) };
        const rows = await mailLog(db, tenants, { ...filter, waiting: waiting === 'true' }, page);
        const items = rows.slice(0, limit);
        return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
      },
    }),
    route({
      ...common,
      method: 'get',
      path: `${PATH}/outgoing`,
      summary: 'How many mails about cases wait to leave, and how many could not be delivered',
      response: outgoingAnswer,
      handle: ({ tenants }) => outgoingMail(db, tenants),
    }),
    rawRoute(db),
    route({
      ...common,
      method: 'post',
      path: `${PATH}/:id/retry`,
      summary: 'Work on a mail again, as written by a person whatever its headers say',
      params: mailParams,
      status: 204,
      errors: ['NotFound', 'InvalidTransition'],
      async handle({ tenants, params: { id } }) {
        const outcome = await retryMail(db, tenants, Number(id));
        if (outcome === 'not-there') throw notThere(id);
        if (outcome === 'not-possible')
          throw new DomainError('InvalidTransition', `Mail ${id} has been dealt with, or is not here as a whole.`);
      },
    }),
    route({
      ...common,
      method: 'post',
      path: `${PATH}/:id/settle`,
      summary: 'A person has dealt with a mail that waited: its task ends',
      params: mailParams,
      status: 204,
      errors: ['NotFound'],
      async handle({ tenants, params: { id } }) {
        if (!(await settleWaiting(db, tenants, Number(id))))
          throw new DomainError('NotFound', `There is no mail ${id} that waits for you.`);
      },
    }),
  ];
}

function rawRoute(db: Knex): Route {
  return route({
    ...common,
    method: 'get',
    path: `${PATH}/:id/raw`,
    summary: 'A mail as it came (message/rfc822), as a download',
    params: mailParams,
    raw: true,
    errors: ['NotFound'],
    async handle({ tenants, params: { id }, res }) {
      const raw = await rawMail(db, tenants, Number(id));
      if (raw === null) throw notThere(id);
      res.attachment(`mail-${id}.eml`).set({
        'Content-Security-Policy': "default-src 'none'; sandbox",
        'X-Content-Type-Options': 'nosniff',
      });
      // Not by express, which adds a character set that nobody has checked.
      res.setHeader('Content-Type', 'message/rfc822');
      res.end(raw);
    },
  });
}
