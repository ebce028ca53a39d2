import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { claimKey, requestHash } from '../db/idempotency';
import {
  changeSavedView,
  deleteSavedView,
  insertSavedView,
  listSavedViews,
  type SavedViewChange,
  savedViewOf,
} from '../db/saved-view';
import { DomainError } from '../domain/errors';
import { inScope, type Principal, tenantsWith } from '../domain/principal';
import { type SavedView, SHIPPED_VIEWS } from '../domain/saved-view';
import { READ, readable } from './incident-parts';
import { cutPage, keyOfCursor } from './page';
import { type Route, route } from './route';
import {
  changeSavedViewBody,
  createSavedViewBody,
  savedViewPage,
  savedViewParams,
  savedViewQuery,
  savedViewSchema,
} from './saved-view-schema';

export interface SavedViewDeps {
  db: Knex;
  now(): Date;
}

const PATH = '/api/v1/saved-views';
const common = { tag: 'saved views', access: READ } as const;
/** Whose view it is decides; see `changeable`. */
const personal = { tag: 'saved views', access: 'signed-in' } as const;

/** Views of lists that people keep for themselves or share with their tenant. */
export function savedViewRoutes(deps: SavedViewDeps): Route[] {
  return [listRoute(deps), createRoute(deps), changeRoute(deps), deleteRoute(deps)];
}

/** One's own, or a shared one where one may share. */
function mayChange(v: SavedView, p: Principal): boolean {
  if (v.shipped || v.tenantId === null) return false;
  return v.shared ? inScope(tenantsWith(p, 'view:share'), v.tenantId) : v.owner === p.login;
}

const present = (v: SavedView, p: Principal) => ({ ...v, mayChange: mayChange(v, p) });

function listRoute({ db }: SavedViewDeps): Route {
  return route({
    ...common,
    method: 'get',
    path: PATH,
    summary: 'Views of the incident list: shipped ones first, then shared and own ones',
    query: savedViewQuery,
    response: savedViewPage,
    async handle({ principal, tenants, query: { limit, cursor } }) {
      const after = keyOfCursor(cursor);
      const rows = await listSavedViews(db, tenants, principal.login, { limit: limit + 1, after });
      const { items, nextCursor } = cutPage(rows, limit, (v) => v.id);
      const shipped = after === undefined ? SHIPPED_VIEWS : [];
      return { items: [...shipped, ...items].map((v) => present(v, principal)), nextCursor };
    },
  });
}

function createRoute({ db, now }: SavedViewDeps): Route {
  return route({
    ...common,
    method: 'post',
    path: PATH,
    summary: 'Keep a view, for yourself or for everybody of a tenant',
    idempotency: 'required',
    body: createSavedViewBody,
    status: 201,
    response: savedViewSchema,
    errors: ['Forbidden', 'Conflict', 'IdempotencyKeyReused'],
    async handle({ principal, tenants, body, idempotencyKey, res }) {
      const tenantId = body.tenantId ?? principal.tenantId;
      const allowed = body.shared ? tenantsWith(principal, 'view:share') : tenants;
      if (!inScope(allowed, tenantId))
        throw new DomainError(
          'Forbidden',
          `You may not ${body.shared ? 'share' : 'keep'} views in tenant ${tenantId}.`,
        );
      const at = now().toISOString();
      const id = await db.transaction(async (trx) => {
        const claim = { tenantId, principal: principal.login, key: idempotencyKey ?? randomUUID(), now: at };
        const hash = requestHash(`POST ${PATH}`, body);
        const { caseId, fresh } = await claimKey(trx, { ...claim, requestHash: hash, caseId: randomUUID() });
        const owner = body.shared ? null : principal.login;
        const view = { ...body, id: caseId, tenantId, owner, at, by: principal.login };
        if (fresh && !(await insertSavedView(trx, view))) throw nameTaken(body.name);
        return caseId;
      });
      res.location(`${PATH}/${id}`);
      return present(await found(db, id, tenants, principal), principal);
    },
  });
}

function changeRoute({ db, now }: SavedViewDeps): Route {
  return route({
    ...personal,
    method: 'patch',
    path: `${PATH}/:id`,
    summary: 'Change a view; with If-Match (its version in quotes) only what you have seen',
    params: savedViewParams,
    body: changeSavedViewBody,
    response: savedViewSchema,
    errors: ['Forbidden', 'Conflict', 'PreconditionFailed'],
    async handle({ principal, params: { id }, body, req, res }) {
      await db.transaction(async (trx) => {
        const view = await changeable(trx, id, principal);
        const ifMatch = req.get('if-match');
        if (ifMatch !== undefined && ifMatch !== '*' && ifMatch !== `"${view.version}"`)
          throw new DomainError('PreconditionFailed', 'The view was changed in the meantime; read again.');
        const change: SavedViewChange = body;
        if (!(await changeSavedView(trx, id, change, now().toISOString()))) throw nameTaken(body.name ?? view.name);
      });
      const view = await found(db, id, readable(principal).scope, principal);
      res.set('ETag', `"${view.version}"`);
      return present(view, principal);
    },
  });
}

function deleteRoute({ db }: SavedViewDeps): Route {
  return route({
    ...personal,
    method: 'delete',
    path: `${PATH}/:id`,
    summary: 'Remove a view',
    params: savedViewParams,
    status: 204,
    errors: ['Forbidden'],
    async handle({ principal, params: { id } }) {
      await db.transaction(async (trx) => {
        await changeable(trx, id, principal);
        await deleteSavedView(trx, id);
      });
    },
  });
}

type Scope = ReturnType<typeof tenantsWith>;

/** @throws DomainError NotFound also for another's view */
async function found(db: Knex, id: string, tenants: Scope, p: Principal, lock = false): Promise<SavedView> {
  const view = await savedViewOf(db, tenants, p.login, id, lock);
  if (view === null) throw new DomainError('NotFound', `There is no view ${id} that you may see.`);
  return view;
}

/** @throws DomainError NotFound, Forbidden */
async function changeable(trx: Knex, id: string, p: Principal): Promise<SavedView> {
  if (p.scopes !== null && !READ.some((permission) => p.scopes?.includes(permission)))
    throw new DomainError('Forbidden', 'A token narrowed to other permissions cannot change views.');
  const view = await found(trx, id, readable(p).scope, p, true);
  if (!mayChange(view, p)) throw new DomainError('Forbidden', 'Shared views are changed by those who may share them.');
  return view;
}

const nameTaken = (name: string) =>
  new DomainError('Conflict', `There is a view called "${name}" already; choose another name.`);
