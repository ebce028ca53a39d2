import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { connect } from '../db/connect';
import { keptPorts } from '../engine/ports';
import { readSecrets } from '../engine/state';
import { acceptAlerts } from './alerts';
import { compare } from './compare';
import { generateIncidents, listLatency } from './lists';
import { bareLife, countActions, incidentLife } from './lives';
import { type Call, caller, type Figure } from './load';
import { type BenchPlatform, memoryMb, startBenchPlatform } from './platform';
import { generateRequests, requestLife, requestListLatency, setUpRequests } from './requests';

const say = (line: string) => process.stderr.write(`${line}\n`);
const quick = process.argv.includes('--quick');
const SECONDS = quick ? 4 : 12;
const ROUNDS = quick ? 1 : 3;
const INCIDENTS = quick ? 100_000 : 1_000_000;
const HELD = quick ? 200 : 2_000;
const figures: Figure[] = [];
const mb = (n: number) => `${n.toFixed(0)} MB`;

async function main(): Promise<void> {
  const platform = await startBenchPlatform();
  const { temporal: temporalPort, postgres } = ports(platform.dataDir);
  const client = new Client({
    connection: await Connection.connect({ address: `127.0.0.1:${temporalPort}` }),
    namespace: 'continuo',
  });
  const db = connect(`postgres://continuo:${readSecrets(platform.dataDir)?.continuo}@127.0.0.1:${postgres}/continuo`);
  const call = caller(platform.url, platform.token);
  try {
    await idle(platform);
    await onCall(call);
    await lives(platform, client, call, `127.0.0.1:${temporalPort}`);
    await routine(call, client);
    await requests(platform, { client, address: `127.0.0.1:${temporalPort}` }, call, db);
    await alerts(call);
    await held(platform, call);
    await lists(call, db);
  } finally {
    await db.destroy();
    await client.connection.close();
    await platform.stop();
  }
  report();
}

function ports(dataDir: string): { temporal: number; postgres: number } {
  const kept = keptPorts(dataDir);
  return { temporal: kept['temporal-frontend'] ?? kept.frontend ?? 0, postgres: kept.postgres ?? 0 };
}

async function idle(platform: BenchPlatform): Promise<void> {
  await new Promise((r) => setTimeout(r, 15_000));
  const total = memoryMb(platform.pids().start ?? 0);
  const parts = Object.entries(platform.pids()).map(
    ([name, pid]) => `${name} ${memoryMb(pid, name !== 'start').toFixed(0)}`,
  );
  figures.push({
    what: `All processes idle, PSS (${parts.join(', ')})`,
    value: mb(total),
    aim: '< 700 MB',
    met: total < 700,
  });
}

/** Somebody is on call, so that each incident pages and mails as it does in real life. */
async function onCall(call: Call): Promise<void> {
  const roles = [{ role: 'oncall-engineer', tenantId: 'default' }];
  const person = { login: 'engineer', displayName: 'Engineer', email: 'engineer@example.org', roles };
  await call('POST', '/api/v1/people', person, { 'idempotency-key': 'engineer' });
}

async function lives(platform: BenchPlatform, client: Client, call: Call, address: string): Promise<void> {
  const yardstick = await bareWorker(address);
  const found = await compare(platform, {
    bare: () => bareLife(client),
    ours: () => incidentLife(call),
    rounds: ROUNDS,
    seconds: SECONDS,
  });
  yardstick.kill('SIGTERM');
  figures.push(
    { what: 'Bare no-op workflow, start and 4 updates, 16 callers', value: `${found.bare.toFixed(1)} lives/s` },
    {
      what: 'Incident by REST: report, acknowledge, resolve, close, 16 callers',
      value: `${found.ours.toFixed(1)} lives/s`,
    },
    { what: 'Ratio', value: found.ratio.toFixed(2), aim: '≥ 0.7', met: found.ratio >= 0.7 },
    { what: 'Processor time of an incident life, ms', value: found.cost },
  );
}

async function bareWorker(address: string): Promise<ChildProcess> {
  const args = [path.join(__dirname, 'lives.js'), address, 'continuo'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise<void>((resolve, reject) => {
    child.stdout?.once('data', () => resolve());
    child.once('exit', (code) => reject(new Error(`the bare worker ended with code ${code}`)));
  });
  return child;
}

async function routine(call: Call, client: Client): Promise<void> {
  const id = await incidentLife(call);
  const handle = client.workflow.getHandle(`incident/${id}`);
  const { events } = await handle.fetchHistory();
  const types = (events ?? []).map((e) => temporal.api.enums.v1.EventType[e.eventType ?? 0] ?? '');
  const actions = countActions(types);
  const info = (await handle.describe()).raw.workflowExecutionInfo;
  const kb = Number(info?.historySizeBytes ?? 0) / 1024;
  figures.push(
    { what: 'Engine actions of a routine incident', value: String(actions), aim: '≤ 40', met: actions <= 40 },
    {
      what: `History of a routine incident (${types.length} events)`,
      value: `${kb.toFixed(1)} KB`,
      aim: '≤ 60 KB',
      met: kb <= 60,
    },
  );
}

/** Updates of a request's life: opening and two votes. */
const REQUEST_UPDATES = 3;

async function requests(
  platform: BenchPlatform,
  { client, address }: { client: Client; address: string },
  call: Call,
  db: ReturnType<typeof connect>,
): Promise<void> {
  const people = await setUpRequests(db, call, platform.url);
  const yardstick = await bareWorker(address);
  const found = await compare(platform, {
    bare: () => bareLife(client, REQUEST_UPDATES),
    ours: () => requestLife(people),
    rounds: ROUNDS,
    seconds: SECONDS,
  });
  yardstick.kill('SIGTERM');
  const id = await requestLife(people);
  const { events } = await client.workflow.getHandle(`request/${id}`).fetchHistory();
  const types = (events ?? []).map((e) => temporal.api.enums.v1.EventType[e.eventType ?? 0] ?? '');
  figures.push(
    {
      what: `Bare no-op workflow, start and ${REQUEST_UPDATES} updates, 16 callers`,
      value: `${found.bare.toFixed(1)} lives/s`,
    },
    {
      what: `Request by REST: submit, two approvals, capacity reserved and allocated, 16 callers (p95 ${found.p95.toFixed(0)} ms)`,
      value: `${found.ours.toFixed(1)} lives/s`,
    },
    { what: 'Ratio of the request', value: found.ratio.toFixed(2) },
    { what: 'Processor time of a request life, ms', value: found.cost },
    { what: `Engine actions of that request (${types.length} events)`, value: String(countActions(types)) },
  );
  await generateRequests(db, people, 10_000);
  for (const { query, load: l } of await requestListLatency(people.first, quick ? 1 : 3))
    figures.push({
      what: `List of 50 at 10,000 open requests: \`${query}\` (p50 ${l.p50.toFixed(0)} ms)`,
      value: `p95 ${l.p95.toFixed(0)} ms`,
      aim: '< 100 ms',
      met: l.p95 < 100,
    });
}

async function alerts(call: Call): Promise<void> {
  for (const size of [1, 10]) {
    const result = await acceptAlerts(call, size, SECONDS);
    const rate = result.perSecond * size;
    say(`alerts, ${size} a webhook: ${rate.toFixed(0)}/s`);
    figures.push({
      what: `Alerts accepted, ${size} a webhook, 50 groups, 16 callers (p95 ${result.p95.toFixed(0)} ms, max ${result.max.toFixed(0)} ms)`,
      value: `${rate.toFixed(0)} alerts/s`,
      ...(size === 10 ? { aim: '≥ 1,000/s', met: rate >= 1000 } : {}),
    });
  }
}

async function held(platform: BenchPlatform, call: Call): Promise<void> {
  const body = { title: 'Held open', impact: 'low', urgency: 'low', service: 'cloud-platform' };
  const next = Array.from({ length: HELD }, (_, i) => i);
  const open = async () => {
    for (let i = next.pop(); i !== undefined; i = next.pop())
      await call('POST', '/api/v1/incidents', body, { 'idempotency-key': `held-${i}` });
  };
  await Promise.all(Array.from({ length: 16 }, open));
  const used = memoryMb(platform.pids().worker ?? 0);
  figures.push({
    what: `Worker with ${HELD} open incidents, PSS`,
    value: mb(used),
    aim: '< 1,024 MB',
    met: used < 1024,
  });
}

async function lists(call: Call, db: ReturnType<typeof connect>): Promise<void> {
  await generateIncidents(db, INCIDENTS, say);
  for (const { query, load: l } of await listLatency(call, quick ? 1 : 3))
    figures.push({
      what: `List of 50 at ${INCIDENTS.toLocaleString('en')} incidents: \`${query}\` (p50 ${l.p50.toFixed(0)} ms)`,
      value: `p95 ${l.p95.toFixed(0)} ms`,
      aim: '< 100 ms',
      met: l.p95 < 100,
    });
}

function report(): void {
  const machine = `${os.cpus().length} × ${os.cpus()[0]?.model ?? ''}, ${(os.totalmem() / 2 ** 30).toFixed(0)} GiB, Node ${process.version}`;
  const row = (f: Figure) =>
    `| ${f.what} | ${f.value} | ${f.aim ?? ''} | ${f.met === undefined ? '' : f.met ? 'met' : '**missed**'} |`;
  const table = ['| what | measured | aim | |', '| --- | --- | --- | --- |', ...figures.map(row)].join('\n');
  const text = `${new Date().toISOString()} · ${machine}\n\n${table}\n`;
  process.stdout.write(text);
  const file = process.argv.find((a) => a.startsWith('--out='))?.slice(6);
  if (file) writeFileSync(file, text);
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(1);
  },
);
