import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';

const DIST = path.resolve(__dirname, '..');
const recorded = z.object({ children: z.array(z.object({ name: z.string(), pid: z.number() })) });

/** The platform as `npm start` runs it, on a DATA_DIR of its own, for one run of the bench. */
export interface BenchPlatform {
  url: string;
  token: string;
  dataDir: string;
  /** Process ids by name: `start`, `worker`, `server`, `temporal-server`, `postgres`. */
  pids(): Record<string, number>;
  stop(): Promise<void>;
}

export async function startBenchPlatform(env: Record<string, string> = {}): Promise<BenchPlatform> {
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'continuo-bench-'));
  const port = await freePort();
  const token = randomBytes(24).toString('hex');
  const child = spawn(process.execPath, [path.join(DIST, 'start.js')], {
    env: {
      ...process.env,
      DATA_DIR: dataDir,
      PORT: String(port),
      CONTINUO_ADMIN_TOKEN: token,
      RATE_LIMIT_PER_MINUTE: '0',
      LOG_LEVEL: 'error',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await ready(child);
  return {
    url: `http://127.0.0.1:${port}`,
    token,
    dataDir,
    pids: () => ({ start: child.pid ?? 0, ...childPids(dataDir) }),
    async stop() {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

function childPids(dataDir: string): Record<string, number> {
  const { children } = recorded.parse(JSON.parse(readFileSync(path.join(dataDir, 'children.json'), 'utf8')));
  return Object.fromEntries(children.map((c) => [c.name, c.pid]));
}

async function ready(child: ChildProcess): Promise<void> {
  let said = '';
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('is ready')) resolve();
    });
    child.once('exit', (code) => reject(new Error(`the platform ended with code ${code}: ${said.slice(-500)}`)));
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address ? address.port : 0;
}

/** A process and everything below it, by /proc. */
function family(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc').filter((n) => /^\d+$/.test(n)))
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    } catch {
      // Gone between listing and reading.
    }
  const below = (p: number): number[] => [p, ...[...parents].filter(([, pp]) => pp === p).flatMap(([c]) => below(c))];
  return below(pid);
}

/** Processor time a process and its children have used, milliseconds. */
export function cpuMs(pid: number): number {
  return sum(family(pid), (p) => {
    const stat = readFileSync(`/proc/${p}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10;
  });
}

/** Proportional set size of a process and its children, MB: shared pages are counted once. */
export function memoryMb(pid: number, withChildren = true): number {
  return sum(withChildren ? family(pid) : [pid], (p) => {
    const pss = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${p}/smaps_rollup`, 'utf8'))?.[1];
    return Number(pss ?? 0) / 1024;
  });
}

function sum(pids: number[], read: (pid: number) => number): number {
  return pids.reduce((total, pid) => {
    try {
      return total + read(pid);
    } catch {
      return total;
    }
  }, 0);
}
