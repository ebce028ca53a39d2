import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { intakeLane } from '../activities/intake';
import type { Lane } from '../db/queue';
import { claimRows } from '../db/queue-row';
import { openTestDatabase, type TestDatabase } from '../test/harness/database';
import { createApp } from './app';
import { intakeRoutes } from './intake';
import { intakeGroupRoutes } from './intake-groups';
import { intakeRejectedRoutes } from './intake-rejected';
import { intakeSourceRoutes } from './intake-sources';
import { createMetrics } from './metrics';

const ADMIN = 'an-administrators-token';
const LIMIT = 20_000;
const log = pino({ level: 'silent' });
let database: TestDatabase;
let server: Server;
let origin = '';
let lane: Lane;

beforeAll(async () => {
  database = await openTestDatabase();
  const { db } = database;
  await db('tenant').insert({ id: 'default', name: 'd', created_at: db.fn.now() }).onConflict().ignore();
  const serviceNames = async () => ['storage', 'portal'];
  const deps = { db, serviceNames, limitBytes: LIMIT };
  const config = { publicUrl: 'http://localhost', adminToken: ADMIN, rateLimitPerMinute: 0, trustProxy: 0 };
  const routes = [intakeRoutes, intakeRejectedRoutes, intakeSourceRoutes, intakeGroupRoutes].flatMap((r) => r(deps));
  const app = createApp({ db, routes, config, log, metrics: createMetrics(), checkResponses: true });
  await new Promise<void>((up) => {
    server = app.listen(0, '127.0.0.1', () => up());
  });
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  lane = intakeLane({ db, log, now: Date.now, serviceNames });
}, 60_000);
afterAll(async () => {
  await new Promise((closed) => server.close(closed));
  await database.close();
});

interface Answer {
  status: number;
  body: Record<string, never> & { [key: string]: unknown };
}

async function call(
  method: string,
  path: string,
  body?: unknown,
  more: { token?: string; type?: string } = {},
): Promise<Answer> {
  const { token = ADMIN, type = 'application/json' } = more;
  const text = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
  const headers = { authorization: `Bearer ${token}`, ...(text === undefined ? {} : { 'content-type': type }) };
  const res = await fetch(`${origin}/api/v1/intake/${path}`, { method, headers, body: text });
  const answer = await res.text();
  return { status: res.status, body: JSON.parse(answer || '{}') };
}

const alert = { status: 'firing', labels: { alertname: 'Disk' }, annotations: {}, startsAt: '2026-01-31T08:00:00Z' };
const webhook = (over: object = {}) => ({
  version: '4',
  groupKey: 'g',
  truncatedAlerts: 0,
  status: 'firing',
  receiver: 'continuo',
  groupLabels: {},
  commonLabels: {},
  commonAnnotations: {},
  externalURL: 'http://alertmanager.example',
  alerts: [{ ...alert, endsAt: '0001-01-01T00:00:00Z', generatorURL: '', fingerprint: 'abc' }],
  ...over,
});
const inboxRow = (id: unknown) =>
  database
    .db('inbox')
    .where({ id: Number(id) })
    .first();
const paths = (a: Answer) => ((a.body.errors ?? []) as { path: string }[]).map((e) => e.path).sort();

async function converge(): Promise<void> {
  for (;;) {
    const rows = await claimRows(database.db, lane);
    if (rows.length === 0) return;
    await (lane.handle as (r: typeof rows) => Promise<unknown>)(rows);
  }
}

async function newSource(name: string, kind = 'alertmanager') {
  const made = await call('POST', 'sources', { name, kind, service: 'portal' });
  const { source, token } = made.body as unknown as { source: { id: string }; token: string };
  return { made, id: source.id, token };
}

describe('alertmanager', () => {
  test('is committed as received before the answer', async () => {
    const text = JSON.stringify(webhook(), null, 3);
    const answer = await call('POST', 'alertmanager', text);
    expect(answer).toMatchObject({ status: 202, body: { accepted: 1 } });
    expect(await inboxRow(answer.body.inboxId)).toMatchObject({ state: 'ready', kind: 'alertmanager', body: text });
  });

  test('every wrong field is named, and the body kept', async () => {
    const wrong = webhook({
      version: '3',
      groupKey: '',
      truncatedAlerts: -1,
      commonLabels: { a: 1 },
      alerts: [
        { ...alert, status: 'broken', startsAt: 'yesterday' },
        { labels: [], startsAt: alert.startsAt, status: 'firing' },
      ],
    });
    const answer = await call('POST', 'alertmanager', wrong);
    expect(answer).toMatchObject({ status: 400, body: { code: 'ValidationFailed' } });
    const expected = ['alerts.0.startsAt', 'alerts.0.status', 'alerts.1.labels', 'commonLabels.a', 'groupKey'];
    expect(paths(answer)).toEqual([...expected, 'truncatedAlerts', 'version'].map((path) => `body.${path}`));
    const kept = await call('GET', 'rejected?state=rejected&limit=1');
    expect(kept.body.items).toMatchObject([
      { body: JSON.stringify(wrong), state: 'rejected', errors: answer.body.errors },
    ]);
  });

  test.each([
    ['broken JSON', '{"version": "4",', ['body']],
    ['an empty body', '', ['body']],
    ['no object', '[]', ['body']],
  ])('%s is a 400', async (_name, text, expected) => {
    const answer = await call('POST', 'alertmanager', text);
    expect([answer.status, paths(answer)]).toEqual([400, expected]);
  });

  test('a NUL in a refused body and in a name of a field does not hide it', async () => {
    const answer = await call('POST', 'alertmanager', `{"commonLabels":{"a\\u0000\\ud800":1},"raw":"\0"}`);
    expect(answer.status).toBe(400);
    const named = await call('POST', 'alertmanager', '{"commonLabels":{"a\\u0000\\ud800":1}}');
    expect(paths(named)).toContain('body.commonLabels.a\uFFFD\uFFFD');
  });

  test('unknown token, wrong type, too much', async () => {
    expect((await call('POST', 'alertmanager', webhook(), { token: 'cin_nobody' })).status).toBe(401);
    const type = await call('POST', 'alertmanager', JSON.stringify(webhook()), { type: 'text/plain' });
    expect(type).toMatchObject({ status: 415, body: { code: 'UnsupportedMediaType' } });
    const large = await call('POST', 'alertmanager', webhook({ receiver: 'x'.repeat(LIMIT) }));
    expect(large).toMatchObject({ status: 413, body: { code: 'PayloadTooLarge' } });
  });

  test('posts in parallel share commits and each gets its own row', async () => {
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, i) => call('POST', 'alertmanager', webhook({ groupKey: `parallel-${i}` }))),
    );
    const rows = await Promise.all(answers.map((a) => inboxRow(a.body.inboxId)));
    expect(rows.map((r) => JSON.parse(r.body).groupKey)).toEqual(answers.map((_, i) => `parallel-${i}`));
  });
});

describe('events', () => {
  test('one or many', async () => {
    const one = await call('POST', 'events', { status: 'firing', title: 'Queue grows' });
    expect(one).toMatchObject({ status: 202, body: { accepted: 1 } });
    const many = await call('POST', 'events', { events: [1, 2].map((n) => ({ status: 'firing', title: `t${n}` })) });
    expect(many).toMatchObject({ status: 202, body: { accepted: 2 } });
  });

  test('every wrong field of every event is named, unknown fields and services too', async () => {
    const events = [
      { status: 'on', title: ' ', dedupkey: 'x' },
      { status: 'firing', title: 't', impact: 'huge', startsAt: 'now' },
    ];
    expect(paths(await call('POST', 'events', { events }))).toEqual([
      'body.events.0.dedupkey',
      'body.events.0.status',
      'body.events.0.title',
      'body.events.1.impact',
      'body.events.1.startsAt',
    ]);
    const service = await call('POST', 'events', { status: 'firing', title: 't', service: 'portl' });
    expect(service.body.errors).toMatchObject([{ path: 'body.service', allowed: ['storage', 'portal'] }]);
  });

  test('end up in groups that the API shows, alerts page by page', async () => {
    const event = { status: 'firing', title: 'Bus full', groupKey: 'bus', severity: 'critical', labels: { rack: 7 } };
    await call('POST', 'events', { events: ['a', 'b', 'c'].map((dedupKey) => ({ ...event, dedupKey })) });
    await converge();
    const groups = (await call('GET', 'groups?firing=true&limit=200')).body.items as unknown as {
      id: string;
      groupKey: string;
    }[];
    const group = groups.find((g) => g.groupKey === 'bus');
    expect(group).toMatchObject({ title: 'Bus full', impact: 'high', firing: 3, total: 3, incidentId: null });
    const first = await call('GET', `groups/${group?.id}/alerts?limit=2`);
    const second = await call('GET', `groups/${group?.id}/alerts?limit=2&cursor=${first.body.nextCursor}`);
    const items = [first, second].flatMap((a) => a.body.items as unknown as { fingerprint: string; labels: object }[]);
    expect(items.map((a) => a.fingerprint)).toEqual(['a', 'b', 'c']);
    expect(items[0]?.labels).toEqual({ rack: '7' });
  });
});

describe('sources', () => {
  test('a token is shown once, opens its own endpoint, and dies with rotation and revocation', async () => {
    const { made, id, token } = await newSource('prod am');
    expect(made.status).toBe(201);
    expect(JSON.stringify((await call('GET', 'sources')).body)).not.toContain(token);
    expect((await call('POST', 'alertmanager', webhook(), { token })).status).toBe(202);
    expect((await call('POST', 'events', { status: 'firing', title: 't' }, { token })).status).toBe(403);
    const rotated = (await call('POST', `sources/${id}/rotate`)).body.token as unknown as string;
    expect((await call('POST', 'alertmanager', webhook(), { token })).status).toBe(401);
    expect((await call('POST', 'alertmanager', webhook(), { token: rotated })).status).toBe(202);
    expect((await call('DELETE', `sources/${id}`)).status).toBe(204);
    expect((await call('POST', 'alertmanager', webhook(), { token: rotated })).status).toBe(401);
    expect((await call('DELETE', `sources/${id}`)).status).toBe(404);
  });

  test('a source may not manage sources', async () => {
    const { token } = await newSource('curious');
    expect((await call('GET', 'sources', undefined, { token })).status).toBe(403);
  });

  test('an unknown service and a taken name are refused', async () => {
    await newSource('twice');
    expect((await call('POST', 'sources', { name: 'twice', kind: 'events', service: 'portal' })).status).toBe(409);
    const unknown = await call('POST', 'sources', { name: 'x', kind: 'events', service: 'nope' });
    expect(unknown).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'body.service', allowed: ['storage', 'portal'] }] },
    });
  });

  test('people name a source, or use the standard one of the kind', async () => {
    const { id } = await newSource('named');
    const named = await call('POST', 'alertmanager?source=named', webhook());
    expect(await inboxRow(named.body.inboxId)).toMatchObject({ source_id: id });
    expect(paths(await call('POST', 'alertmanager?source=nobody', webhook()))).toEqual(['query.source']);
    const [one, two] = await Promise.all([1, 2].map(() => call('POST', 'alertmanager', webhook())));
    const rows = await Promise.all([inboxRow(one?.body.inboxId), inboxRow(two?.body.inboxId)]);
    expect(rows[0].source_id).toBe(rows[1].source_id);
    const list = (await call('GET', 'sources')).body.items as unknown as {
      id: string;
      name: string;
      service: string;
    }[];
    expect(list.find((s) => s.id === rows[0].source_id)).toMatchObject({
      name: 'default-alertmanager',
      service: 'portal',
    });
  });

  test('words of its own severity map count in any case', async () => {
    const severityMap = { Page: { impact: 'high', urgency: 'high' } };
    const made = await call('POST', 'sources', { name: 'own words', kind: 'events', service: 'portal', severityMap });
    const token = made.body.token as unknown as string;
    await call('POST', 'events', { status: 'firing', title: 'Own', groupKey: 'own', severity: 'PAGE' }, { token });
    await converge();
    expect(await database.db('alert_group').where({ group_key: 'own' }).first()).toMatchObject({
      impact: 'high',
      urgency: 'high',
    });
  });
});

test('whatever is accepted can be processed', async () => {
  const least = {
    version: '4',
    groupKey: 'least',
    alerts: [{ status: 'firing', labels: {}, startsAt: alert.startsAt }],
  };
  const odd = { '': '', 'a\u0000': '\ud800', long: 'x'.repeat(3_000) };
  const answers = await Promise.all([
    call('POST', 'alertmanager', least),
    call('POST', 'alertmanager', { ...least, alerts: [] }),
    call('POST', 'alertmanager', webhook({ groupKey: '键'.repeat(3_000), commonLabels: odd, commonAnnotations: odd })),
    call('POST', 'events', { status: 'resolved', title: ' t ', labels: { n: 1.5, b: true, ...odd } }),
    call('POST', 'events', {
      status: 'firing',
      title: 't',
      dedupKey: '键'.repeat(3_000),
      startsAt: '0001-01-01T00:00:00Z',
    }),
    call('POST', 'events', { status: 'firing', title: 't', startsAt: '9999-12-31T23:59:59.999999999+14:00' }),
  ]);
  expect(answers.map((a) => a.status)).toEqual([202, 202, 202, 202, 202, 202]);
  await converge();
  const rows = await Promise.all(answers.map((a) => inboxRow(a.body.inboxId)));
  expect(rows.map((r) => r.state)).toEqual(['done', 'done', 'done', 'done', 'done', 'done']);
});

test('input that died can be queued again, refused input cannot', async () => {
  const accepted = await call('POST', 'alertmanager', webhook({ groupKey: 'again' }));
  const id = Number(accepted.body.inboxId);
  expect((await call('POST', `rejected/${id}/retry`)).status).toBe(404);
  await database.db('inbox').where({ id }).update({ state: 'dead', last_error: 'no such service' });
  expect((await call('GET', 'rejected?state=dead')).body.items).toMatchObject([
    { id: String(id), lastError: 'no such service' },
  ]);
  expect((await call('POST', `rejected/${id}/retry`)).status).toBe(204);
  await converge();
  expect(await inboxRow(id)).toMatchObject({ state: 'done' });
});
