import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LockHeldError, lockHolder, takeLock } from './lock';
import { endProcess, identify, isRunning } from './process';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'continuo-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a lock of a living process is refused with its pid', () => {
  const path = join(folder, 'lock');
  const lock = takeLock(path);
  expect(() => takeLock(path)).toThrow(LockHeldError);
  expect(lockHolder(path)?.pid).toBe(process.pid);
  lock.release();
  takeLock(path).release();
});

test.each([
  ['a dead process', JSON.stringify({ pid: 999_999_999, started: 'x' })],
  ['a process that got the pid of the dead one', JSON.stringify({ pid: process.pid, started: 'another start' })],
  ['a crash while writing', '{"pid":'],
])('a lock left by %s is taken over', (_who, content) => {
  const path = join(folder, 'lock');
  writeFileSync(path, content);
  expect(lockHolder(path)).toBeUndefined();
  const lock = takeLock(path);
  expect(JSON.parse(readFileSync(path, 'utf8')).pid).toBe(process.pid);
  lock.release();
});

test('endProcess kills what ignores its stop signal, and sees a zombie as gone', async () => {
  const child = spawn('/bin/sh', ['-c', "trap '' TERM; echo ready; while :; do sleep 1; done"]);
  await new Promise((resolve) => child.stdout.once('data', resolve));
  const who = identify(child.pid ?? 0);
  if (who === undefined) throw new Error('child has no identity');
  expect(isRunning(who)).toBe(true);
  expect(await endProcess(who, 'SIGTERM', 100)).toBe(true);
  expect(isRunning(who)).toBe(false);
});
