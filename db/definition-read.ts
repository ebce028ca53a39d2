import type { Knex } from 'knex';
import { DEFINITION_SCHEMAS, isDefinitionKind } from '../domain/process-def';
import type { Bilingual } from '../domain/process-def-common';
import { SHARED } from './definitions';

/** One published version as lists show it. */
export interface PublishedVersion {
  version: number;
  /** True: published for all tenants; false: the tenant's own. */
  shared: boolean;
  hash: string;
  /** ISO 8601. */
  publishedAt: string;
  /** Login. */
  publishedBy: string;
}

/** The version of a definition that a tenant uses now. */
export interface CurrentDefinition extends PublishedVersion {
  kind: string;
  name: string;
  title: Bilingual;
}

interface Row {
  tenant_id: string;
  kind: string;
  name: string;
  version: number;
  hash: string;
  published_at: string;
  published_by: string;
}

const toVersion = (r: Row): PublishedVersion => ({
  version: r.version,
  shared: r.tenant_id === SHARED,
  hash: r.hash,
  publishedAt: r.published_at,
  publishedBy: r.published_by,
});

/** What a tenant uses now, by kind and name: his own definition before the shared one. Documents are not read. */
export async function currentVersions(db: Knex, tenantId: string): Promise<CurrentDefinition[]> {
  const result: { rows: (Row & { title: Bilingual })[] } = await db.raw(
    `select distinct on (kind, name) tenant_id, kind, name, version, hash, published_at, published_by, doc->'title' as title
     from definition_version where tenant_id in (:tenantId, :shared)
     order by kind, name, (tenant_id = :shared), version desc`,
    { tenantId, shared: SHARED },
  );
  return result.rows.map((r) => ({ kind: r.kind, name: r.name, title: r.title, ...toVersion(r) }));
}

/** Every version a tenant may have used, his own first, newest first: the head is the one he uses now. */
export async function versionsOf(
  db: Knex,
  tenantId: string,
  { kind, name }: { kind: string; name: string },
): Promise<PublishedVersion[]> {
  const rows: Row[] = await db('definition_version')
    .whereIn('tenant_id', [tenantId, SHARED])
    .where({ kind, name })
    .orderByRaw('(tenant_id = ?), version desc', [SHARED])
    .select('tenant_id', 'kind', 'name', 'version', 'hash', 'published_at', 'published_by');
  return rows.map(toVersion);
}

/** Names one version exactly. */
export interface VersionName {
  kind: string;
  name: string;
  version: number;
  shared: boolean;
}

/**
 * The document of a version in the order of its schema (the database keeps none); one that this release can no longer read
 * comes as it is stored. Null when there is no such version.
 */
export async function documentOf(
  db: Knex,
  tenantId: string,
  { kind, name, version, shared }: VersionName,
): Promise<Record<string, unknown> | null> {
  const key = { tenant_id: shared ? SHARED : tenantId, kind, name, version };
  const row: { doc: Record<string, unknown> } | undefined = await db('definition_version').where(key).first('doc');
  if (row === undefined) return null;
  const read = isDefinitionKind(kind) ? DEFINITION_SCHEMAS[kind].safeParse(row.doc) : undefined;
  return read?.success ? read.data : row.doc;
}
