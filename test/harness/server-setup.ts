import { startTestPostgres, type TestPostgres } from './postgres';

declare global {
  /** What this run has started itself; read by server-teardown.ts. */
  var continuoTestPostgres: TestPostgres | undefined;
}

/** Jest's globalSetup: one Postgres for the run, unless `TEST_DATABASE_URL` names one. */
// biome-ignore lint/style/noDefaultExport: jest asks for it
export default async function setUp(): Promise<void> {
  if (process.env.TEST_DATABASE_URL) return;
  globalThis.continuoTestPostgres = await startTestPostgres();
  process.env.TEST_DATABASE_URL = globalThis.continuoTestPostgres.url;
}
