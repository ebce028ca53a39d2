import { ADMIN_TOKEN, type ApiAnswer, type TestApi } from '../test/harness/api';
import { openTestDatabase, type TestDatabase } from '../test/harness/database';
import { startPlatformApi, testClock } from '../test/harness/identity';
import { ensureFirstAdministrator } from './first-administrator';

const PASSWORD = 'correct horse battery';
const PUBLIC = { publicUrl: 'http://continuo.test' };
const clock = testClock();
let database: TestDatabase;
let api: TestApi;

beforeAll(async () => {
  database = await openTestDatabase();
  api = await startPlatformApi(database.db, clock);
}, 60_000);
afterAll(async () => {
  await api.close();
  await database.close();
});

const tokenOf = (link: string | null) => new URL(link ?? '').hash.replace('#token=', '');
const cookieOf = (answer: ApiAnswer) => answer.headers.get('set-cookie')?.split(';')[0] ?? '';
const signIn = (login: string, password = PASSWORD) =>
  api.call('POST', '/api/v1/session', { body: { login, password } });
const whoAmI = (cookie: string) => api.call('GET', '/api/v1/session', { cookie });

/** Adds somebody who can sign in. */
async function person(login: string): Promise<string> {
  const body = { login, displayName: login, password: PASSWORD };
  return (await api.call('POST', '/api/v1/people', { token: ADMIN_TOKEN, body })).body.id;
}

describe('the first administrator', () => {
  it('gets a link at each start until one is used; then all of them are dead', async () => {
    const first = await ensureFirstAdministrator(database.db, PUBLIC, clock.now());
    const second = await ensureFirstAdministrator(database.db, PUBLIC, clock.now());
    expect(first).toMatch(/^http:\/\/continuo\.test\/setup#token=/);
    expect(second).not.toBe(first);
    const short = await api.call('POST', '/api/v1/setup', { body: { token: tokenOf(first), password: 'short' } });
    expect(short.body.errors.map((e: { path: string }) => e.path)).toContain('body.password');
    const body = { token: tokenOf(first), password: PASSWORD, displayName: 'Root', email: 'root@example.org' };
    const used = await api.call('POST', '/api/v1/setup', { body });
    expect(used).toMatchObject({ status: 200, body: { login: 'admin', displayName: 'Root' } });
    expect((await whoAmI(cookieOf(used))).body).toMatchObject({ login: 'admin', roles: ['administrator'] });
    for (const link of [first, second]) {
      const again = await api.call('POST', '/api/v1/setup', { body: { ...body, token: tokenOf(link) } });
      expect(again.body.errors).toContainEqual(expect.objectContaining({ path: 'body.token' }));
    }
    expect(await ensureFirstAdministrator(database.db, PUBLIC, clock.now())).toBeNull();
  });

  it('is never somebody who merely has the name', async () => {
    const other = await openTestDatabase();
    try {
      const { db } = other;
      await db('tenant').insert({ id: 'shop', name: 'shop', created_at: clock.now() });
      const namesake = { id: crypto.randomUUID(), tenant_id: 'shop', login: 'admin', display_name: 'A. D. Min' };
      await db('person').insert({ ...namesake, created_at: clock.now() });
      expect(await ensureFirstAdministrator(db, PUBLIC, clock.now())).toContain('/setup#token=');
      expect(await db('role_grant').join('person', 'id', 'person_id').pluck('login')).toEqual(['admin2']);
    } finally {
      await other.close();
    }
  });

  it('finds that a link is good for 24 hours', async () => {
    const id = await person('late');
    const issued = await api.call('POST', `/api/v1/people/${id}/setup-link`, { token: ADMIN_TOKEN });
    clock.advance(24.1);
    const body = { token: tokenOf(issued.body.url), password: PASSWORD };
    expect((await api.call('POST', '/api/v1/setup', { body })).status).toBe(400);
  });
});

describe('signing in', () => {
  it('sets a cookie that scripts cannot read, and ends after its hours', async () => {
    await person('ada');
    const answer = await signIn(' ADA ');
    expect(answer).toMatchObject({ status: 200, body: { login: 'ada', permissions: [] } });
    expect(answer.headers.get('set-cookie')).toMatch(/^continuo_session=.*; Path=\/;.*HttpOnly; SameSite=Lax$/);
    expect((await whoAmI(cookieOf(answer))).body).toMatchObject({ login: 'ada', zone: 'Asia/Shanghai' });
    clock.advance(12.1);
    expect((await whoAmI(cookieOf(answer))).status).toBe(401);
  });

  it('is Secure behind https', async () => {
    const https = await startPlatformApi(database.db, clock, 'https://continuo.test');
    await person('sec');
    const answer = await https.call('POST', '/api/v1/session', { body: { login: 'sec', password: PASSWORD } });
    expect(answer.headers.get('set-cookie')).toMatch(/; Secure/);
    expect(answer.headers.get('strict-transport-security')).toMatch(/max-age/);
    await https.close();
  });

  it('ends by signing out', async () => {
    await person('bob');
    const cookie = cookieOf(await signIn('bob'));
    expect((await api.call('DELETE', '/api/v1/session', { cookie })).status).toBe(204);
    expect((await whoAmI(cookie)).status).toBe(401);
  });

  it('says the same for a wrong password, an unknown login and one without password', async () => {
    await person('cy');
    const body = { login: 'nopass', displayName: 'N' };
    await api.call('POST', '/api/v1/people', { token: ADMIN_TOKEN, body });
    const answers = await Promise.all([signIn('cy', 'wrong wrong wrong'), signIn('nobody'), signIn('nopass')]);
    const said = answers.map((a) => [a.status, a.body.detail]);
    expect(new Set(said.map(String)).size).toBe(1);
    expect(said[0]?.[0]).toBe(401);
  });

  it('is refused after ten failures, even with the right password, and only for that login', async () => {
    await Promise.all([person('dan'), person('eve')]);
    for (let i = 0; i < 10; i++) expect((await signIn('dan', 'wrong wrong wrong')).status).toBe(401);
    const refused = await signIn('dan');
    expect(refused).toMatchObject({ status: 429, body: { code: 'TooManyRequests' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(600);
    expect((await signIn('eve')).status).toBe(200);
  });
});

it('a burst of guesses gets no further than guesses one by one', async () => {
  await person('hal');
  const burst = await Promise.all(Array.from({ length: 25 }, () => signIn('hal', 'wrong wrong wrong')));
  const count = (status: number) => burst.filter((a) => a.status === status).length;
  expect([count(401), count(429)]).toEqual([10, 15]);
});

describe('a cookie', () => {
  const unsafe = (cookie: string, headers: Record<string, string>) =>
    api.call('PATCH', '/api/v1/me', { cookie, headers, body: { displayName: 'Changed' } });

  it.each([
    ['same-origin page', { 'sec-fetch-site': 'same-origin', origin: 'http://continuo.test' }, 200],
    ['older browser on our origin', { origin: 'http://continuo.test' }, 200],
    ['tool that is no browser', {}, 200],
    ['page of another site', { 'sec-fetch-site': 'cross-site', origin: 'http://evil.test' }, 403],
    ['sibling host', { 'sec-fetch-site': 'same-site', origin: 'http://other.continuo.test' }, 403],
    ['older browser on another site', { origin: 'http://evil.test' }, 403],
    ['sandboxed frame', { origin: 'null' }, 403],
  ])('sent by a %s', async (name, headers, status) => {
    const login = `c-${name.replace(/\W/g, '')}`;
    await person(login);
    const answer = await unsafe(cookieOf(await signIn(login)), headers);
    expect(answer.status).toBe(status);
  });

  it('from another site signs nobody in', async () => {
    await person('fay');
    const headers = { 'sec-fetch-site': 'cross-site', origin: 'http://evil.test' };
    const answer = await api.call('POST', '/api/v1/session', { body: { login: 'fay', password: PASSWORD }, headers });
    expect(answer.status).toBe(403);
    expect(answer.headers.get('set-cookie')).toBeNull();
  });

  it('of another site does not matter to a bearer token', async () => {
    const headers = { origin: 'http://evil.test' };
    const body = { login: 'gus', displayName: 'Gus' };
    expect((await api.call('POST', '/api/v1/people', { token: ADMIN_TOKEN, headers, body })).status).toBe(201);
  });
});
