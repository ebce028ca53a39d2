import { execFileSync } from 'node:child_process';
import path from 'node:path';

/** Compiles the platform and bundles its workflows into dist/ unless that has been done: tests run what would be shipped. */
export function build(): void {
  const root = path.resolve(__dirname, '../..');
  execFileSync(process.execPath, [path.join(root, 'scripts/build.mjs'), '--backend', '--workflows'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}
