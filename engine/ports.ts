import { createServer } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';
import { readJson, writeFileWhole } from './files';

/**
 * Below the range systems hand out to outgoing connections (32768–60999), so that a kept port stays ours; also the
 * engine's schema keeps ports in a smallint.
 */
const RANGE = { from: 20_000, to: 32_000 };

const kept = z.record(z.string(), z.number().int().min(1).max(65_535));

/**
 * One loopback port per name, chosen once and kept in `DATA_DIR/ports.json`. A kept port that somebody else has
 * taken meanwhile is replaced (`moved` is told), for nobody outside depends on these ports.
 */
export async function choosePorts<Name extends string>(
  dataDir: string,
  names: readonly Name[],
  moved: (name: Name, from: number, to: number) => void,
): Promise<Record<Name, number>> {
  const path = join(dataDir, 'ports.json');
  const before = kept.parse(readJson(path) ?? {});
  const chosen = new Map<Name, number>();
  const taken = new Set(Object.values(before));
  for (const name of names) {
    const old = before[name];
    if (old !== undefined && (await isFree(old))) {
      chosen.set(name, old);
      continue;
    }
    const port = await freePort(taken);
    taken.add(port);
    chosen.set(name, port);
    if (old !== undefined) moved(name, old, port);
  }
  const result = Object.fromEntries(chosen) as Record<Name, number>;
  writeFileWhole(path, `${JSON.stringify({ ...before, ...result }, null, 2)}\n`);
  return result;
}

/** Kept ports of an existing DATA_DIR; empty before the first start. */
export function keptPorts(dataDir: string): Record<string, number> {
  return kept.parse(readJson(join(dataDir, 'ports.json')) ?? {});
}

/** True when a server could listen on this port of the loopback interface (or `host`) now. */
export function isFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

async function freePort(taken: ReadonlySet<number>): Promise<number> {
  const size = RANGE.to - RANGE.from;
  const start = Math.floor(Math.random() * size);
  for (let step = 0; step < size; step++) {
    const port = RANGE.from + ((start + step) % size);
    if (!taken.has(port) && (await isFree(port))) return port;
  }
  throw new Error(`no free port on 127.0.0.1 between ${RANGE.from} and ${RANGE.to}`);
}
