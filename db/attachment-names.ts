import type { Knex } from 'knex';

/** File names of attachments of a case, by id; ids that are none of its attachments are left out. */
export async function attachmentNames(db: Knex, caseId: string, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows: { id: string; name: string }[] = await db('attachment')
    .where('case_id', caseId)
    .whereRaw('id::text = any(?)', [[...ids]])
    .select('id', 'name');
  return new Map(rows.map((r) => [r.id, r.name]));
}
