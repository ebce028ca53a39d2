import { build } from './build';
import startServer from './server-setup';

/** Jest's globalSetup of stories and faults: the compiled platform, and a Postgres for those on virtual time. */
// biome-ignore lint/style/noDefaultExport: jest asks for it
export default async function setUp(): Promise<void> {
  build();
  await startServer();
}
