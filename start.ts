import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Logger } from 'pino';
import { ensureKey } from './adapters/identity/seal';
import { startLocalMailbox } from './adapters/mail/local-mailbox';
import { ensureFirstAdministrator } from './api/first-administrator';
import { type Config, loadConfig } from './config';
import { connect } from './db/connect';
import type { ProcessSpec } from './engine/child';
import { type Engine, startEngine } from './engine/engine';
import { choosePorts } from './engine/ports';
import { stderrProgress } from './engine/progress';
import { stopSignal, supervise } from './engine/supervisor';
import { createLog } from './log';
import { prepareDatabase } from './prepare';

/** The whole platform in one command: Postgres, Temporal server, schema, worker, API and web. Ends on SIGINT/SIGTERM. */
export async function start(config: Config = loadConfig()): Promise<void> {
  const log = createLog({ logLevel: config.logLevel === 'info' ? 'warn' : config.logLevel }, 'start');
  const progress = stderrProgress();
  const signal = stopSignal();
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  const engine = await startEngine({ ...config, log, progress, signal });
  const ports = await choosePorts(config.dataDir, ['worker', 'mailbox'], () => undefined);
  const key = config.key ?? ensureKey(config.dataDir);
  const mailDir = path.join(config.dataDir, 'mail');
  const mailbox = config.smtpUrl ? null : await startLocalMailbox({ dir: mailDir, port: ports.mailbox });
  const setupLink = await prepare(engine, config, log);
  const common = {
    ...config.env,
    DATABASE_URL: engine.databaseUrl,
    TEMPORAL_ADDRESS: engine.temporalAddress,
    TEMPORAL_NAMESPACE: engine.namespace,
    CONTINUO_KEY: key,
    SMTP_URL: config.smtpUrl ?? mailbox?.url,
    PUBLIC_URL: config.publicUrl,
    WORKER_PORT: String(config.workerPort ?? ports.worker),
    SUPERVISED: '1',
  };
  const specs = [worker(common), server(common, config)];
  await supervise(engine, specs, signal, () => announce(config, setupLink, mailbox !== null)).finally(() =>
    mailbox?.stop(),
  );
}

async function prepare(engine: Engine, config: Config, log: Logger): Promise<string | null> {
  const db = connect(engine.databaseUrl, { max: 2 });
  try {
    await prepareDatabase(db, log);
    return await ensureFirstAdministrator(db, config, new Date());
  } finally {
    await db.destroy();
  }
}

const answers = (url: string) => async (signal: AbortSignal) => {
  for (; !signal.aborted; await new Promise((r) => setTimeout(r, 100))) {
    const ok = await fetch(url, { signal })
      .then((r) => r.ok)
      .catch(() => false);
    if (ok) return;
  }
};

function worker(env: NodeJS.ProcessEnv): ProcessSpec {
  return {
    name: 'worker',
    command: process.execPath,
    args: ['--max-old-space-size=768', path.join(__dirname, 'worker.js')],
    env,
    ready: answers(`http://127.0.0.1:${env.WORKER_PORT}/healthz`),
  };
}

function server(env: NodeJS.ProcessEnv, config: Config): ProcessSpec {
  const host = ['0.0.0.0', '::'].includes(config.host) ? '127.0.0.1' : config.host;
  return {
    name: 'server',
    command: process.execPath,
    args: [path.join(__dirname, 'server.js')],
    env,
    ready: answers(`http://${host}:${config.port}/healthz`),
  };
}

function announce(config: Config, setupLink: string | null, localMail: boolean): void {
  const lines = [`Continuo is ready: ${config.publicUrl}`];
  if (setupLink) lines.push(`First administrator (one-time link, valid for 24 hours): ${setupLink}`);
  if (localMail) lines.push(`SMTP_URL is not set: mail goes no further than ${path.join(config.dataDir, 'mail')}`);
  lines.push('Stop with Ctrl+C.');
  process.stdout.write(`${lines.join('\n')}\n`);
}

if (require.main === module)
  start().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  });
