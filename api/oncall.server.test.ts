import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { PagingWorld } from '../test/harness/paging-world';
import { createApp } from './app';
import { createMetrics } from './metrics';
import { oncallRoutes } from './oncall';

const ADMIN = 'an-administrators-token';
/** A Tuesday; hand-over is on Mondays at 09:00 in Shanghai. */
const NOW = new Date('2027-03-02T02:00:00Z');
let world: PagingWorld;
let server: Server;

beforeAll(async () => {
  world = await PagingWorld.open();
  const config = { publicUrl: 'http://localhost', adminToken: ADMIN, rateLimitPerMinute: 0, trustProxy: 0 };
  const routes = oncallRoutes({ db: world.db, now: () => NOW });
  const log = pino({ level: 'silent' });
  const app = createApp({ db: world.db, routes, config, log, metrics: createMetrics(), checkResponses: true });
  await new Promise<void>((up) => {
    server = app.listen(0, '127.0.0.1', () => up());
  });
}, 60_000);
beforeEach(async () => {
  for (const login of ['ann', 'ben']) await world.person(login, { roles: ['oncall-engineer'] });
  await world.person('cat');
});
afterEach(() => world.reset());
afterAll(async () => {
  await new Promise((closed) => server.close(closed));
  await world.close();
});

// biome-ignore lint/suspicious/noExplicitAny: the tests say what they expect of an answer
type Body = any;
async function call(method: string, path: string, body?: object, key: string = randomUUID()) {
  const { port } = server.address() as AddressInfo;
  const res = await fetch(`http://127.0.0.1:${port}/api/v1/oncall/${path}`, {
    method,
    headers: { authorization: `Bearer ${ADMIN}`, 'content-type': 'application/json', 'idempotency-key': key },
    body: body && JSON.stringify(body),
  });
  const text = await res.text();
  return { status: res.status, body: (text ? JSON.parse(text) : null) as Body };
}

const DAY = { from: '2027-03-02T01:00:00Z', to: '2027-03-03T01:00:00Z' };
const range = `from=${DAY.from}&to=${DAY.to}`;

describe('rotas', () => {
  it('are listed with their turns', async () => {
    const { body } = await call('GET', 'schedules');
    expect(body.items).toMatchObject([
      { id: 'primary', name: { en: 'Primary on call' }, zone: 'Asia/Shanghai', participants: ['ann', 'ben'] },
      { id: 'secondary', participants: [] },
    ]);
  });

  it('say who is on call now and who is next', async () => {
    const { body } = await call('GET', 'now');
    const [primary, secondary] = body.items;
    expect(primary).toMatchObject({ login: 'ann', displayName: 'ANN', to: '2027-03-08T01:00:00.000Z' });
    expect(primary.next).toMatchObject({ login: 'ben', from: '2027-03-08T01:00:00.000Z' });
    expect(secondary).toMatchObject({ login: null, displayName: null });
  });

  it('say who was on call at another time', async () => {
    const { body } = await call('GET', 'now?at=2027-03-08T01:00:00Z');
    expect(body.items[0]).toMatchObject({ login: 'ben', from: '2027-03-08T01:00:00.000Z' });
  });

  it('show their shifts and gaps', async () => {
    const { body } = await call('GET', 'schedules/primary/shifts?from=2027-03-01T00:00:00Z&to=2027-03-10T00:00:00Z');
    expect(body.items.map((s: Body) => s.login)).toEqual(['ben', 'ann', 'ben']);
    expect(body).toMatchObject({ now: { login: 'ann' }, gaps: [], zone: 'Asia/Shanghai' });
    const { body: empty } = await call('GET', `schedules/secondary/shifts?${range}`);
    expect(empty.gaps).toEqual([{ from: '2027-03-02T01:00:00.000Z', to: '2027-03-03T01:00:00.000Z' }]);
  });

  it('refuse what cannot be asked, naming every field', async () => {
    const { status, body } = await call('GET', 'schedules/primary/shifts?from=yesterday&to=2027-03-10');
    expect(status).toBe(400);
    expect(body.errors.map((e: Body) => e.path).sort()).toEqual(['query.from', 'query.to']);
    expect((await call('GET', `schedules/primary/shifts?from=${DAY.to}&to=${DAY.from}`)).status).toBe(400);
    expect((await call('GET', `schedules/nothing/shifts?${range}`)).status).toBe(404);
  });
});

describe('overrides', () => {
  const PATH = 'schedules/primary/overrides';

  it('change the rota, and give it back', async () => {
    const { status, body: made } = await call('POST', PATH, { ...DAY, login: 'cat' });
    expect(status).toBe(201);
    expect((await call('GET', 'now')).body.items[0]).toMatchObject({ login: 'cat', to: '2027-03-03T01:00:00.000Z' });
    expect((await call('GET', `${PATH}?${range}`)).body.items).toEqual([made]);
    expect((await call('DELETE', `${PATH}/${made.id}`)).status).toBe(204);
    expect((await call('DELETE', `${PATH}/${made.id}`)).status).toBe(404);
    expect((await call('GET', 'now')).body.items[0].login).toBe('ann');
  });

  it('of one key are entered once', async () => {
    const first = await call('POST', PATH, { ...DAY, login: 'cat' }, 'key-1');
    const again = await call('POST', PATH, { ...DAY, login: 'cat' }, 'key-1');
    expect(again.body).toEqual(first.body);
    expect((await call('POST', PATH, { ...DAY, login: 'ben' }, 'key-1')).status).toBe(422);
    expect((await call('GET', `${PATH}?${range}`)).body.items).toHaveLength(1);
    await call('DELETE', `${PATH}/${first.body.id}`);
    expect((await call('POST', PATH, { ...DAY, login: 'cat' }, 'key-1')).status).toBe(409);
  });

  it('swap the time of one person only', async () => {
    await call('POST', PATH, { ...DAY, login: 'cat', replaces: 'ben' });
    expect((await call('GET', 'now')).body.items[0].login).toBe('ann');
  });

  it('name people who are there', async () => {
    const { status, body } = await call('POST', PATH, { ...DAY, login: 'nobody', replaces: 'nowhere' });
    expect(status).toBe(400);
    expect(body.errors.map((e: Body) => e.path)).toEqual(['body.login', 'body.replaces']);
  });

  it('of another tenant are not seen', async () => {
    await call('POST', PATH, { ...DAY, login: 'cat' });
    expect((await call('GET', `${PATH}?${range}&tenantId=other`)).body.items).toEqual([]);
  });
});
