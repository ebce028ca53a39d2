import { execFile } from 'node:child_process';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { chmod, mkdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createBrotliDecompress } from 'node:zlib';

/** Where a Chromium may come from. */
export interface ChromiumSource {
  /** CHROME_PATH: this one and no other. */
  chromePath?: string;
  /** PATH, looked through for an installed one. */
  searchPath?: string;
  /** Where the packed one is unpacked to, once a version. */
  cacheDir: string;
}

/** A browser to start, and what its process needs beside the environment. */
export interface Executable {
  path: string;
  env: Record<string, string>;
}

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome-headless-shell'];
const PACKAGE = '@sparticuz/chromium';

/**
 * The browser that prints: CHROME_PATH, else one on PATH, else the one inside the npm package, unpacked into the cache.
 * @throws Error when there is none for this machine
 */
export async function findChromium({ chromePath, searchPath = '', cacheDir }: ChromiumSource): Promise<Executable> {
  if (chromePath !== undefined) return { path: chromePath, env: {} };
  const dirs = searchPath.split(path.delimiter).filter((dir) => dir !== '');
  const installed = dirs.flatMap((dir) => NAMES.map((name) => path.join(dir, name))).find((file) => existsSync(file));
  return installed === undefined ? unpacked(cacheDir) : { path: installed, env: {} };
}

/**
 * Unpacked by ourselves and not by the package, which takes whatever lies at `/tmp/chromium`: of anybody, and perhaps half
 * written by another process.
 */
async function unpacked(cacheDir: string): Promise<Executable> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(`no Chromium for ${process.platform}-${process.arch}: install one, or name it in CHROME_PATH`);
  }
  const bin = path.resolve(path.dirname(require.resolve(PACKAGE)), '../../bin');
  const { version }: { version: string } = JSON.parse(await readFile(path.join(bin, '../package.json'), 'utf8'));
  const home = path.join(cacheDir, `chromium-${version}`);
  if (!existsSync(home)) await unpack(bin, home);
  const file = path.join(home, 'chromium');
  const missing = await lacksLibraries(file);
  return { path: file, env: missing ? { LD_LIBRARY_PATH: path.join(home, 'lib') } : {} };
}

/** Written aside, then renamed: whoever finds the directory finds it whole. */
async function unpack(bin: string, home: string): Promise<void> {
  const draft = `${home}.${process.pid}`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true, mode: 0o700 });
  await inflate(path.join(bin, 'chromium.br'), path.join(draft, 'chromium'));
  await chmod(path.join(draft, 'chromium'), 0o700);
  const libraries = path.join(draft, 'lib.tar');
  await inflate(path.join(bin, 'al2023.tar.br'), libraries);
  await promisify(execFile)('tar', ['-xf', libraries, '-C', draft, '--no-same-owner']);
  await rm(libraries);
  await rename(draft, home).catch(async (error: unknown) => {
    // Another process was faster.
    if (!existsSync(home)) throw error;
    await rm(draft, { recursive: true, force: true });
  });
}

const inflate = (from: string, to: string) =>
  pipeline(createReadStream(from), createBrotliDecompress(), createWriteStream(to, { mode: 0o600 }));

/** Whether the system lacks libraries that the package carries (NSS, NSPR, Expat). */
async function lacksLibraries(file: string): Promise<boolean> {
  const { stdout } = await promisify(execFile)('ldd', [file]);
  return stdout.includes('not found');
}
