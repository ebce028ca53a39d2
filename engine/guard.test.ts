import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GUARD_SCRIPT } from './guard';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'continuo-guard-'));
  writeFileSync(join(folder, 'order'), '');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A process that notes its name when it is asked to stop by `signal`. */
async function stoppable(name: string, signal: string, ending = 'exit 0'): Promise<ChildProcess> {
  const note = `echo ${name} >> ${folder}/order; ${ending}`;
  const child = spawn('/bin/sh', ['-c', `trap '${note}' ${signal}; echo ready; while :; do sleep 0.05; done`]);
  await new Promise((resolve) => child.stdout?.once('data', resolve));
  return child;
}

const ended = (child: ChildProcess) =>
  new Promise<string>((resolve) => child.once('exit', (code, signal) => resolve(signal ?? `code ${code}`)));
const order = () => readFileSync(join(folder, 'order'), 'utf8').trim().split('\n');

test('when the pipe ends, processes stop by their signal in reverse order of rank, whenever they were added', async () => {
  const [postgres, server, worker] = [
    await stoppable('pg', 'INT'),
    await stoppable('srv', 'TERM'),
    await stoppable('wrk', 'TERM'),
  ];
  const guard = spawn('/bin/sh', ['-c', GUARD_SCRIPT]);
  guard.stdin.write(`add 1 ${server.pid} TERM 50\nadd 2 ${worker.pid} TERM 50\nadd 0 999999999 INT 50\n`);
  // Postgres was started again: first in rank, last in time.
  guard.stdin.end(`del 999999999\nadd 0 ${postgres.pid} INT 50\n`);
  expect(await Promise.all([postgres, server, worker, guard].map(ended))).toEqual(Array(4).fill('code 0'));
  expect(order()).toEqual(['wrk', 'srv', 'pg']);
});

test('a process that does not stop in its time is killed', async () => {
  const stubborn = await stoppable('stubborn', 'TERM', ':');
  const guard = spawn('/bin/sh', ['-c', GUARD_SCRIPT]);
  guard.stdin.end(`add 0 ${stubborn.pid} TERM 2\n`);
  expect(await ended(stubborn)).toBe('SIGKILL');
  expect(order()).toEqual(['stubborn']);
});

test('after an orderly stop nothing is touched', async () => {
  const stays = await stoppable('stays', 'TERM');
  const guard = spawn('/bin/sh', ['-c', GUARD_SCRIPT]);
  guard.stdin.end(`add 0 ${stays.pid} TERM 2\nbye\n`);
  expect(await ended(guard)).toBe('code 0');
  expect(stays.exitCode).toBeNull();
  stays.kill('SIGKILL');
});
