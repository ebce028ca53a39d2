/** Jest's globalTeardown: stops what server-setup.ts has started. */
// biome-ignore lint/style/noDefaultExport: jest asks for it
export default async function tearDown(): Promise<void> {
  await globalThis.continuoTestPostgres?.stop();
}
