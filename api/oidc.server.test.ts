import { listAdminEvents } from '../db/admin-event';
import { ADMIN_TOKEN, type TestApi } from '../test/harness/api';
import { openTestDatabase, type TestDatabase } from '../test/harness/database';
import { addCaller, addTenants, startPlatformApi } from '../test/harness/identity';
import { type Account, Browser, TestProvider } from '../test/harness/oidc-provider';
import { until } from '../test/harness/until';

const PUBLIC = 'http://continuo.test';
let database: TestDatabase;
let provider: TestProvider;
let api: TestApi;
/** Its sign-ins take the tenant from a claim. */
let claiming: TestApi;
/** Its codes are over after a second. */
let hasty: TestApi;
const clock = { now: () => new Date(), advance: () => undefined };

beforeAll(async () => {
  database = await openTestDatabase();
  const { db } = database;
  await addTenants(db, 'default', 'a', 'b');
  provider = await TestProvider.start();
  await provider.register(PUBLIC);
  const settings = { ...provider.settings(), tenant: 'a' };
  api = await startPlatformApi(db, clock, PUBLIC, settings);
  claiming = await startPlatformApi(db, clock, PUBLIC, { ...settings, tenantClaim: 'org' });
  hasty = await startPlatformApi(db, clock, PUBLIC, { ...provider.settings('hasty'), tenant: 'a' });
  for (const rule of [
    { group: 'requesters', role: 'requester' },
    { group: 'auditors', role: 'auditor', grantedIn: '*' },
    { group: 'desk', role: 'service-desk-agent' },
  ])
    await api.call('POST', '/api/v1/oidc/group-roles', { token: ADMIN_TOKEN, body: rule });
}, 120_000);
afterAll(async () => {
  await Promise.all([api, claiming, hasty].map((a) => a?.close()));
  await provider?.stop();
  await database.close();
});

const browser = (at: TestApi = api) => new Browser({ 'continuo.test': at.origin });
const isCallback = (url: URL) => url.pathname === '/api/v1/oidc/callback';
/** Out of the platform's hands: a page of the web UI. */
const isPage = (url: URL) => url.host === 'continuo.test' && !url.pathname.startsWith('/api/');
const ann: Account = { sub: 'sub-ann', preferred_username: 'Ann.Li', name: 'Ann Li', groups: ['requesters', 'others'] };

/** The whole way; answers where it ended and who one is then. */
async function signIn(account: Account | null, { b = browser(), next = '/incidents' } = {}) {
  await provider.account(account);
  const end = await b.go(`${PUBLIC}/api/v1/oidc/start?next=${encodeURIComponent(next)}`, isPage);
  return { at: `${end.url.pathname}${end.url.search}`, session: await sessionOf(b), b };
}
interface SessionSeen {
  login: string;
  personId: string;
}
async function sessionOf(b: Browser): Promise<SessionSeen | null> {
  const answer = await b.fetch(new URL(`${PUBLIC}/api/v1/session`));
  return answer.status === 200 ? ((await answer.json()) as SessionSeen) : null;
}
/** As far as the provider's answer, which is not yet handed in. */
async function upToCallback(account: Account, b: Browser): Promise<URL> {
  await provider.account(account);
  return (await b.go(`${PUBLIC}/api/v1/oidc/start`, isCallback)).url;
}
const finish = async (b: Browser, callback: URL) => {
  const { url } = await b.go(callback.href, isPage);
  return `${url.pathname}${url.search}`;
};
const grantsOf = (login: string) =>
  database
    .db('role_grant as g')
    .join('person as p', 'p.id', 'g.person_id')
    .where('p.login', login)
    .orderBy(['g.role', 'g.source'])
    .select('g.role', 'g.tenant_id', 'g.source');

describe('who has a role by his groups', () => {
  it('comes in at the first time, is somebody from then on, and goes on where he wanted to', async () => {
    const first = await signIn(ann, { next: '/incidents?state=new' });
    expect(first.at).toBe('/incidents?state=new');
    expect(first.session).toMatchObject({
      login: 'ann.li',
      displayName: 'Ann Li',
      tenantId: 'a',
      roles: ['requester'],
    });
    const again = await signIn({ ...ann, preferred_username: 'renamed', name: 'Renamed' });
    expect(again.session?.personId).toBe(first.session?.personId);
    const events = await listAdminEvents(
      database.db,
      'all',
      { subject: `person/${first.session?.personId}` },
      { limit: 9 },
    );
    expect(events.map((e) => [e.kind, e.actor]).sort()).toEqual([
      ['person_added', 'oidc'],
      ['roles_changed', 'oidc'],
    ]);
  });

  it('is offered the way on the sign-in page; passwords stay', async () => {
    const host = new URL(provider.issuer).host;
    expect((await api.call('GET', '/api/v1/sign-in-options')).body).toEqual({ password: true, provider: { host } });
  });

  it('is never taken for somebody of the same name who was here before', async () => {
    const local = await addCaller(database.db, {
      login: 'boss',
      tenantId: 'a',
      grants: [{ role: 'administrator', tenantId: '*' }],
    });
    const { session } = await signIn({ sub: 'sub-other-boss', preferred_username: 'boss', groups: ['requesters'] });
    expect(session).toMatchObject({ login: 'boss-2', roles: ['requester'] });
    expect(session?.personId).not.toBe(local.personId);
  });

  it('who is linked by hand comes in as whom he was, and two people cannot be one identity', async () => {
    const link = (personId: string, subject: string) =>
      api.call('PUT', `/api/v1/people/${personId}/identities`, { token: ADMIN_TOKEN, body: { subject } });
    const grants = [{ role: 'approver', tenantId: 'a' }];
    const [old, other] = [
      await addCaller(database.db, { login: 'old', tenantId: 'a', grants }),
      await addCaller(database.db, { login: 'other', tenantId: 'a', grants }),
    ];
    expect((await link(old.personId, 'sub-old')).body.items).toMatchObject([
      { subject: 'sub-old', linkedBy: 'admin-token' },
    ]);
    expect((await link(other.personId, 'sub-old')).status).toBe(409);
    expect((await signIn({ sub: 'sub-old', groups: [] })).session).toMatchObject({ login: 'old', roles: ['approver'] });
  });
});

describe('roles of groups', () => {
  const dan: Account = { sub: 'sub-dan', preferred_username: 'dan', groups: ['requesters', 'auditors'] };
  it('are read anew at each sign-in; those given by hand stay; open cases hear of it', async () => {
    const { session } = await signIn(dan);
    const grant = { person_id: session?.personId, role: 'approver', tenant_id: 'a', granted_at: new Date() };
    await database.db('role_grant').insert(grant);
    await database.db('outbox').delete();
    await signIn({ ...dan, groups: ['desk'] });
    expect(await grantsOf('dan')).toEqual([
      { role: 'approver', tenant_id: 'a', source: 'hand' },
      { role: 'service-desk-agent', tenant_id: 'a', source: 'group' },
    ]);
    expect(await database.db('outbox').pluck('payload')).toEqual([{ tenantId: 'a', logins: ['dan'] }]);
  });

  it('that are gone leave nothing behind: he is refused, and sessions of his end', async () => {
    const eve: Account = { sub: 'sub-eve', preferred_username: 'eve', groups: ['requesters'] };
    const earlier = await signIn(eve);
    expect(earlier.session?.login).toBe('eve');
    const later = await signIn({ ...eve, groups: [] });
    expect(later).toMatchObject({ at: '/sign-in?refused=no-role', session: null });
    expect(await grantsOf('eve')).toEqual([]);
    expect(await sessionOf(earlier.b)).toBeNull();
  });
});

describe('is refused, with a page that says why, and nothing is left of it:', () => {
  const people = async () => (await database.db('person').count('id as n'))[0]?.n;

  it('whose groups give no role', async () => {
    const before = await people();
    expect(await signIn({ sub: 'x', groups: ['unknown'] })).toMatchObject({
      at: '/sign-in?refused=no-role',
      session: null,
    });
    expect(await signIn({ sub: 'x' })).toMatchObject({ at: '/sign-in?refused=no-role' });
    expect(await people()).toBe(before);
  });

  it('who was deactivated, though the provider knows him', async () => {
    const max: Account = { sub: 'sub-max', preferred_username: 'max', groups: ['requesters'] };
    const { session } = await signIn(max);
    await api.call('PATCH', `/api/v1/people/${session?.personId}`, { token: ADMIN_TOKEN, body: { active: false } });
    expect(await signIn(max)).toMatchObject({ at: '/sign-in?refused=inactive', session: null });
  });

  it('who said no at the provider', async () => {
    expect(await signIn(null)).toMatchObject({ at: '/sign-in?refused=refused-by-provider', session: null });
  });

  it('who brings another state', async () => {
    const b = browser();
    const callback = await upToCallback(ann, b);
    callback.searchParams.set('state', `${callback.searchParams.get('state')}x`);
    expect(await finish(b, callback)).toBe('/sign-in?refused=unknown-sign-in');
  });

  it('whose answer is for another nonce', async () => {
    const b = browser();
    const callback = await upToCallback(ann, b);
    await database.db('oidc_sign_in').update({ nonce: 'of another sign-in' });
    expect(await finish(b, callback)).toBe('/sign-in?refused=invalid-answer');
    expect(await sessionOf(b)).toBeNull();
  });

  it('whose proof key is another', async () => {
    const b = browser();
    const callback = await upToCallback(ann, b);
    await database.db('oidc_sign_in').update({ code_verifier: 'v'.repeat(43) });
    expect(await finish(b, callback)).toBe('/sign-in?refused=invalid-answer');
  });

  it('who comes twice with the same answer', async () => {
    const b = browser();
    const callback = await upToCallback(ann, b);
    expect(await finish(b, callback)).toBe('/');
    expect(await finish(b, callback)).toBe('/sign-in?refused=unknown-sign-in');
  });

  it('who comes after the sign-in is over', async () => {
    const b = browser();
    const callback = await upToCallback(ann, b);
    await database.db('oidc_sign_in').update({ expires_at: new Date(0) });
    expect(await finish(b, callback)).toBe('/sign-in?refused=unknown-sign-in');
  });

  it('whose code has expired', async () => {
    const b = browser(hasty);
    const callback = await upToCallback(ann, b);
    const over = Date.now() + 2_000;
    await until(() => Date.now() > over, 'the code is over');
    expect(await finish(b, callback)).toBe('/sign-in?refused=invalid-answer');
  });

  it('whom somebody else hands an answer of his own (sign-in by forged link)', async () => {
    const [attacker, victim] = [browser(), browser()];
    const callback = await upToCallback(ann, attacker);
    expect(await finish(victim, callback)).toBe('/sign-in?refused=unknown-sign-in');
    expect(await sessionOf(victim)).toBeNull();
    // It is used up for the attacker as well.
    expect(await finish(attacker, callback)).toBe('/sign-in?refused=unknown-sign-in');
  });

  it('whose provider cannot be reached', async () => {
    const away = { ...provider.settings(), issuer: 'http://127.0.0.1:9', tenant: 'a' };
    const lost = await startPlatformApi(database.db, clock, PUBLIC, away);
    const { url } = await browser(lost).go(`${PUBLIC}/api/v1/oidc/start`, isPage);
    await lost.close();
    expect(url.search).toBe('?refused=unavailable');
  });
});

describe('two browsers', () => {
  it('sign in as two people at the same time, each as himself', async () => {
    const [one, two] = [browser(), browser()];
    const first = await upToCallback({ sub: 'sub-1', preferred_username: 'one', groups: ['requesters'] }, one);
    const second = await upToCallback({ sub: 'sub-2', preferred_username: 'two', groups: ['requesters'] }, two);
    await Promise.all([finish(one, first), finish(two, second)]);
    expect([(await sessionOf(one))?.login, (await sessionOf(two))?.login]).toEqual(['one', 'two']);
  });

  it('of a new person at the same time make one person', async () => {
    const twin: Account = { sub: 'sub-twin', preferred_username: 'twin', groups: ['requesters'] };
    const [one, two] = [browser(), browser()];
    const [first, second] = [await upToCallback(twin, one), await upToCallback(twin, two)];
    await Promise.all([finish(one, first), finish(two, second)]);
    expect((await sessionOf(one))?.personId).toBe((await sessionOf(two))?.personId);
  });

  it('two tabs of one browser may each begin; both come in', async () => {
    const b = browser();
    const [first, second] = [await upToCallback(ann, b), await upToCallback(ann, b)];
    expect([await finish(b, second), await finish(b, first)]).toEqual(['/', '/']);
  });
});

describe('the tenant', () => {
  const claim = (org: string | undefined, sub = `sub-${org}`) => ({ sub, org, groups: ['requesters'] });
  it('comes from a claim where one is named; an unknown or another one than before is refused', async () => {
    expect((await signIn(claim('b'), { b: browser(claiming) })).session).toMatchObject({ tenantId: 'b' });
    const at = async (account: Account) => (await signIn(account, { b: browser(claiming) })).at;
    expect(await at(claim('nowhere'))).toBe('/sign-in?refused=tenant');
    expect(await at(claim(undefined))).toBe('/sign-in?refused=tenant');
    expect(await at(claim('a', 'sub-b'))).toBe('/sign-in?refused=tenant');
  });
});

describe('signing out', () => {
  it('ends the session here and says where it goes on at the provider', async () => {
    const { b } = await signIn(ann);
    const out = () =>
      b.fetch(new URL(`${PUBLIC}/api/v1/oidc/sign-out`), { method: 'POST', headers: { origin: PUBLIC } });
    const { url } = (await (await out()).json()) as { url: string };
    expect(url.startsWith(`${provider.issuer}/session/end?`)).toBe(true);
    expect(new URL(url).searchParams.get('post_logout_redirect_uri')).toBe(`${PUBLIC}/sign-in`);
    expect(await sessionOf(b)).toBeNull();
  });

  it('cannot be done for somebody by a page of another site', async () => {
    const { b } = await signIn(ann);
    const forged = { method: 'POST', headers: { origin: 'https://evil.test', 'sec-fetch-site': 'cross-site' } };
    expect((await b.fetch(new URL(`${PUBLIC}/api/v1/oidc/sign-out`), forged)).status).toBe(403);
    expect((await sessionOf(b))?.login).toBe('ann.li');
  });
});

it.each(['//evil.test', 'https://evil.test/', '/\\evil.test', '/a b', 'javascript:alert(1)'])(
  'the way on %s leads nowhere but home',
  async (next) => {
    expect((await signIn(ann, { next })).at).toBe('/');
  },
);

describe('rules of groups', () => {
  it('are for who manages all tenants; each once, with a tenant that exists; written down', async () => {
    const path = '/api/v1/oidc/group-roles';
    const boss = await addCaller(database.db, {
      login: 'boss-of-a',
      tenantId: 'a',
      grants: [{ role: 'administrator', tenantId: 'a' }],
    });
    const post = (body: object, token = ADMIN_TOKEN) => api.call('POST', path, { token, body });
    const rule = { group: 'g', role: 'approver', grantedIn: 'b' };
    expect((await post(rule, boss.token)).status).toBe(403);
    const made = await post(rule);
    expect(made).toMatchObject({ status: 201, body: rule });
    expect((await post(rule)).status).toBe(409);
    expect((await post({ ...rule, grantedIn: 'none' })).status).toBe(400);
    expect((await post({ ...rule, role: 'king' })).status).toBe(400);
    expect((await api.call('DELETE', `${path}/${made.body.id}`, { token: ADMIN_TOKEN })).status).toBe(204);
    const subject = `group-role/${made.body.id}`;
    const events = await listAdminEvents(database.db, 'all', { subject }, { limit: 9 });
    expect(events.map((e) => e.kind)).toEqual(['group_role_removed', 'group_role_added']);
  });
});
