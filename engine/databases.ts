import { Client, escapeIdentifier, escapeLiteral } from 'pg';

/** Runs statements on one short-lived connection. */
export async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  let broken: Error | undefined;
  client.on('error', (error) => {
    broken = error; // a query under way rejects by itself; an idle connection that broke is reported below
  });
  await client.connect();
  try {
    const result = await work(client);
    if (broken !== undefined) throw broken;
    return result;
  } finally {
    await client.end();
  }
}

/** Makes a role that may log in, or sets its password to the kept one. */
export async function ensureRole(client: Client, name: string, password: string, options: string): Promise<void> {
  const known = await client.query('select 1 from pg_roles where rolname = $1', [name]);
  const verb = known.rowCount === 0 ? 'create' : 'alter';
  await client.query(
    `${verb} role ${escapeIdentifier(name)} with login ${options} password ${escapeLiteral(password)}`,
  );
}

/** Makes a database unless it exists. `owner` is the connecting role by default. Returns true when it was made. */
export async function ensureDatabase(client: Client, name: string, owner?: string): Promise<boolean> {
  const known = await client.query('select 1 from pg_database where datname = $1', [name]);
  if (known.rowCount !== 0) return false;
  const owned = owner === undefined ? '' : ` owner ${escapeIdentifier(owner)}`;
  await client.query(`create database ${escapeIdentifier(name)}${owned}`);
  return true;
}

/** The same server and role, another database. */
export function withDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${encodeURIComponent(database)}`;
  return changed.toString();
}

/** Name of the database a URL points to. */
export function databaseOf(url: string): string {
  return decodeURIComponent(new URL(url).pathname.slice(1));
}
