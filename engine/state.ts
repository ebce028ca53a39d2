import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { readJson, writeFileWhole } from './files';

/** What DATA_DIR was made with (`engine.json`); facts that cannot change while the data lives. */
export interface EngineRecord {
  /** Temporal server that ran on it last. */
  readonly temporalServer?: string;
  /** NUM_HISTORY_SHARDS of the cluster. */
  readonly historyShards?: number;
  readonly postgresMajor?: string;
  /** Set when the database files could not live in DATA_DIR itself (see postgres-place.ts). */
  readonly postgresDir?: string;
}

/** Passwords of the embedded Postgres's roles (`secrets.json`, mode 0600). */
export interface EngineSecrets {
  readonly superuser: string;
  readonly continuo: string;
  readonly temporal: string;
}

const recordSchema = z.object({
  temporalServer: z.string().optional(),
  historyShards: z.number().int().positive().optional(),
  postgresMajor: z.string().optional(),
  postgresDir: z.string().optional(),
});
const secretsSchema = z.object({ superuser: z.string(), continuo: z.string(), temporal: z.string() });

export function readRecord(dataDir: string): EngineRecord {
  return recordSchema.parse(readJson(join(dataDir, 'engine.json')) ?? {});
}

/** Merges facts into the record. */
export function record(dataDir: string, facts: EngineRecord): void {
  const all = { ...readRecord(dataDir), ...facts };
  writeFileWhole(join(dataDir, 'engine.json'), `${JSON.stringify(all, null, 2)}\n`);
}

export function readSecrets(dataDir: string): EngineSecrets | undefined {
  const found = readJson(join(dataDir, 'secrets.json'));
  return found === undefined ? undefined : secretsSchema.parse(found);
}

/** Made once, before the database that depends on them. */
export function createSecrets(dataDir: string): EngineSecrets {
  const password = () => randomBytes(24).toString('hex');
  const secrets = { superuser: password(), continuo: password(), temporal: password() };
  writeFileWhole(join(dataDir, 'secrets.json'), `${JSON.stringify(secrets, null, 2)}\n`);
  return secrets;
}
