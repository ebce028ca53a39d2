import { createHash, randomBytes } from 'node:crypto';
import type { Knex } from 'knex';
import { connect } from '../../db/connect';
import { migrate, migrationsDir, readMigrations } from '../../db/migrate';
import { withDatabase } from '../../engine/databases';

/** A migrated database of one test file. */
export interface TestDatabase {
  db: Knex;
  url: string;
  /** Ends the connections and drops the database. */
  close(): Promise<void>;
}

/**
 * Makes a database on the server of TEST_DATABASE_URL, which jest's globalSetup starts: a clone of a template that is
 * migrated once for a server and set of migrations.
 */
export async function openTestDatabase(): Promise<TestDatabase> {
  const server = process.env.TEST_DATABASE_URL;
  if (!server)
    throw new Error('TEST_DATABASE_URL is not set: a role that may create databases, on a Postgres for tests');
  const name = `test_${randomBytes(6).toString('hex')}`;
  const admin = connect(server, { max: 1 });
  await admin.raw('create database ?? template ??', [name, await template(admin, server)]);
  const url = withDatabase(server, name);
  const db = connect(url);
  const close = async () => {
    await db.destroy();
    await drop(admin, name);
    await admin.destroy();
  };
  return { db, url, close };
}

/** Autovacuum belongs to the superuser: we may not end it, but it ends soon. */
async function drop(admin: Knex, name: string): Promise<void> {
  for (let attempt = 1; ; attempt++)
    try {
      await admin.raw('drop database ?? with (force)', [name]);
      return;
    } catch (error) {
      if (attempt === 20 || !String(error).includes('permission denied to terminate')) throw error;
      await admin.raw('select pg_sleep(0.5)');
    }
}

/** Name of the migrated template; made by the first who asks, under a lock. */
async function template(admin: Knex, server: string): Promise<string> {
  const hash = createHash('sha256');
  for (const migration of readMigrations(migrationsDir())) hash.update(migration.name).update(migration.hash);
  const name = `template_${hash.digest('hex').slice(0, 16)}`;
  await admin.raw('select pg_advisory_lock(4203002)');
  try {
    const found = await admin('pg_database').where({ datname: name }).first('datname');
    if (found === undefined) await makeTemplate(admin, server, name);
  } finally {
    await admin.raw('select pg_advisory_unlock(4203002)');
  }
  return name;
}

async function makeTemplate(admin: Knex, server: string, name: string): Promise<void> {
  // Under another name until it is complete: a killed run must not leave half a template.
  const draft = `${name}_draft`;
  await admin.raw('drop database if exists ?? with (force)', [draft]);
  await admin.raw('create database ??', [draft]);
  const db = connect(withDatabase(server, draft), { max: 1 });
  try {
    await migrate(db);
  } finally {
    await db.destroy();
  }
  await admin.raw('alter database ?? rename to ??', [draft, name]);
}
