import { createHash, randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import type { TenantScope } from '../domain/principal';
import type { ProvisionerDoc } from '../domain/process-def-provisioner';
import type { ProvisioningRun, ProvisioningState } from '../domain/provisioning';
import { definitionOfVersion, SHARED, versionId } from './definitions';

/** A run with what never leaves the worker. */
export type StoredRun = ProvisioningRun & {
  key: string;
  /** Sealed. */
  secret: string | null;
  /** Sealed. */
  callbackToken: string | null;
};

const PUBLIC = {
  id: 'id',
  tenantId: 'tenant_id',
  caseId: 'case_id',
  step: 'step',
  operation: 'operation',
  provisioner: 'provisioner',
  manual: 'manual',
  spec: 'spec',
  state: 'state',
  resource: 'resource',
  details: 'details',
  reason: 'reason',
  createdAt: 'created_at',
  endedAt: 'ended_at',
  endedBy: 'ended_by',
};
const STORED = { ...PUBLIC, key: 'key', secret: 'secret', callbackToken: 'callback_token' };

/** What a tenant's requests mean by the name of a provisioner now: his own before the shared one. */
export async function currentProvisioner(
  db: Knex,
  tenantId: string,
  name: string,
): Promise<{ id: string; doc: ProvisionerDoc } | null> {
  const row: { tenant_id: string; kind: string; name: string; version: number } | undefined = await db(
    'definition_version',
  )
    .where({ kind: 'provisioner', name })
    .whereIn('tenant_id', [tenantId, SHARED])
    .orderByRaw('tenant_id = ?, version desc', [SHARED])
    .first('tenant_id', 'kind', 'name', 'version');
  if (!row) return null;
  const id = versionId(row);
  const doc = await provisionerOfVersion(db, tenantId, id);
  return doc && { id, doc };
}

export async function provisionerOfVersion(db: Knex, tenantId: string, id: string): Promise<ProvisionerDoc | null> {
  const doc = await definitionOfVersion(db, tenantId, id);
  return doc?.kind === 'provisioner' ? doc : null;
}

export const callbackHash = (token: string): Buffer => createHash('sha256').update(token).digest();

/** What is to be made or removed. */
export interface NewRun {
  key: string;
  tenantId: string;
  caseId: string;
  step: string;
  operation: 'create' | 'remove';
  provisioner: string;
  manual: boolean;
  spec: Record<string, unknown>;
  resource: string | null;
  callback: { hash: Buffer; sealed: string } | null;
  /** ISO 8601, of the case's clock. */
  at: string;
}

/** Notes that something is to be made, once for a key: a repeat finds the run there is, whatever has become of it. */
export async function beginRun(trx: Knex, run: NewRun): Promise<{ run: StoredRun; fresh: boolean }> {
  const made: unknown[] = await trx('provisioning_run')
    .insert({
      id: randomUUID(),
      key: run.key,
      tenant_id: run.tenantId,
      case_id: run.caseId,
      step: run.step,
      operation: run.operation,
      provisioner: run.provisioner,
      manual: run.manual,
      spec: JSON.stringify(run.spec),
      state: run.manual ? 'open' : 'calling',
      resource: run.resource,
      callback_hash: run.callback?.hash ?? null,
      callback_token: run.callback?.sealed ?? null,
      created_at: run.at,
    })
    .onConflict('key')
    .ignore()
    .returning('id');
  const found = await runBy(trx, { key: run.key });
  if (!found) throw new Error(`run ${run.key} is gone`);
  return { run: found, fresh: made.length > 0 };
}

/** @param of one of its unique columns */
export async function runBy(
  db: Knex,
  of: { key: string } | { id: string } | { callback_hash: Buffer },
): Promise<StoredRun | null> {
  const row: StoredRun | undefined = await db('provisioning_run').where(of).first(STORED);
  return row ?? null;
}

/** A run that nobody else changes until the transaction ends. */
export async function lockedRun(trx: Knex, id: string): Promise<StoredRun | null> {
  const row: StoredRun | undefined = await trx('provisioning_run').where({ id }).forUpdate().first(STORED);
  return row ?? null;
}

/** Counts a call that is about to be made. */
export async function countCall(db: Knex, id: string): Promise<void> {
  await db('provisioning_run').where({ id }).increment('calls', 1);
}

/** Moves a run on from one of `from`; false when it is in another state by now. */
export async function moveRun(
  db: Knex,
  id: string,
  from: readonly ProvisioningState[],
  to: {
    state: ProvisioningState;
    resource?: string;
    details?: Record<string, unknown>;
    secret?: string | null;
    reason?: string | null;
    endedAt?: string;
    endedBy?: string;
  },
): Promise<boolean> {
  const { state, resource, details, secret, reason, endedAt, endedBy } = to;
  const changed = await db('provisioning_run')
    .where({ id })
    .whereIn('state', [...from])
    .update({
      state,
      ...(resource !== undefined && { resource }),
      ...(details !== undefined && { details: JSON.stringify(details) }),
      ...(secret !== undefined && { secret }),
      ...(reason !== undefined && { reason }),
      ...(endedAt !== undefined && { ended_at: endedAt }),
      ...(endedBy !== undefined && { ended_by: endedBy }),
    });
  return changed > 0;
}

/** Runs that wait for people, oldest first. */
export function openRuns(
  db: Knex,
  scope: TenantScope,
  page: { limit: number; after?: readonly [createdAt: string, id: string] },
): Promise<ProvisioningRun[]> {
  const query = db('provisioning_run').select(PUBLIC).where('state', 'open').orderBy(['created_at', 'id']);
  if (scope !== 'all') void query.whereIn('tenant_id', [...scope]);
  if (page.after) void query.whereRaw('(created_at, id) > (?::timestamptz, ?::uuid)', [...page.after]);
  return query.limit(page.limit) as unknown as Promise<ProvisioningRun[]>;
}

export async function runInScope(db: Knex, scope: TenantScope, id: string): Promise<ProvisioningRun | null> {
  const query = db('provisioning_run').where({ id });
  if (scope !== 'all') void query.whereIn('tenant_id', [...scope]);
  return ((await query.first(PUBLIC)) as ProvisioningRun | undefined) ?? null;
}

/** The newest thing that a step of a case has had made and that is still there. */
export async function madeBy(db: Knex, caseId: string, step: string): Promise<StoredRun | null> {
  const row: StoredRun | undefined = await db('provisioning_run')
    .where({ case_id: caseId, step, operation: 'create', state: 'done' })
    .orderBy('created_at', 'desc')
    .first(STORED);
  return row ?? null;
}

/** The run of a case that has made a resource. */
export async function madeResource(db: Knex, caseId: string, resource: string): Promise<StoredRun | null> {
  const row: StoredRun | undefined = await db('provisioning_run')
    .where({ case_id: caseId, resource, operation: 'create' })
    .orderBy('created_at', 'desc')
    .first(STORED);
  return row ?? null;
}

/** Notes that what a run has made is no more. */
export async function markRemoved(db: Knex, caseId: string, resource: string): Promise<void> {
  await db('provisioning_run')
    .where({ case_id: caseId, resource, operation: 'create' })
    .whereIn('state', ['done', 'failed'])
    .update({ state: 'removed', secret: null });
}

/** Gives people the task of a manual run; one for a run. */
export async function insertRunTask(
  trx: Knex,
  task: { id: string; tenantId: string; caseId: string; title: string; team: string; at: string },
): Promise<void> {
  await trx.raw(
    `insert into task (id, tenant_id, case_id, kind, title, team, state, created_at)
     values (:id, :tenantId, :caseId, 'provisioning', :title, :team, 'open', :at)
     on conflict (id) do update set state = 'open', done_at = null, done_by = null, result = null
     where task.state <> 'open'`,
    task,
  );
}

/** Task of a run. */
export const runTaskId = (run: { id: string; caseId: string }): string => `${run.caseId}/provisioning-${run.id}`;

export async function endRunTask(trx: Knex, taskId: string, end: { at: string; by: string; result: string }) {
  await trx('task')
    .where({ id: taskId, state: 'open' })
    .update({ state: 'done', done_at: end.at, done_by: end.by, result: end.result });
}

/** Manual runs whose request is over: nobody needs them any more. @returns their number */
export async function cancelOrphanRuns(db: Knex): Promise<number> {
  const result: { rows: { id: string }[] } = await db.raw(
    `with gone as (
       update provisioning_run p set state = 'cancelled', reason = 'the request is over', ended_at = r.ended_at
       from request r where r.id = p.case_id and not r.open and p.state = 'open' and p.operation = 'create'
       returning p.id, p.case_id, r.ended_at
     ), ended as (
       update task t set state = 'done', done_at = g.ended_at from gone g
       where t.id = g.case_id || '/provisioning-' || g.id and t.state = 'open' returning t.id
     ) select id from gone`,
  );
  return result.rows.length;
}

/** Logins of the active people of a team, and of those who hold the role of that name in the tenant. */
export async function teamLogins(db: Knex, team: string, tenantId: string): Promise<string[]> {
  const result: { rows: { login: string }[] } = await db.raw(
    `select p.login from person p where p.active and (
       exists (select 1 from person_team t where t.person_id = p.id and t.team = :team)
       or exists (select 1 from role_grant g where g.person_id = p.id and g.role = :team and g.tenant_id in (:tenantId, '*')))
     order by p.login`,
    { team, tenantId },
  );
  return result.rows.map((r) => r.login);
}
