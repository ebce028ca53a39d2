import type { Route } from '../api/route';
import { keyOf } from './harness/access-matrix';
import { ACCESS_SAMPLES } from './harness/access-samples';
import { type AccessWorld, accessWorld } from './harness/access-world';
import { startApi } from './harness/api';
import { openTestDatabase, type TestDatabase } from './harness/database';
import {
  fillWorld,
  type Probes,
  type Reading,
  type RowToken,
  readAs,
  readingRoutes,
  shownIn,
  tenantTables,
  tokensOf,
} from './harness/tenant-isolation';

// Nobody sees another tenant's data (I10), made from the schema and the registry: whatever table has a tenant and whatever
// route reads is in it without being named here.

/** Tables of which no route shows a row by itself, and why; a table that is neither read nor here makes the test fail. */
const NOT_READ: Readonly<Record<string, string>> = {
  admin_chain: 'head of a chain, read by the verifier',
  alert_incident: 'memory of convergence',
  alert_review: 'memory of convergence',
  api_token: 'shown to its holder only, wherever he belongs',
  approval_link: 'opened by its secret',
  assignment_choice: 'memory of assignment',
  assignment_turn: 'memory of assignment',
  idempotency: 'keys of callers',
  incident_card: 'projection that lists join',
  liveness_finding: 'shown as a number by metrics',
  mail_answer: 'memory of answering',
  mail_message: 'threads of mail',
  one_time_secret: 'opened by its secret',
  outbox: 'queue',
  owner_leaving: 'memory of a chore, shown by the task it made',
  page_step: 'shown by the pages made of it',
  provisioning_run: 'memory of provisioning',
  request_action: 'memory of automatic steps',
  request_effect_answer: 'memory of effects',
  role_grant: 'shown with its person',
  runbook_run: 'memory of runbooks',
  search_text: 'words of search',
};
/** Roles that read most, each in the other tenant alone. */
const STRANGERS = ['administrator', 'auditor', 'maintenance-manager', 'operations-manager', 'requester', 'supplier'];

let database: TestDatabase;
let world: AccessWorld;
let routes: Route[];
let tokens: RowToken[];
let probes: Probes;
let seenByOwner: Reading[];

async function readAll(role: string, tenantId: string, some: readonly Route[] = routes, w = world) {
  const owner = await world.caller('administrator', 'own');
  const reader = await world.caller(role, tenantId);
  const readings: Reading[] = [];
  for (const route of some)
    readings.push(...(await readAs(w, ACCESS_SAMPLES, route, { owner, token: reader.token, probes })));
  return readings;
}

beforeAll(async () => {
  database = await openTestDatabase();
  world = await accessWorld(database);
  routes = readingRoutes(world.routes);
  probes = await fillWorld(world, await world.caller('administrator', 'own'));
  seenByOwner = await readAll('administrator', 'own');
  tokens = await tokensOf(database.db, await tenantTables(database.db), 'own');
}, 120_000);
afterAll(async () => {
  await world.close();
  await database.close();
});

const leaks = (readings: readonly Reading[]) =>
  readings.flatMap((r) => {
    const rows = shownIn(r, tokens).map(({ table, token }) => `${table}: ${token}`);
    if (r.text.includes(world.marker) && !r.asked.includes(world.marker)) rows.push('the marker of the tenant');
    return rows.length > 0 ? [{ route: r.route, rows: rows.slice(0, 3) }] : [];
  });

it('every table that belongs to tenants is read by a route here, or says why none shows it', async () => {
  const whole = seenByOwner.filter((r) => r.status === 200).map((r) => ({ ...r, asked: '' }));
  const read = new Set(whole.flatMap((r) => shownIn(r, tokens)).map((t) => t.table));
  const tables = await tenantTables(database.db);
  expect(tables.filter((table) => !read.has(table) && NOT_READ[table] === undefined)).toEqual([]);
  expect(Object.keys(NOT_READ).filter((table) => !tables.includes(table))).toEqual([]);
});

it('every route that reads has a sample here', () => {
  expect(routes.map(keyOf).filter((key) => ACCESS_SAMPLES[key] === undefined)).toEqual([]);
  expect(tokens.length).toBeGreaterThan(100);
});

it.each(STRANGERS)(
  'of another tenant, %s sees no row of this one by any route',
  async (role) => {
    expect(leaks(await readAll(role, 'other'))).toEqual([]);
  },
  120_000,
);

it.each([
  'GET /api/v1/people',
  'GET /api/v1/teams',
  'GET /api/v1/admin-events',
  'GET /api/v1/absences',
  'GET /api/v1/tasks',
])('a handler of %s that forgets the tenants is found', async (key) => {
  const original = routes.find((r) => keyOf(r) === key);
  const grants = [{ role: 'administrator', tenantId: '*' }];
  const handle: Route['handle'] = async (call) =>
    original?.handle({ ...call, tenants: 'all', principal: { ...call.principal, grants, scopes: null } });
  const forgetful = { ...original, handle } as Route;
  const api = await startApi({ db: database.db, routes: [forgetful], checkResponses: false });
  const found = leaks(await readAll('administrator', 'other', [forgetful], { ...world, api }));
  await api.close();
  expect(found.map((l) => l.route)).toContain(key);
});
