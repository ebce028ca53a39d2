import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { archiveName, checksumOf, unpackRelease } from './archive';
import { quietProgress } from './progress';

const FILES = ['temporal-server', 'temporal-sql-tool'];
const LIMITS = { connectMs: 500, silenceMs: 300 };
const NAME = archiveName(process.platform, process.arch) ?? 'none';

let folder: string;
let archive: Buffer;
let server: Server | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'continuo-archive-'));
  const content = join(folder, 'content');
  execFileSync('mkdir', [content]);
  for (const file of [...FILES, 'tdbg'])
    writeFileSync(join(content, file), `#!/bin/sh\necho ${file}\n`, { mode: 0o755 });
  execFileSync('tar', ['-czf', join(folder, 'made.tar.gz'), '-C', content, ...FILES, 'tdbg']);
  archive = readFileSync(join(folder, 'made.tar.gz'));
  execFileSync('mkdir', [join(folder, 'out')]);
});

afterEach(async () => {
  server?.closeAllConnections();
  await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
  server = undefined;
  rmSync(folder, { recursive: true, force: true });
});

/** Serves a release; a body of undefined never answers. */
async function release(files: Record<string, string | Buffer | undefined>): Promise<string> {
  server = createServer((request, response) => {
    const name = request.url?.split('/').pop() ?? '';
    if (!(name in files)) response.writeHead(404).end();
    else if (files[name] !== undefined) response.end(files[name]);
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
}

const unpack = (baseUrl: string) =>
  unpackRelease({ baseUrl, limits: LIMITS, env: process.env, progress: quietProgress }, FILES, join(folder, 'out'));
const sums = (hash: string) => `${'0'.repeat(64)}  other.tar.gz\n${hash}  ${NAME}\n`;
const sha256 = (data: Buffer) => createHash('sha256').update(data).digest('hex');

test('unpacks the wanted files of an archive with the right checksum and keeps nothing else', async () => {
  await unpack(await release({ 'checksums.txt': sums(sha256(archive)), [NAME]: archive }));
  expect(readdirSync(join(folder, 'out')).sort()).toEqual(FILES);
  expect(execFileSync(join(folder, 'out', 'temporal-server'), { encoding: 'utf8' })).toBe('temporal-server\n');
});

test('refuses an archive with another checksum and leaves nothing', async () => {
  const url = await release({ 'checksums.txt': sums('a'.repeat(64)), [NAME]: archive });
  await expect(unpack(url)).rejects.toThrow(`${NAME} has checksum ${sha256(archive)}, the release says aaaa`);
  expect(readdirSync(join(folder, 'out'))).toEqual([]);
});

test('says that the release or the platform is missing', async () => {
  await expect(unpack(await release({}))).rejects.toThrow('checksums.txt answered 404');
  server?.close();
  await expect(unpack(await release({ 'checksums.txt': 'empty' }))).rejects.toThrow(`does not list ${NAME}`);
});

test('gives up on a server that is silent', async () => {
  await expect(unpack(await release({ 'checksums.txt': undefined }))).rejects.toThrow('sent nothing for 0.3 s');
});

test('gives up on an archive that stops half-way', async () => {
  const url = await release({ 'checksums.txt': sums(sha256(archive)), [NAME]: undefined });
  await expect(unpack(url)).rejects.toThrow('sent nothing');
  expect(existsSync(join(folder, 'out', NAME))).toBe(false);
});

test('says that nobody listens', async () => {
  await expect(unpack('http://127.0.0.1:9')).rejects.toThrow('127.0.0.1:9 cannot be reached');
});

test('names archives as the release does', () => {
  expect(archiveName('linux', 'x64')).toMatch(/^temporal_\d+\.\d+\.\d+_linux_amd64\.tar\.gz$/);
  expect(archiveName('darwin', 'arm64')).toMatch(/_darwin_arm64\.tar\.gz$/);
  expect(archiveName('win32', 'x64')).toBeUndefined();
  expect(archiveName('linux', 'riscv64')).toBeUndefined();
});

test('reads both forms of checksum lines', () => {
  const hash = 'b'.repeat(64);
  expect(checksumOf('x.tar.gz', `${hash} *x.tar.gz\n`)).toBe(hash);
  expect(checksumOf('x.tar.gz', `${hash}  xx.tar.gz\n`)).toBeUndefined();
});
