import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import {
  type BatchItem,
  type BatchProgress,
  batchesOf,
  batchOf,
  insertBatch,
  insertItems,
  itemsOf,
  setTotal,
  startBatch,
} from '../db/batch';
import { claimKey, requestHash } from '../db/idempotency';
import { DomainError } from '../domain/errors';
import type { IncidentCommand } from '../domain/incident-command';
import { tenantsWith } from '../domain/principal';
import { createJudge } from './batch-judge';
import {
  type BatchRequest,
  batchBody,
  batchItemPage,
  batchItemQuery,
  batchPage,
  batchParams,
  batchSchema,
} from './batch-schema';
import { type Selected, selectCases } from './batch-select';
import { permissionOf } from './incident-command';
import { commandBodies } from './incident-commands';
import { cutPage, keyOfCursor, pageQuery } from './page';
import { type Call, type Route, route } from './route';

export interface BatchApiDeps {
  db: Knex;
  now(): Date;
}

const PATH = '/api/v1/batches';
const tag = 'batch';

/** One command for many incidents: judged first, then carried out by the worker, one case at a time. */
export function batchRoutes(deps: BatchApiDeps): Route[] {
  return [createRoute(deps), listRoute(deps), readRoute(deps), itemsRoute(deps), runRoute(deps)];
}

const present = (b: BatchProgress) => ({
  ...b,
  state: b.startedAt === null ? ('preview' as const) : b.endedAt === null ? ('running' as const) : ('done' as const),
});

function createRoute(deps: BatchApiDeps): Route {
  return route({
    method: 'post',
    path: '/api/v1/incidents/batches',
    tag,
    summary: 'One command for many incidents, given by id or by a filter: a preview, or the real thing',
    access: ['incident:handle', 'incident:close'],
    idempotency: 'required',
    body: batchBody,
    limitBytes: 512 * 1024,
    status: 201,
    response: batchSchema,
    errors: ['IdempotencyKeyReused'],
    async handle(call) {
      const { principal, body, res } = call;
      const permission = permissionOf(body.op);
      if (tenantsWith(principal, permission).length === 0)
        throw new DomainError('Forbidden', `${body.op} needs the permission ${permission}.`);
      const id = await deps.db.transaction((trx) => create(trx, call, deps.now().toISOString()));
      res.location(`${PATH}/${id}`);
      return present(await ownBatch(deps.db, principal.login, id));
    },
  });
}

/** Judges everything that is selected, and keeps it, in one transaction: a batch is there whole or not at all. */
async function create(trx: Knex, call: Call<unknown, unknown, BatchRequest>, at: string): Promise<string> {
  const { body, principal, idempotencyKey, log } = call;
  const { caseId: id, fresh } = await claimKey(trx, {
    tenantId: principal.tenantId,
    principal: principal.login,
    key: idempotencyKey ?? randomUUID(),
    requestHash: requestHash('POST /api/v1/incidents/batches', body),
    caseId: randomUUID(),
    now: at,
  });
  if (!fresh) return id;
  const fields = timesOf(commandBodies[body.op].parse(body.body));
  const command = { ...fields, op: body.op, key: `batch:${id}`, actor: principal.login } as IncidentCommand;
  const batch = { id, tenantId: principal.tenantId, op: body.op, body: fields };
  const selection = body.ids ? { ids: new Set(body.ids).size } : { filter: body.filter };
  const startedAt = body.preview ? null : at;
  await insertBatch(trx, { ...batch, selection, total: 0, createdBy: principal.login, createdAt: at, startedAt });
  const judge = createJudge(trx, principal, command);
  let total = 0;
  for await (const page of selectCases(trx, principal, body)) {
    const items: BatchItem[] = [];
    for (const found of page) items.push(await judged(found, judge, body.preview, ++total));
    await insertItems(trx, batch, items);
  }
  await setTotal(trx, id, total);
  log.info({ by: principal.login, batch: id, op: body.op, total, preview: body.preview }, 'batch made');
  return id;
}

async function judged(
  { id, subject }: Selected,
  judge: ReturnType<typeof createJudge>,
  preview: boolean,
  n: number,
): Promise<BatchItem> {
  const nothing = { n, caseId: id, title: null, caseState: null, settledAt: null };
  if (!subject)
    return { ...nothing, outcome: 'wont', code: 'NotFound', reason: `There is no incident ${id} that you may handle.` };
  const refusal = await judge(subject);
  // Of a case that is kept from him nobody learns more than of one that is not there.
  if (refusal?.code === 'NotFound') return { ...nothing, outcome: 'wont', ...refusal };
  const known = { ...nothing, title: subject.view.title, caseState: subject.view.state };
  if (refusal) return { ...known, outcome: 'wont', ...refusal };
  return { ...known, outcome: preview ? 'will' : 'waiting', code: null, reason: null };
}

/** Instants of a body as the command has them, epoch ms. */
function timesOf(body: Record<string, unknown>): Record<string, unknown> {
  return typeof body.until === 'string' ? { ...body, until: Date.parse(body.until) } : body;
}

/** @throws DomainError NotFound also when it is another's */
async function ownBatch(db: Knex, login: string, id: string): Promise<BatchProgress> {
  const found = await batchOf(db, login, id);
  if (!found) throw new DomainError('NotFound', `You have no batch ${id}.`);
  return found;
}

function listRoute({ db }: BatchApiDeps): Route {
  return route({
    method: 'get',
    path: PATH,
    tag,
    summary: 'Your batches, newest first',
    access: 'signed-in',
    query: pageQuery,
    response: batchPage,
    async handle({ principal, query: { limit, cursor } }) {
      const [at, id] = keyOfCursor(cursor)?.split(' ') ?? [];
      if (cursor !== undefined && (at === undefined || id === undefined || Number.isNaN(Date.parse(at))))
        throw badCursor();
      const after = at !== undefined && id !== undefined ? ([at, id] as const) : undefined;
      const found = await batchesOf(db, principal.login, { limit: limit + 1, after });
      const page = cutPage(found, limit, (b) => `${b.createdAt} ${b.id}`);
      return { ...page, items: page.items.map(present) };
    },
  });
}

const badCursor = () =>
  new DomainError('ValidationFailed', 'The cursor is not one of ours.', [
    { path: 'query.cursor', message: 'must be the nextCursor of an earlier page' },
  ]);

function readRoute({ db }: BatchApiDeps): Route {
  return route({
    method: 'get',
    path: `${PATH}/:id`,
    tag,
    summary: 'How far a batch of yours is',
    access: 'signed-in',
    params: batchParams,
    response: batchSchema,
    async handle({ principal, params }) {
      return present(await ownBatch(db, principal.login, params.id));
    },
  });
}

function itemsRoute({ db }: BatchApiDeps): Route {
  return route({
    method: 'get',
    path: `${PATH}/:id/items`,
    tag,
    summary: 'What becomes of each case of a batch, and why',
    access: 'signed-in',
    params: batchParams,
    query: batchItemQuery,
    response: batchItemPage,
    async handle({ principal, params, query: { limit, cursor, outcome } }) {
      await ownBatch(db, principal.login, params.id);
      const after = Number(keyOfCursor(cursor) ?? 0);
      if (!Number.isSafeInteger(after)) throw badCursor();
      const found = await itemsOf(db, params.id, { outcomes: outcome, limit: limit + 1, after });
      const page = cutPage(found, limit, (i) => String(i.n));
      return { ...page, items: page.items.map(({ n: _, ...item }) => item) };
    },
  });
}

function runRoute({ db, now }: BatchApiDeps): Route {
  return route({
    method: 'post',
    path: `${PATH}/:id/run`,
    tag,
    summary: 'Carry out what a preview of yours has shown; a repeat changes nothing',
    access: 'signed-in',
    idempotency: 'accepted',
    params: batchParams,
    response: batchSchema,
    async handle({ principal, params, log }) {
      const batch = await ownBatch(db, principal.login, params.id);
      const op = batch.op as BatchRequest['op'];
      const permission = permissionOf(op);
      if (principal.scopes !== null && !principal.scopes.includes(permission))
        throw new DomainError(
          'Forbidden',
          `${op} needs the permission ${permission}; the token is narrowed to others.`,
        );
      const scope = tenantsWith(principal, permission);
      await db.transaction((trx) => startBatch(trx, batch, now().toISOString(), scope));
      log.info({ by: principal.login, batch: batch.id, op, cases: batch.counts.will }, 'batch started');
      return present(await ownBatch(db, principal.login, batch.id));
    },
  });
}
