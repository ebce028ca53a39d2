import type { Knex } from 'knex';
import type { TenantScope } from '../domain/principal';
import type { Definition } from '../domain/process-def';

/** A file of definitions as it was proposed. */
export interface ProposedFile {
  path: string;
  text: string;
}

export type ProposalState = 'proposed' | 'published' | 'refused';

/** A change of definitions that waits for somebody else than its author, or was decided by him. */
export interface Proposal {
  id: string;
  /** `*`: for all tenants. */
  tenantId: string;
  files: ProposedFile[];
  /** What they hold, as it was read then. */
  docs: Definition[];
  /** `kind/name` → version it was made against, as version ids are written; null: there was none. */
  basedOn: Record<string, string | null>;
  note: string;
  state: ProposalState;
  createdBy: string;
  /** ISO 8601. */
  createdAt: string;
  decidedBy: string | null;
  decidedAt: string | null;
  reason: string | null;
  /** Versions it became. */
  published: string[];
}

export type NewProposal = Pick<
  Proposal,
  'id' | 'tenantId' | 'files' | 'docs' | 'basedOn' | 'note' | 'createdBy' | 'createdAt'
>;

const COLUMNS = {
  id: 'id',
  tenantId: 'tenant_id',
  files: 'files',
  docs: 'docs',
  basedOn: 'based_on',
  note: 'note',
  state: 'state',
  createdBy: 'created_by',
  createdAt: 'created_at',
  decidedBy: 'decided_by',
  decidedAt: 'decided_at',
  reason: 'reason',
  published: 'published',
};

/** Proposals for all tenants belong to those who see all tenants. */
function seen(query: Knex.QueryBuilder, scope: TenantScope): Knex.QueryBuilder {
  return scope === 'all' ? query : query.whereIn('tenant_id', [...scope]);
}

export async function insertProposal(trx: Knex, p: NewProposal): Promise<void> {
  await trx('definition_proposal').insert({
    id: p.id,
    tenant_id: p.tenantId,
    files: JSON.stringify(p.files),
    docs: JSON.stringify(p.docs),
    based_on: JSON.stringify(p.basedOn),
    note: p.note,
    state: 'proposed',
    created_by: p.createdBy,
    created_at: p.createdAt,
  });
}

/** One proposal; null when it is not there for these tenants. @param lock until the transaction ends */
export async function proposalOf(db: Knex, scope: TenantScope, id: string, lock = false): Promise<Proposal | null> {
  const query = seen(db('definition_proposal').where({ id }).select(COLUMNS), scope);
  const rows: Proposal[] = await (lock ? query.forUpdate() : query);
  return rows[0] ?? null;
}

/** Proposals, newest first. @param before instant and id of the last one shown */
export async function listProposals(
  db: Knex,
  scope: TenantScope,
  filter: { state?: ProposalState | undefined; limit: number; before?: readonly [at: string, id: string] | undefined },
): Promise<Proposal[]> {
  const query = seen(db('definition_proposal').select(COLUMNS), scope);
  if (filter.state !== undefined) query.where('state', filter.state);
  if (filter.before !== undefined) query.whereRaw('(created_at, id) < (?::timestamptz, ?::uuid)', [...filter.before]);
  const rows: Proposal[] = await query
    .orderBy([
      { column: 'created_at', order: 'desc' },
      { column: 'id', order: 'desc' },
    ])
    .limit(filter.limit);
  return rows;
}

/** Writes the decision; the caller holds the lock and has looked at the state. */
export async function decideProposal(
  trx: Knex,
  id: string,
  decision: { state: 'published' | 'refused'; by: string; at: string; reason: string | null; published: string[] },
): Promise<void> {
  await trx('definition_proposal')
    .where({ id })
    .update({
      state: decision.state,
      decided_by: decision.by,
      decided_at: decision.at,
      reason: decision.reason,
      published: JSON.stringify(decision.published),
    });
}
