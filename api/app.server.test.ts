import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { connect } from '../db/connect';
import { DomainError } from '../domain/errors';
import { ADMIN_TOKEN, startApi, type TestApi } from '../test/harness/api';
import { openTestDatabase, type TestDatabase } from '../test/harness/database';
import { createMetrics } from './metrics';
import { route } from './route';

let database: TestDatabase;
let api: TestApi;
let webDir: string;
const metrics = createMetrics();

const body = z.strictObject({
  title: z.string().min(3),
  severity: z.enum(['I', 'II']),
  place: z.object({ room: z.int() }),
});
const things = [
  route({
    method: 'post',
    path: '/api/v1/things/:id',
    tag: 'test',
    summary: 'Make',
    access: 'incident:create',
    idempotency: 'required',
    params: z.object({ id: z.uuid() }),
    query: z.object({ limit: z.coerce.number().max(10).optional() }),
    body,
    limitBytes: 500,
    status: 201,
    response: z.object({ title: z.string(), key: z.string().nullable() }),
    handle: async (call) => ({ title: call.body.title, key: call.idempotencyKey }),
  }),
  route({
    method: 'post',
    path: '/api/v1/raw',
    tag: 'test',
    summary: 'As received',
    access: 'public',
    bodyAs: 'text',
    response: z.object({ text: z.string() }),
    handle: async (call) => ({ text: String(call.body) }),
  }),
  ...(['leak', 'crash', 'refuse', 'nothing'] as const).map((how) =>
    route({
      method: 'get',
      path: `/api/v1/${how}`,
      tag: 'test',
      summary: how,
      access: 'public',
      response: z.object({ shown: z.string() }),
      async handle() {
        if (how === 'crash') throw new Error('password=hunter2');
        if (how === 'refuse') throw new DomainError('InvalidTransition', 'It is closed.');
        const leak: { shown: string } = { ...{ hidden: 'y' }, shown: 'x' };
        return how === 'nothing' ? (undefined as never) : leak;
      },
    }),
  ),
];
const URL_OK = '/api/v1/things/0b9d8c1e-6a49-4b5e-9f39-9d6b8a3f0a11';
const GOOD = { title: 'Disk full', severity: 'I', place: { room: 3 } };
const make = (more: { body?: unknown; headers?: Record<string, string> }, path = URL_OK) =>
  api.call('POST', path, {
    token: ADMIN_TOKEN,
    body: more.body ?? GOOD,
    headers: { 'idempotency-key': 'k1', ...more.headers },
  });

beforeAll(async () => {
  database = await openTestDatabase();
  webDir = mkdtempSync(join(tmpdir(), 'continuo-web-'));
  mkdirSync(join(webDir, 'assets'));
  writeFileSync(join(webDir, 'index.html'), '<!doctype html><title>Continuo</title>');
  writeFileSync(join(webDir, 'assets', 'main-abc123.js'), `export const x = "${'long '.repeat(1000)}";`);
  api = await startApi({ db: database.db, routes: things, webDir, metrics });
}, 60_000);
afterAll(async () => {
  await api.close();
  await database.close();
  rmSync(webDir, { recursive: true });
});

describe('a request', () => {
  it('that is good reaches the handler with its key', async () => {
    const answer = await make({});
    expect(answer).toMatchObject({ status: 201, body: { title: 'Disk full', key: 'k1' } });
  });

  it('with several faults hears of all of them at once, in every part', async () => {
    const bad = { title: 'x', severity: 'V', place: { room: 'three' }, colour: 'red' };
    const answer = await make({ body: bad }, '/api/v1/things/7?limit=99');
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.body).toMatchObject({ code: 'ValidationFailed', status: 400 });
    const paths = answer.body.errors.map((e: { path: string }) => e.path).sort();
    expect(paths).toEqual(
      ['body.colour', 'body.place.room', 'body.severity', 'body.title', 'params.id', 'query.limit'].sort(),
    );
    expect(answer.body.errors).toContainEqual(expect.objectContaining({ path: 'body.severity', allowed: ['I', 'II'] }));
  });

  it('without a body hears which fields are required', async () => {
    const answer = await api.call('POST', URL_OK, { token: ADMIN_TOKEN, headers: { 'idempotency-key': 'k' } });
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toContainEqual({ path: 'body.title', message: 'is required' });
  });

  it.each([
    ['malformed JSON', { body: '{"title": ' }, 400, 'ValidationFailed'],
    ['a body beyond the limit of its route', { body: { ...GOOD, title: 'x'.repeat(600) } }, 413, 'PayloadTooLarge'],
    ['another media type', { body: 'a=b', headers: { 'content-type': 'text/plain' } }, 415, 'UnsupportedMediaType'],
    ['no Idempotency-Key', { headers: { 'idempotency-key': '' } }, 400, 'IdempotencyKeyRequired'],
    ['an Idempotency-Key with blanks', { headers: { 'idempotency-key': 'a b' } }, 400, 'ValidationFailed'],
  ])('with %s is refused', async (_name, more, status, code) => {
    expect(await make(more)).toMatchObject({ status, body: { code, status } });
  });

  it('without identity hears nothing about its body', async () => {
    const answer = await api.call('POST', URL_OK, { body: '{' });
    expect(answer).toMatchObject({ status: 401, body: { code: 'Unauthenticated' } });
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });

  it('whose body is wanted as text is not parsed', async () => {
    const answer = await api.call('POST', '/api/v1/raw', { body: '{"broken": ', headers: { 'content-type': 'a/b' } });
    expect(answer).toMatchObject({ status: 200, body: { text: '{"broken": ' } });
  });

  it.each(['/api/v1/unknown', '/api', '/healthz/x', '/api/v1/%E0%A4%A'])('to %s gets a problem', async (path) => {
    const answer = await api.call('GET', path, { headers: { accept: 'text/html' } });
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect([400, 404]).toContain(answer.status);
  });
});

describe('an answer', () => {
  it('of an unexpected error tells nothing but an id', async () => {
    const answer = await api.call('GET', '/api/v1/crash', { headers: { 'x-request-id': 'r-1' } });
    expect(answer).toMatchObject({ status: 500, body: { code: 'Internal', instance: 'urn:continuo:request:r-1' } });
    expect(JSON.stringify(answer.body)).not.toContain('hunter2');
    expect(answer.headers.get('x-request-id')).toBe('r-1');
  });

  it('of a refusal carries its code', async () => {
    const answer = await api.call('GET', '/api/v1/refuse');
    expect(answer).toMatchObject({ status: 409, body: { code: 'InvalidTransition', detail: 'It is closed.' } });
  });

  it('with undeclared fields is an error while answers are checked', async () => {
    expect((await api.call('GET', '/api/v1/leak')).status).toBe(500);
  });

  it('without a body is 204', async () => {
    expect((await api.call('GET', '/api/v1/nothing')).status).toBe(204);
  });

  it('is measured under the pattern of its route', async () => {
    await make({});
    const text = await metrics.registry.metrics();
    expect(text).toMatch(
      /http_request_duration_seconds_count\{method="POST",route="\/api\/v1\/things\/:id",status="201"\}/,
    );
    expect(text).not.toContain(URL_OK);
  });
});

describe('the web UI', () => {
  it('is served for every path that a browser opens, and never cached', async () => {
    const answer = await api.call('GET', '/incidents/INC-000001', { headers: { accept: 'text/html' } });
    expect(answer).toMatchObject({ status: 200, body: expect.stringContaining('<title>Continuo') });
    expect(answer.headers.get('cache-control')).toBe('no-cache');
    expect(answer.headers.get('content-security-policy')).toMatch(/style-src 'self' 'unsafe-inline'/);
    expect(answer.headers.get('content-security-policy')).not.toMatch(
      /upgrade-insecure-requests|script-src[^;]*unsafe/,
    );
  });

  it('has its hashed files cached for ever and compressed', async () => {
    const answer = await api.call('GET', '/assets/main-abc123.js', { headers: { 'accept-encoding': 'gzip' } });
    expect(answer.headers.get('cache-control')).toContain('immutable');
    expect(answer.headers.get('content-encoding')).toBe('gzip');
  });

  it('does not answer for a file that is missing', async () => {
    expect((await api.call('GET', '/assets/gone-1.js', { headers: { accept: '*/*' } })).status).toBe(404);
  });
});

it('a database that is away is said as such, with the advice to come back', async () => {
  const db = connect('postgres://nobody@127.0.0.1:1/none');
  const cut = await startApi({ db, routes: things });
  const answer = await cut.call('POST', URL_OK, { token: 'some-token', body: GOOD });
  expect(answer).toMatchObject({ status: 503, body: { code: 'DatabaseUnavailable' } });
  expect(answer.headers.get('retry-after')).toBe('2');
  await cut.close();
  await db.destroy();
});
