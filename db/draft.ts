import type { Knex } from 'knex';

/** What somebody has typed and not sent yet. */
export interface Draft {
  key: string;
  body: Record<string, unknown>;
  /** ISO 8601. */
  updatedAt: string;
}

/** Whose draft, and which. */
interface DraftName {
  personId: string;
  key: string;
}

/** A person's own draft, or undefined. */
export async function draftOf(db: Knex, { personId, key }: DraftName): Promise<Draft | undefined> {
  const row = await db('draft').where({ person_id: personId, key }).first('key', 'body', 'updated_at');
  return row && { key: row.key, body: row.body, updatedAt: row.updated_at };
}

/**
 * Keeps a draft in place of what stood under the key.
 * @param most how many drafts a person may have
 * @returns false when he has that many already and this would be one more
 */
export async function putDraft(db: Knex, personId: string, draft: Draft, most: number): Promise<boolean> {
  const { key, body, updatedAt } = draft;
  // No lock: two that meet at the limit may both come in, which does no harm.
  const written = await db.raw(
    `insert into draft (person_id, key, body, updated_at)
     select :personId, :key, :body, :updatedAt
     where (select count(*) from draft where person_id = :personId and key <> :key) < :most
     on conflict (person_id, key) do update set body = excluded.body, updated_at = excluded.updated_at`,
    { personId, key, body: JSON.stringify(body), updatedAt, most },
  );
  return written.rowCount > 0;
}

/** Throws a draft away; one that is not there is gone already. */
export async function dropDraft(db: Knex, { personId, key }: DraftName): Promise<void> {
  await db('draft').where({ person_id: personId, key }).delete();
}
