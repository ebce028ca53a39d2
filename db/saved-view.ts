import type { Knex } from 'knex';
import type { TenantScope } from '../domain/principal';
import type { SavedFilter, SavedView } from '../domain/saved-view';
import { inTenants } from './tenant';

interface Row {
  id: string;
  tenant_id: string;
  owner: string | null;
  name: string;
  filter: SavedFilter;
  columns: string[] | null;
  version: number;
}

const toView = (r: Row): SavedView => ({
  id: r.id,
  kind: 'incident',
  name: r.name,
  names: null,
  shared: r.owner === null,
  shipped: false,
  tenantId: r.tenant_id,
  owner: r.owner,
  filter: r.filter,
  columns: r.columns,
  version: r.version,
});

/** Views somebody has: his own, and those shared in the tenants of his scope. */
const visible = (db: Knex, scope: TenantScope, login: string) =>
  db<Row>('saved_view').where((q) =>
    q.where('owner', login).orWhere((shared) => void inTenants(shared.whereNull('owner'), 'tenant_id', scope)),
  );

/** A page of them, by id. */
export async function listSavedViews(
  db: Knex,
  scope: TenantScope,
  login: string,
  page: { limit: number; after: string | undefined },
): Promise<SavedView[]> {
  const query = visible(db, scope, login).orderBy('id').limit(page.limit);
  if (page.after !== undefined) query.where('id', '>', page.after);
  return (await query).map(toView);
}

/** One view; null when there is none or it is another's. With `lock` until the end of the transaction. */
export async function savedViewOf(
  db: Knex,
  scope: TenantScope,
  login: string,
  id: string,
  lock = false,
): Promise<SavedView | null> {
  const query = visible(db, scope, login).where({ id });
  const row = await (lock ? query.forUpdate() : query).first();
  return row ? toView(row) : null;
}

/** A view as it is written. */
export interface NewSavedView {
  id: string;
  tenantId: string;
  owner: string | null;
  name: string;
  filter: SavedFilter;
  columns: readonly string[] | null;
  /** RFC 3339. */
  at: string;
  by: string;
}

/** False when the name is taken in its place (of the person, or of the tenant). */
export async function insertSavedView(db: Knex, v: NewSavedView): Promise<boolean> {
  const inserted = await db('saved_view')
    .insert({
      id: v.id,
      tenant_id: v.tenantId,
      kind: 'incident',
      owner: v.owner,
      name: v.name,
      filter: JSON.stringify(v.filter),
      columns: v.columns,
      created_at: v.at,
      created_by: v.by,
      updated_at: v.at,
    })
    .onConflict(db.raw(`(tenant_id, kind, coalesce(owner, ''), lower(name))`) as unknown as string)
    .ignore()
    .returning('id');
  return inserted.length > 0;
}

/** Fields that can change. */
export interface SavedViewChange {
  name?: string;
  filter?: SavedFilter;
  columns?: readonly string[] | null;
}

/** False when the new name is taken. */
export async function changeSavedView(db: Knex, id: string, change: SavedViewChange, at: string): Promise<boolean> {
  const { rowCount }: { rowCount: number } = await db.raw(
    `update saved_view v set name = coalesce(?, name), filter = coalesce(?::jsonb, filter),
       columns = case when ? then ?::text[] else columns end, version = version + 1, updated_at = ?
     where id = ? and not exists (select from saved_view o where o.id <> v.id and o.tenant_id = v.tenant_id and o.kind = v.kind
       and coalesce(o.owner, '') = coalesce(v.owner, '') and lower(o.name) = lower(?))`,
    [
      change.name ?? null,
      change.filter === undefined ? null : JSON.stringify(change.filter),
      change.columns !== undefined,
      change.columns ? [...change.columns] : null,
      at,
      id,
      change.name ?? null,
    ] as Knex.RawBinding[],
  );
  return rowCount > 0;
}

export async function deleteSavedView(db: Knex, id: string): Promise<void> {
  await db('saved_view').where({ id }).delete();
}
