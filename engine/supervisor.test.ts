import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pino from 'pino';
import type { ChildSpec } from './child';
import { identify } from './process';
import { quietProgress } from './progress';
import { AlreadyRunningError, dataDirHolder, Supervisor } from './supervisor';

const log = pino({ level: 'silent' });
let dataDir: string;
let supervisor: Supervisor | undefined;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'continuo-supervisor-'));
});
afterEach(async () => {
  await supervisor?.stop();
  supervisor = undefined;
  rmSync(dataDir, { recursive: true, force: true });
});

const open = async () => {
  supervisor = await Supervisor.open(dataDir, log, quietProgress);
  return supervisor;
};

/** A child that says in a file that it runs and notes its name when stopped. */
function child(name: string, script = 'while :; do sleep 0.05; done', more: Partial<ChildSpec> = {}): ChildSpec {
  const up = join(dataDir, `${name}.up`);
  const stopped = `echo ${name} >> ${join(dataDir, 'stopped')}; exit 0`;
  return {
    name,
    command: '/bin/sh',
    args: ['-c', `trap '${stopped}' TERM; echo $$ > ${up}; ${script}`],
    env: { PATH: process.env.PATH },
    logFile: join(dataDir, `${name}.log`),
    prepare: async () => rmSync(up, { force: true }),
    ready: (signal) => until(() => existsSync(up), signal),
    ...more,
  };
}

async function until(condition: () => boolean, signal = AbortSignal.timeout(4_000)): Promise<void> {
  while (!condition()) await delay(10, undefined, { signal });
}

const pidOf = (name: string) => supervisor?.children().find((one) => one.name === name)?.pid ?? 0;
const lines = (file: string) => readFileSync(join(dataDir, file), 'utf8').trim().split('\n');

test('a killed child is started again and counted', async () => {
  const s = await open();
  await s.add(child('one'));
  const first = pidOf('one');
  process.kill(first, 'SIGKILL');
  await until(() => s.children()[0]?.state === 'up' && pidOf('one') !== first);
  expect(s.children()[0]).toMatchObject({ name: 'one', restarts: 1, lastExit: 'signal SIGKILL' });
});

test('children stop in reverse order, also when the first was started again last', async () => {
  const s = await open();
  for (const name of ['database', 'engine', 'worker']) await s.add(child(name));
  process.kill(pidOf('database'), 'SIGKILL');
  await until(() => s.children()[0]?.restarts === 1 && s.children()[0]?.state === 'up');
  await s.stop();
  expect(lines('stopped')).toEqual(['worker', 'engine', 'database']);
  expect(s.children().map(({ state }) => state)).toEqual(['stopped', 'stopped', 'stopped']);
});

test('a child that cannot start is reported with the end of its log', async () => {
  const s = await open();
  const bad = child('bad', 'echo "port is taken" >&2; exit 3', { ready: () => new Promise(() => undefined) });
  await expect(s.add(bad)).rejects.toThrow(/bad did not start: bad ended with code 3\n.*\n.*port is taken/);
});

test('a program that does not exist is reported, not crashed on', async () => {
  const s = await open();
  const missing = child('missing', '', { command: '/nonexistent/program', ready: undefined });
  await expect(s.add(missing)).rejects.toThrow(/ENOENT/);
});

test('stopping while a child waits to be started again leaves nothing running', async () => {
  const s = await open();
  await s.add(child('flaky', 'exit 1', { ready: async () => undefined }));
  await until(() => s.children()[0]?.state === 'backing-off');
  await s.stop();
  expect(pidOf('flaky')).toBe(0);
});

test('a second launcher is refused with the pid of the first', async () => {
  await open();
  await expect(Supervisor.open(dataDir, log, quietProgress)).rejects.toThrow(AlreadyRunningError);
  await expect(Supervisor.open(dataDir, log, quietProgress)).rejects.toThrow(`in use by process ${process.pid} `);
  expect(dataDirHolder(dataDir)?.pid).toBe(process.pid);
  await supervisor?.stop();
  expect(dataDirHolder(dataDir)).toBeUndefined();
});

test('what a killed launcher left is ended before anything is started', async () => {
  const orphan = spawn('/bin/sleep', ['60']);
  const who = identify(orphan.pid ?? 0);
  const left = { name: 'postgres', ...who, stopSignal: 'SIGTERM', graceMs: 1000 };
  writeFileSync(join(dataDir, 'children.json'), JSON.stringify({ children: [left] }));
  const ended = new Promise((resolve) => orphan.once('exit', (_code, signal) => resolve(signal)));
  await open();
  expect(await ended).toBe('SIGTERM');
});

test('a process that only got the pid of a former child is left alone', async () => {
  const stranger = spawn('/bin/sleep', ['60']);
  const left = { name: 'postgres', pid: stranger.pid, started: 'earlier', stopSignal: 'SIGTERM', graceMs: 1000 };
  writeFileSync(join(dataDir, 'children.json'), JSON.stringify({ children: [left] }));
  await open();
  expect(stranger.exitCode).toBeNull();
  expect(stranger.signalCode).toBeNull();
  stranger.kill('SIGKILL');
});

test('a killed guard is replaced and knows the children', async () => {
  const s = await open();
  await s.add(child('one'));
  const guardOf = () => JSON.parse(readFileSync(join(dataDir, 'children.json'), 'utf8')).guard?.pid;
  const first = guardOf();
  process.kill(first, 'SIGKILL');
  await until(() => guardOf() !== undefined && guardOf() !== first);
  expect(identify(guardOf())).toBeDefined();
});
