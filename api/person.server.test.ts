import { contactContext, createSeal } from '../adapters/identity/seal';
import { ADMIN_TOKEN, type TestApi } from '../test/harness/api';
import { openTestDatabase, type TestDatabase } from '../test/harness/database';
import { addCaller, addTenants, SEAL_KEY, startPlatformApi, testClock } from '../test/harness/identity';

const PASSWORD = 'correct horse battery';
const clock = testClock();
let database: TestDatabase;
let api: TestApi;
/** Administrator of tenant `a` alone. */
let local: { personId: string; token: string };

beforeAll(async () => {
  database = await openTestDatabase();
  api = await startPlatformApi(database.db, clock);
  await addTenants(database.db, 'default', 'a', 'b');
  const grants = [{ role: 'administrator', tenantId: 'a' }];
  local = await addCaller(database.db, { login: 'local', tenantId: 'a', grants });
}, 60_000);
afterAll(async () => {
  await api.close();
  await database.close();
});

const add = (body: object, token = ADMIN_TOKEN, headers: Record<string, string> = {}) =>
  api.call('POST', '/api/v1/people', { token, body: { displayName: 'X', ...body }, headers });
const patch = (id: string, body: object, token = ADMIN_TOKEN, headers: Record<string, string> = {}) =>
  api.call('PATCH', `/api/v1/people/${id}`, { token, body, headers });
const paths = (answer: { body: { errors?: { path: string }[] } }) => answer.body.errors?.map((e) => e.path);

describe('a new person', () => {
  it('without a password comes with a link that sets one', async () => {
    const made = await add({ login: 'Lin', tenantId: 'a', roles: [{ role: 'oncall-engineer', tenantId: 'a' }] });
    expect(made).toMatchObject({ status: 201, body: { login: 'lin', hasPassword: false, active: true } });
    const token = new URL(made.body.setupLink.url).hash.replace('#token=', '');
    const set = await api.call('POST', '/api/v1/setup', { body: { token, password: PASSWORD } });
    expect(set.body.permissions).toContain('incident:handle');
    const now = await api.call('GET', `/api/v1/people/${made.body.id}`, { token: ADMIN_TOKEN });
    expect(now.body).toMatchObject({ hasPassword: true, displayName: 'X' });
  });

  it('is refused with every fault named', async () => {
    const roles = [{ role: 'emperor', tenantId: 'a' }];
    const contactMethods = [
      { kind: 'pigeon', address: 'roof' },
      { kind: 'webhook', address: 'ftp://x' },
    ];
    const answer = await add({ login: '-', zone: 'Mars/Base', roles, contactMethods, email: 'no', colour: 1 });
    expect(answer.status).toBe(400);
    expect(paths(answer)?.sort()).toEqual(
      ['login', 'zone', 'roles.0.role', 'contactMethods.0.kind', 'contactMethods.1.address', 'email', 'colour']
        .map((field) => `body.${field}`)
        .sort(),
    );
  });

  it('may not be weak, in a tenant that does not exist, or twice', async () => {
    const weak = await add({ login: 'weak', password: 'weak', tenantId: 'moon' });
    expect(paths(weak)).toEqual(expect.arrayContaining(['body.password', 'body.tenantId']));
    expect((await add({ login: 'same-as-login', password: 'same-as-login' })).status).toBe(400);
    await add({ login: 'twice' });
    expect(await add({ login: 'twice' })).toMatchObject({ status: 409, body: { code: 'Conflict' } });
  });

  it('sent again with the same key is the same person', async () => {
    const headers = { 'idempotency-key': 'p1' };
    const [one, two] = await Promise.all([
      add({ login: 'key' }, ADMIN_TOKEN, headers),
      add({ login: 'key' }, ADMIN_TOKEN, headers),
    ]);
    expect([one.status, two.status]).toEqual([201, 201]);
    expect(one.body.id).toBe(two.body.id);
    expect((await add({ login: 'another' }, ADMIN_TOKEN, headers)).status).toBe(422);
  });
});

describe('an administrator of one tenant', () => {
  it('sees and changes nobody of another', async () => {
    const { body: theirs } = await add({ login: 'theirs', tenantId: 'b' });
    const list = await api.call('GET', '/api/v1/people?limit=200', { token: local.token });
    expect(new Set(list.body.items.map((p: { tenantId: string }) => p.tenantId))).toEqual(new Set(['a']));
    expect((await api.call('GET', `/api/v1/people/${theirs.id}`, { token: local.token })).status).toBe(404);
    expect((await patch(theirs.id, { displayName: 'mine' }, local.token)).status).toBe(404);
    expect((await api.call('POST', `/api/v1/people/${theirs.id}/setup-link`, { token: local.token })).status).toBe(404);
    const tenants = await api.call('GET', '/api/v1/tenants', { token: local.token });
    expect(tenants.body.items.map((t: { id: string }) => t.id)).toEqual(['a']);
  });

  it.each(['b', '*'])('gives no role in %s', async (tenantId) => {
    const grants = [{ role: 'administrator', tenantId }];
    expect((await add({ login: `up-${tenantId.length}`, roles: grants }, local.token)).status).toBe(403);
    expect((await patch(local.personId, { roles: grants }, local.token)).status).toBe(403);
    expect((await add({ login: 'there', tenantId: 'b' }, local.token)).status).toBe(403);
    const body = { id: 'new', name: 'New' };
    expect((await api.call('POST', '/api/v1/tenants', { token: local.token, body })).status).toBe(403);
  });

  it('cannot take over somebody who holds roles elsewhere', async () => {
    const roles = [{ role: 'administrator', tenantId: '*' }];
    const { body: root } = await add({ login: 'root-of-a', tenantId: 'a', roles });
    expect((await patch(root.id, { active: false }, local.token)).status).toBe(403);
    expect((await api.call('POST', `/api/v1/people/${root.id}/setup-link`, { token: local.token })).status).toBe(403);
  });
});

describe('a change', () => {
  it('with a tag that is out of date changes nothing', async () => {
    const made = await add({ login: 'tagged' });
    const tag = made.headers.get('etag') ?? '';
    expect((await patch(made.body.id, { displayName: 'One' }, ADMIN_TOKEN, { 'if-match': tag })).status).toBe(200);
    const late = await patch(made.body.id, { displayName: 'Two' }, ADMIN_TOKEN, { 'if-match': tag });
    expect(late).toMatchObject({ status: 412, body: { code: 'PreconditionFailed' } });
  });

  it('that deactivates ends sessions, tokens and links at once', async () => {
    const made = await add({ login: 'gone', tenantId: 'a', password: PASSWORD });
    const signedIn = await api.call('POST', '/api/v1/session', { body: { login: 'gone', password: PASSWORD } });
    const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
    const { body: token } = await api.call('POST', '/api/v1/tokens', { cookie, body: { label: 't' } });
    const link = await api.call('POST', `/api/v1/people/${made.body.id}/setup-link`, { token: ADMIN_TOKEN });
    await patch(made.body.id, { active: false });
    await patch(made.body.id, { active: true });
    expect((await api.call('GET', '/api/v1/session', { cookie })).status).toBe(401);
    expect((await api.call('GET', '/api/v1/session', { token: token.token })).status).toBe(401);
    const body = { token: link.body.url.split('token=')[1], password: PASSWORD };
    expect((await api.call('POST', '/api/v1/setup', { body })).status).toBe(400);
  });

  it('never removes the last administrator, not even two at once', async () => {
    const roles = [{ role: 'administrator', tenantId: '*' }];
    const password = PASSWORD;
    const ids = [];
    for (const login of ['root1', 'root2']) ids.push((await add({ login, password, roles })).body.id);
    const answers = await Promise.all(ids.map((id) => patch(id, { active: false })));
    expect(answers.map((a) => a.status).sort()).toEqual([200, 409]);
  });
});

describe('contact methods', () => {
  const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
  const hook = { kind: 'webhook', address: 'https://hooks.example.org/x' };

  it('are kept in order, their secrets sealed and never shown', async () => {
    const contactMethods = [
      { ...hook, secret },
      { kind: 'email', address: 'k@example.org' },
    ];
    const { body } = await add({ login: 'hook', contactMethods });
    expect(body.contactMethods).toEqual([
      { ...hook, signed: true },
      { kind: 'email', address: 'k@example.org', signed: false },
    ]);
    const [row] = await database.db('contact_method').where({ person_id: body.id, kind: 'webhook' });
    expect(row.secret).not.toContain(secret);
    expect(createSeal(SEAL_KEY).open(row.secret, contactContext(body.id))).toBe(secret);
    const kept = await patch(body.id, { contactMethods: [hook] });
    expect(kept.body.contactMethods).toEqual([{ ...hook, signed: true }]);
    const bare = await patch(body.id, { contactMethods: [{ ...hook, secret: null }] });
    expect(bare.body.contactMethods).toEqual([{ ...hook, signed: false }]);
  });

  it('are a person’s own to change', async () => {
    const contactMethods = [{ kind: 'email', address: 'own@example.org' }];
    const answer = await api.call('PATCH', '/api/v1/me', { token: local.token, body: { contactMethods, zone: 'UTC' } });
    expect(answer.body).toMatchObject({
      login: 'local',
      zone: 'UTC',
      contactMethods: [{ address: 'own@example.org' }],
    });
  });
});

describe('one’s own password', () => {
  it('changes only with the old one, and throws other browsers out', async () => {
    await add({ login: 'pw', password: PASSWORD });
    const enter = async (password: string) => {
      const answer = await api.call('POST', '/api/v1/session', { body: { login: 'pw', password } });
      return { status: answer.status, cookie: answer.headers.get('set-cookie')?.split(';')[0] ?? '' };
    };
    const [here, there] = [await enter(PASSWORD), await enter(PASSWORD)];
    const change = (current: string, next: string) =>
      api.call('PATCH', '/api/v1/me', { cookie: here.cookie, body: { password: { current, next } } });
    const wrong = await change('wrong wrong wrong', 'short');
    expect(paths(wrong)?.sort()).toEqual(['body.password.current', 'body.password.next']);
    expect((await change(PASSWORD, 'another long password')).status).toBe(200);
    expect((await api.call('GET', '/api/v1/me', { cookie: there.cookie })).status).toBe(401);
    expect((await api.call('GET', '/api/v1/me', { cookie: here.cookie })).status).toBe(200);
    expect((await enter('another long password')).status).toBe(200);
  });
});

describe('the list', () => {
  it('pages through everybody once', async () => {
    const seen: string[] = [];
    let cursor = '';
    do {
      const { body } = await api.call('GET', `/api/v1/people?limit=3${cursor}`, { token: ADMIN_TOKEN });
      seen.push(...body.items.map((p: { login: string }) => p.login));
      cursor = body.nextCursor === null ? '' : `&cursor=${body.nextCursor}`;
    } while (cursor !== '');
    expect(seen).toEqual([...new Set(seen)].sort());
    expect(seen.length).toBe(Number((await database.db('person').count({ n: '*' }))[0]?.n));
  });

  it('finds by part of login or name, taking wildcards literally', async () => {
    await add({ login: 'needle', displayName: '100% Nadel' });
    const find = async (q: string) =>
      (await api.call('GET', `/api/v1/people?q=${encodeURIComponent(q)}`, { token: ADMIN_TOKEN })).body.items.map(
        (p: { login: string }) => p.login,
      );
    expect(await find('EEDL')).toEqual(['needle']);
    expect(await find('0% n')).toEqual(['needle']);
    expect(await find('_')).toEqual([]);
  });

  it('refuses a cursor that is not ours', async () => {
    const answer = await api.call('GET', '/api/v1/people?cursor=***', { token: ADMIN_TOKEN });
    expect(paths(answer)).toEqual(['query.cursor']);
  });
});

it('roles are shown as data, tenants are added once', async () => {
  const roles = await api.call('GET', '/api/v1/roles', { token: local.token });
  expect(roles.body.items.map((r: { name: string }) => r.name)).toContain('incident-commander');
  const body = { id: 'c', name: 'C', securityLevel: 3 };
  const make = () =>
    api.call('POST', '/api/v1/tenants', { token: ADMIN_TOKEN, body, headers: { 'idempotency-key': 't' } });
  const [one, two] = [await make(), await make()];
  expect([one.status, two.status]).toEqual([201, 201]);
  expect(two.body).toEqual(one.body);
  expect((await api.call('POST', '/api/v1/tenants', { token: ADMIN_TOKEN, body })).status).toBe(409);
});
