import { startApi, type TestApi } from '../test/harness/api';
import { EffectWorld } from '../test/harness/effect-world';
import { addCaller, addTenants } from '../test/harness/identity';
import { OPENED } from '../test/harness/paging-world';
import { notificationRoutes } from './notification';
import { taskRoutes } from './task';

let world: EffectWorld;
let api: TestApi;
const now = () => new Date(OPENED + 3_600_000);

beforeAll(async () => {
  world = await EffectWorld.open();
  await addTenants(world.db, 'b');
  const requests = { command: () => Promise.reject(new Error('no request here')) };
  const tasks = taskRoutes({ db: world.db, incidents: world.incidents, requests, now });
  api = await startApi({ db: world.db, routes: [...notificationRoutes({ db: world.db, now }), ...tasks] });
}, 60_000);
afterEach(async () => {
  await world.db.raw('truncate notification_read, task cascade');
  await world.reset();
});
afterAll(async () => {
  await api.close();
  await world.close();
});

/** Somebody on call, with or without a mail address, who asks the API. */
async function engineer(login: string, email: string | null = `${login}@example.org`) {
  const caller = await addCaller(world.db, {
    login,
    tenantId: 'default',
    grants: [{ role: 'oncall-engineer', tenantId: 'default' }],
  });
  await world.db('person').where({ id: caller.personId }).update({ email });
  return caller;
}
const get = async (token: string, query = '') =>
  (await api.call('GET', `/api/v1/notifications${query}`, { token })).body;
const read = (token: string, body: object) => api.call('POST', '/api/v1/notifications/read', { token, body });

describe('notifications', () => {
  it('are rows of the ledger that are mine, with what became of them', async () => {
    const [ann, ben] = [await engineer('ann'), await engineer('ben')];
    const state = await world.incident('III', {}, 'Disk full');
    const mine = (await get(ann.token)).items;
    expect(mine).toMatchObject([
      { caseId: state.id, title: 'Disk full', kind: 'level', state: 'pending', method: 'email', readAt: null },
    ]);
    await world.db('page').update({ outcome: 'failed', reason: 'no answer in 5 s', settled_at: now() });
    expect((await get(ann.token, '?state=failed')).items).toMatchObject([{ reason: 'no answer in 5 s' }]);
    expect((await get(ann.token, '?state=delivered,pending')).items).toEqual([]);
    expect((await get(ben.token)).items.map((n: { key: string }) => n.key)).not.toContain(mine[0].key);
  });

  it('are here without any way to be reached', async () => {
    const ann = await engineer('ann', null);
    await world.incident('III');
    expect((await get(ann.token)).items).toMatchObject([
      { state: 'failed', reason: 'the person has no way to be reached', method: null },
    ]);
    expect((await get(ann.token, '/unread')).unread).toBe(1);
  });

  it('are marked by whoever reads them: some, or all that was shown', async () => {
    const ann = await engineer('ann');
    const eve = await engineer('eve');
    for (let i = 0; i < 3; i++) await world.incident('III');
    const { items } = await get(ann.token);
    expect(items).toHaveLength(3);
    expect((await read(eve.token, { keys: [items[0].key] })).body.unread).toBe(
      (await get(eve.token, '/unread')).unread,
    );
    expect((await get(ann.token, '/unread')).unread).toBe(3);
    expect((await read(ann.token, { keys: [items[0].key] })).body).toEqual({ unread: 2, more: false });
    expect((await get(ann.token, '?unread=true')).items).toHaveLength(2);
    expect((await read(ann.token, { until: items[0].at })).body.unread).toBe(0);
    expect((await read(ann.token, {})).status).toBe(400);
    expect((await get(ann.token)).items[0].readAt).toBe(now().toISOString());
  });

  it('that are superseded ask for nothing', async () => {
    const ann = await engineer('ann');
    const state = await world.incident('III');
    await world.paging.act(state, 'acknowledge');
    expect((await get(ann.token)).items).toMatchObject([{ state: 'superseded', reason: 'acknowledged' }]);
    expect((await get(ann.token, '/unread')).unread).toBe(0);
  });

  it('name no case that I may not read any more', async () => {
    const ann = await engineer('ann');
    await world.incident('III', {}, 'Secret title');
    await world.db('role_grant').where({ person_id: ann.personId }).update({ role: 'requester' });
    const body = await get(ann.token);
    expect(body.items).toMatchObject([{ title: null }]);
    expect(JSON.stringify(body)).not.toContain('Secret');
  });

  it('come page by page', async () => {
    const ann = await engineer('ann');
    for (let i = 0; i < 5; i++) await world.incident('III');
    const seen: string[] = [];
    for (let cursor = ''; ; ) {
      const body = await get(ann.token, `?limit=2${cursor}`);
      seen.push(...body.items.map((n: { key: string }) => n.key));
      if (body.nextCursor === null) break;
      cursor = `&cursor=${body.nextCursor}`;
    }
    expect(new Set(seen).size).toBe(5);
    expect(seen).toEqual((await get(ann.token)).items.map((n: { key: string }) => n.key));
  });

  it('tell of a task without a case that was handed over, to a person and to a team', async () => {
    const [ann, ben] = [await engineer('ann'), await engineer('ben')];
    await world.db('person_team').insert({ person_id: ben.personId, team: 'network' });
    const row = { tenant_id: 'default', kind: 'owner-missing', title: 'Name an owner', state: 'open' };
    await world.db('task').insert({ id: 't1', ...row, created_at: now() });
    const give = (to: object) => api.call('POST', '/api/v1/tasks/t1/assign', { token: ann.token, body: to });
    await give({ assignee: 'ben', note: 'you know them' });
    await give({ team: 'network' });
    expect((await get(ben.token)).items).toMatchObject([
      { kind: 'task', taskId: 't1', by: 'ann', note: '' },
      { kind: 'task', taskId: 't1', title: 'Name an owner', note: 'you know them', state: 'delivered', method: null },
    ]);
    expect((await get(ann.token)).items).toEqual([]);
    expect((await read(ben.token, { until: now().toISOString() })).body.unread).toBe(0);
  });
});
