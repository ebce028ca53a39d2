import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Knex } from 'knex';

/** One SQL file of `db/migrations`, named `NNNN_what.sql`. */
export interface Migration {
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the text, hex. */
  readonly hash: string;
}

/** The files and what the database has recorded disagree; nothing was changed. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

const FILE = /^(\d{4})_[a-z0-9_]+\.sql$/;
/** Any constant of our own: two migrating processes must meet at the same lock. */
const LOCK = 4_203_001;

/**
 * Brings the schema up to date: every missing file in order, each in a transaction of its own. Processes that race
 * wait for one another. Forward only.
 * @returns names of the files applied now
 * @throws MigrationError when an applied file was edited or is missing, or a new one sorts before an applied one
 */
export async function migrate(db: Knex, dir: string = migrationsDir()): Promise<string[]> {
  const files = readMigrations(dir);
  const done: string[] = [];
  for (;;) {
    const name = await db.transaction(async (trx) => {
      await trx.raw('select pg_advisory_xact_lock(?)', [LOCK]);
      await trx.raw(`create table if not exists schema_migration
        (name text primary key, hash text not null, applied_at timestamptz not null default now())`);
      const next = missing(files, await applied(trx))[0];
      if (next === undefined) return undefined;
      // Knex reads `?` as a placeholder even without bindings.
      await trx.raw(next.sql.replaceAll('?', '\\?'));
      await trx('schema_migration').insert({ name: next.name, hash: next.hash });
      return next.name;
    });
    if (name === undefined) return done;
    done.push(name);
  }
}

/**
 * Names of the files the database has not seen, in order; empty when it is up to date.
 * @throws MigrationError as `migrate`
 */
export async function pendingMigrations(db: Knex, dir: string = migrationsDir()): Promise<string[]> {
  const known = await db.schema.hasTable('schema_migration');
  return missing(readMigrations(dir), known ? await applied(db) : []).map((m) => m.name);
}

/** Reads and orders the files. @throws MigrationError for a wrong name or a number used twice */
export function readMigrations(dir: string): Migration[] {
  const names = readdirSync(dir).sort();
  const wrong = names.filter((name) => !FILE.test(name));
  if (wrong.length > 0) throw new MigrationError(`${dir}: ${wrong.join(', ')} must be named NNNN_what.sql`);
  const twice = names.filter((name, i) => names[i - 1]?.slice(0, 4) === name.slice(0, 4));
  if (twice.length > 0) throw new MigrationError(`${dir}: ${twice.join(', ')} uses a number that is taken`);
  return names.map((name) => {
    const sql = readFileSync(join(dir, name), 'utf8');
    return { name, sql, hash: createHash('sha256').update(sql).digest('hex') };
  });
}

/** The folder of SQL files, found from the source tree and from `dist/` alike. */
export function migrationsDir(): string {
  for (let dir = __dirname; dir !== dirname(dir); dir = dirname(dir)) {
    const candidate = join(dir, 'db', 'migrations');
    if (existsSync(candidate)) return candidate;
  }
  throw new MigrationError(`no db/migrations above ${__dirname}`);
}

interface Applied {
  name: string;
  hash: string;
}

function applied(db: Knex): Promise<Applied[]> {
  return db<Applied>('schema_migration').select('name', 'hash').orderBy('name');
}

function missing(files: readonly Migration[], recorded: readonly Applied[]): Migration[] {
  const faults = recorded.flatMap(({ name, hash }) => {
    const file = files.find((f) => f.name === name);
    if (file === undefined) return [`${name} was applied but is not among the files (a newer program ran here?)`];
    return file.hash === hash ? [] : [`${name} was edited after it had been applied; add a new file instead`];
  });
  const last = recorded.at(-1)?.name ?? '';
  const left = files.filter((f) => !recorded.some((r) => r.name === f.name));
  for (const file of left)
    if (file.name < last) faults.push(`${file.name} is new but sorts before ${last}, which is applied`);
  if (faults.length > 0) throw new MigrationError(`The database cannot be migrated:\n  ${faults.join('\n  ')}`);
  return left;
}
