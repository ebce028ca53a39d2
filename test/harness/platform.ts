import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFileSync, closeSync, openSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Connection } from '@temporalio/client';
import { Client } from 'pg';
import { createDataDir, readJson } from '../../engine/files';
import { choosePorts, keptPorts } from '../../engine/ports';
import { readSecrets } from '../../engine/state';
import { ApiClient, Recorder } from './api-client';
import { MailSink } from './mail-sink';
import { PlatformUnderTest } from './platform-under-test';
import { until } from './until';

/** Compiled platform of this work tree; `npm test` builds it first. */
export const DIST = path.resolve(__dirname, '../../dist');
/** Who can be killed; `all` = the launcher, its guard and every process below it at one moment. */
export type Victim = 'worker' | 'server' | 'temporal' | 'postgres' | 'all';

const CHILD: Record<Exclude<Victim, 'all'>, string> = {
  worker: 'worker',
  server: 'server',
  temporal: 'temporal-server',
  postgres: 'postgres',
};
const START_MS = 180_000;

export interface PlatformOptions {
  /** Added to the platform's environment. */
  env?: Record<string, string>;
  /** Another build than the one of this work tree. */
  distDir?: string;
}

interface Recorded {
  guard?: { pid: number };
  children: { name: string; pid: number }[];
}

/** The whole platform as `node dist/start.js` starts it, on a DATA_DIR of its own. */
export class Platform extends PlatformUnderTest {
  private launcher: ChildProcess | null = null;

  constructor(
    parts: ConstructorParameters<typeof PlatformUnderTest>[0],
    readonly dataDir: string,
    private readonly distDir: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {
    super(parts);
  }

  /** Starts the launcher and waits until it says that everything is ready. */
  async launch(): Promise<void> {
    const log = path.join(this.dataDir, 'launcher.log');
    const fd = openSync(log, 'a');
    const child = spawn(process.execPath, [path.join(this.distDir, 'start.js')], {
      env: this.env,
      cwd: this.dataDir,
      detached: true,
      stdio: ['ignore', 'pipe', fd],
    });
    closeSync(fd);
    this.launcher = child;
    let said = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      appendFileSync(log, chunk);
    });
    const ended = () => child.exitCode !== null || child.signalCode !== null;
    await until(() => ended() || said.includes('is ready'), 'the launcher says it is ready', START_MS);
    if (ended()) throw new Error(`the launcher ended (${child.exitCode}):\n${readFileSync(log, 'utf8').slice(-4000)}`);
    const { continuo } = readSecrets(this.dataDir) ?? { continuo: '' };
    this.databaseUrl = `postgres://continuo:${continuo}@127.0.0.1:${keptPorts(this.dataDir).postgres}/continuo`;
  }

  /** Ends a process as a power cut would, and waits until its successor serves. */
  async kill(victim: Victim): Promise<void> {
    this.repeatsAllowed = true;
    this.latenessAllowed = true;
    if (victim === 'all') {
      await this.killAll();
      await this.launch();
      return;
    }
    const before = this.pidOf(victim);
    process.kill(before ?? 0, 'SIGKILL');
    await until(async () => {
      const now = this.pidOf(victim);
      return now !== undefined && now !== before && (await this.serves(victim));
    }, `${victim} is back`);
  }

  /** Everything at one moment; nothing is started again. */
  async killAll(): Promise<void> {
    const { guard, children } = this.recorded();
    const pids = [this.launcher?.pid, guard?.pid, ...children.map((c) => c.pid)].flatMap((p) => (p ? [p] : []));
    for (const pid of pids) kill(pid);
    await until(() => pids.every((pid) => !lives(pid)), 'all processes are gone');
  }

  /** Stops as Ctrl+C does; the DATA_DIR stays. */
  async shutDown(): Promise<void> {
    const { launcher } = this;
    if (!launcher || launcher.exitCode !== null || launcher.signalCode !== null) return;
    const { guard, children } = this.recorded();
    launcher.kill('SIGTERM');
    const pids = [launcher.pid, guard?.pid, ...children.map((c) => c.pid)].flatMap((p) => (p ? [p] : []));
    await until(() => pids.every((pid) => !lives(pid)), 'everything has stopped', 60_000);
  }

  /** Leaves no process and no file. */
  async stop(): Promise<void> {
    await this.shutDown();
    await this.mail.down();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  /** What the launcher and its children wrote, newest last. */
  log(): string {
    return readFileSync(path.join(this.dataDir, 'launcher.log'), 'utf8');
  }

  private recorded(): Recorded {
    return readJson(path.join(this.dataDir, 'children.json')) as Recorded;
  }

  private pidOf(victim: Exclude<Victim, 'all'>): number | undefined {
    return this.recorded().children.find((c) => c.name === CHILD[victim])?.pid;
  }

  private serves(victim: Exclude<Victim, 'all'>): Promise<boolean> {
    const ports = keptPorts(this.dataDir);
    if (victim === 'server') return answers(`${this.baseUrl}/healthz`);
    if (victim === 'worker') return answers(`http://127.0.0.1:${ports.worker}/healthz`);
    if (victim === 'temporal') return grpcAnswers(`127.0.0.1:${ports['temporal-frontend']}`);
    return sqlAnswers(this.databaseUrl);
  }
}

/** Starts the whole platform with a mail sink beside it. The first start of an engine version may build it. */
export async function startPlatform({ env = {}, distDir = DIST }: PlatformOptions = {}): Promise<Platform> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'continuo-story-'));
  await createDataDir(dataDir);
  const { http } = await choosePorts(dataDir, ['http'], () => undefined);
  const mail = await MailSink.start();
  const adminToken = randomBytes(24).toString('hex');
  const recorder = new Recorder(async () => Date.now());
  const baseUrl = `http://127.0.0.1:${http}`;
  const admin = new ApiClient({ baseUrl: () => baseUrl, token: adminToken, login: 'admin-token', recorder });
  const platform = new Platform({ baseUrl, mail, recorder, admin, clock: 'real' }, dataDir, distDir, {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    XDG_CACHE_HOME: process.env.XDG_CACHE_HOME,
    GOPROXY: process.env.GOPROXY,
    TZ: 'UTC',
    PORT: String(http),
    DATA_DIR: dataDir,
    SMTP_URL: mail.url,
    CONTINUO_ADMIN_TOKEN: adminToken,
    PAGE_DIGEST_SECONDS: '1',
    RATE_LIMIT_PER_MINUTE: '0',
    ALLOW_PRIVATE_TARGETS: '1',
    LOG_LEVEL: 'warn',
    ...env,
  });
  try {
    await platform.launch();
    return platform;
  } catch (error) {
    await platform.stop();
    throw error;
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** A zombie is gone: whoever should reap it may have been killed too. */
function lives(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

export const answers = (url: string): Promise<boolean> =>
  fetch(url, { signal: AbortSignal.timeout(2_000) }).then(
    (r) => r.ok,
    () => false,
  );

async function grpcAnswers(address: string): Promise<boolean> {
  try {
    const connection = await Connection.connect({ address, connectTimeout: '1s' });
    await connection.close();
    return true;
  } catch {
    return false;
  }
}

async function sqlAnswers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url });
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}
