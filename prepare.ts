import path from 'node:path';
import type { Knex } from 'knex';
import type { Logger } from 'pino';
import { loadDefinitions } from './activities/definitions';
import { SHARED } from './db/definitions';
import { publishDefinitions } from './db/definitions-publish';
import { migrate } from './db/migrate';
import { ensurePartitions } from './db/partition';

/** Folder of the shipped definitions, from the source tree and from `dist/` alike. */
export const PROCESS_DEFS = path.resolve(__dirname, __dirname.endsWith('dist') ? '..' : '.', 'process-defs');

/**
 * Brings a database to what API and worker expect: schema, first tenant, shipped definitions. Idempotent; several
 * processes may do it at the same time.
 */
export async function prepareDatabase(db: Knex, log: Logger): Promise<void> {
  const applied = await migrate(db);
  if (applied.length > 0) log.info({ applied }, 'database migrated');
  await ensurePartitions(db, new Date());
  await db.raw(`insert into tenant (id, name, created_at) values ('default', 'default', now()) on conflict do nothing`);
  const { published } = await publishDefinitions(db, SHARED, await loadDefinitions(PROCESS_DEFS), 'system');
  if (published.length > 0) log.info({ published }, 'definitions published');
}
