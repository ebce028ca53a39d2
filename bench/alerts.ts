import { Agent, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Knex } from 'knex';
import { pino } from 'pino';
import { alertDispatchLane } from '../activities/alert-dispatch';
import { intakeLane } from '../activities/intake';
import { createApp } from '../api/app';
import { intakeRoutes } from '../api/intake';
import { createMetrics } from '../api/metrics';
import { createSource } from '../db/intake-source';
import { startQueue } from '../db/queue';
import type { IncidentPlan } from '../domain/incident-plan';
import { openTestDatabase } from '../test/harness/database';
import { startTestPostgres } from '../test/harness/postgres';

/** How pushes are made: `callers` at a time, each with `alerts` alerts, over `groups` groups of `distinct` alerts. */
interface Storm {
  pushes: number;
  callers: number;
  alerts: number;
  groups: number;
  distinct: number;
}
const STORMS: readonly Storm[] = [
  { pushes: 10_000, callers: 16, alerts: 1, groups: 50, distinct: 200 },
  { pushes: 3_000, callers: 16, alerts: 10, groups: 50, distinct: 200 },
  { pushes: 300, callers: 8, alerts: 200, groups: 50, distinct: 400 },
];

const log = pino({ level: 'warn' });
const agent = new Agent({ keepAlive: true, maxSockets: 64 });
const START = '2026-01-31T08:00:00Z';

function body(storm: Storm, i: number): string {
  const group = `storm-${i % storm.groups}`;
  const alerts = Array.from({ length: storm.alerts }, (_, j) => {
    const instance = `host-${(i * 31 + j) % storm.distinct}`;
    const labels = { alertname: group, instance, severity: 'warning', job: 'node', cluster: 'north' };
    const annotations = {
      summary: `${instance} does not answer`,
      description: `push ${i} says that ${instance} is down`,
    };
    return { status: 'firing', labels, annotations, startsAt: START, fingerprint: `${group}-${instance}` };
  });
  return JSON.stringify({ version: '4', groupKey: group, commonAnnotations: { summary: group }, alerts });
}

function post(port: number, token: string, text: string): Promise<number> {
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  };
  return new Promise((resolve, reject) => {
    const req = request({
      port,
      host: '127.0.0.1',
      path: '/api/v1/intake/alertmanager',
      method: 'POST',
      headers,
      agent,
    });
    req.once('response', (res) => res.resume().once('end', () => resolve(res.statusCode ?? 0)));
    req.once('error', reject).end(text);
  });
}

async function run(storm: Storm, port: number, token: string, db: Knex, signals: () => number) {
  await db.raw('truncate inbox, outbox, incident_alert, alert_incident, alert, alert_group');
  const before = signals();
  const latencies: number[] = [];
  let next = 0;
  const began = performance.now();
  const caller = async () => {
    for (let i = next++; i < storm.pushes; i = next++) {
      const sent = performance.now();
      const status = await post(port, token, body(storm, i));
      if (status !== 202) throw new Error(`push ${i}: status ${status}`);
      latencies.push(performance.now() - sent);
    }
  };
  await Promise.all(Array.from({ length: storm.callers }, caller));
  const accepted = (performance.now() - began) / 1000;
  while (await db('inbox').where({ state: 'ready' }).first('id')) await new Promise((wait) => setTimeout(wait, 20));
  const converged = (performance.now() - began) / 1000;
  const sum = await db('alert').sum<{ pushes: string }>({ pushes: 'pushes' }).first();
  const sorted = latencies.sort((a, b) => a - b);
  const total = storm.pushes * storm.alerts;
  return {
    pushes: storm.pushes,
    alertsPerPush: storm.alerts,
    pushesPerSecond: Math.round(storm.pushes / accepted),
    alertsAcceptedPerSecond: Math.round(total / accepted),
    alertsConvergedPerSecond: Math.round(total / converged),
    p50ms: Number((sorted[Math.floor(sorted.length * 0.5)] ?? 0).toFixed(1)),
    p99ms: Number((sorted[Math.floor(sorted.length * 0.99)] ?? 0).toFixed(1)),
    signals: signals() - before,
    exact: Number(sum?.pushes) === total,
  };
}

/** API, queue and callers in this one process, the engine replaced by a counter: what intake itself costs. */
export async function benchAlerts(): Promise<void> {
  const postgres = await startTestPostgres();
  process.env.TEST_DATABASE_URL = postgres.url;
  const { db, url, close } = await openTestDatabase();
  await db('tenant').insert({ id: 'default', name: 'default', created_at: db.fn.now() }).onConflict().ignore();
  const rules = { service: 'portal', severityLabel: 'severity', severityMap: {} };
  const { token } = await createSource(db, { tenantId: 'default', name: 'bench', kind: 'alertmanager', ...rules });
  const serviceNames = async () => ['portal'];
  let signals = 0;
  const signalIncident = async () => {
    signals += 1;
  };
  const currentIncidentPlan = async () => ({ plan: {} as IncidentPlan, planId: 'bench' });
  const lanes = [
    intakeLane({ db, log, serviceNames }),
    alertDispatchLane({ db, log, currentIncidentPlan, signalIncident }),
  ];
  const queue = startQueue({ db, listenUrl: url, lanes, log });
  const config = { publicUrl: 'http://localhost', rateLimitPerMinute: 0, trustProxy: 0 };
  const app = createApp({ db, routes: intakeRoutes({ db, serviceNames }), config, log, metrics: createMetrics() });
  const server = app.listen(0, '127.0.0.1');
  await new Promise((up) => server.once('listening', up));
  const { port } = server.address() as AddressInfo;
  const results = [];
  for (const storm of STORMS) results.push(await run(storm, port, token, db, () => signals));
  console.table(results);
  agent.destroy();
  server.close();
  await queue.stop();
  await close();
  await postgres.stop();
}

if (require.main === module)
  benchAlerts().catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
