import type { Client } from 'pg';
import { escapeIdentifier } from 'pg';
import { ensureDatabase, withClient, withDatabase } from './databases';
import { errorCode } from './errors';
import type { Progress } from './progress';
import { run } from './run';
import { TEMPORAL_SCHEMAS, TEMPORAL_SQL_PLUGIN } from './versions';

/** The engine's two databases. */
export interface TemporalStore {
  /** URL with the role that owns them; the database in it is not used. */
  readonly url: string;
  readonly database: string;
  readonly visibilityDatabase: string;
  /** Ours alone (embedded): then its visibility indexes may be trimmed. */
  readonly embedded: boolean;
}

export interface SchemaOptions {
  readonly store: TemporalStore;
  readonly sqlTool: string;
  readonly env: NodeJS.ProcessEnv;
  readonly progress: Progress;
  readonly signal?: AbortSignal;
}

type Schema = (typeof TEMPORAL_SCHEMAS)[keyof typeof TEMPORAL_SCHEMAS];

/**
 * Brings both databases to the schema of the pinned server. Nothing to do costs two queries.
 * @throws Error when a database was written by a newer server
 */
export async function ensureSchemas(options: SchemaOptions): Promise<void> {
  const { store } = options;
  await ensureSchema(options, store.database, TEMPORAL_SCHEMAS.default);
  await ensureSchema(options, store.visibilityDatabase, TEMPORAL_SCHEMAS.visibility, store.embedded);
}

/** Makes the databases on a server of somebody else's, which the role must be allowed to do. */
export async function ensureStoreDatabases(store: TemporalStore): Promise<void> {
  for (const name of [store.database, store.visibilityDatabase]) {
    if (await canConnect(withDatabase(store.url, name))) continue;
    await withClient(store.url, (client) => ensureDatabase(client, name)).catch((error: unknown) => {
      throw new Error(
        `database ${name} for the engine is missing and could not be created: ` +
          `run \`create database ${name}\` there for this role, or set TEMPORAL_ADDRESS to an existing cluster`,
        { cause: error },
      );
    });
  }
}

/** Schema version of a database of the engine; undefined when it has none yet. */
export async function schemaVersion(url: string): Promise<string | undefined> {
  return withClient(url, async (client) => {
    const table = await client.query<{ present: boolean }>(
      `select to_regclass('public.schema_version') is not null as present`,
    );
    if (table.rows[0]?.present !== true) return undefined;
    const version = await client.query<{ curr_version: string }>('select curr_version from schema_version');
    return version.rows[0]?.curr_version;
  });
}

async function ensureSchema(options: SchemaOptions, database: string, schema: Schema, trim = false): Promise<void> {
  const { store, progress } = options;
  const url = withDatabase(store.url, database);
  const current = await schemaVersion(url);
  if (current !== schema.version) {
    refuseNewer(database, current, schema);
    progress.say(`Engine database ${database}: schema ${current ?? 'none'} → ${schema.version} …`);
    // Between set-up (which records 0.0) and update a crash leaves a version the update goes on from.
    if (current === undefined) await sqlTool(options, database, ['setup-schema', '--version', '0.0']);
    // The update may name any index of the former schema.
    else if (trim) await withClient(url, restoreIndexes);
    await sqlTool(options, database, ['update-schema', '--schema-name', schema.name]);
  }
  if (trim) await withClient(url, dropIndexes);
}

/** Compares dotted versions: negative when a is older. */
export function compareVersions(a: string, b: string): number {
  const [as, bs] = [a, b].map((version) => version.split('.').map(Number));
  for (let i = 0; i < Math.max(as?.length ?? 0, bs?.length ?? 0); i++) {
    const difference = (as?.[i] ?? 0) - (bs?.[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function refuseNewer(database: string, current: string | undefined, schema: Schema): void {
  if (current === undefined || compareVersions(current, schema.version) < 0) return;
  throw new Error(
    `database ${database} has schema ${current}, written by a newer engine than this one (${schema.version}): ` +
      'start the newer version of Continuo',
  );
}

async function sqlTool(options: SchemaOptions, database: string, args: readonly string[]): Promise<void> {
  const { env, signal } = options;
  const access = sqlToolEnvironment(options.store.url);
  const all = { PATH: env.PATH, ...access, SQL_DATABASE: database, SQL_PLUGIN: TEMPORAL_SQL_PLUGIN };
  await run(options.sqlTool, args, { env: all, signal, timeoutMs: 300_000 });
}

/** By environment, not by arguments: those are visible to every user of the machine. */
function sqlToolEnvironment(url: string): NodeJS.ProcessEnv {
  const { host, port, user, password, tls } = sqlAccess(url);
  const access = { SQL_HOST: host, SQL_PORT: port, SQL_USER: user, SQL_PASSWORD: password };
  if (tls === undefined) return access;
  const verify = { SQL_TLS_CA_FILE: tls.caFile, SQL_TLS_SERVER_NAME: host };
  return { ...access, SQL_TLS: 'true', SQL_TLS_DISABLE_HOST_VERIFICATION: String(!tls.verify), ...verify };
}

/** What Go programs need of a Postgres URL. */
export interface SqlAccess {
  readonly host: string;
  readonly port: string;
  readonly user: string;
  readonly password: string;
  /** From `sslmode` and `sslrootcert`; undefined = plain. */
  readonly tls: { readonly verify: boolean; readonly caFile: string | undefined } | undefined;
}

/** @throws Error for URLs the engine cannot use (sockets) */
export function sqlAccess(url: string): SqlAccess {
  const { hostname, port, username, password, searchParams } = new URL(url);
  if (hostname === '' || searchParams.has('host')) {
    throw new Error('DATABASE_URL must name a host (no socket): the engine connects by TCP');
  }
  const mode = searchParams.get('sslmode') ?? 'disable';
  const plain = ['disable', 'allow', 'prefer'].includes(mode);
  const caFile = searchParams.get('sslrootcert') ?? undefined;
  return {
    host: hostname,
    port: port === '' ? '5432' : port,
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    tls: plain ? undefined : { verify: mode.startsWith('verify-'), caFile },
  };
}

/** False when the database does not exist; other failures throw. */
export async function canConnect(url: string): Promise<boolean> {
  try {
    await withClient(url, (client) => client.query('select 1'));
    return true;
  } catch (error) {
    if (errorCode(error) === '3D000') return false; // no such database
    throw error;
  }
}

/**
 * Drops the secondary indexes of the visibility table: 70 of 71 serve searches we never make, and each costs a write
 * per change of a workflow (measured: 15–25 % of the throughput). Their definitions are kept for `restoreIndexes`.
 */
export async function dropIndexes(client: Client): Promise<void> {
  await client.query('begin');
  await client.query('create schema if not exists continuo');
  await client.query(
    'create table if not exists continuo.dropped_index (name text primary key, definition text not null)',
  );
  const dropped = await client.query<{ indexname: string }>(
    `insert into continuo.dropped_index
     select indexname, indexdef from pg_indexes
     where schemaname = 'public' and tablename = 'executions_visibility'
       and indexname not in ('default_idx', 'executions_visibility_pkey')
     on conflict (name) do update set definition = excluded.definition
     returning name as indexname`,
  );
  for (const { indexname } of dropped.rows) await client.query(`drop index public.${escapeIdentifier(indexname)}`);
  await client.query('commit');
}

/** Makes the dropped indexes again, as the schema tool expects them. */
export async function restoreIndexes(client: Client): Promise<void> {
  const table = await client.query<{ present: boolean }>(
    `select to_regclass('continuo.dropped_index') is not null as present`,
  );
  if (table.rows[0]?.present !== true) return;
  const dropped = await client.query<{ definition: string }>(
    'select definition from continuo.dropped_index order by 1',
  );
  for (const { definition } of dropped.rows) {
    await client.query(definition.replace(/^CREATE (UNIQUE )?INDEX /, 'CREATE $1INDEX IF NOT EXISTS '));
  }
  // The update may remove some of them for good, or their columns: what there is afterwards is noted anew.
  await client.query('delete from continuo.dropped_index');
}
