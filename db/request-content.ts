import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import { canonicalJson } from './case-event';

/** What was filled in: form version, data and attachments belong together and never change (I5). */
export interface RequestContent {
  /** `form/<name>@<version>`; a leading `*` and slash for a shared definition. */
  form: string;
  data: Record<string, unknown>;
  /** Ids, in the order in which they were attached. */
  attachments: readonly string[];
}

/** As it is kept. */
export interface StoredContent extends RequestContent {
  hash: string;
  /** Login. */
  createdBy: string;
  /** ISO 8601. */
  createdAt: string;
}

/** SHA-256, hex, over the canonical JSON of form version, data and attachments: what a vote is bound to. */
export function contentHash({ form, data, attachments }: RequestContent): string {
  return createHash('sha256').update(canonicalJson({ form, data, attachments })).digest('hex');
}

/** Content to be kept: `hash` is that of `contentHash`. */
export interface NewContent {
  tenantId: string;
  form: string;
  data: Record<string, unknown>;
  attachments: readonly string[];
  hash: string;
  /** Login. */
  by: string;
  /** ISO 8601. */
  at: string;
}

/** Keeps what was filled in, once: equal content has the same hash and is not written again. */
export async function storeContent(db: Knex, c: NewContent): Promise<void> {
  await db('request_content')
    .insert({
      tenant_id: c.tenantId,
      hash: c.hash,
      form: c.form,
      data: JSON.stringify(c.data),
      attachments: JSON.stringify(c.attachments),
      created_by: c.by,
      created_at: c.at,
    })
    .onConflict(['tenant_id', 'hash'])
    .ignore();
}

/** What was filled in, of a tenant; null when he has nothing under that hash. */
export async function contentOf(db: Knex, tenantId: string, hash: string): Promise<StoredContent | null> {
  return (await contentsOf(db, tenantId, [hash]))[0] ?? null;
}

/** Several at once, in the order of the hashes; what a tenant does not have is left out. */
export async function contentsOf(db: Knex, tenantId: string, hashes: readonly string[]): Promise<StoredContent[]> {
  const rows: StoredContent[] = await db('request_content')
    .where('tenant_id', tenantId)
    .whereIn('hash', [...hashes])
    .select('hash', 'form', 'data', 'attachments', 'created_by as createdBy', 'created_at as createdAt');
  const known = new Map(rows.map((row) => [row.hash, row]));
  return hashes.flatMap((hash) => known.get(hash) ?? []);
}
