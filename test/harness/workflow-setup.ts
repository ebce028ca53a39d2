import { build } from './build';

/** Jest's globalSetup of workflow tests: the bundle they run is the one that would be shipped. */
// biome-ignore lint/style/noDefaultExport: jest asks for it
export default async function setUp(): Promise<void> {
  build();
}
