import type { Knex } from 'knex';

const CHUNK = 1024 * 1024;

/** The bytes of an attachment or document, a megabyte at a time. */
export async function* bytesOf(db: Knex, table: 'attachment' | 'document', id: string): AsyncGenerator<Buffer> {
  for (let from = 1; ; from += CHUNK) {
    const result = await db.raw('select substring(bytes from ? for ?) as chunk from ?? where id = ?', [
      from,
      CHUNK,
      table,
      id,
    ]);
    const chunk: Buffer | null = result.rows[0]?.chunk ?? null;
    if (chunk === null) throw new Error(`${table} ${id} went away while it was read`);
    if (chunk.length > 0) yield chunk;
    if (chunk.length < CHUNK) return;
  }
}
