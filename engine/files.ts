import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { chmod, mkdir } from 'node:fs/promises';
import { errorCode } from './errors';

/** Writes aside and renames, so that a reader (or a crash) never sees half a file. Mode 0600 unless told otherwise. */
export function writeFileWhole(path: string, content: string, mode = 0o600): void {
  const aside = `${path}.${process.pid}.${randomBytes(3).toString('hex')}`;
  writeFileSync(aside, content, { mode, flush: true });
  renameSync(aside, path);
}

/** JSON of a file, or undefined when there is none. A damaged file is an error that names it. */
export function readJson(path: string): unknown {
  const text = readText(path);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${path} is not valid JSON: restore it from a back-up or move it away`, { cause: error });
  }
}

/** Text of a file, or undefined when there is none. */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Creates DATA_DIR. Started by root, Postgres runs as another user and must be able to pass through it,
 * hence the x bit for others; every secret in it is a file of mode 0600.
 */
export async function createDataDir(path: string): Promise<void> {
  const created = await mkdir(path, { recursive: true, mode: 0o700 });
  if (process.getuid?.() === 0 || created !== undefined) await chmod(path, process.getuid?.() === 0 ? 0o711 : 0o700);
}
