import { Client } from 'pg';
import type { Definition } from '../../domain/process-def';
import { Maker } from '../harness/maker';
import { type Platform, startPlatform } from '../harness/platform';
import { expectClean } from '../harness/platform-under-test';
import { copyOf, publish } from '../harness/publish';
import {
  type RequestCase,
  type RequestTeam,
  readRequest,
  setUpRequestTeam,
  vote,
  whenRequest,
} from '../harness/request-team';
import { until } from '../harness/until';

// kill -9 of the worker in each step of an allocation: held fast in the middle of it, killed, let go. Afterwards the request
// goes on by itself: nothing is made twice, nothing is left over.

let platform: Platform;
let team: RequestTeam;
let maker: Maker;

beforeAll(async () => {
  maker = await Maker.start();
  platform = await startPlatform({ env: { ALLOW_PRIVATE_TARGETS: '1', RUNBOOK_HOSTS: maker.host } });
  team = await setUpRequestTeam(platform);
  await publish(platform, (shipped) => [byMaker(shipped)]);
  const units = { vcpu: 64, memoryGb: 256, storageGb: 4000 };
  const title = { 'zh-CN': '虚拟机', en: 'Virtual machines' };
  await team.operations.must('POST', '/api/v1/pools', { name: 'vm', title, site: 'main', units });
}, 240_000);
afterAll(async () => {
  await platform?.stop();
  await maker?.stop();
}, 90_000);
afterEach(async () => {
  platform.repeatsAllowed = true;
  await expectClean(platform);
}, 120_000);

/** The provisioner of virtual machines as a system behind an interface. */
function byMaker(shipped: readonly Definition[]): Definition {
  const { manual: _, ...doc } = copyOf(shipped, 'provisioner', 'manual-vm');
  const call = { expect: '200-299', headers: {} };
  const create = { ...call, method: 'POST' as const, url: `${maker.url}/machines`, body: { name: '{{spec.name}}' } };
  const http = {
    create: { ...create, resource: '/id', details: '/details', secret: '/password' },
    remove: { ...call, method: 'DELETE' as const, url: `${maker.url}/machines/{{resource}}` },
    limit: 'PT20S',
  };
  return { ...doc, http, tests: [{ spec: { name: 'x' }, sends: { url: `${maker.url}/machines` } }] };
}

/** Steps of the allocation, and the table without which each of them stands still; the maker holds the one that has none. */
const STEPS: [step: string, table: string | null][] = [
  ['reserve', 'pool_reservation'],
  ['provision', null],
  ['allocate', 'pool_unit'],
  ['record', 'ci_revision'],
  ['hand-over', 'one_time_secret'],
  ['share', 'request_action'],
];

it('goes on after the worker was killed in each of its steps', async () => {
  const held = await hold(STEPS[0]);
  const { id, child } = await allocation();
  for (const [i] of STEPS.entries()) await killIn(child, i, i === 0 ? held : await hold(STEPS[i], child));
  await whenRequest(team.operations, child, 'is fulfilled', (r) => r.state === 'fulfilled');
  // The application hears of it and asks its requester; then nothing is under way any more.
  await whenRequest(team.operations, id, 'is to be confirmed', (r) => r.tasks.some((t) => t.candidates.length > 0));
  await platform.settle(120_000);
  expect(maker.made()).toHaveLength(1);
  expect(await count('ci', `id in (select ci_id from ci_revision where case_id = '${child}')`)).toBe(1);
  expect(await count('pool_reservation', `case_id = '${child}'`)).toBe(1);
  expect(await count('one_time_secret', `case_id = '${child}'`)).toBe(1);
}, 580_000);

type Release = () => Promise<void>;

/** Keeps a step from ending until it is let go. Waits for the step before it, so that nothing earlier is held up. */
async function hold(which: (typeof STEPS)[number] | undefined, child?: string): Promise<Release> {
  const [step, table] = which ?? ['', null];
  if (table === null) return maker.hold();
  if (child)
    await whenRequest(
      team.operations,
      child,
      `has come to ${step}`,
      (r) => stateOf(r, step) !== undefined || r.state === 'fulfilled',
    );
  const client = new Client({ connectionString: platform.databaseUrl });
  await client.connect();
  await client.query(`begin; lock table ${table} in access exclusive mode`);
  return async () => {
    await client.query('rollback');
    await client.end();
  };
}

const stateOf = (r: RequestCase, step: string) => r.steps.find((s) => s.step === step)?.state;

async function killIn(child: string, nth: number, release: Release): Promise<void> {
  const [step = ''] = STEPS[nth] ?? [];
  const active = async () => {
    const r = await readRequest(team.operations, child).catch(() => null);
    return r !== null && stateOf(r, step) !== undefined;
  };
  try {
    await until(active, `${step} is under way`, 60_000);
    await platform.kill('worker');
    // What the dead worker has taken is free again after its lease, a minute: as if it had passed.
    await platform.sql('update outbox set leased_until = now() where leased_until > now()');
  } finally {
    await release();
  }
}

/** An application that everybody has approved, and its allocation. */
async function allocation(): Promise<{ id: string; child: string }> {
  const { id } = await team.requester.submit<RequestCase>({ item: 'resource-application-new', data: team.application });
  await vote(team.manager, id, 'department');
  await vote(team.operations, id, 'operations');
  await vote(team.maintenance, id, 'maintenance');
  const opened = await whenRequest(team.operations, id, 'allocates', (r) => r.children.length === 1);
  return { id, child: opened.children[0]?.id ?? '' };
}

const count = async (table: string, where: string) =>
  (await platform.sql<{ n: number }>(`select count(*)::int as n from ${table} where ${where}`))[0]?.n;
