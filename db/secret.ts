import type { Knex } from 'knex';
import type { TenantScope } from '../domain/principal';
import { SHARED } from './definitions';

/** A secret that definitions refer to by name; what it says is never told. */
export interface SecretRecord {
  /** `*`: of all tenants. A tenant's own goes before it. */
  tenantId: string;
  name: string;
  updatedAt: string;
  updatedBy: string;
}

/** Secrets of a scope by tenant and name, those of all tenants included, after `[tenant, name]`. */
export async function listSecrets(
  db: Knex,
  scope: TenantScope,
  page: { limit: number; after?: readonly [tenantId: string, name: string] },
): Promise<SecretRecord[]> {
  const query = db('secret')
    .select<SecretRecord[]>({ tenantId: 'tenant_id', name: 'name', updatedAt: 'updated_at', updatedBy: 'updated_by' })
    .orderBy(['tenant_id', 'name'])
    .limit(page.limit);
  if (scope !== 'all') query.whereIn('tenant_id', [...scope, SHARED]);
  if (page.after) query.whereRaw('(tenant_id, name) > (?, ?)', [...page.after]);
  return query;
}

/** Keeps a sealed secret in place of the one before. */
export async function putSecret(db: Knex, secret: SecretRecord & { sealed: string }): Promise<void> {
  await db('secret')
    .insert({
      tenant_id: secret.tenantId,
      name: secret.name,
      sealed: secret.sealed,
      updated_at: secret.updatedAt,
      updated_by: secret.updatedBy,
    })
    .onConflict(['tenant_id', 'name'])
    .merge();
}

/** Forgets a secret; false when there is none such. */
export async function deleteSecret(db: Knex, tenantId: string, name: string): Promise<boolean> {
  return (await db('secret').where({ tenant_id: tenantId, name }).delete()) > 0;
}

/** Sealed secrets a tenant's definitions mean by these names: his own before the shared one. Missing ones are missing. */
export async function sealedSecrets(
  db: Knex,
  tenantId: string,
  names: readonly string[],
): Promise<{ tenantId: string; name: string; sealed: string }[]> {
  if (names.length === 0) return [];
  const result: { rows: { tenantId: string; name: string; sealed: string }[] } = await db.raw(
    `select distinct on (name) tenant_id as "tenantId", name, sealed from secret
     where name = any(?) and tenant_id in (?, ?) order by name, (tenant_id = ?)`,
    [[...names], tenantId, SHARED, SHARED],
  );
  return result.rows;
}
