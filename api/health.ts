import type { Client } from '@temporalio/client';
import type { Knex } from 'knex';
import { z } from 'zod';
import { pendingMigrations } from '../db/migrate';
import { queueDepth } from '../db/queue';
import { registerGauges } from './gauges';
import type { Metrics } from './metrics';
import { type Route, route } from './route';

/** A check that takes longer has failed. */
const CHECK_MS = 3_000;
/** A worker polls at least once a minute; the engine itself remembers pollers for five. */
const POLLER_SILENT_MS = 70_000;
/** Longest that a due row may wait for a worker, seconds. */
const OVERDUE_LIMIT_S = 60;

export interface HealthDeps {
  db: Knex;
  client: Client;
  namespace: string;
  taskQueue: string;
  metrics: Metrics;
}

const checkSchema = z.object({
  name: z.string(),
  state: z.enum(['ok', 'fail']),
  detail: z.string(),
  durationMs: z.number(),
});
type Check = z.infer<typeof checkSchema>;

/** Looks at one thing; returns what it saw, throws what is wrong. */
type Probe = () => Promise<string>;

/** What machines ask: is the process alive, can it do its work, what does it measure. */
export function healthRoutes(deps: HealthDeps): Route[] {
  const probes = readinessProbes(deps);
  registerGauges(deps.metrics.registry, deps.db);
  const common = { method: 'get', tag: 'system', access: 'public' } as const;
  return [
    route({
      ...common,
      path: '/healthz',
      summary: 'The process is alive',
      response: z.object({ status: z.literal('ok') }),
      handle: async () => ({ status: 'ok' as const }),
    }),
    route({
      ...common,
      path: '/readyz',
      summary: 'Whether everything that a case needs is there; 503 when not',
      response: z.object({ status: z.enum(['ready', 'not ready']), checks: z.array(checkSchema) }),
      async handle({ res }) {
        const checks = await Promise.all(Object.entries(probes).map(([name, probe]) => check(name, probe)));
        const ready = checks.every((c) => c.state === 'ok');
        if (!ready) res.status(503);
        return { status: ready ? ('ready' as const) : ('not ready' as const), checks };
      },
    }),
    route({
      ...common,
      path: '/metrics',
      summary: 'Prometheus metrics',
      raw: true,
      async handle({ res }) {
        res.type(deps.metrics.registry.contentType).send(await deps.metrics.registry.metrics());
      },
    }),
  ];
}

async function check(name: string, probe: Probe): Promise<Check> {
  const began = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${CHECK_MS / 1000} s`)), CHECK_MS);
  });
  const taken = () => Math.round(performance.now() - began);
  try {
    return { name, state: 'ok', detail: await Promise.race([probe(), late]), durationMs: taken() };
  } catch (error) {
    return { name, state: 'fail', detail: reasonOf(error), durationMs: taken() };
  } finally {
    clearTimeout(timer);
  }
}

/** The innermost cause says what happened; outer messages only say where. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? reasonOf(error.cause) : error.message || error.name;
}

function readinessProbes(deps: HealthDeps): Record<string, Probe> {
  const { db, client } = deps;
  return {
    database: async () => {
      await db.raw('select 1');
      return 'answers';
    },
    migrations: async () => {
      const pending = await pendingMigrations(db);
      if (pending.length > 0) throw new Error(`not applied: ${pending.join(', ')}`);
      return 'current';
    },
    engine: async () => {
      const info = await client.withDeadline(Date.now() + CHECK_MS, () => client.workflowService.getSystemInfo({}));
      return `Temporal ${info.serverVersion}`;
    },
    worker: () => workerPolls(deps),
    queue: async () => {
      const worst = Math.max(0, ...(await queueDepth(db)).map((lane) => lane.overdueSeconds));
      const text = `longest overdue row: ${Math.round(worst)} s`;
      if (worst > OVERDUE_LIMIT_S) throw new Error(`${text}, limit ${OVERDUE_LIMIT_S} s`);
      return text;
    },
  };
}

async function workerPolls({ client, namespace, taskQueue }: HealthDeps): Promise<string> {
  const { pollers } = await client.withDeadline(Date.now() + CHECK_MS, () =>
    client.workflowService.describeTaskQueue({ namespace, taskQueue: { name: taskQueue }, taskQueueType: 1 }),
  );
  const since = Date.now() - POLLER_SILENT_MS;
  const polling = (pollers ?? []).filter((p) => Number(p.lastAccessTime?.seconds ?? 0) * 1000 >= since);
  if (polling.length === 0) throw new Error(`no worker polls the task queue ${taskQueue}`);
  return `${polling.length} worker${polling.length === 1 ? '' : 's'} on ${taskQueue}`;
}
