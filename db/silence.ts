import type { Knex } from 'knex';
import type { Matcher } from '../domain/alert-matcher';
import type { Recurrence, Silence } from '../domain/alert-silence';
import type { TenantScope } from '../domain/principal';
import { reviewAlerts } from './alert-review';
import { inTenants } from './tenant';

interface SilenceRow {
  id: string;
  number: number;
  tenant_id: string;
  kind: Silence['kind'];
  matchers: Matcher[];
  starts_at: string;
  ends_at: string | null;
  recurrence: Recurrence | null;
  comment: string;
  author: string;
  created_at: string;
  ended_at: string | null;
  ended_by: string | null;
}

/** A silence with its position in lists and the firing alerts that it holds. */
export type ListedSilence = Silence & { number: number; holding: number };

const ms = (instant: string | null) => (instant === null ? null : Date.parse(instant));
const iso = (at: number) => new Date(at).toISOString();

function read(row: SilenceRow): Silence & { number: number } {
  return {
    id: row.id,
    number: row.number,
    tenantId: row.tenant_id,
    kind: row.kind,
    matchers: row.matchers,
    startsAt: Date.parse(row.starts_at),
    endsAt: ms(row.ends_at),
    recurrence: row.recurrence,
    comment: row.comment,
    author: row.author,
    createdAt: Date.parse(row.created_at),
    endedAt: ms(row.ended_at),
    endedBy: row.ended_by,
  };
}

/** Stores a silence and has the tenant's alerts judged anew. */
export async function insertSilence(trx: Knex, silence: Silence): Promise<void> {
  const { id, tenantId, kind, matchers, startsAt, endsAt, recurrence, comment, author, createdAt } = silence;
  await trx('silence').insert({
    id,
    tenant_id: tenantId,
    kind,
    matchers: JSON.stringify(matchers),
    starts_at: iso(startsAt),
    ends_at: endsAt === null ? null : iso(endsAt),
    recurrence: recurrence === null ? null : JSON.stringify(recurrence),
    comment,
    author,
    created_at: iso(createdAt),
  });
  await reviewAlerts(trx, tenantId, createdAt);
}

/** Ends a silence that has not ended yet; what it held is judged anew. @returns whether there was one in the scope */
export async function endSilence(trx: Knex, scope: TenantScope, id: string, by: string, now: number): Promise<boolean> {
  const live = inTenants(trx('silence').where({ id }).whereNull('ended_at'), 'tenant_id', scope).where((q) =>
    q.whereNull('ends_at').orWhere('ends_at', '>', iso(now)),
  );
  const rows: { tenant_id: string }[] = await live.update({ ended_at: iso(now), ended_by: by }).returning('tenant_id');
  const [row] = rows;
  if (row === undefined) return false;
  await reviewAlerts(trx, row.tenant_id, now);
  return true;
}

/** A page of silences, newest first. `live` leaves out those that ended before `now`. @param page.before number */
export async function listSilences(
  db: Knex,
  scope: TenantScope,
  filter: { live: boolean; kind?: Silence['kind']; now: number },
  page: { limit: number; before: number | null },
): Promise<ListedSilence[]> {
  const query = silences(db, scope).orderBy('s.number', 'desc').limit(page.limit);
  const ended = db.raw('(s.ended_at is not null or s.ends_at <= ?)', [iso(filter.now)]);
  void query.whereRaw(filter.live ? 'coalesce(not ?, true)' : 'coalesce(?, false)', [ended]);
  if (filter.kind !== undefined) void query.where('s.kind', filter.kind);
  if (page.before !== null) void query.where('s.number', '<', page.before);
  const rows: (SilenceRow & { holding: number })[] = await query;
  return rows.map((row) => ({ ...read(row), holding: row.holding }));
}

/** One silence, or null when there is none in the scope. */
export async function silenceOf(db: Knex, scope: TenantScope, id: string): Promise<ListedSilence | null> {
  const row: (SilenceRow & { holding: number }) | undefined = await silences(db, scope).where('s.id', id).first();
  return row ? { ...read(row), holding: row.holding } : null;
}

function silences(db: Knex, scope: TenantScope) {
  const holding = db('alert as a')
    .whereRaw(`a.tenant_id = s.tenant_id and a.status = 'firing' and a.held = 'silenced' and a.held_by = s.id::text`)
    .select(db.raw('count(*)::int'));
  return inTenants(db('silence as s').select('s.*', { holding }), 's.tenant_id', scope);
}

/** Silences of tenants that may hold alerts now or later, oldest first; one statement for a whole batch. */
export async function liveSilences(db: Knex, tenantIds: readonly string[], now: number): Promise<Silence[]> {
  const rows: SilenceRow[] = await db('silence')
    .whereIn('tenant_id', [...tenantIds])
    .whereNull('ended_at')
    .where((q) => q.whereNull('ends_at').orWhere('ends_at', '>', iso(now)))
    .orderBy('number');
  return rows.map(read);
}
