import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { pino } from 'pino';
import { prepareDatabase } from '../../prepare';
import { ApiClient, Recorder } from './api-client';
import { openTestDatabase, type TestDatabase } from './database';
import { startTimeSkipping } from './incident-world';
import { MailSink } from './mail-sink';
import { answers, DIST } from './platform';
import { type PlatformParts, PlatformUnderTest } from './platform-under-test';
import { until } from './until';

const SECOND = 1_000;
/** Less than anything that stories tell apart. */
const MOMENT = 100;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

interface VirtualParts extends PlatformParts {
  engine: TestWorkflowEnvironment;
  database: TestDatabase;
  env: NodeJS.ProcessEnv;
  distDir: string;
  workerPort: number;
}

/**
 * API and worker as real processes with a real Postgres, on an engine whose clock the test moves. The processes' own
 * clocks go on in real time: whatever takes an instant from them is found out.
 */
export class VirtualPlatform extends PlatformUnderTest {
  private readonly children = new Map<string, ChildProcess>();

  constructor(private readonly parts: VirtualParts) {
    super(parts);
    this.databaseUrl = parts.database.url;
  }

  /** The engine's clock, epoch ms. */
  now(): Promise<number> {
    return this.parts.engine.currentTimeMs();
  }

  /** Lets time pass and waits until everything due by then has happened and been told. */
  async advance(ms: number): Promise<void> {
    await this.parts.engine.sleep(ms);
    await this.settle();
  }

  /** As `advance`, to the moment after an instant (epoch ms): what is due at that very instant has happened. */
  async advanceTo(instant: number): Promise<void> {
    await this.advance(Math.max(1, instant + MOMENT - (await this.now())));
  }

  /** Lets time pass and waits for nothing. */
  async sleep(ms: number): Promise<void> {
    await this.parts.engine.sleep(ms);
  }

  /**
   * Lets time pass while no worker is there. A task that waits for a worker holds the test server's clock: when the given
   * case has one, that hold is lifted, and put back for the worker to come.
   */
  async sleepWithoutWorker(caseId: string, ms: number): Promise<void> {
    const { engine } = this.parts;
    const clock = engine.connection.testService;
    if (!clock) throw new Error('this engine is no test server: its clock cannot be moved');
    const handle = engine.client.workflow.getHandle(`incident/${caseId}`);
    const slept = engine.sleep(ms);
    await until(async () => {
      const { events } = await handle.fetchHistory();
      return events?.at(-1)?.workflowTaskScheduledEventAttributes;
    }, 'a task of the case waits for a worker');
    await clock.unlockTimeSkipping({});
    await slept;
    await clock.lockTimeSkipping({});
  }

  /** Whether a workflow has been told something that it has not thought about. */
  async isThinking(workflowId: string): Promise<boolean> {
    const { events } = await this.parts.engine.client.workflow.getHandle(workflowId).fetchHistory();
    const last = events?.findLast(
      (e) =>
        e.workflowTaskCompletedEventAttributes ||
        e.workflowTaskScheduledEventAttributes ||
        e.workflowExecutionSignaledEventAttributes ||
        e.timerFiredEventAttributes,
    );
    return last !== undefined && !last.workflowTaskCompletedEventAttributes;
  }

  async startServer(): Promise<void> {
    await this.start('server', `${this.baseUrl}/healthz`);
  }

  async startWorker(): Promise<void> {
    await this.start('worker', `http://127.0.0.1:${this.parts.workerPort}/healthz`);
  }

  /** From now on nobody works. */
  async stopWorker(): Promise<void> {
    this.latenessAllowed = true;
    await this.end('worker', 'SIGTERM');
  }

  async stop(): Promise<void> {
    await Promise.all(['server', 'worker'].map((name) => this.end(name, 'SIGTERM')));
    await this.mail.down();
    await this.parts.database.close();
    await this.parts.engine.teardown();
    await rm(this.parts.env.DATA_DIR ?? '', { recursive: true, force: true });
  }

  /** Waits until every case has done what is due by the engine's clock, whatever becomes of the messages. */
  async acted(): Promise<void> {
    await until(async () => (await this.due()).length === 0, 'every case has acted');
  }

  override async unsettled(): Promise<string[]> {
    // In this order: what a case does fills the queues.
    const due = await this.due();
    return [...due, ...(await super.unsettled())];
  }

  /** Cases that are due to act by the engine's clock and have not done so. */
  private async due(): Promise<string[]> {
    const now = new Date(await this.now());
    const rows = await this.sql<{ id: string }>(
      'select id from incident where open and next_at <= $1 union all select id from request where open and next_at <= $1',
      [now],
    );
    return rows.map((r) => `${r.id} is due to act`);
  }

  private async start(name: string, health: string): Promise<void> {
    const { distDir, env } = this.parts;
    const child = spawn(process.execPath, [path.join(distDir, `${name}.js`)], {
      env,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    this.children.set(name, child);
    await until(() => child.exitCode !== null || answers(health), `${name} serves`, 60_000);
    if (child.exitCode !== null) throw new Error(`${name} ended with code ${child.exitCode}`);
  }

  private async end(name: string, signal: NodeJS.Signals): Promise<void> {
    const child = this.children.get(name);
    this.children.delete(name);
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    const kill = setTimeout(() => child.kill('SIGKILL'), 20_000);
    await exited;
    clearTimeout(kill);
  }
}

/** Starts API and worker on virtual time with a database of their own on TEST_DATABASE_URL, and a mail sink. */
export async function startVirtualPlatform(
  options: { env?: Record<string, string>; distDir?: string } = {},
): Promise<VirtualPlatform> {
  const [database, engine, mail, port, workerPort, dataDir] = await Promise.all([
    openTestDatabase(),
    startTimeSkipping(),
    MailSink.start(),
    freePort(),
    freePort(),
    mkdtemp(path.join(tmpdir(), 'continuo-virtual-')),
  ]);
  await prepareDatabase(database.db, pino({ level: 'silent' }));
  const adminToken = randomBytes(24).toString('hex');
  const baseUrl = `http://127.0.0.1:${port}`;
  const recorder = new Recorder(() => engine.currentTimeMs());
  const admin = new ApiClient({ baseUrl: () => baseUrl, token: adminToken, login: 'admin-token', recorder });
  const env = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    TZ: 'UTC',
    PORT: String(port),
    WORKER_PORT: String(workerPort),
    DATA_DIR: dataDir,
    DATABASE_URL: database.url,
    TEMPORAL_ADDRESS: engine.address,
    TEMPORAL_NAMESPACE: engine.namespace ?? 'default',
    SMTP_URL: mail.url,
    CONTINUO_ADMIN_TOKEN: adminToken,
    CONTINUO_KEY: randomBytes(32).toString('base64'),
    PAGE_DIGEST_SECONDS: '0',
    RATE_LIMIT_PER_MINUTE: '0',
    ALLOW_PRIVATE_TARGETS: '1',
    LOG_LEVEL: 'error',
    ...options.env,
  };
  const parts = { baseUrl, mail, recorder, admin, clock: 'virtual' as const };
  const platform = new VirtualPlatform({
    ...parts,
    engine,
    database,
    env,
    distDir: options.distDir ?? DIST,
    workerPort,
  });
  try {
    await Promise.all([platform.startServer(), platform.startWorker()]);
    return platform;
  } catch (error) {
    await platform.stop();
    throw error;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
