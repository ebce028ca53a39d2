import { secretContext } from '../adapters/identity/seal';
import { cmdbRoutes } from '../api/cmdb';
import { oneTimeSecretRoutes } from '../api/one-time-secret';
import { poolRoutes } from '../api/pool';
import { provisioningRoutes } from '../api/provisioning';
import { putSecret } from '../db/secret';
import type { ProvisionerDoc } from '../domain/process-def-provisioner';
import { ActionWorld } from '../test/harness/action-world';
import { startApi, type TestApi } from '../test/harness/api';
import { FakeCloud } from '../test/harness/fake-cloud';
import { addCaller } from '../test/harness/identity';
import { until } from '../test/harness/until';
import { tidyResources } from './resource-chores';

let world: ActionWorld;
let cloud: FakeCloud;
let api: TestApi;
const tokens: Record<string, string> = {};

const title = { 'zh-CN': '云', en: 'Cloud' };
const common = {
  apiVersion: 'continuo/v1' as const,
  kind: 'provisioner' as const,
  title,
  tests: [{ spec: { cpu: 4, zone: 'a' } }],
};
const create = (): NonNullable<ProvisionerDoc['http']>['create'] => ({
  method: 'POST',
  url: `${cloud.origin}/vms`,
  headers: { Authorization: 'Bearer {{secret.cloud}}' },
  body: { cpu: '{{spec.cpu}}', case: '{{case.id}}' },
  expect: '200-299',
  resource: '/id',
  details: '',
  secret: '/password',
});
const remove = () => ({ method: 'DELETE' as const, url: `${cloud.origin}/vms/{{resource}}`, expect: '200-299' });
const poll = () => ({
  method: 'GET' as const,
  url: `${cloud.origin}/vms/{{resource}}`,
  expect: '200',
  every: 'PT1S',
  state: '/state',
  done: ['up'],
  failed: ['broken'],
});

const provisioners = (): ProvisionerDoc[] => [
  { ...common, name: 'direct', http: { create: create(), remove: remove(), limit: 'PT1S' } },
  { ...common, name: 'polled', http: { create: create(), poll: poll(), remove: remove(), limit: 'PT1S' } },
  {
    ...common,
    name: 'called',
    http: {
      create: { ...create(), body: { back: '{{callback.url}}', token: '{{callback.token}}' } },
      callback: true,
      remove: remove(),
      limit: 'PT1S',
    },
  },
];

beforeAll(async () => {
  world = await ActionWorld.open();
  cloud = await FakeCloud.open();
  await world.publish(...provisioners());
  const sealed = world.seal.seal('cloud token', secretContext('own', 'cloud'));
  const secret = { tenantId: 'own', name: 'cloud', updatedAt: '2027-01-01T00:00:00Z', updatedBy: 't' };
  await putSecret(world.db, { ...secret, sealed });
  for (const [login, role, tenantId] of [
    ['olga', 'operations-technician', 'own'],
    ['rita', 'requester', 'own'],
    ['rob', 'requester', 'own'],
    ['fay', 'operations-technician', 'other'],
  ] as const)
    tokens[login] = (await addCaller(world.db, { login, tenantId, grants: [{ role, tenantId }] })).token;
  const deps = { db: world.db, seal: world.seal, now: world.clock.now };
  const routes = [
    ...provisioningRoutes(deps),
    ...oneTimeSecretRoutes(deps),
    ...poolRoutes(deps),
    ...cmdbRoutes({ ...deps, cmdb: world.cmdb }),
  ];
  api = await startApi({ db: world.db, routes, now: world.clock.now });
}, 60_000);
afterEach(async () => {
  cloud.release();
  await world.reset();
  cloud.reset();
});
afterAll(async () => {
  await api.close();
  await cloud.close();
  await world.close();
});

const make = (name: string, more: Parameters<ActionWorld['want']>[2] = {}) =>
  world.want('provision', { provisioner: name, spec: { cpu: 4 } }, more);
const runs = () =>
  world.db('provisioning_run').orderBy('created_at').select('id', 'state', 'resource', 'calls', 'reason');
const call = (who: string, method: string, path: string, body?: unknown) =>
  api.call(method, `/api/v1/${path}`, { token: tokens[who], body });

describe('a target over HTTP', () => {
  it('makes a machine; details lack the secret, which is kept sealed', async () => {
    world.worker();
    expect(await world.answered(await make('direct'))).toEqual({
      key: 'REQ-000001:make:1.1',
      kind: 'act',
      ok: true,
      result: { resource: 'vm-1', details: { id: 'vm-1', address: '10.1.0.7', password: '•••' } },
    });
    expect(cloud.calls).toMatchObject([
      { key: 'REQ-000001:make:1', authorization: 'Bearer cloud token', body: { cpu: 4, case: 'REQ-000001' } },
    ]);
    const kept = JSON.stringify([await world.db('provisioning_run'), await world.db('request_action')]);
    expect(kept).not.toContain('pass of');
    expect(await world.db('provisioning_run').first('secret')).toEqual({ secret: expect.stringMatching(/^v1\./) });
  });

  it.each([
    ['answers 5xx', ['500', '500']],
    ['drops the connection before it has made anything', ['drop']],
    ['drops the connection after it has made one', ['drop-after']],
    ['answers garbage', ['garbage']],
    ['does not say what it has made', ['nameless']],
    ['answers after the limit of the call', ['late']],
  ] as const)('that %s is asked again under the same key, and there is one machine', async (_what, moods) => {
    cloud.moods = [...moods];
    world.worker();
    expect(await world.answered(await make('direct'))).toMatchObject({ ok: true, result: { resource: 'vm-1' } });
    expect([...cloud.machines.keys()]).toEqual(['vm-1']);
    expect(new Set(cloud.calls.map((c) => c.key))).toEqual(new Set(['REQ-000001:make:1']));
    expect(cloud.calls).toHaveLength(moods.length + 1);
  });

  it('that hangs is given up when the time of the step is over; a retry finds what it has made meanwhile', async () => {
    cloud.moods = ['late', 'hang', 'hang', 'hang'];
    world.worker();
    const failed = await world.answered(await make('direct', { limitSeconds: 2 }));
    expect(failed).toMatchObject({ ok: false, reason: expect.stringContaining('no whole answer in 1 s') });
    cloud.moods = [];
    expect(await world.answered(await make('direct', { attempt: 2 }))).toMatchObject({ result: { resource: 'vm-1' } });
    expect(cloud.machines.size).toBe(1);
  });

  it('that refuses is not asked twice', async () => {
    cloud.moods = ['422'];
    world.worker();
    expect(await world.answered(await make('direct'))).toMatchObject({
      ok: false,
      reason: 'the target answered 422; expected 200-299',
    });
    expect(cloud.calls).toHaveLength(1);
    expect(await world.answered(await make('direct', { attempt: 2 }))).toMatchObject({ ok: true });
  });

  it('a worker that is killed between asking and hearing makes no second machine', async () => {
    cloud.moods = ['late'];
    const first = world.worker();
    const key = await make('direct');
    await until(() => cloud.machines.size === 1, 'it is made');
    // Its row comes back as if the worker had gone: a lease that is over.
    await world.db('outbox').where({ lane: 'provisioning' }).update({ leased_until: '2020-01-01T00:00:00Z' });
    world.worker();
    expect(await world.answered(key)).toMatchObject({ ok: true, result: { resource: 'vm-1' } });
    expect(cloud.calls).toHaveLength(2);
    cloud.release();
    await first.stop();
    expect(cloud.machines.size).toBe(1);
    expect(world.outcomes.every((o) => o.outcome.ok)).toBe(true);
  });

  it('lies in a private network: nothing is sent', async () => {
    world.worker({ allowPrivateTargets: false });
    expect(await world.answered(await make('direct'))).toMatchObject({
      ok: false,
      reason: expect.stringContaining('not an address of the public internet'),
    });
    expect(cloud.calls).toEqual([]);
  });

  it('that nobody has defined, or without its secret, is said', async () => {
    world.worker();
    expect(await world.answered(await make('nowhere'))).toMatchObject({
      reason: 'no provisioner "nowhere" is published',
    });
    const foreign = { caseId: 'REQ-000009', tenantId: 'other' };
    expect(await world.answered(await make('direct', foreign))).toMatchObject({ reason: 'not entered: secret.cloud' });
  });

  it('is removed as an undo, also when it is gone already', async () => {
    world.worker();
    await world.answered(await make('direct'));
    const undo = { provisioner: 'direct', resource: 'vm-1' };
    cloud.machines.delete('vm-1');
    expect(await world.done('deprovision', undo, { undoes: 'make' })).toMatchObject({ ok: true, result: {} });
    expect(await runs()).toMatchObject([{ state: 'removed' }, { state: 'removed' }]);
    expect(await world.db('provisioning_run').whereNotNull('secret')).toEqual([]);
  });
});

describe('a target that takes its time', () => {
  const callbackOf = () => (cloud.calls[0]?.body ?? {}) as { back: string; token: string };

  it('is asked again and again until it has ended', async () => {
    cloud.states = ['building', 'building', 'up'];
    world.worker();
    expect(await world.answered(await make('polled'))).toMatchObject({ ok: true, result: { resource: 'vm-1' } });
    expect(cloud.calls.map((c) => c.method)).toEqual(['POST', 'GET', 'GET', 'GET']);
  });

  it('fails: the reason names what is left there', async () => {
    cloud.states = ['broken'];
    world.worker();
    expect(await world.answered(await make('polled'))).toMatchObject({
      ok: false,
      reason: 'the target says: broken (the target has named it vm-1)',
    });
    cloud.states = ['up'];
    expect(await world.answered(await make('polled', { attempt: 2 }))).toMatchObject({ ok: true });
    expect(cloud.calls.filter((c) => c.method === 'POST')).toHaveLength(1);
  });

  it('calls back; a second call changes nothing', async () => {
    world.worker();
    const key = await make('called');
    await until(async () => (await world.db('request_action').first('state'))?.state === 'waiting', 'it waits');
    const { back, token } = callbackOf();
    expect(back).toBe(`https://itsm.example.org/api/v1/provisioning-callbacks/${token}`);
    expect(JSON.stringify(await world.db('provisioning_run'))).not.toContain(token);
    const tell = (body: object) => api.call('POST', new URL(back).pathname, { body });
    expect((await tell({ state: 'up' })).status).toBe(400);
    expect((await tell({ state: 'done', details: { address: '10.9.9.9' }, secret: 'hush hush' })).status).toBe(204);
    expect((await tell({ state: 'failed', reason: 'no' })).status).toBe(204);
    expect(await world.answered(key)).toMatchObject({
      ok: true,
      result: { resource: 'vm-1', details: { address: '10.9.9.9' } },
    });
    expect(world.outcomes).toHaveLength(1);
    expect((await api.call('POST', '/api/v1/provisioning-callbacks/x', { body: { state: 'done' } })).status).toBe(404);
  });

  it('calls back too late: the case has heard a failure, somebody gets a task, a retry finds it', async () => {
    world.worker();
    const key = await make('called');
    await until(async () => (await world.db('request_action').first('state'))?.state === 'waiting', 'it waits');
    await world.db('request_action').update({ lapses_at: new Date() });
    const log = { info: () => undefined } as never;
    await tidyResources({ db: world.db, log, now: world.clock.now });
    expect(await world.answered(key)).toMatchObject({ ok: false, reason: 'not done within its time' });
    const { back } = callbackOf();
    await api.call('POST', new URL(back).pathname, { body: { state: 'done' } });
    expect(await world.db('task')).toMatchObject([{ kind: 'effect-failed', state: 'open' }]);
    expect(await world.answered(await make('called', { attempt: 2 }))).toMatchObject({ result: { resource: 'vm-1' } });
    expect(cloud.machines.size).toBe(1);
  });
});

describe('people make it', () => {
  const open = async (more: Parameters<ActionWorld['want']>[2] = {}) => {
    world.worker();
    const key = await world.want('provision', { provisioner: 'manual-vm', spec: { vcpu: 4 } }, more);
    await until(
      async () => (await world.db('request_action').where({ key }).first('state'))?.state === 'manual',
      'open',
    );
    const listed = await call('olga', 'GET', 'provisioning-runs');
    return { key, listed, id: listed.body.items[0]?.id as string };
  };

  it('has a task for its team, and ends with what they enter', async () => {
    const { key, listed, id } = await open();
    expect(listed.body.items).toMatchObject([
      { caseId: 'REQ-000001', spec: { vcpu: 4 }, operation: 'create', team: 'operations-technician', state: 'open' },
    ]);
    expect(await world.db('task')).toMatchObject([
      { kind: 'provisioning', team: 'operations-technician', state: 'open' },
    ]);
    expect((await call('fay', 'GET', 'provisioning-runs')).body.items).toEqual([]);
    expect((await call('fay', 'POST', `provisioning-runs/${id}/done`, { resource: 'x' })).status).toBe(404);
    expect((await call('rita', 'GET', 'provisioning-runs')).status).toBe(403);
    const bad = await call('olga', 'POST', `provisioning-runs/${id}/done`, {});
    expect(bad.body.errors).toMatchObject([{ path: 'body.resource' }]);
    const body = { resource: 'vm-9', details: { address: '10.0.0.9' }, secret: 'root / p4ss w0rd' };
    expect((await call('olga', 'POST', `provisioning-runs/${id}/done`, body)).body).toMatchObject({ state: 'done' });
    expect((await call('olga', 'POST', `provisioning-runs/${id}/done`, body)).status).toBe(200);
    expect((await call('olga', 'POST', `provisioning-runs/${id}/fail`, { reason: 'no' })).status).toBe(409);
    const result = { resource: 'vm-9', details: { address: '10.0.0.9' } };
    expect(await world.answered(key)).toMatchObject({ ok: true, result });
    expect(await world.db('task')).toMatchObject([{ state: 'done', done_by: 'olga', result: 'vm-9' }]);
    expect(JSON.stringify(await world.db('provisioning_run'))).not.toContain('p4ss');
  });

  it('its team is told, once', async () => {
    await world.db('person').where({ login: 'olga' }).update({ email: 'olga@example.org' });
    const { id } = await open();
    const pages = await world
      .db('page')
      .join('person', 'person.id', 'page.person_id')
      .select('step', 'login', 'outcome');
    expect(pages).toEqual([{ step: `provisioning-${id}`, login: 'olga', outcome: null }]);
  });

  it('they cannot: the case is told why; a retry gives them the task back', async () => {
    const { key, id } = await open();
    await call('olga', 'POST', `provisioning-runs/${id}/fail`, { reason: 'no host is free' });
    expect(await world.answered(key)).toMatchObject({ ok: false, reason: 'no host is free' });
    const again = await open({ attempt: 2 });
    expect(again.id).toBe(id);
    expect(await world.db('task')).toMatchObject([{ state: 'open', done_by: null }]);
    await call('olga', 'POST', `provisioning-runs/${id}/done`, { resource: 'vm-9' });
    expect(await world.answered(again.key)).toMatchObject({ ok: true, result: { resource: 'vm-9' } });
  });

  it('they remove it again', async () => {
    const { id } = await open();
    await call('olga', 'POST', `provisioning-runs/${id}/done`, { resource: 'vm-9' });
    const undo = await world.want('deprovision', { provisioner: 'manual-vm', resource: 'vm-9' }, { undoes: 'make' });
    const item = await until(
      async () => (await call('olga', 'GET', 'provisioning-runs')).body.items[0],
      'a removal is open',
    );
    expect(item).toMatchObject({ operation: 'remove', resource: 'vm-9' });
    expect((await call('olga', 'POST', `provisioning-runs/${item.id}/done`, {})).body).toMatchObject({
      state: 'removed',
    });
    expect(await world.answered(undo)).toMatchObject({ ok: true, result: {} });
    expect(await runs()).toMatchObject([{ state: 'removed' }, { state: 'removed' }]);
  });
});

describe('a one-time secret', () => {
  const handOver = async (to = 'rita') => {
    world.worker();
    await world.answered(await make('direct'));
    const outcome = await world.done('secret.hand-over', { from: 'make', to }, { step: `hand-${to}` });
    if (!outcome.ok) throw new Error(outcome.reason);
    return outcome.result.secret as string;
  };

  it('is shown once to whom it is for; looking at its page uses nothing up', async () => {
    const id = await handOver();
    const shown = { login: 'rita', resource: 'vm-1', caseId: 'REQ-000001', state: 'waiting' };
    for (let i = 0; i < 3; i++) expect((await call('rita', 'GET', `one-time-secrets/${id}`)).body).toMatchObject(shown);
    expect((await call('rita', 'GET', 'one-time-secrets')).body.items).toMatchObject([shown]);
    const seen = await call('rita', 'POST', `one-time-secrets/${id}`);
    expect(seen).toMatchObject({ status: 200, body: { secret: 'pass of vm-1' } });
    expect(seen.headers.get('cache-control')).toBe('no-store');
    expect((await call('rita', 'POST', `one-time-secrets/${id}`)).status).toBe(409);
    expect((await call('rita', 'GET', `one-time-secrets/${id}`)).body).toMatchObject({ state: 'viewed' });
    expect(await world.db('one_time_secret').whereNotNull('sealed')).toEqual([]);
    expect(await world.db('provisioning_run').whereNotNull('secret')).toEqual([]);
    const events = await world.db('one_time_secret_event').orderBy('seq').select('kind', 'by');
    expect(events.map((e) => `${e.kind} ${e.by}`)).toEqual(['made system', 'viewed rita', 'refused rita']);
  });

  it('of those who race one sees it', async () => {
    const id = await handOver();
    const answers = await Promise.all(Array.from({ length: 8 }, () => call('rita', 'POST', `one-time-secrets/${id}`)));
    expect(answers.map((a) => a.status).sort()).toEqual([200, 409, 409, 409, 409, 409, 409, 409]);
  });

  it('is not there for others, nor for narrowed tokens and machines', async () => {
    const id = await handOver();
    for (const who of ['rob', 'olga']) {
      expect((await call(who, 'GET', `one-time-secrets/${id}`)).status).toBe(404);
      expect((await call(who, 'POST', `one-time-secrets/${id}`)).status).toBe(404);
    }
    const admin = await api.call('POST', `/api/v1/one-time-secrets/${id}`, { token: 'administrator-of-tests' });
    expect(admin.status).toBe(403);
    expect((await call('rita', 'GET', `one-time-secrets/${id}`)).body).toMatchObject({ state: 'waiting' });
  });

  it('expires, and can be taken back', async () => {
    const id = await handOver();
    await world.done('secret.revoke', { secret: id }, { step: 'hand-rita', undoes: 'hand-rita' });
    expect((await call('rita', 'POST', `one-time-secrets/${id}`)).status).toBe(409);
    expect((await call('rita', 'GET', `one-time-secrets/${id}`)).body).toMatchObject({ state: 'revoked' });
    const other = await world.done('secret.hand-over', { from: 'make', to: 'rita', expiresDays: 1 }, { step: 'b' });
    const second = other.ok ? String(other.result.secret) : '';
    world.clock.advance(25);
    expect((await call('rita', 'POST', `one-time-secrets/${second}`)).status).toBe(409);
    await tidyResources({ db: world.db, log: { info: () => undefined } as never, now: world.clock.now });
    expect(await world.db('one_time_secret').whereNotNull('sealed')).toEqual([]);
  });

  it('the person is paged, and the page says nothing of it', async () => {
    await world.db('person').where({ login: 'rita' }).update({ email: 'rita@example.org' });
    const id = await handOver();
    expect(await world.db('page')).toMatchObject([{ step: `secret-${id}`, case_id: 'REQ-000001', outcome: null }]);
    expect(JSON.stringify(await world.db('page'))).not.toContain('pass of');
  });

  it('nothing to hand over, or nobody to get it, is said', async () => {
    world.worker();
    expect(await world.done('secret.hand-over', { from: 'make', to: 'rita' }, { step: 'hand' })).toMatchObject({
      reason: 'step make has nothing to hand over in confidence',
    });
    await expect(handOver('nobody')).rejects.toThrow('there is no active person nobody');
  });
});
