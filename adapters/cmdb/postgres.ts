import type { Knex } from 'knex';
import { type Ci, type CiCause, type CiRevision, type CiType, mergedAttributes } from '../../domain/cmdb';
import { DomainError } from '../../domain/errors';
import type { TenantScope } from '../../domain/principal';
import { checkAttributes } from './attributes';
import type { CiChange, CiFilter, Cmdb, NewCi } from './index';

const COLUMNS = {
  id: 'ci.id',
  tenantId: 'ci.tenant_id',
  type: 'ci.type',
  name: 'ci.name',
  attributes: 'ci.attributes',
  owner: 'ci.owner',
  status: 'ci.status',
  revision: 'ci.revision',
  createdAt: 'ci.created_at',
  updatedAt: 'ci.updated_at',
};
const REVISION = {
  revision: 'r.revision',
  change: 'r.change',
  name: 'r.name',
  attributes: 'r.attributes',
  owner: 'r.owner',
  status: 'r.status',
  restored: 'r.restored',
  by: 'r.by',
  at: 'r.at',
  reason: 'r.reason',
  caseId: 'r.case_id',
};

/** Configuration items in the platform's own database. */
export function postgresCmdb(db: Knex): Cmdb {
  return {
    types: () => db('ci_type').select<CiType[]>('name', 'title', 'schema').orderBy('name'),
    list: (scope, filter, page) => list(db, scope, filter, page),
    read: async (scope, id) => (await cis(db, scope).where('ci.id', id).first()) ?? null,
    revisions: (scope, id, page) => revisions(db, scope, id, page),
    record: (ci, cause) => db.transaction((trx) => record(trx, ci, cause)),
    change: (scope, id, change, cause, expected) =>
      revise(db, { scope, id, cause, expected }, async (trx, ci) => ({
        change: 'changed',
        next: await changed(trx, ci, change),
      })),
    retire: (scope, id, cause, expected) =>
      revise(db, { scope, id, cause, expected }, async (_, ci) =>
        ci.status === 'retired' ? null : { change: 'retired', next: { ...ci, status: 'retired' } },
      ),
    restore: (scope, id, to, cause, expected) =>
      revise(db, { scope, id, cause, expected }, async (trx, ci) => ({
        change: 'restored',
        restored: to,
        next: { ...ci, ...(await said(trx, id, to)) },
      })),
  };
}

function cis(db: Knex, scope: TenantScope): Knex.QueryBuilder<Ci, Ci[]> {
  const query = db('ci').select(COLUMNS);
  return scope === 'all' ? query : query.whereIn('ci.tenant_id', [...scope]);
}

async function list(
  db: Knex,
  scope: TenantScope,
  { type, tenantId, owner, status, q }: CiFilter,
  page: { limit: number; before?: number },
): Promise<(Ci & { number: number })[]> {
  const query = cis(db, scope).select('ci.number').orderBy('ci.number', 'desc').limit(page.limit);
  const equal = { type, tenant_id: tenantId, owner, status };
  for (const [column, value] of Object.entries(equal)) if (value !== undefined) void query.where(`ci.${column}`, value);
  if (q !== undefined) {
    const part = `%${q.replace(/[\\%_]/g, '\\$&')}%`;
    void query.where((either) => either.whereILike('ci.name', part).orWhereILike('ci.id', part));
  }
  if (page.before !== undefined) void query.where('ci.number', '<', page.before);
  return (await query) as (Ci & { number: number })[];
}

async function revisions(
  db: Knex,
  scope: TenantScope,
  id: string,
  page: { limit: number; before?: number },
): Promise<CiRevision[]> {
  const query = db('ci_revision as r')
    .join('ci', 'ci.id', 'r.ci_id')
    .select<CiRevision[]>(REVISION)
    .where('r.ci_id', id)
    .orderBy('r.revision', 'desc')
    .limit(page.limit);
  if (scope !== 'all') void query.whereIn('ci.tenant_id', [...scope]);
  if (page.before !== undefined) void query.where('r.revision', '<', page.before);
  return query;
}

/** @throws DomainError ValidationFailed, naming the types there are */
async function typeOf(trx: Knex, name: string): Promise<CiType> {
  const types: CiType[] = await trx('ci_type').select('name', 'title', 'schema').orderBy('name');
  const found = types.find((t) => t.name === name);
  if (found) return found;
  const allowed = types.map((t) => t.name);
  throw new DomainError('ValidationFailed', `There is no type ${name}; there are: ${allowed.join(', ')}.`, [
    { path: 'type', message: `unknown type "${name}"`, allowed },
  ]);
}

/** The item that a repeated cause has made or changed before; concurrent repeats wait for each other. */
async function repeated(trx: Knex.Transaction, key: string): Promise<{ id: string; revision: number } | null> {
  await trx.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`ci ${key}`]);
  const row: { id: string; revision: number } | undefined = await trx('ci_revision')
    .where({ key })
    .first({ id: 'ci_id' }, 'revision');
  return row ?? null;
}

async function record(trx: Knex.Transaction, ci: NewCi, cause: CiCause): Promise<Ci> {
  const before = await repeated(trx, cause.key);
  if (before !== null) return present(trx, before.id);
  checkAttributes(await typeOf(trx, ci.type), ci.attributes);
  const numbered: { rows: { n: number }[] } = await trx.raw(`select nextval('ci_number') as n`);
  const number = numbered.rows[0]?.n ?? 0;
  const id = `CI-${String(number).padStart(6, '0')}`;
  await trx('ci').insert({
    id,
    number,
    tenant_id: ci.tenantId,
    type: ci.type,
    name: ci.name,
    attributes: JSON.stringify(ci.attributes),
    owner: ci.owner,
    status: ci.status,
    revision: 1,
    created_at: cause.at,
    updated_at: cause.at,
  });
  const made = await present(trx, id);
  await keep(trx, made, { change: 'recorded', cause });
  return made;
}

async function present(trx: Knex, id: string): Promise<Ci> {
  const ci = await cis(trx, 'all').where('ci.id', id).first();
  if (!ci) throw new Error(`${id} is gone`);
  return ci;
}

function keep(
  trx: Knex,
  ci: Ci,
  { change, restored, cause }: { change: CiRevision['change']; restored?: number; cause: CiCause },
): Knex.QueryBuilder {
  const { key, by, at, reason, caseId } = cause;
  return trx('ci_revision').insert({
    ci_id: ci.id,
    revision: ci.revision,
    change,
    name: ci.name,
    attributes: JSON.stringify(ci.attributes),
    owner: ci.owner,
    status: ci.status,
    restored: restored ?? null,
    by,
    at,
    reason,
    case_id: caseId,
    key,
  });
}

interface Revision {
  change: CiRevision['change'];
  restored?: number;
  next: Ci;
}

/** Writes the next revision of an item, alone at it. `next` null: there is nothing to change. */
function revise(
  db: Knex,
  { scope, id, cause, expected }: { scope: TenantScope; id: string; cause: CiCause; expected: number | undefined },
  next: (trx: Knex, ci: Ci) => Promise<Revision | null>,
): Promise<Ci> {
  return db.transaction(async (trx) => {
    const ci = await cis(trx, scope).where('ci.id', id).forUpdate().first();
    if (!ci) throw new DomainError('NotFound', `There is no configuration item ${id} that you may see.`);
    const before = await repeated(trx, cause.key);
    if (before !== null) return { ...ci, revision: before.revision };
    if (expected !== undefined && expected !== ci.revision)
      throw new DomainError(
        'PreconditionFailed',
        `${id} was changed in the meantime: it is at revision ${ci.revision}, not ${expected}; read again.`,
      );
    const revision = await next(trx, ci);
    if (revision === null) return ci;
    const { name, attributes, owner, status } = revision.next;
    await trx('ci')
      .where({ id })
      .update({
        name,
        attributes: JSON.stringify(attributes),
        owner,
        status,
        revision: ci.revision + 1,
        updated_at: cause.at,
      });
    const now = await present(trx, id);
    await keep(trx, now, { change: revision.change, restored: revision.restored, cause });
    return now;
  });
}

/** @throws DomainError Conflict, ValidationFailed */
async function changed(trx: Knex, ci: Ci, { attributes, ...change }: CiChange): Promise<Ci> {
  if (ci.status === 'retired')
    throw new DomainError('Conflict', `${ci.id} is retired; restore an earlier revision to bring it back.`);
  const next = { ...ci, ...change, attributes: mergedAttributes(ci.attributes, attributes ?? {}) };
  checkAttributes(await typeOf(trx, ci.type), next.attributes);
  return next;
}

/** What a revision said. @throws DomainError NotFound */
async function said(
  trx: Knex,
  id: string,
  revision: number,
): Promise<Pick<Ci, 'name' | 'attributes' | 'owner' | 'status'>> {
  const row: Pick<Ci, 'name' | 'attributes' | 'owner' | 'status'> | undefined = await trx('ci_revision')
    .where({ ci_id: id, revision })
    .first('name', 'attributes', 'owner', 'status');
  if (!row) throw new DomainError('NotFound', `${id} has no revision ${revision}.`);
  return row;
}
