import fc from 'fast-check';
import type { IncidentState } from '../domain/incident';
import type { IncidentCommand, IncidentOp } from '../domain/incident-command';
import { ADMIN_TOKEN, startApi, type TestApi } from '../test/harness/api';
import { EffectWorld } from '../test/harness/effect-world';
import { addCaller, addTenants } from '../test/harness/identity';
import { OPENED } from '../test/harness/paging-world';
import { until } from '../test/harness/until';
import { batchRoutes } from './batch';

let world: EffectWorld;
let api: TestApi;
let keys = 0;

beforeAll(async () => {
  world = await EffectWorld.open();
  api = await startApi({ db: world.db, routes: batchRoutes({ db: world.db, now: () => new Date() }) });
}, 60_000);
afterEach(() => world.reset());
afterAll(async () => {
  await api.close();
  await world.close();
});

const batch = (body: object, token = ADMIN_TOKEN, key = `key-${keys++}`) =>
  api.call('POST', '/api/v1/incidents/batches', { token, body, headers: { 'idempotency-key': key } });
const run = (id: string, token = ADMIN_TOKEN) => api.call('POST', `/api/v1/batches/${id}/run`, { token });
const read = async (id: string) => (await api.call('GET', `/api/v1/batches/${id}`, { token: ADMIN_TOKEN })).body;
const done = (id: string) => until(async () => (await read(id)).state === 'done', `batch ${id} is done`, 60_000);

/** Every item, page by page. */
async function items(id: string, query = '', token = ADMIN_TOKEN): Promise<Record<string, string | null>[]> {
  const found = [];
  for (let cursor = ''; ; ) {
    const { body } = await api.call('GET', `/api/v1/batches/${id}/items?limit=100${query}${cursor}`, { token });
    found.push(...body.items);
    if (body.nextCursor === null) return found;
    cursor = `&cursor=${body.nextCursor}`;
  }
}
const outcomes = async (id: string) => (await items(id)).map((i) => `${i.caseId} ${i.outcome}`);

/** Ways in which a case comes to each state. */
const LIVES: Record<string, (s: IncidentState) => Promise<void>> = {
  new: async () => undefined,
  acknowledged: (s) => world.paging.act(s, 'acknowledge'),
  async pending(s) {
    await world.paging.act(s, 'acknowledge');
    await world.paging.act(s, 'pend', OPENED + 2_000, { reason: 'customer' });
  },
  resolved: (s) => world.paging.act(s, 'resolve', OPENED + 1_000, { resolution: 'r' }),
  cancelled: (s) => world.paging.act(s, 'cancel', OPENED + 1_000, { reason: 'r' }),
};

describe('a preview', () => {
  it('says of every case what would become of it and why, and sends nothing', async () => {
    const [a, b] = [await world.incident('III'), await world.incident('III')];
    await LIVES.acknowledged?.(b);
    world.worker();
    const { status, body } = await batch({ op: 'acknowledge', preview: true, ids: [b.id, a.id, b.id, 'INC-999999'] });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      state: 'preview',
      total: 3,
      counts: { will: 1, wont: 2, waiting: 0 },
      startedAt: null,
    });
    expect(await items(body.id)).toMatchObject([
      {
        caseId: b.id,
        outcome: 'wont',
        code: 'InvalidTransition',
        caseState: 'acknowledged',
        reason: expect.stringContaining('acknowledged'),
      },
      { caseId: a.id, outcome: 'will', code: null, title: 'Storage does not answer' },
      { caseId: 'INC-999999', outcome: 'wont', code: 'NotFound', title: null },
    ]);
    expect(await world.rows('batch')).toEqual({});
  });

  it('judges people and cases that the command names', async () => {
    const { id } = await world.incident('III');
    const assign = await batch({ op: 'assign', body: { assignee: 'nobody' }, preview: true, ids: [id] });
    const merge = await batch({ op: 'merge', body: { into: 'INC-999999' }, preview: true, ids: [id] });
    expect(await items(assign.body.id)).toMatchObject([
      { outcome: 'wont', reason: expect.stringContaining('"nobody"') },
    ]);
    expect(await items(merge.body.id)).toMatchObject([
      { outcome: 'wont', reason: expect.stringContaining('INC-999999') },
    ]);
  });

  it('then runs exactly what it has shown, once', async () => {
    const [a, b] = [await world.incident('III'), await world.incident('III')];
    await LIVES.acknowledged?.(b);
    const { body } = await batch({ op: 'acknowledge', preview: true, ids: [a.id, b.id] });
    const later = await world.incident('III');
    expect((await run(body.id)).body).toMatchObject({ state: 'running', counts: { waiting: 1, wont: 1 } });
    world.worker();
    await done(body.id);
    await run(body.id);
    expect(await outcomes(body.id)).toEqual([`${a.id} done`, `${b.id} wont`]);
    expect(world.commands).toHaveLength(1);
    expect(world.view(later.id).state).toBe('new');
  });

  it('is what happens: for any command and any mix of states', async () => {
    world.worker();
    const commands: [IncidentOp, object][] = [
      ['acknowledge', {}],
      ['resolve', { resolution: 'r' }],
      ['resume', {}],
      ['reopen', { reason: 'r' }],
      ['close', {}],
      ['cancel', { reason: 'r' }],
      ['pend', { reason: 'customer' }],
      ['claim', {}],
      ['prioritise', { impact: 'low', urgency: 'low', reason: 'r' }],
    ];
    const lives = fc.array(fc.constantFrom(...Object.keys(LIVES)), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...commands), lives, async ([op, body], states) => {
        const cases = [];
        for (const state of states) {
          const made = await world.incident('III');
          await LIVES[state]?.(made);
          cases.push(made.id);
        }
        const made = await batch({ op, body, preview: true, ids: cases });
        const shown = await outcomes(made.body.id);
        await run(made.body.id);
        await done(made.body.id);
        expect(await outcomes(made.body.id)).toEqual(shown.map((s) => s.replace('will', 'done')));
        // What was not sent would have been refused by the case.
        for (const id of cases.filter((c) => shown.includes(`${c} wont`))) {
          const command = { ...body, op, key: `asked-${id}`, actor: 'admin-token' } as IncidentCommand;
          await expect(world.incidents.command(id, command)).rejects.toThrow();
        }
      }),
      { numRuns: 15 },
    );
  }, 120_000);
});

describe('carried out', () => {
  it('a case that has changed meanwhile refuses for itself, and says why', async () => {
    const { id } = await world.incident('III');
    const { body } = await batch({ op: 'acknowledge', preview: false, ids: [id] });
    expect(body).toMatchObject({ state: 'running', counts: { waiting: 1 } });
    await LIVES.acknowledged?.(world.state(id));
    world.worker();
    await done(body.id);
    expect(await items(body.id)).toMatchObject([
      { outcome: 'refused', code: 'InvalidTransition', reason: expect.stringContaining('is acknowledged') },
    ]);
  });

  it('a case that the command has ended is done although the answer was lost', async () => {
    const [a, b] = [await world.incident('III'), await world.incident('III')];
    for (const made of [a, b]) await LIVES.resolved?.(made);
    const { body } = await batch({ op: 'close', preview: false, ids: [a.id, b.id] });
    await world.paging.act(b, 'close', OPENED + 5_000);
    let lost = 1;
    world.after = () => {
      if (lost-- > 0) throw new Error('the answer is lost');
    };
    world.worker();
    await done(body.id);
    expect(await outcomes(body.id)).toEqual([`${a.id} done`, `${b.id} refused`]);
  });

  it('what cannot be sent in the end has failed, with the reason', async () => {
    const { id } = await world.incident('III');
    const { body } = await batch({ op: 'acknowledge', preview: false, ids: [id] });
    world.before = () => {
      throw new Error('the engine is away');
    };
    await world.db('outbox').where({ lane: 'batch' }).update({ attempts: 29 });
    world.worker();
    await done(body.id);
    expect(await items(body.id)).toMatchObject([{ outcome: 'failed', reason: 'the engine is away' }]);
  });
});

describe('a request', () => {
  it('names every wrong field', async () => {
    const { status, body } = await batch({
      op: 'resolve',
      body: { resolutoin: 'r' },
      preview: 1,
      ids: [],
      tenant: 'x',
    });
    expect(status).toBe(400);
    expect(body.errors.map((e: { path: string }) => e.path)).toEqual(
      expect.arrayContaining(['body.preview', 'body.ids', 'body.tenant']),
    );
    const wrong = await batch({ op: 'resolve', body: { resolutoin: 'r' }, preview: true });
    expect(wrong.body.errors.map((e: { path: string }) => e.path)).toEqual([
      'body.ids',
      'body.body.resolution',
      'body.body.resolutoin',
    ]);
    expect((await batch({ op: 'decide-step', preview: true, ids: ['INC-000001'] })).body.errors).toMatchObject([
      { path: 'body.op' },
    ]);
  });

  it('repeated with its key is the same batch, with other content it is refused', async () => {
    const { id } = await world.incident('III');
    const one = { op: 'acknowledge', preview: true, ids: [id] };
    const [first, second] = [await batch(one, ADMIN_TOKEN, 'k'), await batch(one, ADMIN_TOKEN, 'k')];
    expect(second.body.id).toBe(first.body.id);
    expect((await batch({ ...one, preview: false }, ADMIN_TOKEN, 'k')).body.code).toBe('IdempotencyKeyReused');
    expect(await world.db('batch')).toHaveLength(1);
  });
});

describe('of other tenants and people', () => {
  it('a batch reaches only cases that its maker may handle, and only he sees it', async () => {
    await addTenants(world.db, 'b').catch(() => undefined);
    const foreign = await world.incident('III');
    const [hers, his] = [
      await addCaller(world.db, {
        login: 'her',
        tenantId: 'b',
        grants: [{ role: 'service-desk-agent', tenantId: 'b' }],
      }),
      await addCaller(world.db, {
        login: 'him',
        tenantId: 'default',
        grants: [{ role: 'service-desk-agent', tenantId: 'default' }],
      }),
    ];
    const byId = await batch({ op: 'acknowledge', preview: true, ids: [foreign.id] }, hers.token);
    expect(await items(byId.body.id, '', hers.token)).toMatchObject([
      { outcome: 'wont', code: 'NotFound', title: null },
    ]);
    expect((await batch({ op: 'acknowledge', preview: true, filter: {} }, hers.token)).body.total).toBe(0);
    const { body } = await batch({ op: 'acknowledge', preview: true, filter: {} }, his.token);
    expect(body.counts.will).toBe(1);
    expect((await run(body.id, hers.token)).status).toBe(404);
  });

  it('a right that was lost between preview and run is not used', async () => {
    const { id } = await world.incident('III');
    const grants = [{ role: 'service-desk-agent', tenantId: 'default' }];
    const her = await addCaller(world.db, { login: 'her', tenantId: 'default', grants });
    const { body } = await batch({ op: 'acknowledge', preview: true, ids: [id] }, her.token);
    await world.db('role_grant').delete();
    expect((await run(body.id, her.token)).body).toMatchObject({ state: 'done', counts: { wont: 1, waiting: 0 } });
  });
});
