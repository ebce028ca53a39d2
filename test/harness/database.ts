import { randomBytes } from 'node:crypto';
import type { Knex } from 'knex';
import { connect } from '../../db/connect';
import { migrate } from '../../db/migrate';
import { withDatabase } from '../../engine/databases';

/** A migrated database of one test file. */
export interface TestDatabase {
  db: Knex;
  url: string;
  /** Ends the connections and drops the database. */
  close(): Promise<void>;
}

/** Makes a database on the server of TEST_DATABASE_URL, which jest's globalSetup starts. */
export async function openTestDatabase(): Promise<TestDatabase> {
  const server = process.env.TEST_DATABASE_URL;
  if (!server)
    throw new Error('TEST_DATABASE_URL is not set: a role that may create databases, on a Postgres for tests');
  const name = `test_${randomBytes(6).toString('hex')}`;
  const admin = connect(server, { max: 1 });
  await admin.raw('create database ??', [name]);
  const url = withDatabase(server, name);
  const db = connect(url);
  const close = async () => {
    await db.destroy();
    await admin.raw('drop database ?? with (force)', [name]);
    await admin.destroy();
  };
  await migrate(db);
  return { db, url, close };
}
