import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { choosePorts, isFree, keptPorts } from './ports';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'continuo-ports-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('ports are chosen once, differ and lie below the range for outgoing connections', async () => {
  const moved = jest.fn();
  const first = await choosePorts(folder, ['a', 'b'], moved);
  expect(first.a).not.toBe(first.b);
  for (const port of Object.values(first)) expect(port).toBeLessThan(32_768);
  expect(await choosePorts(folder, ['a', 'b'], moved)).toEqual(first);
  expect(moved).not.toHaveBeenCalled();
});

test('a port that somebody else has taken is replaced and told', async () => {
  const { a } = await choosePorts(folder, ['a'], () => undefined);
  const rival = createServer().listen(a, '127.0.0.1');
  await new Promise((resolve) => rival.once('listening', resolve));
  expect(await isFree(a)).toBe(false);
  const moved = jest.fn();
  const second = await choosePorts(folder, ['a', 'b'], moved);
  expect(second.a).not.toBe(a);
  expect(moved).toHaveBeenCalledWith('a', a, second.a);
  expect(keptPorts(folder)).toEqual(second);
  await new Promise((resolve) => rival.close(resolve));
});

test('a damaged file is named', async () => {
  await choosePorts(folder, ['a'], () => undefined);
  const path = join(folder, 'ports.json');
  expect(JSON.parse(readFileSync(path, 'utf8'))).toHaveProperty('a');
  writeFileSync(path, '{');
  await expect(choosePorts(folder, ['a'], () => undefined)).rejects.toThrow(`${path} is not valid JSON`);
});
