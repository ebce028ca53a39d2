import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Pid of the process listening on a TCP port of this machine; undefined when nobody does or it may not be seen. */
export function portOwner(port: number): number | undefined {
  return process.platform === 'linux' ? ownerLinux(port) : ownerByLsof(port);
}

const LISTEN = '0A';

function ownerLinux(port: number): number | undefined {
  const inodes = new Set(['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) => listeners(table, port)));
  if (inodes.size === 0) return undefined;
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const owner = pids.find((pid) => sockets(pid).some((inode) => inodes.has(inode)));
  return owner === undefined ? undefined : Number(owner);
}

/** Inodes of the sockets listening on `port`. Columns: sl local rem st queues timer retransmits uid timeout inode. */
function listeners(table: string, port: number): readonly string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return read(() => readFileSync(table, 'utf8').split('\n'), [])
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, , state]) => local?.endsWith(suffix) && state === LISTEN)
    .flatMap((columns) => columns[9] ?? []);
}

function sockets(pid: string): readonly string[] {
  const folder = `/proc/${pid}/fd`;
  return read(() => readdirSync(folder), []).flatMap((fd) => {
    const target = read(() => readlinkSync(`${folder}/${fd}`), '');
    return /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? [];
  });
}

function ownerByLsof(port: number): number | undefined {
  const said = read(
    () => execFileSync('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-t'], { encoding: 'utf8' }),
    '',
  );
  const pid = Number(said.split('\n')[0]);
  return Number.isInteger(pid) && pid > 0 ? pid : undefined;
}

/** Processes come and go, and those of others may not be looked into: what cannot be read does not count. */
function read<T>(work: () => T, otherwise: T): T {
  try {
    return work();
  } catch {
    return otherwise;
  }
}
