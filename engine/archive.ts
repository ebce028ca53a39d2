import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DOWNLOAD_LIMITS, type DownloadLimits, downloadFile, downloadText } from './download';
import type { Progress } from './progress';
import { run } from './run';
import { TEMPORAL_SERVER_VERSION } from './versions';

/** Where the project publishes its releases; `/v<version>/<file>` is appended. */
export const RELEASES_URL = 'https://github.com/temporalio/temporal/releases/download';

export interface ArchiveSource {
  /** Base URL, `RELEASES_URL` unless a test or a mirror says otherwise. */
  readonly baseUrl: string;
  readonly limits?: DownloadLimits;
  readonly env: NodeJS.ProcessEnv;
  readonly progress: Progress;
  readonly signal?: AbortSignal;
}

/** Name of the official archive of this platform, or undefined where none is built. */
export function archiveName(platform: NodeJS.Platform, arch: string): string | undefined {
  const os = platform === 'linux' || platform === 'darwin' ? platform : undefined;
  const cpu = { x64: 'amd64', arm64: 'arm64' }[arch];
  return os && cpu && `temporal_${TEMPORAL_SERVER_VERSION}_${os}_${cpu}.tar.gz`;
}

/**
 * Downloads the release archive, checks it against the release's `checksums.txt` and unpacks `files` into `folder`.
 * @throws Error with the reason in words: not reachable, no such archive, wrong checksum, file missing in it
 */
export async function unpackRelease(source: ArchiveSource, files: readonly string[], folder: string): Promise<void> {
  const name = archiveName(process.platform, process.arch);
  if (name === undefined) throw new Error(`no release is built for ${process.platform} on ${process.arch}`);
  const { env, progress, signal, limits = DOWNLOAD_LIMITS } = source;
  const base = `${source.baseUrl}/v${TEMPORAL_SERVER_VERSION}`;
  const expected = checksumOf(name, await downloadText(`${base}/checksums.txt`, limits, signal));
  if (expected === undefined) throw new Error(`${base}/checksums.txt does not list ${name}`);
  const archive = join(folder, name);
  try {
    const actual = await downloadFile(`${base}/${name}`, archive, limits, showMegabytes(name, progress), signal);
    if (actual !== expected) throw new Error(`${name} has checksum ${actual}, the release says ${expected}`);
    await run('tar', ['-xzf', archive, '-C', folder, ...files], { env, signal });
  } finally {
    rmSync(archive, { force: true });
  }
}

/** Line of `sha256sum` for a file: hex, white space, optional `*`, name. */
export function checksumOf(name: string, list: string): string | undefined {
  const fields = list.split('\n').map((line) => /^([0-9a-f]{64})\s+\*?(\S+)\s*$/i.exec(line));
  return fields.find((match) => match?.[2] === name)?.[1]?.toLowerCase();
}

function showMegabytes(name: string, progress: Progress): (done: number, total: number | undefined) => void {
  const mb = (bytes: number) => (bytes / 1e6).toFixed(0);
  return (done, total) => progress.update(`  ${name}: ${mb(done)}${total === undefined ? '' : ` of ${mb(total)}`} MB`);
}
