import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { embeddedDatabases } from '../../engine/database-set';
import { choosePorts } from '../../engine/ports';
import { quietProgress } from '../../engine/progress';
import { Supervisor } from '../../engine/supervisor';

/** A Postgres for a test run. */
export interface TestPostgres {
  /** Of a role that may create databases; what tests find in `TEST_DATABASE_URL`. */
  url: string;
  stop(): Promise<void>;
}

/**
 * Starts the embedded Postgres in a temporary folder, as `continuo start` does: some two seconds, so once for a run.
 * It ends with this process, however that ends.
 */
export async function startTestPostgres(): Promise<TestPostgres> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'continuo-test-'));
  // Postgres runs under an account of its own when we are root.
  await chmod(dataDir, 0o711);
  await mkdir(path.join(dataDir, 'logs'));
  const log = pino({ level: 'silent' });
  const progress = quietProgress;
  const supervisor = await Supervisor.open(dataDir, log, progress);
  const stop = async () => {
    await supervisor.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    const { postgres: port } = await choosePorts(dataDir, ['postgres'], () => undefined);
    const { databaseUrl } = await embeddedDatabases({ dataDir, port, env: process.env, supervisor, log, progress });
    return { url: databaseUrl, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
