import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { replaceGrants } from '../db/person';
import { revokeTokens } from '../db/token';
import { ADMIN_TOKEN, startApi, type TestApi } from '../test/harness/api';
import { openTestDatabase, type TestDatabase } from '../test/harness/database';
import { addCaller, addTenants } from '../test/harness/identity';
import { until } from '../test/harness/until';
import { CASE_CHANNEL, type CaseFeed, createCaseFeed } from './events';

const log = pino({ level: 'silent' });
const HEARTBEAT_MS = 100;
let database: TestDatabase;
let feed: CaseFeed;
let api: TestApi;

beforeAll(async () => {
  database = await openTestDatabase();
  const { db, url } = database;
  await addTenants(db, 'a', 'b', 'default');
  const now = () => new Date();
  feed = createCaseFeed({ db, now, databaseUrl: url, log, adminToken: ADMIN_TOKEN, heartbeatMs: HEARTBEAT_MS });
  api = await startApi({ db, routes: feed.routes });
}, 60_000);
afterAll(async () => {
  await feed.stop();
  await api.close();
  await database.close();
});

/** A reader of the stream, collecting what comes. */
async function read(token: string, headers: Record<string, string> = {}) {
  const answer = await fetch(`${api.origin}/api/v1/events`, {
    headers: { authorization: `Bearer ${token}`, ...headers },
  });
  const seen = { status: answer.status, type: answer.headers.get('content-type'), text: '', ended: false };
  const collect = async () => {
    for await (const chunk of answer.body ?? []) seen.text += Buffer.from(chunk).toString('utf8');
  };
  void collect().then(
    () => (seen.ended = true),
    () => (seen.ended = true),
  );
  await until(async () => seen.text !== '' || seen.ended, 'the stream is open');
  return seen;
}
const moved = (tenantId: string, id: string, seq = 1) =>
  database.db.raw('select pg_notify(?, ?)', [CASE_CHANNEL, JSON.stringify({ tenantId, id, seq, kind: 'opened' })]);
const engineer = (tenantId: string) => {
  const grants = [{ role: 'oncall-engineer', tenantId }];
  return addCaller(database.db, { login: `e-${randomUUID()}`, tenantId, grants });
};

it('tells each reader of the cases of his tenants and of no others', async () => {
  const [a, b, all] = await Promise.all([
    read((await engineer('a')).token),
    read((await engineer('b')).token),
    read(ADMIN_TOKEN),
  ]);
  await moved('a', 'INC-000001');
  await moved('b', 'INC-000002');
  await until(() => all.text.includes('INC-000002') && b.text.includes('INC-000002'), 'the second event came');
  await until(() => a.text.includes('INC-000001'), 'the first event came');
  expect(a).toMatchObject({ status: 200, type: expect.stringMatching(/^text\/event-stream/) });
  expect(a.text).toContain('id: INC-000001:1\ndata: {"tenantId":"a","id":"INC-000001","seq":1,"kind":"opened"}\n\n');
  expect(a.text).not.toContain('INC-000002');
  expect(b.text).not.toContain('INC-000001');
  expect(all.text).toContain('INC-000001');
});

it('tells a person, and nobody else, that he was told something and what became of it', async () => {
  const [mine, other] = [await engineer('a'), await engineer('a')];
  const [ann, ben] = [await read(mine.token), await read(other.token)];
  const page = { key: 'p1', case_id: 'INC-1', tenant_id: 'a', step: 'level-1', visit: 1, level: 1, severity: 'I' };
  await database.db('page').insert({ ...page, person_id: mine.personId, planned_at: new Date() });
  const count = () => ann.text.split('event: told').length - 1;
  await until(() => count() === 1, 'the person heard of the page');
  await database.db('page').where({ key: 'p1' }).update({ attempts: 1 });
  await database.db('page').where({ key: 'p1' }).update({ outcome: 'delivered' });
  await until(() => count() === 2, 'and that it arrived');
  await moved('a', 'INC-000099');
  await until(() => ben.text.includes('INC-000099'), 'the other one hears as well');
  expect(ben.text).not.toContain('told');
  expect(count()).toBe(2);
});

it('tells a requester of what he reported himself', async () => {
  const grants = [{ role: 'requester', tenantId: 'a' }];
  await addCaller(database.db, { login: 'req', tenantId: 'a', grants }).then(async ({ token }) => {
    const seen = await read(token);
    for (const [id, reporter] of [
      ['INC-000011', 'other'],
      ['INC-000012', 'req'],
    ] as const) {
      await addIncident(id, reporter);
      await moved('a', id);
    }
    await until(async () => seen.text.includes('INC-000012'), 'his own came');
    expect(seen.text).not.toContain('INC-000011');
  });
});

it('goes on when the listening connection is lost, and says that there was a gap', async () => {
  const seen = await read(ADMIN_TOKEN);
  await database.db.raw(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and query ilike 'listen%' and pid <> pg_backend_pid()`,
  );
  await until(async () => seen.text.includes('event: gap'), 'the gap was told');
  await moved('a', 'INC-000003');
  await until(async () => seen.text.includes('INC-000003'), 'events come again');
});

it('tells whoever comes back that nothing was kept', async () => {
  expect((await read(ADMIN_TOKEN, { 'last-event-id': 'INC-000001:1' })).text).toMatch(/^event: gap/);
});

it('ends when the token does, and forgets rights that are gone', async () => {
  const [leaving, losing] = [await engineer('a'), await engineer('a')];
  const [left, lost] = [await read(leaving.token), await read(losing.token)];
  await revokeTokens(database.db, leaving.personId, new Date().toISOString());
  await replaceGrants(database.db, losing.personId, 'all', [], new Date().toISOString());
  await until(async () => left.ended, 'the stream of the revoked token has ended');
  const before = lost.text.length;
  await until(async () => lost.text.length > before, 'a heartbeat came after the change');
  await moved('a', 'INC-000004');
  const witness = await read(ADMIN_TOKEN);
  await moved('a', 'INC-000005');
  await until(async () => witness.text.includes('INC-000005'), 'a later event came');
  expect(lost.text).not.toContain('INC-000004');
});

it('survives what is no event of ours', async () => {
  const seen = await read(ADMIN_TOKEN);
  await database.db.raw('select pg_notify(?, ?)', [CASE_CHANNEL, 'no json']);
  await moved('a', 'INC-000006');
  await until(async () => seen.text.includes('INC-000006'), 'the next one came');
});

async function addIncident(id: string, reporter: string): Promise<void> {
  const at = '2026-01-01T00:00:00Z';
  await database.db('incident').insert({
    id,
    number: Number(id.slice(4)),
    tenant_id: 'a',
    seq: 1,
    title: 't',
    state: 'new',
    severity: 'I',
    service: 's',
    team: 't',
    reporter,
    source: 'portal',
    open: true,
    next_at: at,
    created_at: at,
    updated_at: at,
    doc: '{}',
    sla: '{}',
    plan_id: 'p',
    head_hash: Buffer.alloc(32),
  });
}
