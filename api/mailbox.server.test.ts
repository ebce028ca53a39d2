import { createSeal } from '../adapters/identity/seal';
import { mailboxContext, mailboxOf } from '../db/mailbox';
import { ADMIN_TOKEN, startApi, type TestApi } from '../test/harness/api';
import { openTestDatabase, type TestDatabase } from '../test/harness/database';
import { mailboxRoutes } from './mailbox';
import { mailLogRoutes } from './mailbox-log';

const PATH = '/api/v1/intake/mailboxes';
const seal = createSeal('a key of the tests, not a secret');
let database: TestDatabase;
let api: TestApi;
let names = 0;

beforeAll(async () => {
  database = await openTestDatabase();
  const { db } = database;
  const serviceNames = async () => ['mail'];
  api = await startApi({ db, routes: [...mailboxRoutes({ db, seal, serviceNames }), ...mailLogRoutes({ db })] });
});
afterAll(async () => {
  await api.close();
  await database.close();
});

const call = (method: string, path: string, body?: unknown) => api.call(method, path, { token: ADMIN_TOKEN, body });
const settings = (more: object = {}) => ({
  name: `Desk ${names++}`,
  address: 'desk@example.org',
  host: '127.0.0.1',
  port: 1,
  username: 'desk',
  password: 'secret',
  service: 'mail',
  ...more,
});
const created = async (more: object = {}) => (await call('POST', PATH, settings(more))).body;

/** A mail of a mailbox as the reader and the lane leave it. */
async function mail(mailboxId: string, outcome: string, more: object = {}): Promise<string> {
  const place = { tenant_id: 'default', mailbox_id: mailboxId, uid_validity: 1, uid: names++ };
  const content = { raw: Buffer.from('Subject: x'), size: 10, hash: Buffer.from('h'), message_id: `${names}` };
  const [row] = await database.db('mail').insert({ ...place, ...content, outcome, ...more }, ['id']);
  return String(row.id);
}

describe('a mailbox', () => {
  it('is created with defaults; its password is sealed and never shown', async () => {
    const { status, body } = await call('POST', PATH, settings());
    expect(status).toBe(201);
    expect(body).toMatchObject({ security: 'tls', folder: 'INBOX', state: 'unread', mails: 0, lastError: null });
    expect(JSON.stringify(body)).not.toContain('secret');
    const stored = await mailboxOf(database.db, 'all', body.id);
    expect(seal.open(stored?.password ?? '', mailboxContext(body.id))).toBe('secret');
  });

  it('is refused with every fault at once', async () => {
    const wrong = settings({
      port: 0,
      address: 'desk+x@example.org',
      security: 'ssl',
      confirmMinutes: 0,
      colour: 'red',
    });
    const { status, body } = await call('POST', PATH, wrong);
    expect(status).toBe(400);
    const paths = body.errors.map((e: { path: string }) => e.path).sort();
    expect(paths).toEqual(
      expect.arrayContaining(['body.address', 'body.confirmMinutes', 'body.port', 'body.security']),
    );
  });

  it('of an unknown service, or of a name that is taken, is refused', async () => {
    const { body } = await call('POST', PATH, settings({ service: 'nowhere' }));
    expect(body.errors).toEqual([{ path: 'body.service', message: 'unknown service "nowhere"', allowed: ['mail'] }]);
    const { name } = await created();
    expect((await call('POST', PATH, settings({ name }))).status).toBe(409);
  });

  it('that is changed begins anew; another server needs its own password', async () => {
    const { id } = await created();
    const moved = await call('PATCH', `${PATH}/${id}`, { host: 'mail.evil.example' });
    expect(moved).toMatchObject({ status: 400, body: { errors: [{ path: 'body.password' }] } });
    const tested = await call('POST', `${PATH}/test`, { id, host: 'mail.evil.example' });
    expect(tested).toMatchObject({ status: 400, body: { errors: [{ path: 'body.password' }] } });
    const changed = await call('PATCH', `${PATH}/${id}`, { active: false, confirmMinutes: 5 });
    expect(changed).toMatchObject({ status: 200, body: { state: 'off', confirmMinutes: 5 } });
    expect((await mailboxOf(database.db, 'all', id))?.revision).toBe(2);
  });

  it('is tested: the answer says what went wrong', async () => {
    const { id } = await created({ security: 'none' });
    const { status, body } = await call('POST', `${PATH}/test`, { id });
    expect(status).toBe(200);
    expect(body).toMatchObject({ ok: false, mails: null, error: expect.stringContaining('ECONNREFUSED') });
  });
});

describe('the mail log', () => {
  it('pages, newest first, and narrows', async () => {
    const { id } = await created();
    const made = [];
    for (const outcome of ['opened', 'ignored', 'opened']) made.push(await mail(id, outcome));
    const first = await call('GET', `/api/v1/intake/mails?mailbox=${id}&limit=2`);
    expect(first.body.items.map((m: { id: string }) => m.id)).toEqual([made[2], made[1]]);
    const rest = await call('GET', `/api/v1/intake/mails?mailbox=${id}&limit=2&cursor=${first.body.nextCursor}`);
    expect(rest.body).toMatchObject({ items: [{ id: made[0] }], nextCursor: null });
    const ignored = await call('GET', `/api/v1/intake/mails?mailbox=${id}&outcome=ignored`);
    expect(ignored.body.items).toMatchObject([{ id: made[1] }]);
  });

  it.each([
    ['ignored', {}, 204, { outcome: null, forced: true }],
    ['held', {}, 204, { outcome: null, forced: true }],
    ['failed', { decision: '{"outcome":"note"}' }, 204, { outcome: 'note', forced: false }],
    ['oversize', { truncated: true }, 409, { outcome: 'oversize', forced: false }],
    ['opened', {}, 409, { outcome: 'opened', forced: false }],
  ])('%s is processed again: %j', async (outcome, more, status, after) => {
    const id = await mail((await created()).id, outcome, more);
    expect((await call('POST', `/api/v1/intake/mails/${id}/retry`)).status).toBe(status);
    expect(await database.db('mail').where({ id }).first()).toMatchObject(after);
    const queued = await database.db('inbox').where({ lane: 'mail', body: id });
    expect(queued).toHaveLength(status === 204 ? 1 : 0);
  });

  it('hands out a mail as it came, as a download that no browser runs', async () => {
    const id = await mail((await created()).id, 'unreadable');
    const { body, headers } = await call('GET', `/api/v1/intake/mails/${id}/raw`);
    expect(body).toBe('Subject: x');
    expect(headers.get('content-type')).toBe('message/rfc822');
    expect(headers.get('content-disposition')).toBe(`attachment; filename=mail-${id}.eml`);
    expect(headers.get('content-security-policy')).toContain('sandbox');
  });

  it('ends the task of a mail that somebody has dealt with, once', async () => {
    const id = await mail((await created()).id, 'held');
    const task = { id: `mail/${id}`, tenant_id: 'default', kind: 'mail-held', title: 't', state: 'open' };
    await database.db('task').insert({ ...task, created_at: new Date() });
    expect((await call('POST', `/api/v1/intake/mails/${id}/settle`)).status).toBe(204);
    expect(await database.db('task').where({ id: task.id }).first('state')).toEqual({ state: 'done' });
    expect((await call('POST', `/api/v1/intake/mails/${id}/settle`)).status).toBe(404);
  });
});
