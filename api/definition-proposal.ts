import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import type { z } from 'zod';
import { decideProposal, insertProposal, listProposals, type Proposal, proposalOf } from '../db/definition-proposal';
import { SHARED } from '../db/definitions';
import { lockDefinitions, publishDefinitions } from '../db/definitions-publish';
import { claimKey, requestHash } from '../db/idempotency';
import { tenantExists } from '../db/tenant';
import { DomainError } from '../domain/errors';
import { inScope, type Principal, type TenantScope, tenantsWith } from '../domain/principal';
import { definitionId } from '../domain/process-def';
import {
  type ProposalSummary,
  proposalAnswer,
  proposalBody,
  proposalPage,
  proposalParams,
  proposalQuery,
  refusalBody,
} from './definition-proposal-schema';
import { changesOf, reviewFiles, versionsInUse, warningsOf } from './definition-review';
import { cutPage, keyOfCursor } from './page';
import { type Call, type Route, route } from './route';

const PATH = '/api/v1/definition-proposals';
const tag = 'definition';
const write = { method: 'post', tag, access: 'definition:publish' } as const;
const read = { method: 'get', tag, access: 'definition:read' } as const;

interface Deps {
  db: Knex;
  now: () => Date;
}

/** Changes of definitions that a second pair of eyes looks at before they are published. */
export function definitionProposalRoutes(deps: Deps): Route[] {
  return [listRoute(deps), readRoute(deps), proposeRoute(deps), approveRoute(deps), refuseRoute(deps)];
}

const summaryOf = (p: Proposal): ProposalSummary => ({
  id: p.id,
  tenantId: p.tenantId,
  note: p.note,
  state: p.state,
  definitions: p.docs.map(definitionId),
  createdBy: p.createdBy,
  createdAt: p.createdAt,
  decidedBy: p.decidedBy,
  decidedAt: p.decidedAt,
  reason: p.reason,
  published: p.published,
});

function listRoute({ db }: Deps): Route {
  return route({
    ...read,
    path: PATH,
    summary: 'Proposed changes of definitions, newest first',
    query: proposalQuery,
    response: proposalPage,
    async handle({ tenants, query: { state, limit, cursor } }) {
      const [at, id] = keyOfCursor(cursor)?.split(' ') ?? [];
      const before = at !== undefined && id !== undefined ? ([at, id] as const) : undefined;
      const found = await listProposals(db, tenants, { state, limit: limit + 1, before });
      const page = cutPage(found, limit, (p) => `${p.createdAt} ${p.id}`);
      return { ...page, items: page.items.map(summaryOf) };
    },
  });
}

/** @throws DomainError NotFound */
async function shown(
  db: Knex,
  scope: TenantScope,
  id: string,
  principal: Principal,
): Promise<z.infer<typeof proposalAnswer>> {
  const found = await proposalOf(db, scope, id);
  if (!found) throw new DomainError('NotFound', `There is no proposal ${id} that you may see.`);
  const decides = inScope(tenantsWith(principal, 'definition:publish'), found.tenantId);
  return {
    ...summaryOf(found),
    files: found.files,
    changes: await changesOf(db, found),
    outdated: found.state === 'proposed' ? await outdatedIn(db, found) : [],
    warnings: found.state === 'proposed' ? await warningsOf(db, found.tenantId, found.files) : [],
    mayDecide: found.state === 'proposed' && decides && found.createdBy !== principal.login,
  };
}

/** Definitions that somebody has published since the proposal was made. */
async function outdatedIn(db: Knex, p: Proposal): Promise<string[]> {
  const ids = Object.keys(p.basedOn);
  const inUse = await versionsInUse(db, p.tenantId, ids);
  return ids.filter((id) => inUse[id] !== p.basedOn[id]);
}

function readRoute({ db }: Deps): Route {
  return route({
    ...read,
    path: `${PATH}/:id`,
    summary: 'One proposal with what it changes',
    params: proposalParams,
    response: proposalAnswer,
    errors: ['NotFound'],
    handle: ({ tenants, params, principal }) => shown(db, tenants, params.id, principal),
  });
}

/** @throws DomainError Forbidden, ValidationFailed for a tenant that does not exist */
async function tenantFor(
  db: Knex,
  call: Pick<Call<unknown, unknown, unknown>, 'principal' | 'tenants'>,
  wanted?: string,
) {
  const { principal, tenants } = call;
  const tenantId = wanted ?? (tenants === 'all' ? SHARED : principal.tenantId);
  const allowed = tenantId === SHARED ? tenants === 'all' : inScope(tenants, tenantId);
  if (!allowed) throw new DomainError('Forbidden', `You may not publish definitions of ${tenantId}.`);
  if (tenantId === SHARED || (await tenantExists(db, tenantId))) return tenantId;
  throw new DomainError('ValidationFailed', 'There is no such tenant.', [
    { path: 'body.tenantId', message: `unknown tenant "${tenantId}"` },
  ]);
}

function proposeRoute({ db, now }: Deps): Route {
  return route({
    ...write,
    path: PATH,
    summary: 'Propose a change of definitions; it is checked at once, every problem with file and line',
    idempotency: 'required',
    body: proposalBody,
    limitBytes: 8 * 1024 * 1024,
    status: 201,
    response: proposalAnswer,
    errors: ['IdempotencyKeyReused'],
    async handle(call) {
      const { body, principal, idempotencyKey } = call;
      const tenantId = await tenantFor(db, call, body.tenantId);
      const docs = await reviewFiles(db, tenantId, body.files);
      const at = now().toISOString();
      const claim = { tenantId, principal: principal.login, key: idempotencyKey ?? randomUUID(), now: at };
      const basedOn = await versionsInUse(db, tenantId, docs.map(definitionId));
      const id = await db.transaction(async (trx) => {
        const hash = requestHash(`POST ${PATH}`, body);
        const { caseId, fresh } = await claimKey(trx, { ...claim, requestHash: hash, caseId: randomUUID() });
        const made = { id: caseId, tenantId, files: body.files, docs, basedOn, note: body.note };
        if (fresh) await insertProposal(trx, { ...made, createdBy: principal.login, createdAt: at });
        return caseId;
      });
      call.log.info({ by: principal.login, proposal: id, tenantId }, 'definitions proposed');
      return shown(db, call.tenants, id, principal);
    },
  });
}

/** The proposal under lock, if it waits for this caller. @throws DomainError NotFound, InvalidTransition, Forbidden */
async function toDecide(trx: Knex, scope: TenantScope, id: string, principal: Principal): Promise<Proposal> {
  const found = await proposalOf(trx, scope, id, true);
  if (!found) throw new DomainError('NotFound', `There is no proposal ${id} that you may see.`);
  if (found.state !== 'proposed')
    throw new DomainError('InvalidTransition', `The proposal is ${found.state} already, by ${found.decidedBy}.`);
  if (found.createdBy === principal.login)
    throw new DomainError('Forbidden', 'Somebody else than its author decides about a proposal.');
  return found;
}

function approveRoute({ db, now }: Deps): Route {
  return route({
    ...write,
    path: `${PATH}/:id/approve`,
    summary: 'Approve a proposal: it is checked again and published; running cases keep their versions',
    idempotency: 'accepted',
    params: proposalParams,
    response: proposalAnswer,
    errors: ['NotFound', 'InvalidTransition', 'Conflict'],
    async handle({ params, tenants, principal, log }) {
      const published = await db.transaction(async (trx) => {
        const found = await toDecide(trx, tenants, params.id, principal);
        await lockDefinitions(trx, found.tenantId);
        const outdated = await outdatedIn(trx, found);
        if (outdated.length > 0)
          throw new DomainError(
            'Conflict',
            `Published anew since it was proposed: ${outdated.join(', ')}; propose again.`,
          );
        const defs = await reviewFiles(trx, found.tenantId, found.files);
        const done = await publishDefinitions(trx, found.tenantId, defs, found.createdBy);
        const at = now().toISOString();
        const decision = { state: 'published' as const, by: principal.login, at, reason: null };
        await decideProposal(trx, found.id, { ...decision, published: done.published });
        return done.published;
      });
      log.info({ by: principal.login, proposal: params.id, published }, 'proposal approved and published');
      return shown(db, tenants, params.id, principal);
    },
  });
}

function refuseRoute({ db, now }: Deps): Route {
  return route({
    ...write,
    path: `${PATH}/:id/refuse`,
    summary: 'Refuse a proposal, with the reason',
    idempotency: 'accepted',
    params: proposalParams,
    body: refusalBody,
    response: proposalAnswer,
    errors: ['NotFound', 'InvalidTransition'],
    async handle({ params, body, tenants, principal, log }) {
      await db.transaction(async (trx) => {
        const found = await toDecide(trx, tenants, params.id, principal);
        const at = now().toISOString();
        const decision = { state: 'refused' as const, by: principal.login, at, reason: body.reason, published: [] };
        await decideProposal(trx, found.id, decision);
      });
      log.info({ by: principal.login, proposal: params.id }, 'proposal refused');
      return shown(db, tenants, params.id, principal);
    },
  });
}
