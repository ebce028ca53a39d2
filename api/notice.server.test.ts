import { ADMIN_TOKEN, startApi, type TestApi } from '../test/harness/api';
import { EffectWorld } from '../test/harness/effect-world';
import { addCaller, addTenants } from '../test/harness/identity';
import { OPENED } from '../test/harness/paging-world';
import { noticeRoutes } from './notice';

let world: EffectWorld;
let api: TestApi;
let now = OPENED;
const tokens: Record<string, string> = { admin: ADMIN_TOKEN };

beforeAll(async () => {
  world = await EffectWorld.open();
  await addTenants(world.db, 'a', 'b');
  api = await startApi({ db: world.db, routes: noticeRoutes({ db: world.db, now: () => new Date(now) }) });
}, 60_000);
beforeEach(async () => {
  now = OPENED;
  const people = [
    ['ann', 'a', 'requester'],
    ['ben', 'b', 'requester'],
    ['dora', 'default', 'requester'],
    ['max', 'a', 'maintenance-manager'],
  ] as const;
  for (const [login, tenantId, role] of people)
    tokens[login] = (await addCaller(world.db, { login, tenantId, grants: [{ role, tenantId }] })).token;
});
afterEach(async () => {
  await world.db.raw('truncate notice cascade');
  await world.reset();
});
afterAll(async () => {
  await api.close();
  await world.close();
});

const at = (minutes: number) => new Date(OPENED + minutes * 60_000).toISOString();
const draft = { tenants: ['a'], kind: 'info', title: { en: 'Storage moves' }, body: { en: 'On Sunday.' } };
let key = 0;
const publish = (who: string, more: object = {}) =>
  api.call('POST', '/api/v1/notices', {
    token: tokens[who],
    body: { ...draft, ...more },
    headers: { 'idempotency-key': `k${++key}` },
  });
const board = async (who: string, query = '') =>
  (await api.call('GET', `/api/v1/notices${query}`, { token: tokens[who] })).body.items;
const titles = async (who: string, query = '') =>
  (await board(who, query)).map((n: { title: { en: string } }) => n.title.en);
const call = (method: string, who: string, path: string, body?: object, headers?: Record<string, string>) =>
  api.call(method, `/api/v1/notices/${path}`, { token: tokens[who], body, headers });

describe('the board', () => {
  it('shows what is for one’s tenant and in time; pinned first, then the newest', async () => {
    await publish('max', { title: { en: 'old' }, startsAt: at(-9) });
    await publish('max', { title: { en: 'new' }, startsAt: at(-1) });
    await publish('max', { title: { en: 'pinned' }, startsAt: at(-20), pinned: true });
    await publish('max', { title: { en: 'to come' }, startsAt: at(5) });
    await publish('max', { title: { en: 'over' }, startsAt: at(-30), endsAt: at(-3) });
    await publish('admin', { title: { en: 'for all' }, tenants: null, startsAt: at(-5) });
    expect(await titles('ann')).toEqual(['pinned', 'new', 'for all', 'old']);
    expect(await titles('ben')).toEqual(['for all']);
    now += 6 * 60_000;
    expect(await titles('ann')).toContain('to come');
    expect(await titles('max', '?view=manage&state=over')).toEqual(['over']);
    expect(await titles('max', '?view=manage')).toHaveLength(5);
  });

  it('comes page by page', async () => {
    for (let i = 0; i < 5; i++)
      await publish('max', { title: { en: `n${i}` }, pinned: i === 2, startsAt: at(-(i % 2)) });
    const seen: string[] = [];
    for (let cursor = ''; ; ) {
      const { body } = await api.call('GET', `/api/v1/notices?limit=2${cursor}`, { token: tokens.ann });
      seen.push(...body.items.map((n: { title: { en: string } }) => n.title.en));
      if (body.nextCursor === null) break;
      cursor = `&cursor=${body.nextCursor}`;
    }
    expect(seen[0]).toBe('n2');
    expect([...seen].sort()).toEqual(['n0', 'n1', 'n2', 'n3', 'n4']);
  });

  it('tells which language is missing, and refuses a notice without any', async () => {
    const made = await publish('max', { title: { en: 'x', 'zh-CN': ' ' } });
    expect(made.body).toMatchObject({ title: { en: 'x', 'zh-CN': null }, body: { 'zh-CN': null } });
    const none = await publish('max', { title: { en: '' }, startsAt: at(2), endsAt: at(1) });
    expect(none.body.errors.map((e: { path: string }) => e.path)).toEqual(['body.title', 'body.endsAt']);
  });
});

describe('publishing', () => {
  it('is for those who may, in the tenants where they may', async () => {
    expect((await publish('ann')).status).toBe(403);
    expect((await publish('max', { tenants: ['a', 'b'] })).status).toBe(403);
    expect((await publish('max', { tenants: null })).status).toBe(403);
    expect((await publish('admin', { tenants: ['nowhere'] })).body.errors).toMatchObject([{ path: 'body.tenants.0' }]);
    expect((await call('GET', 'ann', '?view=manage')).status).toBe(403);
    const { body } = await publish('admin', { tenants: ['a', 'b'] });
    expect((await call('PATCH', 'max', body.id, { pinned: true })).status).toBe(404);
    expect((await call('POST', 'max', `${body.id}/end`)).status).toBe(404);
    // Whom else it is for is not said to those who only read it.
    expect((await call('GET', 'ann', body.id)).body).toMatchObject({ tenants: ['a'], mayChange: false });
  });

  it('a change counts a version, and is refused to whoever has seen an older one', async () => {
    const { body } = await publish('max');
    const changed = await call('PATCH', 'max', body.id, { title: { en: 'Now' } }, { 'if-match': '"1"' });
    expect(changed.body).toMatchObject({ version: 2, title: { en: 'Now' } });
    expect((await call('PATCH', 'max', body.id, { pinned: true }, { 'if-match': '"1"' })).status).toBe(412);
    expect((await call('PATCH', 'max', body.id, { endsAt: at(-60) })).status).toBe(400);
    const kept = await world.db('notice_version').where({ notice_id: body.id }).orderBy('version');
    expect(kept.map((v) => [v.version, v.doc.title.en])).toEqual([
      [1, 'Storage moves'],
      [2, 'Now'],
    ]);
  });

  it('what was taken down stays on record and changes no more', async () => {
    const { body } = await publish('max');
    expect((await call('POST', 'max', `${body.id}/end`)).body).toMatchObject({ state: 'over', endedBy: 'max' });
    expect((await call('POST', 'max', `${body.id}/end`)).body.version).toBe(2);
    expect(await board('ann')).toEqual([]);
    expect((await call('GET', 'ann', body.id)).status).toBe(404);
    expect((await call('PATCH', 'max', body.id, { pinned: true })).status).toBe(409);
  });
});

describe('a major incident', () => {
  const major = { commander: 'ann', communications: 'ann', reason: 'all down' };

  it('stands on the board of its tenant until it is resolved, without its own words', async () => {
    const state = await world.incident('I', {}, 'db-7 password leaked');
    await world.paging.act(state, 'raise-major', OPENED + 1_000, major);
    now += 2_000;
    const [notice, ...more] = await board('dora');
    expect(more).toEqual([]);
    expect(notice).toMatchObject({ kind: 'incident', pinned: true, automatic: true, caseId: null });
    expect(notice.title.en).toBe('Government cloud platform: major incident (severity I)');
    expect(JSON.stringify(notice)).not.toContain('db-7');
    expect(await board('ann')).toEqual([]);
    await world.paging.act(state, 'acknowledge', OPENED + 3_000);
    await world.paging.act(state, 'resolve', OPENED + 4_000, { resolution: 'r' });
    expect(await board('dora')).toEqual([]);
    await world.paging.act(state, 'reopen', OPENED + 5_000, { reason: 'again' });
    expect(await board('dora')).toMatchObject([{ id: notice.id, version: 3 }]);
  });

  it('is announced once however often it is projected, and again when it is raised again', async () => {
    const state = await world.incident('I');
    await world.paging.act(state, 'raise-major', OPENED + 1_000, major, { confirmed: false });
    await world.paging.project(state);
    await world.paging.act(state, 'lower-major', OPENED + 2_000, { reason: 'r' });
    now += 10_000;
    expect(await board('dora')).toEqual([]);
    await world.paging.act(state, 'raise-major', OPENED + 3_000, major);
    expect(await board('dora')).toHaveLength(1);
    expect(await world.db('notice')).toHaveLength(2);
  });

  it('whose notice a person has taken down is not put back', async () => {
    const state = await world.incident('I');
    await world.paging.act(state, 'raise-major', OPENED + 1_000, major);
    now += 2_000;
    const [notice] = await board('dora');
    await call('POST', 'admin', `${notice.id}/end`);
    await world.paging.act(state, 'acknowledge', OPENED + 3_000);
    await world.paging.act(state, 'resolve', OPENED + 4_000, { resolution: 'r' });
    await world.paging.act(state, 'reopen', OPENED + 5_000, { reason: 'again' });
    expect(await board('dora')).toEqual([]);
  });
});

it('who has reported an incident is asked how it went when it is closed', async () => {
  const state = await world.incident('III');
  state.reporter = 'dora';
  await world.paging.act(state, 'acknowledge', OPENED + 3_000);
  await world.paging.act(state, 'resolve', OPENED + 4_000, { resolution: 'r' });
  expect(await world.db('survey')).toEqual([]);
  await world.paging.act(state, 'close', OPENED + 5_000, {});
  expect(await world.db('survey')).toMatchObject([{ asked: 'dora', case_id: state.id, score: null }]);
  await world.db.raw('truncate survey cascade');
});
