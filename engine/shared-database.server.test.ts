import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { ensureDatabase, withClient, withDatabase } from './databases';
import { type Engine, startEngine } from './engine';
import { quietProgress } from './progress';
import { resolveBinaries } from './resolve';
import { run } from './run';
import { dropIndexes, ensureSchemas, schemaVersion } from './temporal-store';
import { TEMPORAL_SCHEMAS, TEMPORAL_SQL_PLUGIN } from './versions';

const folders: string[] = [];
const folder = () => {
  const made = mkdtempSync(join(tmpdir(), 'continuo-shared-'));
  folders.push(made);
  return made;
};
const options = { namespace: 'continuo', env: process.env, log: pino({ level: 'silent' }), progress: quietProgress };
let host: Engine;

jest.setTimeout(120_000);

beforeAll(async () => {
  host = await startEngine({ ...options, dataDir: folder() });
});
afterAll(async () => {
  await host.stop();
  for (const one of folders) rmSync(one, { recursive: true, force: true });
});

test('an engine of ours lives beside our database on a given Postgres; a second one there is refused', async () => {
  const databaseUrl = withDatabase(host.databaseUrl, 'given');
  const first = await startEngine({ ...options, dataDir: folder(), databaseUrl });
  expect(first).toMatchObject({ databaseUrl, adminDatabaseUrl: undefined });
  expect(first.children().map(({ name }) => name)).toEqual(['temporal-server']);
  await expect(startEngine({ ...options, dataDir: folder(), databaseUrl })).rejects.toThrow(
    /another Temporal server \(127\.0\.0\.1:\d+\) works on database given_temporal/,
  );
  await first.stop();
});

test('a given cluster is used as it is and gets our namespace', async () => {
  const { databaseUrl, temporalAddress } = host;
  const joined = await startEngine({ ...options, dataDir: folder(), databaseUrl, temporalAddress, namespace: 'other' });
  expect(joined).toMatchObject({ temporalAddress, namespace: 'other' });
  expect(joined.children()).toEqual([]);
  await joined.stop();
});

test('a schema with trimmed indexes is brought up to date, also where the update drops or makes indexes', async () => {
  const { sqlTool } = await resolveBinaries(options);
  const store = { url: host.databaseUrl, database: 'old', visibilityDatabase: 'old_visibility', embedded: true };
  await withClient(host.databaseUrl, async (client) => {
    for (const name of [store.database, store.visibilityDatabase]) await ensureDatabase(client, name);
  });
  const old = withDatabase(host.databaseUrl, store.visibilityDatabase);
  const { hostname, port, username, password } = new URL(old);
  const access = { SQL_HOST: hostname, SQL_PORT: port, SQL_USER: username, SQL_PASSWORD: password };
  const env = { ...process.env, ...access, SQL_DATABASE: store.visibilityDatabase, SQL_PLUGIN: TEMPORAL_SQL_PLUGIN };
  await run(sqlTool, ['setup-schema', '--version', '0.0'], { env });
  // Later ones remove `by_root_workflow_id` to make it anew (1.6), and generated indexes (1.13).
  await run(sqlTool, ['update-schema', '--schema-name', TEMPORAL_SCHEMAS.visibility.name, '--version', '1.5'], { env });
  await withClient(old, dropIndexes);
  await ensureSchemas({ ...options, store, sqlTool });
  expect(await schemaVersion(old)).toBe(TEMPORAL_SCHEMAS.visibility.version);
  const count = await withClient(old, (client) =>
    client.query(`select count(*)::int as n from pg_indexes where tablename = 'executions_visibility'`),
  );
  expect(count.rows).toEqual([{ n: 2 }]);
});

test('a schema of a newer engine is refused', async () => {
  const store = { url: host.databaseUrl, database: 'old', visibilityDatabase: 'old_visibility', embedded: true };
  await withClient(withDatabase(host.databaseUrl, 'old'), (client) =>
    client.query(`update schema_version set curr_version = '99.0'`),
  );
  const { sqlTool } = await resolveBinaries(options);
  await expect(ensureSchemas({ ...options, store, sqlTool })).rejects.toThrow(/has schema 99\.0, written by a newer/);
});
