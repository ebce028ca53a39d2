import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeFileWhole } from './files';
import { type Account, clusterFolder } from './postgres-place';

/**
 * Archives one finished WAL file if back-ups are set up, i.e. if the folder $1 exists; otherwise says "done" so that
 * Postgres recycles it: nothing grows without back-ups, and switching them on needs no restart (archive_mode does).
 * Postgres repeats a file whose archiving was interrupted, hence the comparison; a different file of the same name
 * is an error. Arguments: archive folder, path of the WAL file, its name.
 */
const ARCHIVE_SCRIPT = `#!/bin/sh
[ -d "$1" ] || exit 0
if [ -f "$1/$3" ]; then cmp -s "$2" "$1/$3"; exit $?; fi
cp "$2" "$1/$3.part" && { sync "$1/$3.part" 2>/dev/null || sync; } && mv "$1/$3.part" "$1/$3"
`;

/**
 * Folder beside the database files that switches WAL archiving on by existing; it must belong to the account of
 * Postgres (the owner of `clusterFolder`).
 */
export function walArchiveFolder(dataDir: string): string {
  return join(dirname(clusterFolder(dataDir)), 'wal-archive');
}

/** initdb's arguments for text: UTF-8, sorted by code point, upper and lower case by Unicode, on every system alike. */
export function localeArguments(): readonly string[] {
  return [
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--lc-collate=C',
    // pg_trgm asks the C library what a letter is; with plain C no Chinese text would be searchable.
    `--lc-ctype=${utf8Locale()}`,
    '--lc-messages=C',
    '--lc-monetary=C',
    '--lc-numeric=C',
    '--lc-time=C',
  ];
}

/**
 * Writes our settings beside `postgresql.conf`, which includes them. Rewritten at every start: the port may have moved.
 * Durability is never traded for speed: an acknowledged command is on disk.
 */
export function writeSettings(folder: string, dataDir: string, port: number, account: Account | undefined): void {
  const script = join(folder, 'archive-wal.sh');
  writeOwned(script, ARCHIVE_SCRIPT, 0o500, account);
  const archive = `/bin/sh ${shellWord(script)} ${shellWord(walArchiveFolder(dataDir))} "%p" "%f"`;
  const settings = {
    listen_addresses: quote('127.0.0.1'),
    port,
    unix_socket_directories: quote(''),
    max_connections: 200,
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    wal_level: 'replica',
    archive_mode: 'on',
    archive_command: quote(archive),
    shared_buffers: quote('128MB'),
    // Three helper processes fewer; reads come from the page cache at our sizes.
    io_method: quote('sync'),
    max_logical_replication_workers: 0,
    jit: 'off',
    log_destination: quote('stderr'),
    logging_collector: 'off',
    log_checkpoints: 'off',
    log_line_prefix: quote('%m [%p] %d '),
    log_timezone: quote('UTC'),
    timezone: quote('UTC'),
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
  writeOwned(
    join(folder, 'continuo.conf'),
    `# Written at every start of Continuo\n${lines.join('\n')}\n`,
    0o600,
    account,
  );
}

function writeOwned(path: string, content: string, mode: number, account: Account | undefined): void {
  writeFileWhole(path, content, mode);
  chmodSync(path, mode);
  if (account !== undefined) chownSync(path, account.uid, account.gid);
}

function utf8Locale(): string {
  const installed = spawnSync('locale', ['-a'], { encoding: 'utf8' }).stdout?.split('\n') ?? [];
  return ['C.UTF-8', 'C.utf8', 'en_US.UTF-8', 'en_US.utf8'].find((name) => installed.includes(name)) ?? 'C.UTF-8';
}

function quote(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/** A word for the shell inside archive_command, where Postgres also reads `%`. */
function shellWord(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`.replaceAll('%', '%%');
}
