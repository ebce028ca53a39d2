import type { EngineAddresses } from './addresses';
import { databaseOf, withClient } from './databases';
import type { DoctorConfig, Finding } from './doctor';
import { messageOf } from './errors';
import { hasNamespace } from './temporal-namespace';

type Running = EngineAddresses | undefined;

/** Is our database there, and how far is its schema? `running` = the embedded engine, if it runs. */
export async function diagnoseDatabase(config: DoctorConfig, running: Running): Promise<readonly Finding[]> {
  const what = 'Database';
  const url = config.databaseUrl ?? running?.databaseUrl;
  if (url === undefined) return [{ what, state: 'ok', detail: 'embedded, not running: it starts with the platform' }];
  const { host } = new URL(url);
  const name = `${databaseOf(url)} on ${host}`;
  try {
    return [
      await withClient(url, async (client) => {
        const version = await client.query<{ server_version: string }>('show server_version');
        const table = await client.query(`select to_regclass('schema_migration') as name`);
        const none = table.rows[0]?.name === null;
        const last = none
          ? undefined
          : (await client.query('select max(name) as name from schema_migration')).rows[0]?.name;
        const detail = `${name}: Postgres ${version.rows[0]?.server_version}, schema ${last ?? 'not made yet'}`;
        return { what, state: 'ok', detail } satisfies Finding;
      }),
    ];
  } catch (error) {
    const mend =
      config.databaseUrl === undefined ? 'see DATA_DIR/logs/postgres.log' : 'check DATABASE_URL and that server';
    return [{ what, state: 'fail', detail: `${name}: ${messageOf(error)}`, mend }];
  }
}

/** Does the cluster answer, and does it have our namespace? */
export async function diagnoseTemporal(config: DoctorConfig, running: Running): Promise<Finding> {
  const what = 'Temporal';
  const address = config.temporalAddress ?? running?.temporalAddress;
  if (address === undefined) return { what, state: 'ok', detail: 'embedded, not running: it starts with the platform' };
  const access = config.temporalAddress === undefined ? {} : (config.temporalAccess ?? {});
  try {
    const known = await hasNamespace(address, config.namespace, access);
    if (known) return { what, state: 'ok', detail: `${address} answers and has namespace ${config.namespace}` };
    const mend = `the next start registers it if it may; or: temporal operator namespace create ${config.namespace}`;
    return { what, state: 'warn', detail: `${address} answers, namespace ${config.namespace} is missing`, mend };
  } catch (error) {
    const mend =
      config.temporalAddress === undefined
        ? 'see DATA_DIR/logs/temporal-server.log'
        : 'check TEMPORAL_ADDRESS, TEMPORAL_API_KEY and TLS settings';
    return { what, state: 'fail', detail: `${address}: ${messageOf(error)}`, mend };
  }
}
