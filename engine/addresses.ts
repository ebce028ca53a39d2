import { keptPorts } from './ports';
import { type EngineSecrets, readSecrets } from './state';

/** Where the embedded engine of a DATA_DIR listens when it runs. */
export interface EngineAddresses {
  readonly databaseUrl: string;
  readonly adminDatabaseUrl: string;
  readonly temporalAddress: string | undefined;
}

/** Database of ours inside the embedded Postgres. */
export const OUR_DATABASE = 'continuo';

/** Connection URL of a role of the embedded Postgres. */
export function embeddedUrl(role: keyof EngineSecrets, secrets: EngineSecrets, port: number, database: string): string {
  return `postgres://${role === 'superuser' ? 'postgres' : role}:${secrets[role]}@127.0.0.1:${port}/${database}`;
}

/**
 * Addresses of the embedded engine from what DATA_DIR keeps, for commands that join a running platform.
 * Undefined before the first start. Says nothing about whether it runs (see `dataDirHolder`).
 */
export function engineAddresses(dataDir: string): EngineAddresses | undefined {
  const secrets = readSecrets(dataDir);
  const ports = keptPorts(dataDir);
  if (secrets === undefined || ports.postgres === undefined) return undefined;
  const temporal = ports['temporal-frontend'];
  return {
    databaseUrl: embeddedUrl('continuo', secrets, ports.postgres, OUR_DATABASE),
    adminDatabaseUrl: embeddedUrl('superuser', secrets, ports.postgres, OUR_DATABASE),
    temporalAddress: temporal === undefined ? undefined : `127.0.0.1:${temporal}`,
  };
}
