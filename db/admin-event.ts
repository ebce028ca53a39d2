import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import type { TenantScope } from '../domain/principal';
import { canonicalJson } from './case-event';
import { SHARED } from './definitions';
import { inTenants } from './tenant';

/** What was done to people, roles, teams and tenants. */
export type AdminEventKind =
  | 'person_added'
  | 'person_changed'
  | 'person_deactivated'
  | 'person_reactivated'
  | 'setup_link_issued'
  | 'roles_changed'
  | 'teams_changed'
  | 'skills_changed'
  | 'absence_entered'
  | 'absence_removed'
  | 'identity_linked'
  | 'identity_unlinked'
  | 'team_added'
  | 'team_changed'
  | 'team_removed'
  | 'tenant_added'
  | 'tenant_changed'
  | 'group_role_added'
  | 'group_role_removed';

/** A change to the organisation, to be kept. */
export interface NewAdminEvent {
  /** Whose chain it stands in; `*`: what belongs to all tenants. */
  tenantId: string;
  kind: AdminEventKind;
  /** `person/<id>`, `team/<name>`, `tenant/<id>`, `group-role/<id>`. */
  subject: string;
  /** ISO 8601. */
  at: string;
  actor: string;
  /** What it says to a reader; no secrets, no addresses. */
  body: Record<string, unknown>;
}

/** A kept event; `seq` counts from 1 within the tenant. */
export interface AdminEvent extends Omit<NewAdminEvent, 'kind'> {
  seq: number;
  kind: string;
}

const GENESIS = Buffer.alloc(32);

function hashOf(prev: Buffer, { tenantId, seq, kind, subject, at, actor, body }: AdminEvent): Buffer {
  const text = canonicalJson({ tenantId, seq, kind, subject, at: new Date(at).toISOString(), actor, body });
  return createHash('sha256').update(prev).update(text).digest();
}

/**
 * Appends events to the chains of their tenants, in the transaction of the change (I11). Call it last: it holds the chains
 * until the transaction ends.
 */
export async function appendAdminEvents(trx: Knex, ...events: readonly NewAdminEvent[]): Promise<void> {
  // Always in the same order of tenants: two who write to the same chains cannot wait for each other.
  const byTenant = [...events].sort((a, b) => (a.tenantId < b.tenantId ? -1 : a.tenantId > b.tenantId ? 1 : 0));
  for (const event of byTenant) await append(trx, event);
}

async function append(trx: Knex, event: NewAdminEvent): Promise<void> {
  const { tenantId } = event;
  const chain = () => trx('admin_chain').where({ tenant_id: tenantId });
  await trx('admin_chain').insert({ tenant_id: tenantId, seq: 0, head_hash: GENESIS }).onConflict().ignore();
  const head: { seq: number; head_hash: Buffer } = await chain().forUpdate().first('seq', 'head_hash');
  const seq = head.seq + 1;
  const { kind, subject, at, actor, body } = event;
  const hash = hashOf(head.head_hash, { ...event, seq });
  const row = { tenant_id: tenantId, seq, kind, subject, at, actor, body: JSON.stringify(body) };
  await trx('admin_event').insert({ ...row, prev_hash: head.head_hash, hash });
  await chain().update({ seq, head_hash: hash });
}

/** What a list of events may be narrowed by. */
export interface AdminEventFilter {
  subject?: string;
  kind?: string;
  actor?: string;
}

/** Place of an event in its list: newest first. */
export type AdminEventPlace = readonly [at: string, tenantId: string, seq: number];

const COLUMNS = { tenantId: 'tenant_id', seq: 'seq', kind: 'kind', subject: 'subject', at: 'at', actor: 'actor' };

/** Events of the tenants, newest first, those of all tenants only for scope `all`. */
export async function listAdminEvents(
  db: Knex,
  scope: TenantScope,
  filter: AdminEventFilter,
  page: { limit: number; after?: AdminEventPlace },
): Promise<AdminEvent[]> {
  const query = db('admin_event').select<AdminEvent[]>({ ...COLUMNS, body: 'body' });
  inTenants(query, 'tenant_id', scope);
  for (const [column, value] of Object.entries(filter)) if (value !== undefined) query.where(column, value);
  if (page.after) query.whereRaw('(at, tenant_id, seq) < (?::timestamptz, ?, ?::int)', [...page.after]);
  return query
    .orderBy([
      { column: 'at', order: 'desc' },
      { column: 'tenant_id', order: 'desc' },
      { column: 'seq', order: 'desc' },
    ])
    .limit(page.limit);
}

/** One fault in a chain of changes. */
export interface AdminChainFault {
  tenantId: string;
  seq: number;
  fault: string;
}

type StoredEvent = AdminEvent & { prev: Buffer; hash: Buffer };
const PAGE = 1_000;

/**
 * Proves the chains (I11): without gaps from 1, each hash right, each following the one before it, the newest the one kept in
 * `admin_chain`. Pages through every event.
 */
export async function verifyAdminChains(
  db: Knex,
): Promise<{ chains: number; events: number; faults: AdminChainFault[] }> {
  const heads: { tenant_id: string; seq: number; head_hash: Buffer }[] = await db('admin_chain').orderBy('tenant_id');
  const total = { chains: heads.length, events: 0, faults: [] as AdminChainFault[] };
  for (const head of heads) {
    const fault = (seq: number, text: string) => total.faults.push({ tenantId: head.tenant_id, seq, fault: text });
    let [seq, prev] = [0, GENESIS as Buffer];
    for (;;) {
      const events = await pageOf(db, head.tenant_id, seq);
      for (const event of events) {
        if (event.seq !== seq + 1) fault(event.seq, `expected seq ${seq + 1}`);
        if (!event.prev.equals(prev)) fault(event.seq, 'does not follow the event before it');
        if (!hashOf(event.prev, event).equals(event.hash)) fault(event.seq, 'content was changed');
        [seq, prev] = [event.seq, event.hash];
      }
      total.events += events.length;
      if (events.length < PAGE) break;
    }
    if (seq !== head.seq) fault(head.seq, `the chain counts ${head.seq} events, the last that is there is ${seq}`);
    if (!prev.equals(head.head_hash)) fault(head.seq, 'the head of the chain is not the one that was kept');
  }
  const orphans: { tenant_id: string }[] = await db('admin_event')
    .distinct('tenant_id')
    .whereNotIn('tenant_id', db('admin_chain').select('tenant_id'));
  for (const o of orphans) total.faults.push({ tenantId: o.tenant_id, seq: 0, fault: 'events without a kept head' });
  return total;
}

async function pageOf(db: Knex, tenantId: string, after: number): Promise<StoredEvent[]> {
  return db('admin_event')
    .select<StoredEvent[]>({ ...COLUMNS, body: 'body', prev: 'prev_hash', hash: 'hash' })
    .where({ tenant_id: tenantId })
    .where('seq', '>', after)
    .orderBy('seq')
    .limit(PAGE);
}

/** Chain in which a change stands that concerns all tenants. */
export const ALL_TENANTS = SHARED;
