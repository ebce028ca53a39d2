import { type ChildProcess, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import pino from 'pino';
import { withClient, withDatabase } from './databases';
import { type Engine, startEngine } from './engine';
import { walArchiveFolder } from './postgres-config';
import { clusterFolder } from './postgres-place';
import { identify, isRunning, waitGone } from './process';
import { quietProgress } from './progress';
import { dataDirHolder } from './supervisor';
import { dropIndexes, restoreIndexes } from './temporal-store';

const ENGINE = join(__dirname, '..', 'dist', 'engine', 'engine.js');
const log = pino({ level: 'silent' });
const dataDir = mkdtempSync(join(tmpdir(), 'continuo-engine-'));
const options = { dataDir, namespace: 'continuo', env: process.env, log, progress: quietProgress };
let engine: Engine;

jest.setTimeout(120_000);

beforeAll(async () => {
  engine = await startEngine(options);
});
afterAll(async () => {
  await engine.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

const pidOf = (name: string) => engine.children().find((child) => child.name === name)?.pid ?? 0;

/** Starts a workflow nobody works on: it proves that the engine accepts and keeps it. */
async function startWorkflow(workflowId: string): Promise<void> {
  const connection = await Connection.connect({ address: engine.temporalAddress });
  const client = new Client({ connection, namespace: engine.namespace });
  await client.workflow.start('nobody', { taskQueue: 'nobody', workflowId });
  await connection.close();
}

async function isKept(workflowId: string): Promise<boolean> {
  const connection = await Connection.connect({ address: engine.temporalAddress });
  const handle = new Client({ connection, namespace: engine.namespace }).workflow.getHandle(workflowId);
  const { status } = await handle.describe().finally(() => connection.close());
  return status.name === 'RUNNING';
}

/** Repeats until it works; fails with the last reason after a minute. */
async function eventually<T>(work: () => Promise<T>): Promise<T> {
  const until = Date.now() + 60_000;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (Date.now() > until) throw error;
      await delay(100);
    }
  }
}

const rows = (url: string, sql: string) => withClient(url, async (client) => (await client.query(sql)).rows);

test('our role owns its database, is no superuser, and cannot read the engine’s', async () => {
  expect(
    await rows(engine.databaseUrl, 'select usesuper, usecreatedb from pg_user where usename = current_user'),
  ).toEqual([{ usesuper: false, usecreatedb: true }]);
  await expect(rows(withDatabase(engine.databaseUrl, 'temporal'), 'select 1')).rejects.toThrow('permission denied');
});

test('Chinese text is searchable by trigrams and sorted by code point', async () => {
  await rows(engine.databaseUrl, 'create extension if not exists pg_trgm');
  const [row] = await rows(engine.databaseUrl, `select show_trgm('数据库') as grams, 'Z' < 'a' as by_code`);
  expect(row.grams.length).toBe(4);
  expect(row.by_code).toBe(true);
});

test('nothing that was acknowledged may be lost to a power cut, and nothing listens beyond this machine', async () => {
  const names = ['fsync', 'synchronous_commit', 'full_page_writes', 'archive_mode', 'listen_addresses', 'wal_level'];
  const found = await rows(
    engine.databaseUrl,
    `select name, setting from pg_settings where name in ('${names.join("','")}')`,
  );
  expect(Object.fromEntries(found.map(({ name, setting }) => [name, setting]))).toEqual({
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    archive_mode: 'on',
    listen_addresses: '127.0.0.1',
    wal_level: 'replica',
  });
});

test('WAL is archived from the moment the folder exists, without a restart', async () => {
  const admin = engine.adminDatabaseUrl ?? '';
  const { uid, gid } = statSync(clusterFolder(dataDir));
  mkdirSync(walArchiveFolder(dataDir), { mode: 0o700 });
  chownSync(walArchiveFolder(dataDir), uid, gid);
  const [{ name }] = await rows(admin, 'select pg_walfile_name(pg_current_wal_lsn()) as name');
  await rows(admin, `create table archived as select 1; select pg_switch_wal()`);
  await eventually(async () => expect(readdirSync(walArchiveFolder(dataDir))).toContain(name));
  const [{ failed_count }] = await rows(admin, 'select failed_count::int from pg_stat_archiver');
  expect(failed_count).toBe(0);
});

test.each(['postgres', 'temporal-server'])(
  'after kill -9 of %s the engine serves again and has kept everything',
  async (name) => {
    await startWorkflow(`before-${name}`);
    const killed = pidOf(name);
    process.kill(killed, 'SIGKILL');
    await eventually(() => startWorkflow(`after-${name}`));
    expect(await eventually(() => isKept(`before-${name}`))).toBe(true);
    expect(await eventually(() => rows(engine.databaseUrl, 'select 1 as one'))).toEqual([{ one: 1 }]);
    expect(engine.children().find((child) => child.name === name)).toMatchObject({ state: 'up', restarts: 1 });
  },
);

test('visibility keeps its list index; the others come back for an upgrade and go again', async () => {
  const secrets = JSON.parse(readFileSync(join(dataDir, 'secrets.json'), 'utf8'));
  const url = new URL(withDatabase(engine.databaseUrl, 'temporal_visibility'));
  url.username = 'temporal';
  url.password = secrets.temporal;
  const count = `select count(*)::int as n from pg_indexes where tablename = 'executions_visibility'`;
  expect(await rows(url.href, count)).toEqual([{ n: 2 }]);
  await withClient(url.href, restoreIndexes);
  expect(await rows(url.href, count)).toEqual([{ n: 72 }]);
  await withClient(url.href, dropIndexes);
  await withClient(url.href, dropIndexes);
  expect(await rows(url.href, count)).toEqual([{ n: 2 }]);
});

test('a second start is refused; after a stop the data is there and the ports are the same', async () => {
  await expect(startEngine(options)).rejects.toThrow(`in use by process ${process.pid}`);
  await startWorkflow('kept');
  const before = { databaseUrl: engine.databaseUrl, temporalAddress: engine.temporalAddress };
  await engine.stop();
  expect(dataDirHolder(dataDir)).toBeUndefined();
  engine = await startEngine(options);
  expect(engine).toMatchObject(before);
  expect(await isKept('kept')).toBe(true);
});

test('a launcher killed by kill -9 leaves no process, and the next start has kept everything', async () => {
  await startWorkflow('survivor');
  await engine.stop();
  const launcher = await launch();
  const left = Object.values(await childrenOf());
  launcher.kill('SIGKILL');
  for (const child of left) expect(await waitGone(child, 60_000)).toBe(true);
  engine = await startEngine(options);
  expect(await isKept('survivor')).toBe(true);
});

test('when launcher and guard are killed together, the next start ends what is left and serves', async () => {
  await engine.stop();
  const launcher = await launch();
  const left = await childrenOf();
  process.kill(JSON.parse(readFileSync(join(dataDir, 'children.json'), 'utf8')).guard.pid, 'SIGKILL');
  launcher.kill('SIGKILL');
  engine = await startEngine(options);
  expect(Object.values(left).filter(isRunning)).toEqual([]);
  expect(await isKept('survivor')).toBe(true);
});

test('Ctrl-C during a start stops what was started and gives DATA_DIR free', async () => {
  await engine.stop();
  const stop = new AbortController();
  const starting = startEngine({ ...options, signal: stop.signal });
  starting.catch(() => undefined); // looked at below
  await eventually(async () =>
    expect(JSON.parse(readFileSync(join(dataDir, 'children.json'), 'utf8')).children).not.toEqual([]),
  );
  const left = Object.values(await childrenOf());
  stop.abort(new Error('stopped by SIGINT'));
  await expect(starting).rejects.toThrow('stopped by SIGINT');
  expect(left.filter(isRunning)).toEqual([]);
  engine = await startEngine(options);
});

/** A launcher of its own, as start.ts is one. */
async function launch(): Promise<ChildProcess> {
  if (!existsSync(ENGINE)) throw new Error(`${ENGINE} is missing: run npm run build`);
  const script = `
    const { startEngine } = require(${JSON.stringify(ENGINE)});
    const log = require('pino')({ level: 'silent' });
    const progress = { say() {}, update() {} };
    startEngine({ dataDir: ${JSON.stringify(dataDir)}, namespace: 'continuo', env: process.env, log, progress })
      .then(() => console.log('up'));`;
  const launcher = spawn(process.execPath, ['-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: join(__dirname, '..'),
  });
  await new Promise((resolve, reject) => {
    launcher.stdout.once('data', resolve);
    launcher.once('exit', () => reject(new Error('launcher ended')));
  });
  return launcher;
}

async function childrenOf(): Promise<Record<string, { pid: number; started: string }>> {
  const { children } = JSON.parse(readFileSync(join(dataDir, 'children.json'), 'utf8'));
  const named = children.map(({ name, pid }: { name: string; pid: number }) => [name, identify(pid)]);
  return Object.fromEntries(named.filter(([, who]: [string, unknown]) => who !== undefined));
}
