import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { engineAddresses } from './addresses';
import { onPath } from './cache';
import { diagnoseDatabase, diagnoseTemporal } from './doctor-services';
import type { TemporalAccess } from './engine';
import { messageOf } from './errors';
import { goObstacle } from './go-build';
import { firstThatWorks } from './order';
import { portOwner } from './port-owner';
import { isFree } from './ports';
import { findPostgres, missingLinks } from './postgres-binaries';
import { commandLine } from './process';
import { quietProgress } from './progress';
import { localWays } from './resolve';
import { run } from './run';
import { readRecord } from './state';
import { dataDirHolder } from './supervisor';
import { compareVersions } from './temporal-store';
import { TEMPORAL_SERVER_VERSION } from './versions';

/** One thing the doctor looked at. */
export interface Finding {
  /** What was looked at, e.g. `Postgres programs`. */
  readonly what: string;
  readonly state: 'ok' | 'warn' | 'fail';
  /** What was seen. */
  readonly detail: string;
  /** What to do about it; absent when ok. */
  readonly mend?: string;
}

/** The part of the configuration the doctor reads. */
export interface DoctorConfig {
  readonly dataDir: string;
  readonly databaseUrl?: string;
  readonly temporalAddress?: string;
  readonly temporalAccess?: TemporalAccess;
  readonly namespace: string;
  /** HOST and PORT of the API. */
  readonly host: string;
  readonly port: number;
  readonly smtpUrl?: string;
  /** The launcher's environment: `process.env`. */
  readonly env: NodeJS.ProcessEnv;
}

const NODE_LEAST = '20.19.0';
const GB = 1024 ** 3;

/** Looks at everything a start depends on and says what is wrong and how to mend it. Changes nothing, builds nothing. */
export async function diagnose(config: DoctorConfig): Promise<Finding[]> {
  const dataDir = resolve(config.dataDir);
  const holder = dataDirHolder(dataDir);
  const checks: [string, () => Finding | readonly Finding[] | Promise<Finding | readonly Finding[]>][] = [
    ['Node.js', node],
    ['Postgres programs', () => postgresPrograms(config)],
    ['Temporal server', () => temporalServer(config)],
    ['Go', () => tool(config, 'go', ['version'], 'builds the Temporal server where none is found')],
    ['Java', () => tool(config, 'java', ['-version'], 'runs the time-skipping server of the tests')],
    ['Maven', () => tool(config, 'mvn', ['--version'], 'fetches the time-skipping server of the tests')],
    ['DATA_DIR', () => dataFolder(dataDir)],
    ['Platform', () => platform(dataDir, holder?.pid)],
    ['Recorded', () => recordedFacts(dataDir)],
    ['Disk space', () => diskSpace(dataDir)],
    ['Port', () => apiPort(config, holder !== undefined)],
    ['Database', () => diagnoseDatabase(config, holder && engineAddresses(dataDir))],
    ['Temporal', () => diagnoseTemporal(config, holder && engineAddresses(dataDir))],
    ['SMTP_URL', () => mail(config)],
  ];
  const findings: Finding[] = [];
  for (const [what, look] of checks) {
    try {
      findings.push(...[await look()].flat());
    } catch (error) {
      findings.push({ what, state: 'fail', detail: messageOf(error), mend: 'see the message' });
    }
  }
  return findings;
}

function node(): Finding {
  const what = 'Node.js';
  const detail = `${process.version} on ${process.platform} ${process.arch}`;
  if (compareVersions(process.versions.node, NODE_LEAST) >= 0) return { what, state: 'ok', detail };
  return { what, state: 'fail', detail, mend: `install Node.js ${NODE_LEAST} or newer` };
}

async function postgresPrograms({ databaseUrl, env }: DoctorConfig): Promise<Finding> {
  const what = 'Postgres programs';
  if (databaseUrl !== undefined) return { what, state: 'ok', detail: 'not needed: DATABASE_URL is set' };
  const binaries = findPostgres();
  const missing = missingLinks(binaries).length;
  if (missing > 0) {
    const detail = `${missing} library links are missing in ${binaries.root}: npm did not run the install script`;
    return {
      what,
      state: 'warn',
      detail,
      mend: 'the next start makes them if it may write there; or run `npm rebuild`',
    };
  }
  return { what, state: 'ok', detail: await run(binaries.postgres, ['--version'], { env, timeoutMs: 20_000 }) };
}

async function temporalServer({ temporalAddress, env }: DoctorConfig): Promise<Finding> {
  const what = 'Temporal server';
  if (temporalAddress !== undefined) return { what, state: 'ok', detail: 'not needed: TEMPORAL_ADDRESS is set' };
  const result = await firstThatWorks(localWays(env), quietProgress);
  if ('found' in result)
    return { what, state: 'ok', detail: `${TEMPORAL_SERVER_VERSION} in ${dirname(result.found.server)}` };
  const detail = result.tried.map(({ name, reason }) => `${name}: ${reason}`).join('; ');
  const obstacle = await goObstacle(env);
  if (obstacle === undefined) {
    return {
      what,
      state: 'warn',
      detail,
      mend: 'the next start downloads it, or builds it with Go in about five minutes',
    };
  }
  return {
    what,
    state: 'fail',
    detail: `${detail}; ${obstacle}`,
    mend: 'install Go 1.21 or newer, or use docker compose',
  };
}

async function tool({ env }: DoctorConfig, name: string, args: readonly string[], purpose: string): Promise<Finding> {
  const what = { go: 'Go', java: 'Java', mvn: 'Maven' }[name] ?? name;
  const path = onPath(name, env);
  if (path === undefined) return { what, state: 'ok', detail: `not installed; optional: ${purpose}` };
  const [version = ''] = (await run(path, args, { env, timeoutMs: 30_000 })).split('\n');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: Maven colours its version
  return { what, state: 'ok', detail: `${version.replace(/\x1b\[[0-9;]*m/g, '')} (${purpose})` };
}

function dataFolder(dataDir: string): Finding {
  const what = 'DATA_DIR';
  if (!existsSync(dataDir)) return { what, state: 'ok', detail: `${dataDir} will be made at the first start` };
  try {
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
    return { what, state: 'ok', detail: `${dataDir} is writable` };
  } catch (error) {
    return {
      what,
      state: 'fail',
      detail: messageOf(error),
      mend: `make ${dataDir} writable for this user, or set DATA_DIR`,
    };
  }
}

function platform(dataDir: string, pid: number | undefined): Finding {
  const detail =
    pid === undefined ? 'is not running on this DATA_DIR' : `runs as process ${pid} (${commandLine(pid) ?? '?'})`;
  return {
    what: 'Platform',
    state: 'ok',
    detail: existsSync(join(dataDir, 'engine.json')) ? detail : `${detail}; never started`,
  };
}

function recordedFacts(dataDir: string): Finding {
  const what = 'Recorded';
  const { temporalServer: server, historyShards, postgresMajor } = readRecord(dataDir);
  if (server === undefined) return { what, state: 'ok', detail: 'nothing yet: the engine has not been started here' };
  const detail = `last engine ${server}, ${historyShards} history shards, Postgres ${postgresMajor ?? 'given by DATABASE_URL'}`;
  if (compareVersions(server, TEMPORAL_SERVER_VERSION) <= 0) return { what, state: 'ok', detail };
  const mend = `this Continuo brings ${TEMPORAL_SERVER_VERSION}: start the newer version`;
  return { what, state: 'fail', detail, mend };
}

function diskSpace(dataDir: string): Finding {
  let folder = dataDir;
  while (!existsSync(folder)) folder = dirname(folder);
  const { bavail, bsize } = statfsSync(folder);
  const free = (bavail * bsize) / GB;
  const finding = { what: 'Disk space', detail: `${free.toFixed(1)} GB free at ${folder}` };
  if (free >= 5) return { ...finding, state: 'ok' };
  return {
    ...finding,
    state: free >= 1 ? 'warn' : 'fail',
    mend: 'make room: a database that cannot write stops the platform',
  };
}

async function apiPort({ host, port }: DoctorConfig, running: boolean): Promise<Finding> {
  const what = `Port ${port}`;
  if (await isFree(port, host)) return { what, state: 'ok', detail: 'free' };
  const pid = portOwner(port);
  const detail =
    pid === undefined
      ? 'in use by a process that cannot be seen'
      : `in use by process ${pid} (${commandLine(pid) ?? '?'})`;
  // The API process is a child of the launcher; that it is ours is told by the platform's running at all.
  if (running) return { what, state: 'ok', detail };
  return { what, state: 'fail', detail, mend: 'stop that process, or set PORT to another one' };
}

function mail({ smtpUrl }: DoctorConfig): Finding {
  if (smtpUrl !== undefined) return { what: 'SMTP_URL', state: 'ok', detail: `set (${new URL(smtpUrl).host})` };
  const mend = 'set SMTP_URL, e.g. smtp://user:password@mail.example.org:587';
  return { what: 'SMTP_URL', state: 'warn', detail: 'not set: mail stays in DATA_DIR/mail and reaches nobody', mend };
}
