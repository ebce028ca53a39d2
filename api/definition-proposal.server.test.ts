import { pino } from 'pino';
import { parseDefinitions } from '../activities/definitions';
import { currentRequestPlan, SHARED } from '../db/definitions';
import { publishDefinitions } from '../db/definitions-publish';
import { startApi, type TestApi } from '../test/harness/api';
import { openTestDatabase, type TestDatabase } from '../test/harness/database';
import { addCaller, addTenants } from '../test/harness/identity';
import { editedRequest, requestFiles } from '../test/harness/request-definitions';
import { definitionRoutes } from './definition';
import { definitionProposalRoutes } from './definition-proposal';

let database: TestDatabase;
let api: TestApi;
const tokens: Record<string, string> = {};
const FORM = 'requests/disk/form.yaml';
let keys = 0;

beforeAll(async () => {
  database = await openTestDatabase();
  const { db } = database;
  const now = () => new Date('2026-10-01T00:00:00Z');
  const routes = [...definitionProposalRoutes({ db, now }), ...definitionRoutes({ db })];
  api = await startApi({ db, routes, log: pino({ level: 'silent' }) });
  await addTenants(db, 'a', 'b');
  await publishDefinitions(db, SHARED, parseDefinitions(requestFiles()), 'first');
  const admin = (tenantId: string) => [{ role: 'administrator', tenantId }];
  for (const [login, tenantId, grants] of [
    ['author', 'a', admin('*')],
    ['reviewer', 'a', admin('*')],
    ['tenant', 'b', admin('b')],
    ['all', 'a', ROLES.map((role) => ({ role, tenantId: '*' }))],
  ] as const)
    tokens[login] = (await addCaller(db, { login, tenantId, grants: [...grants] })).token;
  await db('person_team').insert({ person_id: (await db('person').first('id')).id, team: 'maintenance' });
}, 60_000);
afterAll(async () => {
  await api.close();
  await database.close();
});

const ROLES = ['leader', 'service-owner', 'operations-technician', 'service-desk-agent', 'operations-manager'];
const PATH = '/api/v1/definition-proposals';
const edit = (from: string, to: string) => editedRequest(FORM, [[from, to]]).filter((f) => f.path === FORM);
const propose = (files: { path: string; text: string }[], by = 'author') =>
  api.call('POST', PATH, {
    token: tokens[by],
    headers: { 'idempotency-key': `k${++keys}` },
    body: { files, note: 'bigger disks' },
  });
const act = (id: string, op: string, by = 'reviewer', body?: object) =>
  api.call('POST', `${PATH}/${id}/${op}`, { token: tokens[by], body });

test('what is wrong is refused with file and line, and so is what it would break', async () => {
  const { status, body } = await propose(edit('maximum: 4096', 'maximun: 4096'));
  expect(status).toBe(400);
  expect(body.errors).toEqual([
    {
      path: 'body.files.0',
      message: expect.stringMatching(/^requests\/disk\/form.yaml:17:42: error: unknown key "maximun"/),
    },
  ]);
  const broken = await propose([{ path: 'x.yaml', text: edit('    contact:', '    caller:')[0]?.text ?? '' }]);
  expect(broken.body.errors[0].message).toMatch(/^request-process\/disk \(published\).*no field "contact"/);
  const failing = await propose(edit('sizing: { gb: 10 }', 'sizing: { gb: 9999 }'));
  expect(failing.body.errors[0].message).toMatch(/^form\/disk test 1: valid/);
});

test('what forbids nothing is shown as a warning: a pool that is not there yet', async () => {
  const files = editedRequest('requests/disk/process.yaml', [[`"'disk'"`, `"'tape'"`]]);
  const { status, body } = await propose(files.filter((f) => f.path === 'requests/disk/process.yaml'));
  expect([status, body.warnings]).toEqual([
    201,
    [expect.stringMatching(/^requests\/disk\/process.yaml:\d+:\d+: warning: unknown pool "tape"; there is none$/)],
  ]);
  expect((await act(body.id, 'refuse', 'reviewer', { reason: 'no tapes' })).body.warnings).toEqual([]);
});

test('a proposal shows what it changes, and its author cannot approve it', async () => {
  const { status, body } = await propose(edit('maximum: 4096', 'maximum: 8192'));
  expect([status, body.state, body.mayDecide]).toEqual([201, 'proposed', false]);
  expect(body.changes).toEqual([
    {
      definition: 'form/disk',
      before: '*/form/disk@1',
      differences: [
        { path: 'schema.properties.sizing.properties.gb.maximum', change: 'changed', before: 4096, after: 8192 },
      ],
    },
  ]);
  expect((await act(body.id, 'approve', 'author')).status).toBe(403);
  expect((await currentRequestPlan(database.db, 'a', 'disk'))?.plan.form).toBe('*/form/disk@1');
});

test('somebody else approves: it is published, requests pin the new version, and another proposal is out of date', async () => {
  const [one, two] = [
    await propose(edit('maximum: 4096', 'maximum: 64')),
    await propose(edit('minimum: 1', 'minimum: 2')),
  ];
  const done = await act(one.body.id, 'approve');
  expect(done.body).toMatchObject({ state: 'published', decidedBy: 'reviewer', published: ['*/form/disk@2'] });
  expect((await currentRequestPlan(database.db, 'a', 'disk'))?.plan.form).toBe('*/form/disk@2');
  expect((await act(one.body.id, 'approve')).status).toBe(409);
  expect((await api.call('GET', `${PATH}/${two.body.id}`, { token: tokens.reviewer })).body.outdated).toEqual([
    'form/disk',
  ]);
  expect((await act(two.body.id, 'approve')).body.code).toBe('Conflict');
  const refused = await act(two.body.id, 'refuse', 'reviewer', { reason: 'out of date' });
  expect(refused.body).toMatchObject({ state: 'refused', reason: 'out of date' });
});

test('tenants see and publish their own only', async () => {
  const { body } = await propose(edit('maximum: 4096', 'maximum: 32'), 'tenant');
  expect(body).toMatchObject({ tenantId: 'b' });
  const items = async (by: string) => (await api.call('GET', PATH, { token: tokens[by] })).body.items.length;
  expect([await items('tenant'), await items('reviewer')]).toEqual([1, 5]);
  expect((await act(body.id, 'approve')).body.published).toEqual(['form/disk@3']);
});

test('two versions are compared; the one before is the default', async () => {
  const diff = async (query: string) =>
    (await api.call('GET', `/api/v1/definitions/form/disk/diff${query}`, { token: tokens.reviewer })).body;
  const changed = {
    path: 'schema.properties.sizing.properties.gb.maximum',
    change: 'changed',
    before: 4096,
    after: 64,
  };
  expect(await diff('')).toMatchObject({ from: { version: 1 }, to: { version: 2 }, differences: [changed] });
  expect(await diff('?from=2&to=1')).toMatchObject({ differences: [{ before: 64, after: 4096 }] });
  expect(await diff('?to=1')).toMatchObject({ from: null, differences: [{ change: 'added', path: '' }] });
});
