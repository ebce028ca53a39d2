import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import type { z } from 'zod';
import { claimKey, requestHash } from '../db/idempotency';
import {
  changeNotice,
  insertNotice,
  listNotices,
  type Notice,
  type NoticeCursor,
  noticeOf,
  noticePlace,
  noticeState,
} from '../db/notice';
import { tenantExists } from '../db/tenant';
import { DomainError } from '../domain/errors';
import { inScope, type Principal, type TenantScope, tenantsWith } from '../domain/principal';
import { changeNoticeBody, noticeBody, noticePage, noticeParams, noticeQuery, noticeSchema } from './notice-schema';
import { cutPage, keyOfCursor } from './page';
import { type Route, route } from './route';

export interface NoticeDeps {
  db: Knex;
  now(): Date;
}

const PATH = '/api/v1/notices';
const tag = 'notice';
const publish = { tag, access: 'notice:publish' } as const;

/** The portal's board. */
export function noticeRoutes(deps: NoticeDeps): Route[] {
  return [listRoute(deps), readRoute(deps), createRoute(deps), changeRoute(deps), endRoute(deps)];
}

const manages = (p: Principal) => tenantsWith(p, 'notice:publish');
const publishes = (p: Principal) => manages(p) === 'all' || manages(p).length > 0;

/** All its tenants are his to write to. */
const mayChange = (n: Pick<Notice, 'tenants'>, scope: TenantScope) =>
  scope === 'all' || (n.tenants?.every((t) => inScope(scope, t)) ?? false);

/** Staff of its tenants find the case; nobody else hears of it. */
function readsCase(n: Notice, p: Principal): boolean {
  const read = tenantsWith(p, n.caseId?.startsWith('REQ-') ? 'request:read' : 'incident:read');
  return read === 'all' || (n.tenants?.every((t) => inScope(read, t)) ?? false);
}

function present(n: Notice, p: Principal, now: number): z.infer<typeof noticeSchema> {
  const scope = manages(p);
  const change = mayChange(n, scope);
  return {
    ...n,
    // Whom else it is for, and who writes it, is the publisher's business.
    tenants: change || n.tenants === null ? n.tenants : n.tenants.filter((t) => t === p.tenantId),
    caseId: readsCase(n, p) ? n.caseId : null,
    state: noticeState(n, now),
    mayChange: change,
  };
}

function placeIn(cursor: string | undefined): NoticeCursor | undefined {
  const [pinned, at, id] = keyOfCursor(cursor)?.split(' ') ?? [];
  if (cursor === undefined) return undefined;
  if (at !== undefined && id !== undefined && !Number.isNaN(Date.parse(at))) return [pinned === 'true', at, id];
  throw new DomainError('ValidationFailed', 'The cursor is not one of ours.', [
    { path: 'query.cursor', message: 'must be the nextCursor of an earlier page' },
  ]);
}

function listRoute({ db, now }: NoticeDeps): Route {
  return route({
    method: 'get',
    path: PATH,
    tag,
    summary: 'What stands on the board for you now; for publishers also what is to come and what is over',
    access: 'signed-in',
    query: noticeQuery,
    response: noticePage,
    async handle({ principal, query: { limit, cursor, view, state } }) {
      if (view === 'manage' && !publishes(principal))
        throw new DomainError('Forbidden', 'To manage notices needs the permission notice:publish.');
      const at = now();
      const sight = view === 'board' ? { board: principal.tenantId } : { manage: manages(principal) };
      const wanted = view === 'board' ? 'current' : state === 'all' ? null : state;
      const page = { limit: limit + 1, after: placeIn(cursor) };
      const rows = await listNotices(db, sight, { state: wanted, now: at.toISOString() }, page);
      const cut = cutPage(rows, limit, (n) => noticePlace(n).join(' '));
      return { ...cut, items: cut.items.map((n) => present(n, principal, at.getTime())) };
    },
  });
}

/** @throws DomainError NotFound also when it is not for him, or no longer */
async function visibleNotice(db: Knex, p: Principal, id: string, now: Date): Promise<Notice> {
  const board = await noticeOf(db, { board: p.tenantId }, id);
  if (board && noticeState(board, now.getTime()) === 'current') return board;
  const managed = await noticeOf(db, { manage: manages(p) }, id);
  if (managed) return managed;
  throw new DomainError('NotFound', `There is no notice ${id} that you may see.`);
}

function readRoute({ db, now }: NoticeDeps): Route {
  return route({
    method: 'get',
    path: `${PATH}/:id`,
    tag,
    summary: 'One notice',
    access: 'signed-in',
    params: noticeParams,
    response: noticeSchema,
    async handle({ principal, params, res }) {
      const found = await visibleNotice(db, principal, params.id, now());
      res.set('ETag', `"${found.version}"`);
      return present(found, principal, now().getTime());
    },
  });
}

/** @throws DomainError Forbidden for tenants he may not write to, ValidationFailed for those that are not there */
async function checkTenants(db: Knex, scope: TenantScope, tenants: string[] | null): Promise<void> {
  if (tenants === null) {
    if (scope === 'all') return;
    throw new DomainError('Forbidden', 'A notice for everybody needs notice:publish in every tenant.');
  }
  const foreign = tenants.filter((t) => !inScope(scope, t));
  if (foreign.length > 0) throw new DomainError('Forbidden', `You may not publish for: ${foreign.join(', ')}.`);
  const errors = [];
  for (const [i, id] of tenants.entries())
    if (!(await tenantExists(db, id))) errors.push({ path: `body.tenants.${i}`, message: `there is no tenant ${id}` });
  if (errors.length > 0) throw new DomainError('ValidationFailed', 'Not valid: body.tenants.', errors);
}

function createRoute({ db, now }: NoticeDeps): Route {
  return route({
    ...publish,
    method: 'post',
    path: PATH,
    summary: 'Publish a notice',
    idempotency: 'required',
    body: noticeBody,
    status: 201,
    response: noticeSchema,
    errors: ['Forbidden', 'IdempotencyKeyReused'],
    async handle({ principal, tenants, body, idempotencyKey, log, res }) {
      await checkTenants(db, tenants, body.tenants);
      const at = now().toISOString();
      const startsAt = body.startsAt ?? at;
      if (body.endsAt !== null && Date.parse(body.endsAt) <= Date.parse(startsAt))
        throw new DomainError('ValidationFailed', 'Not valid: body.endsAt.', [
          { path: 'body.endsAt', message: 'must be after startsAt' },
        ]);
      const id = await db.transaction(async (trx) => {
        const who = { tenantId: principal.tenantId, principal: principal.login, now: at };
        const hash = requestHash(`POST ${PATH}`, body);
        const key = idempotencyKey ?? randomUUID();
        const claim = await claimKey(trx, { ...who, key, requestHash: hash, caseId: randomUUID() });
        if (claim.fresh) await insertNotice(trx, { ...body, startsAt, id: claim.caseId, by: principal.login, at });
        return claim.caseId;
      });
      log.info({ by: principal.login, notice: id, kind: body.kind, tenants: body.tenants }, 'notice published');
      res.location(`${PATH}/${id}`);
      return present(await visibleNotice(db, principal, id, now()), principal, now().getTime());
    },
  });
}

/** @throws DomainError NotFound, PreconditionFailed */
async function changeable(trx: Knex, p: Principal, id: string, ifMatch: string | undefined): Promise<Notice> {
  await trx('notice').where({ id }).forUpdate().first('id');
  const notice = await noticeOf(trx, { manage: manages(p) }, id);
  if (!notice) throw new DomainError('NotFound', `There is no notice ${id} that you may change.`);
  if (ifMatch !== undefined && ifMatch !== '*' && ifMatch !== `"${notice.version}"`)
    throw new DomainError('PreconditionFailed', 'The notice was changed in the meantime; read again.');
  return notice;
}

function changeRoute({ db, now }: NoticeDeps): Route {
  return route({
    ...publish,
    method: 'patch',
    path: `${PATH}/:id`,
    summary: 'Change a notice; with If-Match (its version in quotes) only what you have seen',
    params: noticeParams,
    body: changeNoticeBody,
    response: noticeSchema,
    errors: ['Forbidden', 'PreconditionFailed', 'InvalidTransition'],
    async handle({ principal, tenants, params: { id }, body, req, res, log }) {
      if (body.tenants !== undefined) await checkTenants(db, tenants, body.tenants);
      const at = now();
      await db.transaction(async (trx) => {
        const old = await changeable(trx, principal, id, req.get('if-match'));
        if (noticeState(old, at.getTime()) === 'over')
          throw new DomainError('InvalidTransition', 'This notice is over; publish a new one.');
        const { startsAt, endsAt } = { ...old, ...body };
        if (endsAt !== null && Date.parse(endsAt) <= Date.parse(startsAt))
          throw new DomainError('ValidationFailed', 'Not valid: body.endsAt.', [
            { path: 'body.endsAt', message: 'must be after startsAt' },
          ]);
        await changeNotice(trx, id, body, principal.login, at.toISOString());
      });
      log.info({ by: principal.login, notice: id }, 'notice changed');
      const found = await visibleNotice(db, principal, id, at);
      res.set('ETag', `"${found.version}"`);
      return present(found, principal, at.getTime());
    },
  });
}

function endRoute({ db, now }: NoticeDeps): Route {
  return route({
    ...publish,
    method: 'post',
    path: `${PATH}/:id/end`,
    summary: 'Take a notice down; it stays on record',
    idempotency: 'accepted',
    params: noticeParams,
    response: noticeSchema,
    async handle({ principal, params: { id }, log }) {
      const at = now();
      await db.transaction(async (trx) => {
        const old = await changeable(trx, principal, id, undefined);
        if (noticeState(old, at.getTime()) === 'over') return;
        await changeNotice(trx, id, { endedAt: at.toISOString() }, principal.login, at.toISOString());
        log.info({ by: principal.login, notice: id }, 'notice ended');
      });
      return present(await visibleNotice(db, principal, id, at), principal, at.getTime());
    },
  });
}
