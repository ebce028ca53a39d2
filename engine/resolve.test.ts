import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheRoot, fillEntry, lockEntry } from './cache';
import { takeLock } from './lock';
import { NotAvailableError } from './order';
import { quietProgress } from './progress';
import { cacheEntry, resolveBinaries } from './resolve';
import { TEMPORAL_SERVER_VERSION } from './versions';

let home: string;
let env: NodeJS.ProcessEnv;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'continuo-resolve-'));
  mkdirSync(join(home, 'bin'));
  env = { HOME: home, PATH: `${join(home, 'bin')}:/usr/bin:/bin` };
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const resolve = (signal?: AbortSignal) =>
  resolveBinaries({ env, progress: quietProgress, signal, releasesUrl: 'http://127.0.0.1:9' });

function program(path: string, script: string): void {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
}

/** A `go` that notes its arguments and its environment and leaves what `go install` leaves. */
function fakeGo(install: string): void {
  const notes = `echo "$@" >> ${home}/go-args; echo "$CGO_ENABLED $GOTOOLCHAIN" > ${home}/go-env`;
  program(
    join(home, 'bin', 'go'),
    `[ "$1" = version ] && echo "go version go1.26.8 linux/amd64" && exit 0\n${notes}\n${install}`,
  );
}

test('the cache comes first', async () => {
  for (const file of ['temporal-server', 'temporal-sql-tool']) program(join(cacheEntry(env), file), '');
  program(join(home, 'bin', 'temporal-server'), 'exit 1');
  expect((await resolve()).server).toBe(
    join(home, '.cache', 'continuo', `temporal-${TEMPORAL_SERVER_VERSION}`, 'temporal-server'),
  );
});

test('programs on PATH are taken when their minor version is right', async () => {
  for (const file of ['temporal-server', 'temporal-sql-tool']) {
    program(join(home, 'bin', file), `echo "temporal version ${TEMPORAL_SERVER_VERSION}"`);
  }
  expect(await resolve()).toEqual({
    server: join(home, 'bin', 'temporal-server'),
    sqlTool: join(home, 'bin', 'temporal-sql-tool'),
  });
});

test('Go builds both programs into the cache when there is no archive', async () => {
  fakeGo('for f in server sql; do printf "#!/bin/sh\\n" > "$GOBIN/$f"; chmod +x "$GOBIN/$f"; done');
  const { server, sqlTool } = await resolve();
  expect([server, sqlTool]).toEqual(
    ['temporal-server', 'temporal-sql-tool'].map((file) => join(cacheEntry(env), file)),
  );
  const module_ = 'go.temporal.io/server/cmd';
  const version = `v${TEMPORAL_SERVER_VERSION}`;
  expect(readFileSync(join(home, 'go-args'), 'utf8').trim()).toBe(
    `install -v -trimpath -ldflags=-s -w ${module_}/server@${version} ${module_}/tools/sql@${version}`,
  );
  expect(readFileSync(join(home, 'go-env'), 'utf8').trim()).toBe('0 auto');
  expect(readdirSync(cacheRoot(env))).toEqual([`temporal-${TEMPORAL_SERVER_VERSION}`]);
});

test('a build that fails leaves no entry, and the error tells every way and what helps', async () => {
  fakeGo('printf x > "$GOBIN/server"; echo "no space left on device" >&2; exit 1');
  program(join(home, 'bin', 'temporal-server'), 'echo "temporal version 1.2.3"');
  program(join(home, 'bin', 'temporal-sql-tool'), 'echo "temporal-sql-tool version 1.2.3"');
  const error = await resolve().catch((reason: unknown) => reason);
  if (!(error instanceof NotAvailableError)) throw new Error(`expected NotAvailableError, got ${error}`);
  expect(error.tried.map(({ name }) => name.split(' ')[0])).toEqual(['cache', 'PATH', 'release', 'build']);
  expect(error.message).toMatch(/is version 1\.2\.3.*\n.*cannot be reached.*\n.*no space left on device/);
  expect(error.message).toContain('docker compose');
  expect(readdirSync(cacheRoot(env))).toEqual([]);
});

test('giving up the start ends the build with its children', async () => {
  fakeGo(`sh -c 'echo $$ > ${home}/compiler; exec sleep 60'`);
  const stop = new AbortController();
  const result = resolve(stop.signal).catch((reason: unknown) => String(reason));
  while (!existsSync(join(home, 'compiler'))) await new Promise((tick) => setTimeout(tick, 10));
  stop.abort(new Error('stopped by SIGINT'));
  expect(await result).toContain('stopped by SIGINT');
  expect(readdirSync(cacheRoot(env))).toEqual([]);
});

test('an entry appears only when it is whole, and remains of dead processes are removed', async () => {
  const entry = join(home, 'cache', 'thing');
  mkdirSync(join(home, 'cache', '.aside-999999999-1'), { recursive: true });
  await expect(fillEntry(entry, () => Promise.reject(new Error('broke')))).rejects.toThrow('broke');
  expect(readdirSync(join(home, 'cache'))).toEqual([]);
  await fillEntry(entry, async (aside) => {
    writeFileSync(join(aside, 'part'), 'x');
    expect(existsSync(entry)).toBe(false);
  });
  expect(readdirSync(entry)).toEqual(['part']);
});

test('who comes second waits for the first and says for whom', async () => {
  const entry = join(home, 'thing');
  const first = takeLock(`${entry}.lock`);
  const said: string[] = [];
  const second = lockEntry(entry, { say: (line) => said.push(line), update: () => undefined });
  while (said.length === 0) await new Promise((tick) => setTimeout(tick, 10));
  expect(said[0]).toContain(`Process ${process.pid}`);
  first.release();
  (await second).release();
});

test('XDG_CACHE_HOME is respected when absolute', () => {
  expect(cacheRoot({ XDG_CACHE_HOME: '/x', HOME: '/h' })).toBe('/x/continuo');
  expect(cacheRoot({ XDG_CACHE_HOME: 'x', HOME: '/h' })).toBe('/h/.cache/continuo');
});
