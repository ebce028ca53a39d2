import { OUR_DATABASE } from './addresses';
import { databaseOf, ensureDatabase, ensureRole, withClient, withDatabase } from './databases';
import { type Postgres, type PostgresOptions, startPostgres } from './postgres';
import { readRecord, readSecrets } from './state';
import { canConnect, ensureStoreDatabases, type TemporalStore } from './temporal-store';

/** Where our data and the engine's are. */
export interface DatabaseSet {
  readonly databaseUrl: string;
  /** Superuser; known for the embedded Postgres only. */
  readonly adminDatabaseUrl: string | undefined;
  /** Databases for an engine of ours; made only when one is started. */
  readonly store: TemporalStore;
}

/** Starts the embedded Postgres with a role and a database for us, and a role and two databases for the engine. */
export async function embeddedDatabases(options: PostgresOptions): Promise<DatabaseSet> {
  const postgres = await startPostgres(options);
  const store: TemporalStore = {
    url: postgres.url('temporal', 'postgres'),
    database: 'temporal',
    visibilityDatabase: 'temporal_visibility',
    embedded: true,
  };
  await createRolesAndDatabases(options.dataDir, postgres, store);
  return {
    databaseUrl: postgres.url('continuo', OUR_DATABASE),
    adminDatabaseUrl: postgres.url('superuser', OUR_DATABASE),
    store,
  };
}

/** Uses the Postgres of DATABASE_URL; our database is created there when missing and permitted. */
export async function givenDatabases(databaseUrl: string): Promise<DatabaseSet> {
  const ours = databaseOf(databaseUrl);
  if (ours === '')
    throw new Error('DATABASE_URL must name a database, e.g. postgres://user:password@host:5432/continuo');
  if (!(await canConnect(databaseUrl))) {
    await withClient(withDatabase(databaseUrl, 'postgres'), (client) => ensureDatabase(client, ours)).catch(
      (error: unknown) => {
        throw new Error(`database ${ours} of DATABASE_URL does not exist and could not be created`, { cause: error });
      },
    );
  }
  const names = { database: `${ours}_temporal`, visibilityDatabase: `${ours}_temporal_visibility` };
  return { databaseUrl, adminDatabaseUrl: undefined, store: { url: databaseUrl, ...names, embedded: false } };
}

/** Makes the engine's databases on a given Postgres; on the embedded one they are there. */
export async function ensureEngineDatabases(store: TemporalStore): Promise<void> {
  if (!store.embedded) await ensureStoreDatabases(store);
}

async function createRolesAndDatabases(dataDir: string, postgres: Postgres, store: TemporalStore): Promise<void> {
  const secrets = readSecrets(dataDir);
  if (secrets === undefined) throw new Error(`secrets.json has vanished from ${dataDir} during the start`);
  const engineDatabases = [store.database, store.visibilityDatabase];
  await withClient(postgres.url('superuser', 'postgres'), async (client) => {
    // Tests and restores make databases of their own, hence createdb; no superuser: audit rows stay append-only.
    await ensureRole(client, 'continuo', secrets.continuo, 'createdb');
    await ensureRole(client, 'temporal', secrets.temporal, 'nocreatedb');
    if (readRecord(dataDir).temporalServer === undefined) {
      // The first start did not get as far as serving: a half-made schema has nothing in it and is made anew.
      for (const name of engineDatabases) await client.query(`drop database if exists ${name} with (force)`);
    }
    const owners = [[OUR_DATABASE, 'continuo'], ...engineDatabases.map((name) => [name, 'temporal'])] as const;
    for (const [name, owner] of owners) {
      if (await ensureDatabase(client, name ?? '', owner))
        await client.query(`revoke all on database ${name} from public`);
    }
  });
}
