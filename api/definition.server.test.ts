import path from 'node:path';
import { pino } from 'pino';
import { parse } from 'yaml';
import { loadDefinitions } from '../activities/definitions';
import { SHARED } from '../db/definitions';
import { publishDefinitions } from '../db/definitions-publish';
import { DEFINITION_KINDS, type Definition, isKind } from '../domain/process-def';
import { startApi, type TestApi } from '../test/harness/api';
import { openTestDatabase, type TestDatabase } from '../test/harness/database';
import { addCaller, addTenants } from '../test/harness/identity';
import { definitionRoutes } from './definition';

let database: TestDatabase;
let api: TestApi;
let shipped: Definition[];
let reader: { token: string };
let foreigner: { token: string };

beforeAll(async () => {
  database = await openTestDatabase();
  const { db } = database;
  api = await startApi({ db, routes: definitionRoutes({ db }), log: pino({ level: 'silent' }) });
  await addTenants(db, 'a', 'b');
  shipped = await loadDefinitions(path.resolve(__dirname, '../process-defs'));
  await publishDefinitions(db, SHARED, shipped, 'first');
  reader = await addCaller(db, { login: 'reader', tenantId: 'a', grants: [{ role: 'auditor', tenantId: 'a' }] });
  foreigner = await addCaller(db, { login: 'foreign', tenantId: 'b', grants: [{ role: 'auditor', tenantId: 'b' }] });
}, 60_000);
afterAll(async () => {
  await api.close();
  await database.close();
});

const get = (rest: string, token = reader.token) => api.call('GET', `/api/v1/definitions${rest}`, { token });
/** The shipped definition under another English title. */
const titled = (name: string, en: string): Definition[] =>
  shipped.filter((d) => isKind(d, 'service') && d.name === name).map((d) => ({ ...d, title: { ...d.title, en } }));

test('every shipped definition is listed with its title, and its source says the same as its document', async () => {
  const { body } = await get('');
  expect(body.items).toHaveLength(shipped.length);
  expect(new Set(body.items.map((d: { kind: string }) => d.kind)).size).toBeLessThanOrEqual(DEFINITION_KINDS.length);
  for (const def of shipped) {
    const one = await get(`/${def.kind}/${def.name}`);
    expect(one.body).toMatchObject({ version: 1, shared: true, current: true, title: def.title, publishedBy: 'first' });
    expect(one.body.doc).toEqual(def);
    expect(parse(one.body.source)).toEqual(def);
    expect(one.body.source.startsWith('apiVersion: continuo/v1\nkind: ')).toBe(true);
  }
});

test('versions are told newest first; the own ones of a tenant go before the shared ones, and stay his', async () => {
  await publishDefinitions(database.db, 'a', titled('cloud-platform', 'Ours'), 'second');
  await publishDefinitions(database.db, SHARED, titled('cloud-platform', 'For all'), 'third');
  const one = '/service/cloud-platform';
  const mine = (await get(one)).body;
  expect(mine).toMatchObject({ version: 2, shared: false, title: { en: 'Ours' }, publishedBy: 'second' });
  const told = mine.versions.map((v: { version: number; shared: boolean }) => [v.version, v.shared]);
  expect(told).toEqual([
    [2, false],
    [2, true],
    [1, true],
  ]);
  expect((await get(`${one}?version=2&shared=true`)).body).toMatchObject({ title: { en: 'For all' }, current: false });
  const theirs = (await get(one, foreigner.token)).body;
  expect(theirs).toMatchObject({ title: { en: 'For all' }, current: true });
  expect(theirs.versions).toHaveLength(2);
  expect(JSON.stringify(theirs)).not.toContain('Ours');
});

test("what is not there or another tenant's is not found; wrong names are told", async () => {
  expect((await get('?tenantId=b')).status).toBe(404);
  expect((await get('/service/cloud-platform?tenantId=b')).status).toBe(404);
  expect((await get('/service/moon')).status).toBe(404);
  expect((await get('/service/cloud-platform?version=9')).status).toBe(404);
  const wrong = await get('/moon/UP?version=0&shared=x&colour=1');
  expect(wrong.status).toBe(400);
  const expected = ['params.kind', 'params.name', 'query.version', 'query.shared', 'query.colour'].sort();
  expect(wrong.body.errors.map((e: { path: string }) => e.path).sort()).toEqual(expected);
});
