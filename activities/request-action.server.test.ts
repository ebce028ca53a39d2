import { randomUUID } from 'node:crypto';
import { insertPool, poolOfName } from '../db/pool';
import { ActionWorld } from '../test/harness/action-world';
import { until } from '../test/harness/until';
import { tidyResources } from './resource-chores';

let world: ActionWorld;

beforeAll(async () => {
  world = await ActionWorld.open();
}, 60_000);
afterEach(() => world.reset());
afterAll(() => world.close());

async function pool(units: Record<string, number>, more: { tenantId?: string; securityLevel?: number } = {}) {
  const [title, at] = [{ 'zh-CN': '资源池', en: 'Pool' }, '2027-01-01T00:00:00Z'];
  const made = {
    id: randomUUID(),
    tenantId: '*',
    name: 'east',
    title,
    site: 'A',
    securityLevel: 1,
    units,
    at,
    by: 't',
  };
  await world.db.transaction((trx) => insertPool(trx, { ...made, ...more }));
  return made.id;
}
const units = async () => (await poolOfName(world.db, 'own', 'east'))?.units;
const reserve = (amounts: object, more: Parameters<ActionWorld['want']>[2] = {}, args: object = {}) =>
  world.done('capacity.reserve', { pool: 'east', amounts, ...args }, more);
const resultOf = (outcome: Awaited<ReturnType<ActionWorld['done']>>) => (outcome.ok ? outcome.result : outcome);

describe('capacity', () => {
  it('is reserved, allocated and given back', async () => {
    await pool({ vcpu: 10, memoryGb: 64 });
    world.worker();
    const { reservation } = resultOf(await reserve({ vcpu: 4, memoryGb: 8.5 })) as { reservation: string };
    expect(await units()).toMatchObject({
      vcpu: { total: 10, reserved: 4, allocated: 0, free: 6 },
      memoryGb: { free: 55.5 },
    });
    const allocated = await world.done('capacity.allocate', { reservation }, { step: 'allocate' });
    expect(resultOf(allocated)).toEqual({ allocation: reservation });
    expect(await units()).toMatchObject({ vcpu: { reserved: 0, allocated: 4, free: 6 } });
    for (const step of ['allocate', 'make'])
      expect(await world.done('capacity.release', { reservation }, { step, undoes: step })).toMatchObject({ ok: true });
    expect(await units()).toMatchObject({ vcpu: { reserved: 0, allocated: 0, free: 10 } });
  });

  it('what is not there is refused in words, unit by unit', async () => {
    await pool({ vcpu: 10 });
    world.worker();
    expect(await reserve({ vcpu: 11, gpu: 1 })).toMatchObject({
      ok: false,
      reason: 'pool east: there is no gpu in it; 11 vcpu wanted, 10 free',
    });
    expect(await reserve({ vcpu: -1, gpu: 'x' }, { step: 'b' })).toMatchObject({
      reason: 'amounts.gpu must be a number, not below 0; amounts.vcpu must be a number, not below 0',
    });
    expect(await reserve({ vcpu: 0, gpu: null }, { step: 'd' })).toMatchObject({ reason: 'amounts ask for nothing' });
    expect(await reserve({ vcpu: 1, gpu: null }, { step: 'e' })).toMatchObject({ ok: true });
    expect(await world.done('capacity.reserve', { pool: 'west', amounts: { vcpu: 1 } }, { step: 'c' })).toMatchObject({
      reason: 'there is no pool "west"',
    });
  });

  it('a stricter tenant gets nothing of a lax pool', async () => {
    await pool({ vcpu: 10 });
    await world.db('tenant').where({ id: 'own' }).update({ security_level: 3 });
    world.worker();
    expect(await reserve({ vcpu: 1 })).toMatchObject({ ok: false, reason: expect.stringContaining('level 3') });
    await world.db('tenant').where({ id: 'own' }).update({ security_level: 1 });
  });

  it('a retry after a failure reserves once', async () => {
    const id = await pool({ vcpu: 1 });
    world.worker();
    expect((await reserve({ vcpu: 2 })).ok).toBe(false);
    await world.db('pool_unit').where({ pool_id: id }).update({ total: 4 });
    expect((await reserve({ vcpu: 2 }, { attempt: 2 })).ok).toBe(true);
    expect((await reserve({ vcpu: 2 }, { attempt: 3 })).ok).toBe(true);
    expect(await units()).toMatchObject({ vcpu: { reserved: 2, free: 2 } });
  });

  it('is not held for ever; an allocation that comes late takes it anew if it is still there', async () => {
    await pool({ vcpu: 4 });
    world.worker();
    const { reservation } = resultOf(await reserve({ vcpu: 3 }, {}, { expiresDays: 2 })) as { reservation: string };
    const shown = await world.db('pool_reservation').where({ id: reservation }).first('expires_at', 'lapses_at');
    expect(shown.expires_at).toBe('2027-03-03T08:00:00.000Z');
    const lapse = async () => {
      await world.db('pool_reservation').where({ id: reservation }).update({ lapses_at: new Date() });
      await tidyResources({ db: world.db, log: { info: () => undefined } as never, now: world.clock.now });
    };
    await lapse();
    expect(await units()).toMatchObject({ vcpu: { reserved: 0, free: 4 } });
    expect(await world.db('pool_reservation').first('state')).toEqual({ state: 'expired' });
    expect((await reserve({ vcpu: 2 }, { step: 'other' })).ok).toBe(true);
    const late = await world.done('capacity.allocate', { reservation }, { step: 'allocate' });
    expect(late).toMatchObject({ ok: false, reason: 'pool east: 3 vcpu wanted, 2 free' });
    await world.db('pool_unit').update({ total: 9 });
    expect((await world.done('capacity.allocate', { reservation }, { step: 'allocate', attempt: 2 })).ok).toBe(true);
    expect(await units()).toMatchObject({ vcpu: { reserved: 2, allocated: 3, free: 4 } });
  });

  it('another tenant’s reservation is not there', async () => {
    await pool({ vcpu: 4 });
    world.worker();
    const { reservation } = resultOf(await reserve({ vcpu: 3 })) as { reservation: string };
    const foreign = { caseId: 'REQ-000009', tenantId: 'other' };
    expect((await world.done('capacity.allocate', { reservation }, { ...foreign, step: 'a' })).ok).toBe(false);
    expect((await world.done('capacity.release', { reservation }, { ...foreign, step: 'b' })).ok).toBe(false);
    expect(await units()).toMatchObject({ vcpu: { reserved: 3 } });
  });
});

describe('configuration items', () => {
  const row = { number: 1, tenant_id: 'own', seq: 1, title: 't', state: 'in-progress', item: 'i', process: 'p' };
  const rest = { service: 's', team: 't', requester: 'rita', beneficiary: 'ben', stage: 's', content_hash: 'h' };
  const json = { doc: '{}', sla: '{}', plan_id: 'p', head_hash: Buffer.alloc(1) };
  const times = { created_at: new Date(), updated_at: new Date() };
  const openCase = () =>
    world.db('request').insert({ id: 'REQ-000001', open: true, ...row, ...rest, ...json, ...times });
  const record = (attributes: object, more: Parameters<ActionWorld['want']>[2] = {}) =>
    world.done('ci.record', { type: 'virtual-machine', name: 'web-1', attributes }, more);

  it('are recorded for the beneficiary, changed, and everything is taken back', async () => {
    await openCase();
    world.worker();
    const { ci } = resultOf(await record({ vcpu: 4, os: null })) as { ci: string };
    expect(await world.cmdb.read(['own'], ci)).toMatchObject({
      attributes: { vcpu: 4 },
      owner: 'ben',
      status: 'active',
      revision: 1,
    });
    const updated = await world.done('ci.update', { ci, attributes: { vcpu: 8, os: 'Linux' } }, { step: 'grow' });
    expect(resultOf(updated)).toEqual({ ci, revision: 2, previous: 1 });
    await world.done('ci.restore', { ci, revision: 1 }, { step: 'grow', undoes: 'grow' });
    expect(await world.cmdb.read(['own'], ci)).toMatchObject({ attributes: { vcpu: 4 }, revision: 3 });
    await world.done('ci.retire', { ci }, { undoes: 'make' });
    const history = await world.cmdb.revisions(['own'], ci, { limit: 9 });
    expect(history.map((r) => [r.revision, r.change, r.status, r.caseId])).toEqual([
      [4, 'retired', 'retired', 'REQ-000001'],
      [3, 'restored', 'active', 'REQ-000001'],
      [2, 'changed', 'active', 'REQ-000001'],
      [1, 'recorded', 'active', 'REQ-000001'],
    ]);
  });

  it('what the type refuses is named, attribute by attribute', async () => {
    await openCase();
    world.worker();
    expect(await record({ vcpu: 0, memoryGb: 'x' })).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/attributes\.vcpu.*attributes\.memoryGb/),
    });
  });

  it('an undo takes back nothing that others have written since', async () => {
    await openCase();
    world.worker();
    const { ci } = resultOf(await record({ vcpu: 4 })) as { ci: string };
    await world.done('ci.update', { ci, attributes: { vcpu: 8 } }, { step: 'grow' });
    const cause = { key: 'k', by: 'carl', at: '2027-03-02T00:00:00Z', reason: 'r', caseId: null };
    await world.cmdb.change('all', ci, { attributes: { os: 'Linux' } }, cause);
    const undone = await world.done('ci.restore', { ci, revision: 1 }, { step: 'grow', undoes: 'grow' });
    expect(undone).toMatchObject({ ok: false, reason: expect.stringContaining('changed since by carl') });
  });

  it('a repeat after a lost end changes nothing', async () => {
    await openCase();
    world.worker();
    const { ci } = resultOf(await record({ vcpu: 4 })) as { ci: string };
    await world.db('request_action').delete();
    expect(resultOf(await record({ vcpu: 4 }, { attempt: 2 }))).toEqual({ ci, revision: 1 });
    expect(await world.db('ci').count()).toEqual([{ count: 1 }]);
  });
});

describe('undo of what was never done', () => {
  it.each([
    ['capacity.release', { reservation: null }],
    ['capacity.release', { reservation: randomUUID() }],
    ['capacity.release', {}],
    ['deprovision', { provisioner: 'manual-vm', resource: null }],
    ['ci.retire', { ci: null }],
    ['ci.retire', { ci: 'CI-999999' }],
    ['ci.restore', { ci: null, revision: null }],
    ['ci.restore', { ci: 'CI-999999', revision: 1 }],
    ['secret.revoke', { secret: null }],
    ['secret.revoke', { secret: randomUUID() }],
    ['materials.unshare', { role: 'operations-manager' }],
  ] as const)('%s %j succeeds quietly', async (action, args) => {
    world.worker();
    expect(await world.done(action, args, { undoes: 'make' })).toMatchObject({ ok: true, result: {} });
  });
});

describe('the lane', () => {
  it('materials are shared with a role that there is', async () => {
    world.worker();
    expect(resultOf(await world.done('materials.share', { role: 'maintenance-manager' }))).toEqual({
      shared: 'maintenance-manager',
    });
    expect(await world.done('materials.share', { role: 'nobody' }, { step: 'b' })).toMatchObject({ ok: false });
  });

  it('answers until the case has it, and does it once', async () => {
    await pool({ vcpu: 4 });
    let lost = 2;
    world.before = () => {
      if (lost-- > 0) throw new Error('the engine is away');
    };
    world.worker();
    expect((await reserve({ vcpu: 3 })).ok).toBe(true);
    expect(await units()).toMatchObject({ vcpu: { reserved: 3 } });
  });

  it('a request that is over needs no answer, and has nothing done', async () => {
    await pool({ vcpu: 4 });
    world.over.add('REQ-000001');
    world.worker();
    await world.want('materials.share', { role: 'auditor' });
    await until(async () => (await world.db('outbox').where({ state: 'done' })).length === 1, 'it is settled');
    expect(world.outcomes).toEqual([]);
  });

  it('what cannot be done for a while is tried until its time is over', async () => {
    await world.db.raw('alter table ci_type rename to ci_type_away');
    world.worker();
    const args = { type: 'spare-part', name: 'fan', attributes: {}, owner: 'ben' };
    const outcome = await world.done('ci.record', args, { limitSeconds: 2 });
    await world.db.raw('alter table ci_type_away rename to ci_type');
    expect(outcome).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/^not done within its time; at last: .*ci_type/),
    });
  });

  it('documents: kinds that there are not are said; both formats are waited for; a failure is told', async () => {
    const insert = async (order: { id: string; tenantId: string; caseId: string; format: string; at: string }) => {
      const row = { id: order.id, tenant_id: 'own', case_id: order.caseId, kind: 'fault-report', format: order.format };
      const rest = { locale: 'zh-CN', state: 'queued', requested_by: 's', zone: 'UTC', requested_at: order.at };
      await world
        .db('document')
        .insert({ ...row, ...rest })
        .onConflict('id')
        .ignore();
    };
    world.documents = { kinds: ['opening'], request: insert };
    world.worker();
    expect(await world.done('document.render', { document: 'poem' })).toMatchObject({
      ok: false,
      reason: 'no document "poem" can be made of a request; there are: opening',
    });
    const key = await world.want('document.render', { document: 'opening' }, { step: 'doc' });
    await until(async () => (await world.db('document')).length === 2, 'both are asked for');
    await world.db('document').update({ state: 'ready' });
    const made = resultOf(await world.answered(key)) as { documents: string[] };
    expect(made.documents).toHaveLength(2);
    await world.db('document').delete();
    const bad = await world.want('document.render', { document: 'opening' }, { step: 'bad' });
    await until(async () => (await world.db('document')).length === 2, 'both are asked for');
    await world.db('document').where({ format: 'pdf' }).update({ state: 'failed', error: 'no font' });
    expect(await world.answered(bad)).toMatchObject({ ok: false, reason: 'opening as pdf: no font' });
  });
});
