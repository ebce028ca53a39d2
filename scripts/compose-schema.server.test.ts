import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { withDatabase } from '../engine/databases';
import { quietProgress } from '../engine/progress';
import { resolveBinaries } from '../engine/resolve';
import { schemaVersion } from '../engine/temporal-store';
import { TEMPORAL_SCHEMAS } from '../engine/versions';
import { openTestDatabase, type TestDatabase } from '../test/harness/database';

/** The job `temporal-schema` of docker-compose.yml, run as it stands there with the real schema tool. */
let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
}, 60_000);
afterAll(() => database.close());

test('the schema job makes both databases, and running it again changes nothing', async () => {
  const compose = parse(readFileSync(path.resolve(__dirname, '../docker-compose.yml'), 'utf8'), { merge: true });
  const job = compose.services['temporal-schema'] as { entrypoint: string[]; command: string[] };
  const prefix = new URL(database.url).pathname.slice(1);
  const [shell = '', ...args] = job.entrypoint;
  const script = (job.command[0] ?? '').replaceAll('$$', '$').replaceAll('setup temporal', `setup ${prefix}_temporal`);
  const { sqlTool } = await resolveBinaries({ env: process.env, progress: quietProgress });
  const { hostname, port, username, password } = new URL(database.url);
  const env = {
    PATH: `${path.dirname(sqlTool)}:${process.env.PATH}`,
    SQL_PLUGIN: 'postgres12_pgx',
    SQL_HOST: hostname,
    SQL_PORT: port,
    SQL_USER: decodeURIComponent(username),
    SQL_PASSWORD: decodeURIComponent(password),
  };
  const databases = [`${prefix}_temporal`, `${prefix}_temporal_visibility`];
  try {
    for (const _time of [1, 2]) {
      execFileSync(shell, [...args, script], { env, stdio: 'pipe' });
      const versions = await Promise.all(databases.map((name) => schemaVersion(withDatabase(database.url, name))));
      expect(versions).toEqual([TEMPORAL_SCHEMAS.default.version, TEMPORAL_SCHEMAS.visibility.version]);
    }
  } finally {
    for (const name of databases) await database.db.raw('drop database if exists ?? with (force)', [name]);
  }
}, 120_000);
